"""Planted mistakes: each is a piece of the kernel's text and what somebody might have written instead.

A mutant is the kernel's own source loaded again under another name with one text replaced; no file is changed.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yidian.kernel

# ruff: noqa: E501 - a text and its mutation stand on one line

KERNEL = Path(yidian.kernel.__file__).parent
NAME = "mutated_kernel"
MOST_LINES = 20_000


@dataclass(frozen=True)
class Mutation:
    """`old` in a file of the kernel becomes `new`."""

    name: str
    file: str
    old: str
    new: str

    def applied(self) -> str:
        text = source_of(KERNEL / self.file)
        assert text.count(self.old) == 1, f"{self.name}: the text occurs {text.count(self.old)} times in {self.file}"
        return text.replace(self.old, self.new)


def source_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def code_of(path: Path, text: str) -> Any:
    return compile(text.replace("yidian.kernel", NAME), str(path), "exec")


class MutantLoader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds and runs the modules of one mutant."""

    def __init__(self, mutation: Mutation | None) -> None:
        self._changed = {} if mutation is None else {KERNEL / mutation.file: mutation.applied()}

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".")[0] != NAME:
            return None
        place = KERNEL.joinpath(*fullname.split(".")[1:])
        package = place.is_dir()
        file = place / "__init__.py" if package else place.with_suffix(".py")
        return importlib.util.spec_from_loader(fullname, self, origin=str(file), is_package=package)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        file = Path(str(module.__spec__.origin))
        module.__file__ = str(file)
        exec(code_of(file, self._changed.get(file) or source_of(file)), vars(module))


@contextmanager
def mutant(mutation: Mutation | None) -> Iterator[dict[str, Any]]:
    """The doors of a kernel with one mistake (None: without)."""
    loader = MutantLoader(mutation)
    sys.meta_path.insert(0, loader)
    try:
        rooms = {"quote": "rating.quote", "book": "billing.book", "bill": "billing.bill", "engine": "rating.engine"}
        doors = {name: importlib.import_module(f"{NAME}.{room}") for name, room in rooms.items()}
        yield {**doors, "engine": ending(doors["engine"].plain())}
    finally:
        sys.meta_path.remove(loader)
        for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
            del sys.modules[name]


def ending(engine: Any) -> Any:
    """The engine, but a walk that goes on for ever falls over once its output has grown too large."""
    price_units = engine.price_units

    def counted(book: Any, held: Any, opening: Any, out: Any, *others: Any) -> Any:
        if len(out.event) > MOST_LINES:
            raise OverflowError("a walk that does not end")
        return price_units(book, held, opening, out, *others)

    engine.price_units = counted
    return engine


def _of(file: str, *planted: tuple[str, str, str]) -> tuple[Mutation, ...]:
    return tuple(Mutation(name, file, old, new) for name, old, new in planted)


ROUNDINGS = _of(
    "money/rounding.py",
    (
        "a half is cut off",
        "HALF_UP:\n        return floor + 1 if numerator > 0 else floor",
        "HALF_UP:\n        return floor",
    ),
    ("half even is half up", "return floor + (floor & 1)", "return floor + 1"),
    ("ceiling is floor", "CEILING:\n        return floor + 1", "CEILING:\n        return floor"),
    (
        "up is down",
        "UP:\n        return floor + 1 if numerator > 0 else floor\n    if rounding == DOWN",
        "UP:\n        return floor\n    if rounding == DOWN",
    ),
    ("down is up", "DOWN:\n        return floor if numerator > 0", "DOWN:\n        return floor + 1 if numerator > 0"),
    ("the nearer is the lower", "return floor + 1 if twice > 0 else floor", "return floor"),
)
WALK = _of(
    "rating/price.py",
    ("a full block more", "return (units + block - 1) // block", "return (units + block) // block"),
    ("an instant belongs to the period that ends", "if from_ms[middle] <= at_ms:", "if from_ms[middle] < at_ms:"),
    ("a bucket opens late", "and held.chain_from_ms[entry] <= at_ms", "and held.chain_from_ms[entry] < at_ms"),
    ("a bucket never ends", "and at_ms < held.chain_to_ms[entry]", "and at_ms >= 0"),
    ("a bucket serves everything", "book.serves[held.bucket_allowance[bucket], cell] != 0", "True"),
    ("a step begins late", "book.step_from[step + 1] <= position", "book.step_from[step + 1] < position"),
    ("a cap forgets", "left = book.cap_micro[cap] - used", "left = book.cap_micro[cap]"),
    ("a shared cap keeps the last only", "held.unit_slots[unit, slot] = used + kept", "held.unit_slots[unit, slot] = kept"),
    ("a cap keeps the last only", "held.slots[sub, slot] = used + kept", "held.slots[sub, slot] = kept"),
    ("a draw runs over the bucket's end", "end = min(end, ceil_div(held.chain_to_ms[entry] - start_ms, 1000))", "end += 0"),
    ("a draw is no whole block", "= min(ceil_div(end - position, block) * block, held", "= min(end - position, held"),
    ("a draw empties by what was covered", "held.balance[bucket] -= units", "held.balance[bucket] -= min(units, end - position)"),
    ("each stretch climbs anew", "== 1 else position\n", "== 1 else 0\n"),
    ("a ladder is climbed once", "reached = reached % repeat", "reached += 0"),
    ("room counted from the bottom", "room = book.step_from[step + 1] - reached", "room = book.step_from[step + 1]"),
    ("the last step of a repeat is too long", "room = repeat - reached", "room = repeat"),
    ("a block is cut at the step", "ceil_div(min(wanted, room), block) * block", "min(ceil_div(wanted, block) * block, room)"),
    ("each line is rounded alone", "(divide(after, denominator, rounding) - divide(before, denominator, rounding))", "divide(numerator, denominator, rounding)"),
    ("the counter counts used units", "held.slots[sub, slot] += units", "held.slots[sub, slot] += min(units, wanted)"),
    ("the event's sum runs on", "held.slots[sub, EVENT_SLOT] = 0", "held.slots[sub, EVENT_SLOT] += 0"),
    ("the band of the start for all", "at_ms = start_ms + position * 1000 * split", "at_ms = start_ms"),
    ("a second too long in a band", "ceil_div(book.band_edge_ms[edge + 1] - start_ms, 1000)", "(book.band_edge_ms[edge + 1] - start_ms) // 1000 + 1"),
    ("nothing is drawn from an allowance", "if quantity > 0 else -1", "if quantity >= 0 else -1"),
    ("a block covers more than the event", "covered = min(units, quantity - position)", "covered = units"),
    ("the cut is forgotten", "out.cut_micro[row] = amount - kept", "out.cut_micro[row] = 0"),
)  # fmt: skip
TABLES = (
    *_of(
        "rating/holders.py",
        ("the last in priority is drawn first", "given.priority[row], sub))", "-given.priority[row], sub))"),
    ),
    *_of(
        "rating/buckets.py",
        ("an allowance outlives its row", "np.minimum(to_ms[held], given.to_ms[row])", "to_ms[held]"),
    ),
    *_of("rating/ladders.py", ("any band beats the named one", "exact = ladders.index.get((epoch, offer, item, band), -1)", "exact = -1")),
    *_of("rating/epochs.py", ("prices change with the month", "tariff.rules, tariff.prices, tariff.caps", "tariff.rules, tariff.caps")),
    *_of("rating/book.py", ("offers by code alone", "key=lambda code: (best[code], code)", "key=lambda code: code")),
    *_of("rating/classify.py", ("all is local", "relation = 1 if other_area == area else 2", "relation = 1")),
)  # fmt: skip
BILLS = (
    *_of(
        "billing/fees.py",
        ("a fee's last day is charged by its successor too", "if fees[at, FEE_TO] < end:", "if fees[at, FEE_TO] > end:"),
        ("the dearer of month and days", "by_day < amount:", "by_day > amount:"),
        ("the entry fee comes every month", "if in_force and begins == 1 else 0", "if in_force else 0"),
    ),
    *_of(
        "billing/discounts.py",
        ("the threshold itself is too little", "base < book.discounts[row, CUT_THRESHOLD]", "base <= book.discounts[row, CUT_THRESHOLD]"),
        ("the last of equal remainders gains", "if rests[at] > rests[best]:", "if rests[at] >= rests[best]:"),
        ("each discount on the full amount", "lines[at, LINE_LEFT] -= taken_here", "lines[at, LINE_LEFT] -= 0"),
        ("each part of a reduction rounded alone", "booked += taken_here", "booked += 0"),
        ("more is given than was paid", "return base if taken > base else taken", "return taken"),
    ),
    *_of("billing/minimums.py", ("the lowest of the minimums", "if amount > highest:", "if row_at == NONE or amount < highest:")),
    *_of(
        "billing/lines.py",
        ("a reduction has a class of its own", "book.item_class[of_item if of_item >= 0 else item]", "book.item_class[item]"),
        ("a bill rounds as it likes", "divide(micro, book.micro_per_minor, book.bill_rounding)", "divide(micro, book.micro_per_minor, 0)"),
    ),
    *_of("billing/totals.py", ("tax on top", "MILLION + rate_ppm", "MILLION")),
)  # fmt: skip
