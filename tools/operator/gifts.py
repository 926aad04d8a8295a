"""Gifts that the operator makes to its customers: for accounts and for numbers, with limits and an end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.operator.chance import chance
from tools.operator.moments import date_text, first_day, month_name
from tools.operator.payers import billed

HEAD: Final = "target_kind,target,type,amount_fen,level,cycle_upper_fen,effective,expires"
EVERY: Final = 8  # one account of so many is given something in a month


def write_gifts(*, seed: int, month: int, bills: Path, folder: Path) -> int:
    """`money/gifts.csv` of a month, for accounts that have a bill; rows written."""
    path = folder / month_name(month) / "money" / "gifts.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = list(_rows(seed, month, bills))
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return len(rows)


def _rows(seed: int, month: int, bills: Path) -> Iterator[str]:
    since = date_text(first_day(month + 1))
    for account, _ in billed(bills):
        draw = chance(seed, "gift", account, month)
        if draw.randrange(EVERY):
            continue
        amount, kind = 500 * (1 + draw.randrange(8)), "compensation" if not draw.randrange(4) else "gift"
        upper = amount // 2 if draw.randrange(2) else -1
        expires = date_text(first_day(month + 2 + draw.randrange(3)))
        yield f"account,{account},{kind},{amount},account,{upper},{since},{expires}"
