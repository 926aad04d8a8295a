"""How customers pay their bills: who pays what, by which way and when, and the files in which the money comes.

Read from the exported bills line by line; what is remembered between months is who still owes, or has paid too much:
`owed.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import IO, Final, NamedTuple

from tools.operator.chance import chance, weighted
from tools.operator.moments import DAY, clock_text, first_day, month_name

WAYS: Final = (("collection", 45), ("bank", 25), ("counter", 30))
HEADS: Final = {
    "counter": "receipt,paid_at,account,amount,payer,method",
    "bank": "流水号|交易时间|合同号|金额|户名",
    "collection": "reference,contract,amount_fen,debited_on,result",
}
CHANNELS: Final = {"counter": "shops", "bank": "bank", "collection": "collection"}
NAMES: Final = {"counter": "counter.csv", "bank": "bank.txt", "collection": "collection.csv"}
PAYS_NOTHING, PAYS_A_PART, PAYS_MORE = 60, 100, 140  # of a thousand, each up to the next; the others pay what they owe


@dataclass(slots=True)
class Came:
    """What came in for a month: rows of each file; payments of nobody known, and accounts that paid too much."""

    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    strange: list[tuple[str, str, str]] = field(default_factory=list)  # channel, its reference, the account meant
    over: list[tuple[str, int]] = field(default_factory=list)  # account, minor units beyond what it owes


class Paid(NamedTuple):
    """Money of one payer. `result`: of a collection, whether the bank found it on his account."""

    account: str
    amount_minor: int
    at: int
    payer: str = ""
    result: str = "0000"


def write_payments(*, seed: int, month: int, bills: Path, folder: Path, strange: int = 25) -> Came:
    """Write the money that comes in for the bills of a month into files below `folder`/money.

    `strange`: of a thousand accounts, how many payers write a contract number that nobody has.
    """
    target = folder / month_name(month) / "money"
    target.mkdir(parents=True, exist_ok=True)
    before, owes, came, transferred = _owed(folder, month - 1), {}, Came(), 0
    with ExitStack() as files:
        open_files = {
            way: files.enter_context(_opened(target / NAMES[way], HEADS[way], "gbk" if way == "bank" else "utf-8"))
            for way in NAMES
        }
        for account, total in billed(bills):
            draw = chance(seed, "pays", account, month)
            way = weighted(WAYS, chance(seed, "way", account))
            due = total + before.pop(account, 0)
            for paid in _payments(account, due, way, month, draw, strange):
                came.rows[way] += 1
                open_files[way].write(_row(way, month, came.rows[way], paid))
                transferred += paid.amount_minor if way == "bank" else 0
                if paid.account != account:
                    came.strange.append((CHANNELS[way], reference(way, month, came.rows[way]), account))
                elif paid.result == "0000":
                    due -= paid.amount_minor
            if due:
                owes[account] = due
            if due < 0:
                came.over.append((account, -due))
        open_files["bank"].write(f"T|{came.rows['bank']}|{_yuan(transferred)}\n")
    _remember(folder, month, before | owes)
    return came


def _payments(account: str, due: int, way: str, month: int, draw: Random, strange: int) -> Iterator[Paid]:
    """What somebody pays who owes `due`, from the third of the month after on."""
    at = DAY * (first_day(month + 1) + draw.randrange(2, 25)) + draw.randrange(9 * 3600, 20 * 3600)
    habit, wrong = draw.randrange(1000), draw.randrange(1000) < strange
    if due <= 0 or (habit < PAYS_NOTHING and way != "collection"):
        return
    if way == "collection":
        yield Paid(account, due, at, result="4001" if habit < PAYS_NOTHING else "0000")
    elif wrong:
        yield Paid("X" + account[1:], due, at, payer="字迹不清")
    elif habit < PAYS_A_PART:
        yield Paid(account, max(1, due * 6 // 10), at)
    elif habit < PAYS_MORE:
        yield Paid(account, due // 10_000 * 10_000 + 10_000, at)
    else:
        yield Paid(account, due, at)


def reference(way: str, month: int, number: int) -> str:
    """The channel's own id of its n-th payment for a month."""
    return f"{way[0].upper()}{month_name(month).replace('-', '')}{number:08}"


def _row(way: str, month: int, number: int, paid: Paid) -> str:
    own, on = reference(way, month, number), clock_text(paid.at)
    if way == "counter":
        return f"{own},{on},{paid.account},{_yuan(paid.amount_minor)},{paid.payer},cash\n"
    if way == "bank":
        packed = on.replace("-", "").replace(":", "").replace(" ", "")
        return f"{own}|{packed}|{paid.account}|{_yuan(paid.amount_minor)}|{paid.payer}\n"
    return f"{own},{paid.account},{paid.amount_minor},{on[:10]},{paid.result}\n"


def _yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def _opened(path: Path, head: str, encoding: str) -> IO[str]:
    file = path.open("w", encoding=encoding, newline="")
    file.write(head + "\n")
    return file


def billed(path: Path) -> Iterator[tuple[str, int]]:
    """Account and total in minor units of every bill of an export."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["account"], int(Decimal(row["total"]).scaleb(2))


def _owed(folder: Path, month: int) -> dict[str, int]:
    path = folder / month_name(month) / "money" / "owed.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["account"]: int(row["minor"]) for row in csv.DictReader(file)}


def _remember(folder: Path, month: int, owed: dict[str, int]) -> None:
    path = folder / month_name(month) / "money" / "owed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("account,minor\n")
        file.writelines(f"{account},{minor}\n" for account, minor in sorted(owed.items()))
