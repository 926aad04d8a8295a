"""What is typed in a small history, in which order, how each may end; once, by an operator whom nothing disturbs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from tools.operator.deliveries import elements_of
from tools.operator.files import EXAMPLES
from tools.operator.gifts import write_gifts
from tools.operator.moments import date_text, first_day, month_name
from tools.operator.payers import NAMES, Came, write_payments
from tools.operator.people import NAMED
from tools.operator.world import World

DONE: Final = (0,)
DONE_OR_NOT_NOW: Final = (0, 3)  # 3: not in this state; that is an answer, and nothing was changed


@dataclass(frozen=True, slots=True)
class Act:
    """A command line at an hour of the operator; it has to end with one of `ends`, typed again with one of `again`."""

    words: tuple[str, ...]
    at: str
    ends: tuple[int, ...] = DONE
    again: tuple[int, ...] = DONE


def acts_of(world: World, folder: Path, draw: Random) -> Iterator[Act]:
    """Month after month. The files of a month's money are written when its bills have been exported."""
    for month in range(world.size.months):
        yield from _month(world, folder, month, draw)


def _month(world: World, folder: Path, month: int, draw: Random) -> Iterator[Act]:
    name = month_name(month)
    after = _hour(month + 1, 0, 3)
    first = [Act(("import", "customers", str(folder / name / "customers.csv")), after)]
    first += _collects(folder / name / "usage", after, draw, first=not month)
    draw.shuffle(first)
    yield from first
    if not draw.randrange(3):
        yield from _bill(name, after)
    mending = [*_collects(folder / name / "late", after, draw), *_forgotten(folder / name, after)]
    if draw.randrange(2):
        mending.append(Act(("suspense", "refeed", "--mapping", _mapping("msc-volte")), after))
    draw.shuffle(mending)
    yield from mending
    yield from _bill(name, after)
    bills = folder / name / "bills.csv"
    yield Act(("export", "bills", name, "-o", str(bills)), after)
    write_gifts(seed=world.seed, month=month, bills=bills, folder=folder)
    if draw.randrange(2):
        yield Act(("import", "gifts", str(folder / name / "money" / "gifts.csv")), after)
    yield Act(("cycle", "open", month_name(month + 1)), after, again=(0, 2))
    for word in ("post", "clear", "close")[draw.randrange(3) :]:
        yield Act((word, name), after, DONE_OR_NOT_NOW, DONE_OR_NOT_NOW)
    came = write_payments(seed=world.seed, month=month, bills=bills, folder=folder, strange=150)
    yield from _money(folder / name / "money", month, came, draw)
    if not draw.randrange(3):
        yield Act(("month", name), _hour(month + 1, 28, 6))


def _money(folder: Path, month: int, came: Came, draw: Random) -> Iterator[Act]:
    """Money in, in any order; a wrong payment taken back; what nobody is known for; arrears."""
    at, later = _hour(month + 1, 26, 9), _hour(month + 1, 27, 5)
    mappings = EXAMPLES / "demo" / "payments"
    files = [
        Act(("import", "payments", str(folder / file), "--mapping", str(mappings / f"{way}.toml")), at)
        for way, file in NAMES.items()
        if came.rows[way]
    ]
    wrong = ("pay", NAMED, f"{1 + draw.randrange(300)}.00", "--txn", f"W{month}", "--key", f"wrong-{month}")
    mistakes = [Act(wrong, at)] if draw.randrange(2) else []
    draw.shuffle(files)
    yield from [*mistakes, *files]
    if mistakes and draw.randrange(2):
        yield Act(("payments", "reverse", f"counter:W{month}", "--reason", "mistake"), at, again=DONE_OR_NOT_NOW)
    for channel, reference, account in came.strange:
        if draw.randrange(2):
            yield Act(("payments", "assign", f"{channel}:{reference}", account), at, again=DONE_OR_NOT_NOW)
    if not draw.randrange(3):
        about = ("--cycle", month_name(month), "--item", "voice_local", "--reason", "BAD_LINE")
        yield Act(("adjust", NAMED, *about, f"--amount={draw.randrange(-20, 20)}.25"), at)
    for account, minor in came.over[: draw.randrange(2)]:
        refund = ("refund", account, f"{minor // 200}.{minor // 2 % 100:02}", "--key", f"back-{month}")
        yield Act(refund, at, DONE_OR_NOT_NOW, DONE_OR_NOT_NOW)
    if draw.randrange(2):
        yield Act(("dun", later[:10]), later)


def _bill(name: str, at: str) -> Iterator[Act]:
    yield Act(("rate", name), at)
    yield Act(("bill", name), at)


def _collects(folder: Path, at: str, draw: Random, *, first: bool = False) -> list[Act]:
    """Every element's files, in any order, sometimes in two deliveries."""
    found = []
    for mapping, element in elements_of(folder):
        files = sorted(str(path) for path in (folder / element).iterdir())
        draw.shuffle(files)
        cut = draw.randrange(len(files) + 1) if not draw.randrange(4) else 0
        named = "msc" if first and element == "msc" and draw.randrange(2) else mapping
        parts = [part for part in (files[:cut], files[cut:]) if part]
        found += [Act(("collect", "--mapping", _mapping(named), *part), at) for part in parts]
    return found


def _forgotten(folder: Path, at: str) -> list[Act]:
    path = folder / "customers-late.csv"
    return [Act(("import", "customers", str(path)), at)] if path.exists() else []


def _mapping(name: str) -> str:
    return str(EXAMPLES / "demo" / "mappings" / f"{name}.yaml")


def _hour(month: int, day: int, hour: int) -> str:
    return f"{date_text(first_day(month) + day)}T{hour:02}:00:00+08:00"
