"""The best plan as a customer's page asks for it: which subscription, what came of it, what the offers are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yidian.domains.product_catalog.queries import offer_names
from yidian.domains.product_inventory.queries import lines_of
from yidian.domains.product_inventory.types import LineOfCustomer
from yidian.kernel.calendar import to_ms
from yidian.kernel.faults import BadInput
from yidian.platform.lake.queries import UnableToUseFile
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best.one import best_plan
from yidian.runs.best.types import BestPlan, UnableToCompare
from yidian.runs.rate.inputs import Places

SHARED: Final = "BEST_SHARED"
UNREAD: Final = "BEST_UNREAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFound:
    """`line` None: the customer has no subscription. `found` None: `refused` says why there is no answer.

    `names`: of offers, code → (zh, en).
    """

    lines: tuple[LineOfCustomer, ...]
    line: LineOfCustomer | None
    found: BestPlan | None
    refused: str
    names: Mapping[str, tuple[str, str]]


class UnableToFindLine(Exception):
    """The customer has no such subscription. Code SUBSCRIPTION_NOT_FOUND."""

    code = "SUBSCRIPTION_NOT_FOUND"


def best_of_customer(
    *, tenant: Tenant, places: Places, customer: str, number: str, now: datetime, own: bool
) -> PlanFound:
    """`number`: code of a subscription, "": the first. `own`: only what is the customer's own may be told, so nothing
    where somebody else's subscription is priced with it. UnableToFindLine."""
    lines = tuple(lines_of(tenant=tenant, customer=customer, at_ms=to_ms(now)))
    line = next((one for one in lines if not number or one.code == number), None)
    if line is None and number:
        raise UnableToFindLine
    found, refused = _found(tenant, places, line, now) if line else (None, "NO_BASE_OFFER")
    if found is not None and own and found.customers > 1:
        found, refused = None, SHARED
    codes = {one.offer for one in found.options} | {found.present.offer} if found else set()
    return PlanFound(
        lines=lines, line=line, found=found, refused=refused, names=offer_names(tenant=tenant, codes=codes)
    )


def _found(tenant: Tenant, places: Places, line: LineOfCustomer, now: datetime) -> tuple[BestPlan | None, str]:
    try:
        return best_plan(tenant=tenant, places=places, subscriber=line.code, now=now), ""
    except UnableToCompare as error:
        return None, error.code
    except UnableToUseFile:
        return None, UNREAD
    except BadInput as error:
        return None, error.faults[0].code
