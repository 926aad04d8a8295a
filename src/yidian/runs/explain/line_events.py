"""The events behind a usage line of a bill."""

from __future__ import annotations

from pathlib import Path

from yidian.domains.product_inventory.queries import lines_of
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.events import Filter, events_page
from yidian.runs.explain.found import found_bill
from yidian.runs.explain.slip import UnableToFindLine
from yidian.runs.explain.types import BillLine, Events


def line_events(
    *, tenant: Tenant, lake: Path, customer: str, account: str, cycle: str, place: int, before: str
) -> tuple[BillLine, Events | None]:
    """A line and a page of its events; None where the number is another customer's: who pays does not read along.

    UnableToFindBill, UnableToFindLine (also for a line that is no usage of the cycle itself).
    """
    bill = found_bill(tenant=tenant, lake=lake, account=account, cycle=cycle)
    line = next((one for one in bill.lines if one.place == place and one.kind == "usage" and not one.origin), None)
    if line is None:
        raise UnableToFindLine(account=account, cycle=cycle, place=place)
    own = {one.id for one in lines_of(tenant=tenant, customer=customer, at_ms=bill.cycle.to_ms - 1)}
    if line.subscriber not in own:
        return line, None
    which = Filter(subscribers=(line.subscriber,), item=line.item.code, account=bill.bill.account_id)
    return line, events_page(tenant=tenant, lake=lake, cycle=cycle, which=which, before=before)
