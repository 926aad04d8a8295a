"""Whether somebody still is who signs in: asked at every request, of the rows as they are now (E4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef

from yidian.kernel.calendar import to_ms
from yidian.platform.access.models import Post, User
from yidian.platform.database.kept import Reading
from yidian.platform.sign_in.models import Credential
from yidian.platform.sign_in.types import STAFF
from yidian.platform.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class Standing:
    user_id: int | None
    name: str


def _people(subject: str, since_ms: int, at_ms: int) -> Any:
    posts = Post.objects.filter(user=OuterRef("pk"), from_ms__lte=since_ms)
    lasting = posts.filter(to_ms__gt=at_ms, role__from_ms__lte=at_ms, role__to_ms__gt=at_ms)
    people = User.objects.filter(login=subject, is_active=True)
    found = people.annotate(held=Exists(posts.filter(to_ms__gt=since_ms)), holds=Exists(lasting))
    return found.values_list("id", "name", "held", "holds")


_PEOPLE: Final = Reading(_people)


def standing(*, tenant: Tenant, realm: str, subject: str, since_ms: int, now: datetime) -> Standing | None:
    """Who stands behind a credential, and did so all the time since an instant; None: nobody (any more).

    Of staff: somebody who works here, and of the posts they held then still holds one. Whoever was ended and taken
    back has new posts, and signs in anew. Customers stand as long as their credential is not ended.
    """
    if realm != STAFF:
        return Standing(None, "")
    for id_, name, held, holds in _PEOPLE.rows(tenant=tenant, subject=subject, since_ms=since_ms, at_ms=to_ms(now)):
        return Standing(id_, name) if holds or not held else None
    return None


def is_usable(credential: Credential, *, now: datetime, demo: bool) -> bool:
    """Whether a credential may be used at all: not ended, a given password not grown old, a demo's only in a demo."""
    at_ms = to_ms(now)
    in_time = not credential.must_change or at_ms < credential.one_time_until_ms
    return bool(at_ms < credential.ended_ms and in_time and (demo or not credential.demo))
