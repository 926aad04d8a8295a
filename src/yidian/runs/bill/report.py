"""What a bill run answers: the row law of accounts, the money, the speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class BillReport:
    """accounts = billed + parked (by reason). Money in micro-units by kind of item, in minor units on the bills.

    `again`: this run was done before on the same inputs and nothing was done now. Speeds are of this attempt only.
    """

    cycle: str
    run: int
    currency: str
    accounts: int
    billed: int
    parked: Mapping[str, int]
    items: int
    usage_micro: int
    fee_micro: int
    discount_micro: int
    minimum_micro: int
    total_minor: int
    tax_minor: int
    remainder_micro: int
    rated_micro: int
    unbilled_micro: int
    late_micro: int = 0  # late usage of cycles before, and adjustments, on these bills
    adjusted_micro: int = 0
    extras: str = ""  # digest of the lines of other cycles
    again: bool = False
    computed_per_s: int = 0
    booked_per_s: int = 0
    seconds: Mapping[str, int] = field(default_factory=dict)  # ms by stage

    def counts(self) -> dict[str, Any]:
        """What the run's row keeps."""
        left_out = ("again", "computed_per_s", "booked_per_s", "seconds", "run", "cycle")
        return {name: value for name, value in vars(self).items() if name not in left_out}


class BooksDoNotBalance(Exception):
    """Rated money is not what was billed and parked: nothing was published. Code BOOKS_DO_NOT_BALANCE."""

    code = "BOOKS_DO_NOT_BALANCE"

    def __init__(self, **params: int) -> None:
        self.params = params
        super().__init__(f"books do not balance: {params}")


def check(report: BillReport, micro_per_minor: int) -> None:
    """The laws of a run: accounts, rated money, and the bills against their items. Raises BooksDoNotBalance."""
    if report.accounts != report.billed + sum(report.parked.values()):
        raise BooksDoNotBalance(accounts=report.accounts, billed=report.billed, parked=sum(report.parked.values()))
    if report.rated_micro != report.usage_micro + report.unbilled_micro:
        raise BooksDoNotBalance(
            rated_micro=report.rated_micro, usage_micro=report.usage_micro, unbilled_micro=report.unbilled_micro
        )
    items_micro = report.usage_micro + report.fee_micro + report.discount_micro + report.minimum_micro
    items_micro += report.late_micro + report.adjusted_micro
    bills_micro = report.total_minor * micro_per_minor + report.remainder_micro
    if items_micro != bills_micro:
        raise BooksDoNotBalance(items_micro=items_micro, bills_micro=bills_micro)
