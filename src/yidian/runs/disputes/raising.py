"""A dispute of a bill as it stands in the books: what its line charges is read here, not believed of who asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from yidian.domains.dispute.operations import raise_dispute
from yidian.domains.dispute.types import Charge, DisputeFacts
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor
from yidian.runs.explain.found import found_bill
from yidian.runs.explain.slip import UnableToFindLine
from yidian.runs.explain.types import BillLine


def dispute(
    *, tenant: Tenant, lake: Path, actor: Actor, key: str, now: datetime, account: str, cycle: str, place: int,
    amount_minor: int, says: str, events: Sequence[str] = (),
) -> DisputeFacts:  # fmt: skip
    """Dispute a line of a bill by its place, or (0) the bill. As operations.raise_dispute; UnableToFindBill,
    UnableToFindLine."""
    charge, _ = charge_of(tenant=tenant, lake=lake, account=account, cycle=cycle, place=place)
    return raise_dispute(
        tenant=tenant, actor=actor, key=key, now=now, charge=charge, amount_minor=amount_minor, says=says,
        events=events,
    )  # fmt: skip


def charge_of(
    *, tenant: Tenant, lake: Path, account: str, cycle: str, place: int
) -> tuple[Charge, BillLine | None]:  # fmt: skip
    """What can be disputed at a place of a bill, and its line. UnableToFindBill, UnableToFindLine."""
    bill = found_bill(tenant=tenant, lake=lake, account=account, cycle=cycle)
    line = next((one for one in bill.lines if one.place == place), None)
    if place and line is None:
        raise UnableToFindLine(account=account, cycle=cycle, place=place)
    of = bill.bill
    return Charge(
        account=account, cycle=cycle, bill=of.id, place=place, origin=(line.origin if line else "") or cycle,
        item=(line.item.code or line.of_item.code) if line else "", subscriber=line.subscriber if line else 0,
        amount_minor=line.amount_minor if line else of.total_minor, bill_minor=of.total_minor,
    ), line  # fmt: skip
