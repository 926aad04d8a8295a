"""An account's bill with its lines, as the doors of this room share it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.types import FIXED, Bill, Cycle
from yidian.domains.party.queries import accounts_by_code
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.lines import lines_of
from yidian.runs.explain.tariffs import Known, known
from yidian.runs.explain.types import BillLine


class UnableToFindBill(Exception):
    """The account has no bill of that cycle that customers may see: it is in the books. Code BILL_NOT_FOUND."""

    code = "BILL_NOT_FOUND"

    def __init__(self, *, account: str, cycle: str) -> None:
        self.params = {"account": account, "cycle": cycle}
        super().__init__(f"no bill of {account} in {cycle}")


@dataclass(frozen=True)
class BillFound:
    """`known`: the tariff of its cycle."""

    tenant: Tenant
    lake: Path
    cycle: Cycle
    bill: Bill
    known: Known
    lines: tuple[BillLine, ...]


def fixed_cycles(*, tenant: Tenant) -> list[Cycle]:
    """Cycles whose bills are in the books, oldest first."""
    return [cycle for cycle in queries.cycles(tenant=tenant) if cycle.state in FIXED and cycle.bill_run is not None]


def found_bill(*, tenant: Tenant, lake: Path, account: str, cycle: str) -> BillFound:
    """The bill of an account (by code) of a cycle. UnableToFindBill."""
    of = next((one for one in fixed_cycles(tenant=tenant) if one.name == cycle), None)
    who = accounts_by_code(tenant=tenant, codes=[account]).get(account)
    bills = queries.bills_of(tenant=tenant, accounts=[who.id], cycles=[of.id]) if of and who else []
    if not bills or of is None:
        raise UnableToFindBill(account=account, cycle=cycle)
    return with_lines(tenant=tenant, lake=lake, cycle=of, bill=bills[0][1])


def with_lines(*, tenant: Tenant, lake: Path, cycle: Cycle, bill: Bill) -> BillFound:
    """A bill and its lines, read from the lake."""
    by = known(tenant=tenant, cycle=cycle)
    lines = lines_of(tenant=tenant, lake=lake, cycle=cycle, bill=bill, known=by)
    return BillFound(tenant, lake, cycle, bill, by, lines)
