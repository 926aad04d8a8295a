"""Random histories of bills, payments, reversals, refunds, clearing and suspense against a plain book kept by hand."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from tests.payment.counter import NOW, STAFF, accounts, add_up, bill, cash, key, owing, paid, principal

from yidian.domains.charging.operations import UnableToTakePrincipal, UnableToUndo
from yidian.domains.payment.operations import clear_from_books, refund, reverse_payment
from yidian.platform.writing.operations import chunk


class ByHand:
    """What everybody owes and holds, as lists and sums; knows nothing of the ledger."""

    def __init__(self) -> None:
        self.owed: defaultdict[str, list[list[Any]]] = defaultdict(list)  # [due, serial, open, serial of bill]
        self.principal: defaultdict[str, int] = defaultdict(int)
        self.cash = 0

    def bill(self, account: str, serial: int, amount: int, due: date) -> None:
        self.owed[account].append([due, serial, amount])

    def pay(self, account: str, amount: int) -> tuple[list[tuple[int, int]], int]:
        self.cash += amount
        parts = self._clear(account, amount)
        rest = amount - sum(part for _, part in parts)
        self.principal[account] += rest
        return parts, rest

    def clear(self, account: str) -> None:
        self.principal[account] -= sum(part for _, part in self._clear(account, self.principal[account]))

    def _clear(self, account: str, amount: int) -> list[tuple[int, int]]:
        parts = []
        for row in sorted(self.owed[account]):
            part = min(row[2], amount)
            row[2] -= part
            amount -= part
            if part:
                parts.append((row[1], part))
        return parts

    def reverse(self, account: str, amount: int, parts: list[tuple[int, int]], rest: int) -> bool:
        if rest > self.principal[account]:
            return False
        self.principal[account] -= rest
        self.cash -= amount
        for serial, part in parts:
            next(row for row in self.owed[account] if row[1] == serial)[2] += part
        return True

    def refund(self, account: str, amount: int) -> bool:
        if amount > self.principal[account]:
            return False
        self.principal[account] -= amount
        self.cash -= amount
        return True

    def owing(self, account: str) -> list[int]:
        return [row[2] for row in sorted(self.owed[account]) if row[2]]


def cleared(tenant: Any, account: str) -> None:
    with chunk(
        tenant=tenant, actor=STAFF, operation="test.clear", now=NOW, digest="", count=1, subject=account
    ) as frame:
        clear_from_books(frame=frame, account=account)


@pytest.mark.parametrize("seed", range(6))
def test_a_random_history_comes_to_what_a_plain_book_says(tenant: Any, seed: int) -> None:
    chance, hand = random.Random(seed), ByHand()
    codes = ["A1", "A2", "A3"]
    accounts(tenant, *codes)
    taken: list[tuple[str, str, int, list[tuple[int, int]], int]] = []
    for serial in range(1, 31):
        account = chance.choice(codes)
        act = chance.choices(["bill", "pay", "reverse", "refund", "clear"], [4, 5, 3, 2, 2])[0]
        amount = chance.choice([1, 99, 1_000, 12_345])
        if act == "bill":
            due = date(2026, 10, chance.randint(1, 5))
            bill(tenant, serial, account, amount, due=due)
            hand.bill(account, serial, amount, due)
        elif act == "pay":
            number = paid(tenant, account, amount).answer["number"]
            taken.append((number, account, amount, *hand.pay(account, amount)))
        elif act == "clear":
            cleared(tenant, account)
            hand.clear(account)
        elif act == "refund":
            if hand.refund(account, amount):
                refund(tenant=tenant, actor=STAFF, key=key(), now=NOW, account=account, amount_minor=amount)
            else:
                with pytest.raises(UnableToTakePrincipal):
                    refund(tenant=tenant, actor=STAFF, key=key(), now=NOW, account=account, amount_minor=amount)
        elif taken:
            one = taken.pop(chance.randrange(len(taken)))
            told = {"tenant": tenant, "actor": STAFF, "key": key(), "now": NOW, "payment": one[0], "reason": "random"}
            if hand.reverse(*one[1:]):
                reverse_payment(**told)
            else:
                with pytest.raises(UnableToUndo):
                    reverse_payment(**told)
        for code in codes:
            assert (owing(tenant, code), principal(tenant, code)) == (hand.owing(code), hand.principal[code])
    assert cash(tenant) == hand.cash
    assert min(hand.principal.values(), default=0) >= 0
    add_up(tenant)
