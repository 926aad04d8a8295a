"""The life of a web session: opened by a password, moved on under a new token at every step, ended on the server.

A token is 256 random bits that only its browser has; the row keeps a digest. `seen_ms` is no business: it is written
outside frames, at most once a minute.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.database.kept import Reading
from yidian.platform.sign_in.lifecycle import OPEN
from yidian.platform.sign_in.limits import digest_of
from yidian.platform.sign_in.models import Credential, WebSession
from yidian.platform.sign_in.types import IDLE, LONGEST, ON_THE_WAY, Browser
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

SEEN_EVERY: Final = timedelta(minutes=1)
SET_BACK: Final = timedelta(minutes=2)  # a session from further in the future than this: the clock was wrong
KEPT: Final = timedelta(days=30)  # how long the row of an ended session is kept
_OF_TOKEN: Final = Reading(
    lambda digest, realm: WebSession.objects.filter(digest=digest, realm=realm).select_related("credential")
)
SIGNED_OUT, CHANGED, ENDED_BY_OWNER, TRIED_OUT = "signed_out", "changed", "ended", "tried_out"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def open_session(
    *, frame: Frame, credential: Credential, token: str, stage: str, browser: Browser, device: str
) -> WebSession:
    """A session of a browser whose password was right; rows of sessions long ended are taken away."""
    now_ms = to_ms(frame.now)
    WebSession.objects.filter(tenant=frame.tenant, credential=credential, seen_ms__lt=now_ms - _ms(KEPT)).delete()
    row: WebSession = WebSession.objects.create(
        tenant=frame.tenant, digest=digest_of(token), credential=credential, realm=credential.realm, stage=stage,
        opened_ms=now_ms, seen_ms=now_ms, address=browser.address[:64], agent=browser.agent[:200], device=device,
    )  # fmt: skip
    told = {"subject": credential.subject, "realm": credential.realm, "stage": stage, "address": browser.address[:64]}
    frame.changed("web_session", row.pk, before=None, after=told)
    return row


def move_on(*, frame: Frame, row: WebSession, token: str, stage: str, stepped: bool) -> None:
    """To the next stage under a new token: the old one is worth nothing from now on (E21). Now-given factors count."""
    before = {"stage": row.stage}
    row.digest, row.stage, row.tries = digest_of(token), stage, 0
    row.seen_ms = to_ms(frame.now)
    if stepped:
        row.stepped_ms = to_ms(frame.now)
    row.save(update_fields=["digest", "stage", "tries", "seen_ms", "stepped_ms"])
    frame.changed("web_session", row.pk, before=before, after={"stage": stage, "stepped_ms": row.stepped_ms})


def end(*, frame: Frame, rows: Any, why: str) -> int:
    """End sessions, a query of them, now; how many."""
    found = list(rows.filter(ended_ms=FOREVER_MS).values_list("id", flat=True))
    WebSession.objects.filter(id__in=found).update(ended_ms=to_ms(frame.now), ended_why=why, data={})
    for id_ in found:
        frame.changed("web_session", id_, before={"open": True}, after={"open": False, "why": why})
    return len(found)


def end_all(*, frame: Frame, credential: Credential, why: str, but: int | None = None) -> int:
    """End every session of a credential, but one; how many."""
    return end(frame=frame, rows=WebSession.objects.filter(credential=credential).exclude(id=but or 0), why=why)


def by_token(*, tenant: Tenant, realm: str, token: str) -> WebSession | None:
    """The session of a token, whatever has become of it, with its credential."""
    if not token or len(token) > 64:
        return None
    found: list[WebSession] = _OF_TOKEN.instances(tenant=tenant, digest=digest_of(token), realm=realm)
    return found[0] if found else None


def is_live(row: WebSession, *, now: datetime) -> bool:
    """Not ended, not idle for too long, not too old; half a sign-in is given less time."""
    now_ms = to_ms(now)
    longest = LONGEST[row.realm] if row.stage == OPEN else ON_THE_WAY
    return bool(
        now_ms < row.ended_ms
        and row.opened_ms <= now_ms + _ms(SET_BACK)
        and now_ms < row.opened_ms + _ms(longest)
        and now_ms < row.seen_ms + _ms(IDLE[row.realm])
    )


def see(row: WebSession, *, now: datetime) -> None:
    """Somebody is at work in it."""
    now_ms = to_ms(now)
    if now_ms >= row.seen_ms + _ms(SEEN_EVERY):
        WebSession.objects.filter(id=row.pk).update(seen_ms=now_ms)


def keep_data(*, session: int, put: Mapping[str, Any], gone: Mapping[str, Any]) -> None:
    """What a face keeps between two pages of a session; no business. Of a session that has ended nothing is kept."""
    with transaction.atomic():
        row = WebSession.objects.select_for_update().filter(id=session, ended_ms=FOREVER_MS).first()
        if row is not None:
            left = {name: told for name, told in row.data.items() if name not in gone or gone[name] != told}
            WebSession.objects.filter(id=session).update(data=left | dict(put))


def _ms(span: timedelta) -> int:
    return int(span / timedelta(milliseconds=1))
