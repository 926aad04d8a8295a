"""Looking at somebody's identity number in full (BH-10): for a purpose, written down, so many a day and no more.

What was looked at, by whom and for what, the customer may read (`looks_at`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yidian.domains.party.operations import count_look, reveal_document, reveal_stand_in
from yidian.domains.party.queries import looks_of, looks_since
from yidian.domains.party.types import Look
from yidian.kernel.calendar import day_start_ms, local_date, to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

PURPOSES: Final = ("original", "certificate", "court", "correction")
A_DAY: Final = 20  # of one person
SHOWN_S: Final = 60


class UnableToLook(Exception):
    """PURPOSE_UNKNOWN: none of PURPOSES. LOOKS_SPENT: the person's looks of today are used up (`most`). LOOK_OVER."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class Revealed:
    """A number in full, for SHOWN_S seconds. `left`: looks that remain today."""

    kind: str
    number: str
    left: int


def reveal(
    *, tenant: Tenant, actor: Actor, customer: str, kind: str, purpose: str, key: str, now: datetime
) -> Revealed:
    """A document's number in full, after the look is in the audit. The same `key` again is LOOK_OVER: ask anew.

    UnableToLook, UnableToReveal (no such document), UnableToUnseal.
    """

    def opened(frame: Frame) -> tuple[str, str]:
        return kind, reveal_document(frame=frame, customer=customer, kind=kind, purpose=purpose)

    return _looked(tenant, actor, customer, {"kind": kind}, None, purpose, opened, key, now)


def reveal_acting(
    *, tenant: Tenant, actor: Actor, customer: str, check: int, purpose: str, key: str, now: datetime
) -> Revealed:
    """As `reveal`, the document of who acted for a customer at an identity check (by id). Looks are of one count."""

    def opened(frame: Frame) -> tuple[str, str]:
        return reveal_stand_in(frame=frame, customer=customer, check=check, purpose=purpose)

    return _looked(tenant, actor, customer, {"check": check}, check, purpose, opened, key, now)


def _looked(
    tenant: Tenant, actor: Actor, customer: str, what: dict[str, Any], check: int | None, purpose: str,
    opened: Callable[[Frame], tuple[str, str]], key: str, now: datetime,
) -> Revealed:  # fmt: skip
    if purpose not in PURPOSES:
        raise UnableToLook("PURPOSE_UNKNOWN", purpose=purpose)
    shown: list[tuple[str, str]] = []
    since_ms = day_start_ms(local_date(to_ms(now), tenant.zone), tenant.zone)

    def work(frame: Frame) -> dict[str, Any]:
        shown[:] = [opened(frame)]
        made = count_look(
            frame=frame, customer=customer, kind=shown[0][0], purpose=purpose, since_ms=since_ms, most=A_DAY,
            check=check,
        )  # fmt: skip
        if made > A_DAY:
            raise UnableToLook("LOOKS_SPENT", most=A_DAY)
        return {"left": A_DAY - made}

    request = {"customer": customer, "purpose": purpose} | what
    outcome = perform(
        tenant=tenant, actor=actor, operation="identity.unmask", key=key, request=request, now=now, work=work,
        reason=purpose,
    )  # fmt: skip
    if outcome.repeated:
        raise UnableToLook("LOOK_OVER")
    return Revealed(*shown[0], int(outcome.answer["left"]))


def left_today(*, tenant: Tenant, actor: Actor, now: datetime) -> int:
    """How many looks remain to a person today."""
    since_ms = day_start_ms(local_date(to_ms(now), tenant.zone), tenant.zone)
    return max(0, A_DAY - looks_since(tenant=tenant, actor=actor, since_ms=since_ms))


def looks_at(*, tenant: Tenant, customer: str, limit: int = 50) -> list[Look]:
    """Who looked at a customer's identity in full, when and for what, newest first: the customer may read it."""
    return looks_of(tenant=tenant, customer=customer, limit=limit)
