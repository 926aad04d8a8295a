"""What a customer may do on the web with a subscription as it stands, what somebody looks at first, what not and why.

The column `web` of the table of deeds says it of deeds, the table of rules (C8) of states; the stricter counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_inventory.types import Standing, permitted
from yidian.domains.product_order.queries import in_flight
from yidian.domains.product_order.types import DEEDS
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.fitting import fits
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant

READ_ALONE: Final = frozenset({"STAYS_STOPPED", "TELL_HIGH_FEE"})  # what there is to mind a customer can read alone
POINTLESS: Final = frozenset({"NOT_STOPPED", "NOT_LOST", "NOT_PRE_TERMINATED", "SUBSCRIPTION_IS_OPEN"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A deed. `how`: alone, asks (somebody looks at it first) or never; `code` with `params`: what to mind, of one
    that may not be done why not."""

    deed: str
    how: str
    may: bool
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """Of one subscription. `order`: the one that is at work on it, "" none."""

    stands: Standing
    may: tuple[Choice, ...]
    refused: tuple[Choice, ...]
    elsewhere: tuple[Choice, ...]
    order: str


def choices(*, tenant: Tenant, subscriber: str, now: datetime) -> Choices | None:
    """None where there is no such subscription (code) now."""
    stands = standing(tenant=tenant, subscriber=subscriber, at_ms=to_ms(now))
    if stands is None:
        return None
    found = [choice(stands, deed) for deed in DEEDS if not DEEDS[deed].makes and fits(deed, stands)]
    return Choices(
        stands, tuple(one for one in found if one.may),
        tuple(one for one in found if not one.may and one.how != "never" and one.code not in POINTLESS),
        tuple(one for one in found if one.how == "never"),
        in_flight(tenant=tenant, subscribers=[subscriber]).get(subscriber, ""),
    )  # fmt: skip


def choice(stands: Standing | None, deed: str, about: str = "") -> Choice:
    """Whether a deed may be done; `about`: of `resume`, the reason that is to be taken away."""
    how = DEEDS[deed].web
    if how == "never":
        return Choice(deed, how, False, f"WEB_NEVER_{deed}".upper())
    reasons = [one.reason for one in stands.reasons] if stands else []
    told = permitted(deed=deed, life=stands.life if stands else "", reasons=reasons, about=about)
    if told.kind == "no":
        return Choice(deed, how, False, told.code, told.params)
    if told.kind == "warn" and told.code not in READ_ALONE:
        return Choice(deed, how, False, "WEB_ASK_SOMEBODY", told.params)
    return Choice(deed, how, True, told.code, told.params)


def expect_allowed(stands: Standing | None, deed: str, about: str = "") -> None:
    """UnableToDo with the code of the rule."""
    found = choice(stands, deed, about)
    if not found.may:
        raise UnableToDo(found.code, "", **found.params)
