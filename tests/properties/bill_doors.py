"""The kernel's bill of a world, line by line in the oracle's words."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.oracle.bill import bill as bill_by_oracle
from tests.oracle.bill import grade_of, unit_of
from tests.oracle.payers import payers_of
from tests.oracle.rows import account_at
from tests.properties.random_months import World

from yidian.kernel.billing import bill as door
from yidian.kernel.billing import book as billing_book
from yidian.kernel.billing import layout
from yidian.kernel.calendar import Period

Totals = dict[tuple[str, str, str], int]
Line = tuple[str, str, str, str, str, str, str, int, int]
Header = tuple[int, int, dict[str, int]]


def accounts_of(world: World) -> list[str]:
    own = {account for who in world.subscribers for account, _, _ in who["accounts"]}
    return sorted(own | {row["account"] for who in world.subscribers for row in who.get("payers", ())})


def array(values: list[int]) -> Any:
    return np.array(values, np.int64)


def usage_of(world: World, book: billing_book.BillingBook, totals: Totals) -> door.Usage:
    people, accounts = [who["code"] for who in world.subscribers], accounts_of(world)
    return door.Usage(
        subscriber=array([people.index(key[0]) for key in totals]),
        account=array([accounts.index(key[1]) for key in totals]),
        item=array([book.items.index(key[2]) for key in totals]),
        amount_micro=array(list(totals.values())),
        quantity=array([1] * len(totals)),
        events=array([1] * len(totals)),
    )


def holdings_of(world: World, book: billing_book.BillingBook) -> door.Holdings:
    accounts = accounts_of(world)
    rows = [
        (
            n,
            accounts.index(str(account_at(who, max(begins, world.cycle[0])))),
            book.offers.index(offer),
            begins,
            ends,
            accounts.index(str(account_at(who, world.cycle[1] - 1))),
        )
        for n, who in enumerate(world.subscribers)
        for offer, begins, ends in who["holdings"]
    ]
    return door.Holdings(*columns(rows, 6))


def columns(rows: list[tuple[int, ...]], width: int) -> list[Any]:
    return [array([row[column] for row in rows]) for column in range(width)]


def circumstances_of(world: World, book: billing_book.BillingBook) -> door.Circumstances:
    people, accounts, items = world.subscribers, accounts_of(world), book.items
    units = [unit_of(world.cycle, who) for who in people]
    grades = [grade_of(world.cycle, who) for who in people]
    states = [
        (n, layout.STATES.index(state), begins, ends)
        for n, who in enumerate(people)
        for state, begins, ends in who.get("states", ())
    ]
    payers = [(n, row) for n, who in enumerate(people) for row in payers_of(who, world.cycle)]
    rows = [
        (n, accounts.index(row["account"]), layout.MODES.index(row["mode"]), row["limit_micro"] + row["rate_ppm"], at)
        for at, (n, row) in enumerate(payers)
    ]
    named = [[row["items"] == "*" or item in row["items"] for item in items] for _, row in payers]
    return door.Circumstances(
        unit=array([units.index(unit) for unit in units]),
        grade=array([book.grades.index(g) if g in book.grades else len(book.grades) for g in grades]),
        states=door.States(*columns(states, 4)),
        payers=door.Payers(*columns(rows, 5), np.array(named, np.int64).reshape(len(named), len(items))),
    )


def bills_by_kernel(
    world: World, totals: Totals, compiler: Any = billing_book, biller: Any = door, functions: Any = None
) -> tuple[list[Line], dict[str, Header]]:
    book = compiler.compile_billing(world.tariff, Period(*world.cycle))
    accounts, people = accounts_of(world), [who["code"] for who in world.subscribers]
    bills = biller.bill(
        book=book,
        usage=usage_of(world, book, totals),
        holdings=holdings_of(world, book),
        subscribers=len(people),
        accounts=len(accounts),
        known=circumstances_of(world, book),
        functions=functions,
    )
    assert not bills.too_large.any()
    lines = [line_of(book, accounts, people, row) for row in bills.rows.tolist()]
    headers: dict[str, Header] = {}
    for n, account in enumerate(accounts):
        if bills.items[n]:
            taxes = {
                name: int(bills.tax_minor[n, k]) for k, name in enumerate(book.tax_classes) if bills.tax_minor[n, k]
            }
            headers[account] = int(bills.total_minor[n]), int(bills.remainder_micro[n]), taxes
    return sorted(lines), headers


def line_of(book: billing_book.BillingBook, accounts: list[str], people: list[str], row: list[int]) -> Line:
    of_item, code = row[layout.ROW_OF_ITEM], row[layout.ROW_CODE]
    return (
        accounts[row[layout.ROW_ACCOUNT]],
        people[row[layout.ROW_SUBSCRIBER]],
        layout.KINDS[row[layout.ROW_KIND]],
        book.items[row[layout.ROW_ITEM]],
        book.items[of_item] if of_item >= 0 else "",
        book.discounts[code] if code >= 0 else "",
        book.tax_classes[row[layout.ROW_CLASS]],
        row[layout.ROW_MICRO],
        row[layout.ROW_MINOR],
    )


def bills_by_oracle(world: World, totals: Totals) -> tuple[list[Line], dict[str, Header]]:
    lines, headers = bill_by_oracle(world.rows, world.cycle, world.subscribers, totals)
    names = ("account", "subscriber", "kind", "item", "of_item", "code", "tax_class", "amount_micro", "amount_minor")
    return sorted(tuple(line[name] for name in names) for line in lines), {
        account: (header["total_minor"], -header["rounding_micro"], {k: v for k, v in header["tax_minor"].items() if v})
        for account, header in headers.items()
    }


def first_difference(world: World, totals: Totals, **kernel: Any) -> str:
    """Where the two bills of a world part; empty: nowhere."""
    theirs, their_headers = bills_by_kernel(world, totals, **kernel)
    ours, our_headers = bills_by_oracle(world, totals)
    if theirs != ours:
        return f"kernel {sorted(set(theirs) - set(ours))}\noracle {sorted(set(ours) - set(theirs))}"
    if their_headers != our_headers:
        return f"kernel {their_headers}\noracle {our_headers}"
    return ""
