"""Random histories of an operator's money against a book-keeper with plain dicts: nothing is lost, nothing appears."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from tests.charging.shop import CASH, Shop, due
from tests.ledger.desk import ON

from yidian.domains.charging import operations
from yidian.domains.charging.operations import UnableToTakePrincipal, UnableToUndo
from yidian.domains.ledger import queries as accounts
from yidian.domains.ledger.types import AccountKey
from yidian.platform.tenancy.models import Tenant

STEPS = 25
NAMES = ("A1", "A2", "A3")


class BookKeeper:
    """What must be true, told without accounts or postings: who owes, whose money, and where the rest went."""

    def __init__(self) -> None:
        self.owes: Counter[str] = Counter()
        self.principal: Counter[str] = Counter()
        self.gifts: dict[int, tuple[str, int, date | None]] = {}  # book → (account, left, until before)
        self.deposited: Counter[str] = Counter()
        self.cash = self.gift_cost = self.billed = 0

    def gifts_of(self, account: str) -> int:
        return sum(left for whose, left, _ in self.gifts.values() if whose == account)

    def pay(self, account: str, amount: int, on: date) -> int:
        """Gifts first, the earliest end first, then principal; what was paid."""
        left = amount
        mine = [(until or date.max, book) for book, (whose, _, until) in self.gifts.items() if whose == account]
        for until, book in sorted(mine):
            if on < until:
                part = min(left, self.gifts[book][1])
                self.gifts[book] = (account, self.gifts[book][1] - part, self.gifts[book][2])
                left -= part
        part = min(left, self.principal[account])
        self.principal[account] -= part
        self.owes[account] -= amount - left + part
        return amount - left + part

    def lapse(self, books: list[int]) -> None:
        for book in books:
            account, left, until = self.gifts[book]
            self.gift_cost -= left
            self.gifts[book] = (account, 0, until)


class History:
    def __init__(self, shop: Shop, number: int) -> None:
        self.shop, self.keeper, self.chance, self.on = shop, BookKeeper(), random.Random(number), ON
        self.paid_in: list[tuple[int, str, int]] = []  # transactions that can be undone
        self.deposits = 0

    def step(self) -> None:
        acts = (self.pay_in, self.give, self.bill, self.deduct, self.refund, self.undo, self.leave, self.deposit,
                self.month)  # fmt: skip
        act = self.chance.choices(acts, weights=(4, 3, 4, 5, 2, 2, 1, 1, 1))[0]
        act(self.chance.choice(NAMES), self.chance.randint(1, 900))

    def pay_in(self, account: str, amount: int) -> None:
        book = self.shop.pay_in(account, amount)
        newest = max(
            line.transaction for line in accounts.statement(
                tenant=self.shop.tenant, key=AccountKey("book", account, f"general/{book}"))
        )  # fmt: skip
        self.paid_in.append((newest, account, amount))
        self.keeper.principal[account] += amount
        self.keeper.cash += amount

    def give(self, account: str, amount: int) -> None:
        until = self.chance.choice([None, self.on + timedelta(days=self.chance.randint(1, 60))])
        book = self.shop.give(account, amount, expires_on=until)
        before = self.keeper.gifts.get(book, (account, 0, until))[1]
        self.keeper.gifts[book] = (account, before + amount, until)
        self.keeper.gift_cost += amount

    def bill(self, account: str, amount: int) -> None:
        self.shop.bill(account, due(amount))
        self.keeper.owes[account] += amount
        self.keeper.billed += amount

    def deduct(self, account: str, amount: int) -> None:
        owed = min(amount, self.keeper.owes[account])
        if owed > 0:
            parts = self.shop.deduct(account, due(owed), on=self.on)
            assert sum(part.amount_minor for part in parts) == self.keeper.pay(account, owed, self.on)

    def refund(self, account: str, amount: int) -> None:
        told: dict[str, Any] = {"account": account, "amount_minor": amount, "to": CASH, "on": self.on}
        if amount > self.keeper.principal[account]:
            with pytest.raises(UnableToTakePrincipal):
                self.shop.do(operations.take_principal, **told)
            return
        self.shop.do(operations.take_principal, **told)
        self.keeper.principal[account] -= amount
        self.keeper.cash -= amount

    def undo(self, _: str, __: int) -> None:
        if not self.paid_in:
            return
        transaction, account, amount = self.paid_in.pop(self.chance.randrange(len(self.paid_in)))
        told = {"transaction": transaction, "reason": "bounced", "on": self.on}
        if amount > self.keeper.principal[account]:
            with pytest.raises(UnableToUndo):
                self.shop.do(operations.undo, **told)
            return
        self.shop.do(operations.undo, **told)
        self.keeper.principal[account] -= amount
        self.keeper.cash -= amount

    def leave(self, account: str, _: int) -> None:
        self.shop.do(operations.close_books, account=account, to=CASH, on=self.on)
        self.keeper.cash -= self.keeper.principal.pop(account, 0)
        self.keeper.lapse([book for book, (whose, _, _) in self.keeper.gifts.items() if whose == account])

    def deposit(self, account: str, amount: int) -> None:
        told = {"account": account, "amount_minor": amount + 3, "months": 2, "first_on": self.on, "on": self.on}
        self.shop.do(operations.take_deposit, against=CASH, **told)
        self.keeper.deposited[account] += amount + 3
        self.keeper.cash += amount + 3

    def month(self, _: str, __: int) -> None:
        """Time goes on: gifts lapse, every deposit comes back wholly."""
        self.on += timedelta(days=31)
        self.shop.run(operations.expire_books, on=self.on)
        self.keeper.lapse([book for book, (_, _, until) in self.keeper.gifts.items() if until and until <= self.on])
        self.on += timedelta(days=62)
        self.shop.run(operations.return_deposits, on=self.on)
        self.keeper.principal.update(self.keeper.deposited)
        self.keeper.deposited.clear()
        self.shop.run(operations.expire_books, on=self.on)
        self.keeper.lapse([book for book, (_, _, until) in self.keeper.gifts.items() if until and until <= self.on])

    def agrees(self) -> None:
        for account in NAMES:
            held = self.shop.books(account)
            assert held.get("general", 0) == self.keeper.principal[account]
            assert held.get("gift", 0) == self.keeper.gifts_of(account)
            assert self.shop.owed(account) == self.keeper.owes[account]
        tenant = self.shop.tenant
        assert accounts.balance(tenant=tenant, key=CASH) == self.keeper.cash
        assert accounts.balance(tenant=tenant, key=AccountKey("gift_cost")) == self.keeper.gift_cost
        assert accounts.balance(tenant=tenant, key=AccountKey("revenue", code="voice")) == -self.keeper.billed
        self.shop.is_sound()


@pytest.mark.parametrize("number", range(6))
def test_a_random_history_agrees_with_the_book_keeper(tenant: Tenant, number: int) -> None:
    history = History(Shop(tenant, NAMES), number)
    for step in range(STEPS):
        history.step()
        if step % 5 == 4:
            history.agrees()
    history.agrees()
