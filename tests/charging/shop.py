"""A shop for tests: accounts, money in, gifts, bills, and what each of them did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tests.ledger.desk import NOW, ON, ZHANG, write

from yidian.domains.charging import operations, queries
from yidian.domains.charging.types import Deduction, DueLine, HeldBook
from yidian.domains.ledger import operations as ledger
from yidian.domains.ledger import queries as accounts
from yidian.domains.ledger.types import AccountKey, Leg
from yidian.domains.party.operations import add_parties
from yidian.platform.tenancy.models import Tenant

CASH = AccountKey("cash", code="counter")
GIFT_COST = AccountKey("gift_cost")
TOMORROW = ON + timedelta(days=1)


class Shop:
    def __init__(self, tenant: Tenant, names: Sequence[str] = ("A1", "A2")) -> None:
        self.tenant = tenant
        add_parties(tenant=tenant, customers={"C1": ""}, accounts=dict.fromkeys(names, "C1"))

    def pay_in(self, account: str, amount: int, **terms: Any) -> int:
        """Money over the counter into a principal book."""
        told = {"type": "general", "against": CASH, "on": ON} | terms
        return write(
            self.tenant, lambda frame: operations.credit(frame=frame, account=account, amount_minor=amount, **told)
        )  # type: ignore[no-any-return]

    def give(self, account: str, amount: int, **terms: Any) -> int:
        return self.pay_in(account, amount, **({"type": "gift", "against": GIFT_COST} | terms))

    def bill(self, account: str, *lines: DueLine) -> None:
        total = sum(line.amount_minor for line in lines)
        legs = [Leg(AccountKey("receivable", account), total), Leg(AccountKey("revenue", code="voice"), -total)]
        write(self.tenant, lambda frame: ledger.post(frame=frame, kind="bill", legs=legs, refers="bill/1", on=ON))

    def deduct(self, account: str, *lines: DueLine, on: date = ON) -> list[Deduction]:
        return write(self.tenant, lambda frame: operations.deduct(frame=frame, account=account, due=lines, on=on))  # type: ignore[no-any-return]

    def do(self, operation: Any, **told: Any) -> Any:
        return write(self.tenant, lambda frame: operation(frame=frame, **told))

    def run(self, operation: Any, *, on: date) -> Any:
        return operation(tenant=self.tenant, actor=ZHANG, now=NOW, on=on)

    def books(self, account: str) -> dict[str, int]:
        """Balance by type, spent books left out."""
        found: dict[str, int] = {}
        for book in queries.books(tenant=self.tenant, account=account):
            if book.balance_minor:
                found[book.type] = found.get(book.type, 0) + book.balance_minor
        return found

    def book(self, account: str, book: int) -> HeldBook:
        return next(row for row in queries.books(tenant=self.tenant, account=account) if row.id == book)

    def owed(self, account: str) -> int:
        return accounts.balance(tenant=self.tenant, key=AccountKey("receivable", account))

    def is_sound(self) -> None:
        """Books, ledger and postings tell the same, and everything sums to zero."""
        stored = accounts.balances(tenant=self.tenant, kind="book")
        mine = {key: -balance for key, _, balance, _ in queries.book_balances(tenant=self.tenant)}
        assert {k: v for k, v in stored.items() if v} == {k: v for k, v in mine.items() if v}
        held = accounts.balances(tenant=self.tenant, kind="deposit")
        assert held == {key: -amount for key, amount in queries.deposit_balances(tenant=self.tenant)}
        assert accounts.rebuild_differences(tenant=self.tenant) == []
        assert sum(line.balance_minor for line in accounts.trial_balance(tenant=self.tenant)) == 0


def due(amount: int, *, item: str = "voice", ref: str = "r1", subscriber: str = "S1", cycle: str = "") -> DueLine:
    return DueLine(ref=ref, item=item, subscriber=subscriber, amount_minor=amount, cycle=cycle)
