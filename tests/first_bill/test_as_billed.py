"""The law: what an order was quoted at is what is really rated and billed once it is carried out, to the 分."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tests.billing.desk import ms
from tests.cycles.world import NOVEMBER, OCTOBER
from tests.first_bill.orders import KINDS, Book, Line
from tests.first_bill.shop import PEOPLE, Lines, Shop, by_account, really, shop, told

from yidian.domains.party.operations import add_parties
from yidian.runs.first_bill.quote import first_bill

Expected = dict[str, tuple[int, Lines]]
NOTHING: tuple[int, Lines] = (0, {})


def book_of(people: tuple[str, ...]) -> Book:
    lines: dict[str, Line] = {}
    for row in people:
        customer, account, code, number, offer, begin, _, pool = row.split(",")
        line = lines.setdefault(
            code, Line(customer, account, f"pool:{pool}" if pool else account, number, {})
        )  # fmt: skip
        line.offers[offer] = ms(begin)
    return Book(lines)


def kept_up(expected: Expected, shop: Shop, month: Any, kind: str) -> None:
    """A quote says of now what the quote before it said of then."""
    for one in month.accounts:
        before = expected.get(one.account)
        if before is not None:
            assert told(one.now) == before, (kind, month.cycle, one.account)
    expected.update(by_account(month.accounts))


@pytest.mark.parametrize("seed", range(2))
def test_orders_one_after_the_other_are_billed_as_they_were_quoted(tenant: Any, tmp_path: Path, seed: int) -> None:
    chance, world = random.Random(seed), shop(tenant, tmp_path / "home", seed=seed)
    book, kinds = book_of(PEOPLE), list(KINDS)
    chance.shuffle(kinds)
    expected: tuple[Expected, Expected] = ({}, {})
    instants = sorted(chance.sample(range(ms("2026-10-01"), ms("2026-10-31"), 1_000), len(kinds)))
    instants[0] = ms("2026-10-01")
    for kind, at_ms in zip(kinds, instants, strict=True):
        changes = kind(book, chance, at_ms)
        if not changes:
            continue
        found = first_bill(tenant=tenant, places=world.places, at_ms=at_ms, changes=changes)
        kept_up(expected[0], world, found.this, kind.__name__)
        kept_up(expected[1], world, found.next, kind.__name__)
        add_parties(tenant=tenant, customers={c: "" for c, _ in book.new}, accounts={a: c for c, a in book.new})
        world.carried_out(*changes)
    world.billed(OCTOBER).billed(NOVEMBER)
    for month, wanted in zip((OCTOBER, NOVEMBER), expected, strict=True):
        bills = really(world, month)
        assert {account: bills.get(account, NOTHING) for account in wanted} == wanted
    assert len(expected[0]) > 5
