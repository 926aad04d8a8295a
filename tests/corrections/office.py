"""An operator who corrects months that are in the books: previews, two people, bills."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any, Final

from tests.cycles.world import LI, TARIFF, ZHANG, World, together, told

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.operations import agree_correction, withdraw_correction
from yidian.domains.customer_bill.types import CorrectionRow, UnableToCorrect
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.queries import current_tariff
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.access.models import Approval
from yidian.platform.jobs.models import Run
from yidian.platform.writing.types import system
from yidian.runs.correct.ask import ask
from yidian.runs.correct.criteria import Criteria
from yidian.runs.correct.preview import Asked, Previewed, preview

CLERK: Final = system("console:clerk")
KEYS: Final = count(1)
EVERYBODY: Final = Criteria(everybody=True)
Sums = dict[tuple[str, ...], tuple[int, int]]


def dearer(by: int = 2, tariff: Tariff = TARIFF) -> Tariff:
    """Calls at another price."""
    prices = (
        replace(price, price_micro=by * price.price_micro) if price.item == "LOCAL" else price
        for price in tariff.prices
    )
    return replace(tariff, prices=tuple(prices))


@dataclass
class Office:
    world: World
    approvals: dict[str, int] = field(default_factory=dict)

    @property
    def tenant(self) -> Any:
        return self.world.tenant

    def edition(self, tariff: Tariff) -> int:
        """Another edition is loaded."""
        load_tariff(tenant=self.tenant, tariff=tariff, source="corrected", now=self.world.now)
        return current_tariff(tenant=self.tenant)[0]

    def asked(self, cycle: str, *, edition: int = 0, on: date | None = None, criteria: Criteria = EVERYBODY) -> Asked:
        return Asked(cycle=cycle, edition=edition, on=on, criteria=criteria, reason="wrong_price")

    def preview(self, cycle: str, **how: Any) -> Previewed:
        world = self.world
        return preview(
            tenant=world.tenant, places=world.places, asked=self.asked(cycle, **how), now=world.now, threads=1
        )

    def ask(self, cycle: str, **how: Any) -> CorrectionRow:
        world = self.world
        row, _, approval = ask(
            tenant=world.tenant, places=world.places, actor=CLERK, key=f"k{next(KEYS)}", now=world.now,
            asked=self.asked(cycle, **how), threads=1,
        )  # fmt: skip
        self.approvals[row.number] = approval
        return row

    def approve(self, approval: int) -> None:
        """The second person."""
        approve(self.tenant, approval, self.world.now)

    def agreed(self, cycle: str, **how: Any) -> CorrectionRow:
        """Asked for and agreed on."""
        return self.agree(self.ask(cycle, **how).number)

    def agree(self, number: str) -> CorrectionRow:
        self.approve(self.approvals[number])
        return agree_correction(tenant=self.tenant, actor=CLERK, now=self.world.now, number=number)

    def withdrawn(self, number: str) -> CorrectionRow:
        told = {"tenant": self.tenant, "actor": CLERK, "number": number}
        self.world.now += timedelta(seconds=1)
        try:
            return withdraw_correction(**told, now=self.world.now)
        except UnableToCorrect as error:
            self.approve(int(error.params["approval"]))
            return withdraw_correction(**told, now=self.world.now)

    def own(self, month: str) -> Sums:
        return told(self.world.items(month), origin="")

    def borne(self, month: str, of: str) -> Sums:
        return told(self.world.items(month), origin=of)

    def taxes(self, *months: tuple[str, str]) -> dict[tuple[str, str], int]:
        return taxes(self.tenant, *months)

    def late_runs(self) -> int:
        return Run.objects.filter(kind="late", state="done").count()


def approve(tenant: Any, approval: int, now: Any) -> None:
    """Li agrees."""
    decided = {"state": "approved", "decided_by": "staff:li", "decided_ms": int(now.timestamp() * 1000)}
    assert Approval.objects.filter(tenant=tenant, pk=approval, state="asked").update(**decided) == 1


def taxes(tenant: Any, *months: tuple[str, str]) -> dict[tuple[str, str], int]:
    """Tax by account and class of (month, origin) together."""
    sums: dict[tuple[str, str], int] = {}
    for month, origin in months:
        for bill in queries.bills(tenant=tenant, cycle=month):
            for tax in bill.taxes:
                if tax.origin == origin:
                    key = (bill.account_code, tax.tax_class)
                    sums[key] = sums.get(key, 0) + tax.tax_minor
    return {key: value for key, value in sums.items() if value}


__all__ = ["LI", "ZHANG", "Office", "dearer", "together"]
