"""Which system a token is, what it reaches: asked at every request, of the rows as they are now."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from yidian.kernel.calendar import to_ms
from yidian.platform.access import organisation as tree
from yidian.platform.access.tokens.giving import digest_of
from yidian.platform.access.tokens.models import SystemToken
from yidian.platform.access.tokens.types import Bearer, TokenFacts, UnableToBear
from yidian.platform.tenancy.models import Tenant

LONGEST: Final = 100
HOUR_MS: Final = 3_600_000


def bearer_of(*, tenant: Tenant, token: str, now: datetime) -> Bearer:
    """The system that bears a token. UnableToBear."""
    now_ms = to_ms(now)
    row = SystemToken.objects.filter(tenant=tenant, digest=digest_of(token[:LONGEST])).first()
    if row is None or now_ms < row.from_ms:
        raise UnableToBear("TOKEN_UNKNOWN")
    if now_ms >= row.revoked_ms:
        raise UnableToBear("TOKEN_REVOKED")
    if now_ms >= row.until_ms:
        raise UnableToBear("TOKEN_EXPIRED")
    if now_ms >= row.seen_ms + HOUR_MS:  # no business: outside frames, at most once an hour
        SystemToken.objects.filter(pk=row.pk).update(seen_ms=now_ms)
    return Bearer(row.name, row.pk, row.organisation, frozenset(row.rights))


def within(*, tenant: Tenant, bearer: Bearer, now: datetime) -> frozenset[str] | None:
    """Codes of the nodes that a system reaches: its own and all below, in any tree. None: everything."""
    if not bearer.organisation:
        return None
    below = (tree.subtree_at(tenant=tenant, organisation=bearer.organisation, tree=one, at=now) for one in tree.TREES)
    return frozenset({bearer.organisation, *(code for codes in below for code in codes)})


def tokens(*, tenant: Tenant) -> list[TokenFacts]:
    """Every token that was ever given, by system and age."""
    rows = SystemToken.objects.filter(tenant=tenant).order_by("name", "id")
    return [
        TokenFacts(
            row.pk, row.name, row.organisation, tuple(row.rights), row.from_ms, row.until_ms, row.revoked_ms,
            row.seen_ms, row.given_by,
        )
        for row in rows
    ]  # fmt: skip
