"""Tables that ask the arithmetic of money itself: roundings, and shares of a sum."""

from __future__ import annotations

from types import SimpleNamespace

from tests.numbers.pages import Table

from yidian.kernel.money import ROUNDINGS, parse_micro, share

ROUNDING_COLUMNS = ("case", "exact", "to", *ROUNDINGS)
SHARE_COLUMNS = ("case", "amount", "weights", "shares")


def rounding_faults(table: Table, engine: SimpleNamespace) -> list[str]:
    faults = []
    for line, row in table.rows:
        exact, step = parse_micro(row["exact"]), parse_micro(row["to"])
        for name, number in ROUNDINGS.items():
            found = int(engine.divide(exact, step, number)) * step
            if found != parse_micro(row[name]):
                faults.append(f"line {line}, {name}: {found} micro instead of {row[name]}")
    return faults


def share_faults(table: Table) -> list[str]:
    faults = []
    for line, row in table.rows:
        found = share(amount=int(row["amount"]), weights=[int(w) for w in row["weights"].split()])
        wanted = [int(part) for part in row["shares"].split()]
        if found != wanted or sum(found) != int(row["amount"]):
            faults.append(f"line {line}: {found} instead of {wanted}")
    return faults
