"""All bills of a cycle at once come to the same transactions as each bill by itself, told in plain Python."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from yidian.domains.customer_bill.types import BillsToPost
from yidian.domains.ledger.types import AccountKey, Lot
from yidian.kernel.money import ROUNDINGS, divide
from yidian.runs.post.legs import BillsDoNotAgree, legs_of, tax_parts

ON = date(2026, 11, 2)
ITEMS, CLASSES = ("RENT", "LOCAL", "数据", "LOCAL2"), ("basic", "value_added", "none")
Line = tuple[str, str, int]  # item, class, minor


def one_bill(total: int, lines: list[Line], taxes: dict[str, int], owner: str) -> list[tuple[AccountKey, int]]:
    """The oracle: Dr receivable total, Cr tax by class, Cr revenue net by item; zeros left out."""
    legs, revenue = [(AccountKey("receivable", owner), total)], defaultdict[str, int](int)
    for tax_class in dict.fromkeys(tax_class for _, tax_class, _ in lines):
        mine = [(item, gross) for item, of, gross in lines if of == tax_class]
        tax, base = taxes.get(tax_class, 0), sum(gross for _, gross in mine)
        parts = [divide(tax * gross, base, ROUNDINGS["half_up"]) if base > 0 else 0 for _, gross in mine]
        largest = max(range(len(mine)), key=lambda n: (abs(mine[n][1]), -n))
        parts[largest] += tax - sum(parts)
        for (item, gross), part in zip(mine, parts, strict=True):
            revenue[item] += gross - part
        legs.append((AccountKey("tax", code=tax_class), -tax))
    legs += [(AccountKey("revenue", code=item), -net) for item, net in sorted(revenue.items())]
    return [(account, amount) for account, amount in legs if amount]


def drawn(draw: random.Random) -> list[tuple[int, list[Line], dict[str, int]]]:
    """Bills: total, lines in order, taxes. Of nothing, below zero, of billions, with a tax whose lines are gone."""
    found = []
    for _ in range(draw.randrange(1, 40)):
        most = draw.choice([5, 3_000, 1 << 40])
        lines = {
            (draw.choice(ITEMS), draw.choice(CLASSES)): draw.choice([-1, 1, 1, 1]) * draw.randrange(most)
            for _ in range(draw.choice([0, 1, 3, 6]))
        }
        told = [(item, of, gross) for (item, of), gross in sorted(lines.items())]
        taxes = {name: draw.randrange(-most // 9, most // 9 + 1) for name in CLASSES if draw.random() < 0.8}
        found.append((sum(gross for _, _, gross in told), told, taxes))
    return found


def columns(bills: list[tuple[int, list[Line], dict[str, int]]], draw: random.Random) -> tuple[BillsToPost, pa.Table]:
    accounts = draw.sample(range(1, 1_000), len(bills))
    taxes = [(n, name, tax) for n, (_, _, of) in enumerate(bills) for name, tax in sorted(of.items())]
    lines = [(accounts[n], *line) for n, (_, mine, _) in enumerate(bills) for line in mine]
    lines += [(account, "RENT", "basic", 5) for account in draw.sample(range(1_001, 1_999), 3)]  # of other bills
    lines.sort()
    table = pa.table({
        name: pa.array([line[place] for line in lines], kind)
        for place, (name, kind) in enumerate([
            ("account", pa.int64()), ("item", pa.string()), ("tax_class", pa.string()), ("minor", pa.int64()),
        ])
    })  # fmt: skip
    told = BillsToPost(
        id=np.arange(len(bills)) * 1024 + 7, account_id=np.array(accounts), account_code=[f"a{n}" for n in accounts],
        total_minor=np.array([total for total, _, _ in bills], np.int64),
        tax_bill=np.array([n for n, _, _ in taxes], np.int64), tax_class=[name for _, name, _ in taxes],
        tax_minor=np.array([tax for _, _, tax in taxes], np.int64),
    )  # fmt: skip
    return told, table


def cut(lot: Lot) -> dict[str, list[tuple[AccountKey, int]]]:
    legs = iter(zip(lot.accounts, lot.amounts_minor, strict=True))
    return {refers: [next(legs) for _ in range(n)] for refers, n in zip(lot.refers, lot.legs, strict=True)}


@pytest.mark.parametrize("seed", range(60))
def test_all_bills_at_once_are_each_bill_by_itself(seed: int) -> None:
    draw = random.Random(seed)
    bills = drawn(draw)
    told, items = columns(bills, draw)
    made = legs_of(bills=told, items=items)
    expected = {
        f"bill/{id_}": one_bill(*bill, owner=code)
        for id_, code, bill in zip(told.id.tolist(), told.account_code, bills, strict=True)
    }
    found: dict[str, list[tuple[AccountKey, int]]] = {}
    begin = 0
    while begin < len(bills):  # in chunks of whatever size
        end = min(begin + draw.randrange(1, 9), len(bills))
        found |= cut(made.lot(begin, end, cycle="2026-10", on=ON))
        begin = end
    assert found == {refers: legs for refers, legs in expected.items() if legs}
    assert list(found) == [refers for refers, legs in expected.items() if legs]


def test_no_bill_is_no_transaction() -> None:
    told, items = columns([], random.Random(1))
    assert legs_of(bills=told, items=items).first.tolist() == [0]


def test_the_first_bill_that_is_not_its_items_is_named() -> None:
    bills = [(5, [("RENT", "basic", 5)], {}), (7, [("RENT", "basic", 6)], {}), (1, [], {})]
    told, items = columns(bills, random.Random(1))
    with pytest.raises(BillsDoNotAgree) as error:
        legs_of(bills=told, items=items)
    assert error.value.params == {"account": told.account_code[1], "items_minor": 6, "total_minor": 7}


@pytest.mark.parametrize(
    ("tax", "gross", "parts"),
    [(100, [3, 3, 3], [34, 33, 33]), (0, [5, -5], [0, 0]), (3 << 50, [1 << 55, 1 << 55], [3 << 49, 3 << 49])],
)
def test_the_tax_of_a_class_is_shared_over_its_items_to_the_last_fen(
    tax: int, gross: list[int], parts: list[int]
) -> None:
    group = np.zeros(len(gross), np.int64)
    assert tax_parts(tax_minor=np.array([tax]), gross_minor=np.array(gross), group=group).tolist() == parts
