"""Tokens given and taken back. A token is 256 random bits that only its system has; the row keeps a digest."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.access.queries import known_nodes
from yidian.platform.access.tokens.models import SystemToken
from yidian.platform.access.tokens.types import RIGHTS, UnableToGive
from yidian.platform.locks import hold_until_commit
from yidian.platform.writing.frame import Frame

MARK: Final = "yd_"  # so that a token is known for one where it does not belong
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
MOST_DAYS: Final = 730


def new_token() -> str:
    return MARK + secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token: enough to know it again, nothing to use it by."""
    return hashlib.sha256(token.encode()).hexdigest()


def give(*, frame: Frame, name: str, organisation: str, rights: Collection[str], token: str, days: int) -> int:
    """A token (`new_token`) for a system; its id. UnableToGive."""
    if not NAME.fullmatch(name):
        raise UnableToGive("TOKEN_NAME", name=name[:64])
    wrong = sorted(set(rights) - set(RIGHTS))
    if wrong or not rights:
        raise UnableToGive("TOKEN_RIGHT", right=", ".join(wrong), known=", ".join(RIGHTS))
    if not 0 < days <= MOST_DAYS:
        raise UnableToGive("TOKEN_DAYS", days=days, most=MOST_DAYS)
    if organisation and organisation not in known_nodes(tenant=frame.tenant, codes=[organisation]):
        raise UnableToGive("ORGANISATION_UNKNOWN", organisation=organisation[:32])
    hold_until_commit(f"system {frame.tenant.pk} {name}")
    others = SystemToken.objects.filter(tenant=frame.tenant, name=name).exclude(organisation=organisation).first()
    if others is not None:  # its orders, and the numbers by which it names them, would be another's
        raise UnableToGive("TOKEN_ELSEWHERE", name=name, organisation=others.organisation)
    row = SystemToken.objects.create(
        tenant=frame.tenant, name=name, organisation=organisation, rights=sorted(set(rights)), digest=digest_of(token),
        from_ms=to_ms(frame.now), until_ms=to_ms(frame.now + timedelta(days=days)),
        given_by=f"{frame.actor.kind}:{frame.actor.id}",
    )  # fmt: skip
    after = {"system": name, "organisation": organisation, "rights": row.rights, "until_ms": row.until_ms}
    frame.changed("system_token", row.pk, before=None, after=after)
    return int(row.pk)


def revoke(*, frame: Frame, name: str, id: int | None = None) -> int:
    """Take back the tokens of a system, or one of them; how many. At once: it is asked at every request."""
    rows = SystemToken.objects.filter(tenant=frame.tenant, name=name, revoked_ms=FOREVER_MS).order_by("id")
    found = list(rows if id is None else rows.filter(pk=id))
    if not found:
        raise UnableToGive("TOKEN_NOT_FOUND", name=name[:64])
    for row in found:
        row.revoked_ms = to_ms(frame.now)
        row.save(update_fields=["revoked_ms"])
        frame.changed("system_token", row.pk, before={"system": name, "revoked": False}, after={"revoked": True})
    return len(found)
