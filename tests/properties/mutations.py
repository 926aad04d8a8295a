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
    ("a bucket serves everything", "needed = book.needs[rows + held.bucket_allowance[bucket], cell]", "needed = 1"),
    ("a step begins late", "book.step_from[step + 1] <= position", "book.step_from[step + 1] < position"),
    ("a cap forgets", " - min(used, book.cap_micro[cap])", ""),
    ("a shared cap counts nothing", "held.unit_slots[unit, slot] = so_far", "held.unit_slots[unit, slot] = 0"),
    ("a cap counts nothing", "held.slots[sub, slot] = so_far", "held.slots[sub, slot] = 0"),
    ("a draw runs over the bucket's end", "end = min(end, ceil_div(held.chain_to_ms[entry] - start_ms, 1000))", "end += 0"),
    ("a draw is no whole block", "units = min(ceil_div(end - position, block) * block, left)", "units = min(end - position, left)"),
    ("a draw empties by what was covered", "held.balance[bucket] -= units", "held.balance[bucket] -= min(units, end - position)"),
    ("each stretch climbs anew", "== 1 else position\n", "== 1 else 0\n"),
    ("a ladder is climbed once", "reached = reached % repeat", "reached += 0"),
    ("room counted from the bottom", "room = book.step_from[step + 1] - reached", "room = book.step_from[step + 1]"),
    ("the last step of a repeat is too long", "room = repeat - reached", "room = repeat"),
    ("a block is cut at the step", "units: int = ceil_div(min(wanted, room), block) * block", "units = min(ceil_div(wanted, block) * block, room)"),
    ("each line is rounded alone", "(divide(after, denominator, rounding) - divide(before, denominator, rounding))", "divide(numerator, denominator, rounding)"),
    ("the counter counts used units", "held.slots[sub, slot] += covered", "held.slots[sub, slot] += min(covered, wanted)"),
    ("the event's sum runs on", "held.slots[sub, EVENT_SLOT] = 0", "held.slots[sub, EVENT_SLOT] += 0"),
    ("the band of the start for all", "at_ms = start_ms + position * 1000 * split", "at_ms = start_ms"),
    ("a second too long in a band", "ceil_div(book.band_edge_ms[edge + 1] - start_ms, 1000)", "(book.band_edge_ms[edge + 1] - start_ms) // 1000 + 1"),
    ("nothing is drawn from an allowance", "if quantity > 0 and not free else -1", "if not free else -1"),
    ("a block covers more than the event", "covered = min(covered, quantity - position)", "covered += 0"),
    ("the cut is forgotten", "units, kept, amount - kept)", "units, kept, 0)"),
    ("yesterday counts", "if held.slots[sub, book.day_slot] != day:", "if held.slots[sub, book.day_slot] > day:"),
    ("yesterday's family cap counts", "if held.unit_slots[unit, book.unit_day_slot] != day:", "if held.unit_slots[unit, book.unit_day_slot] > day:"),
    ("a block ends with its event", "units = (ceil_div(begun + used, block) - ceil_div(begun, block)) * block", "units = ceil_div(used, block) * block"),
    ("a block on the counter is counted whole", "            covered = used\n", "            covered = units\n"),
    ("the lower price does not reach back", "more += reached * (book.step_num[step] - book.step_num[former])", "more += 0"),
    ("a volume ends where the next step begins", "(reached + wanted if counted == 1 else quantity) - 1)", "(reached + wanted if counted == 1 else quantity))"),
    ("each stretch is set up", "            first = 0\n", "            first += 0\n"),
    ("as little as that is free too", "free = quantity < book.item_free[item]", "free = quantity <= book.item_free[item]"),
    ("a member draws as it likes", "if limited >= 0:", "if limited < -1:"),
    ("a conversion takes one of each", "units: int = times * takes", "units: int = times"),
    ("a conversion pays in part", "if needed > 0 and left_to(book, held, entry) >= needed:", "if needed > 0 and left_to(book, held, entry) > 0:"),
)  # fmt: skip
TABLES = (
    *_of(
        "rating/holders.py",
        ("the last in priority is drawn first", "given.priority[row], sub))", "-given.priority[row], sub))"),
    ),
    *_of(
        "rating/buckets.py",
        ("an allowance outlives its row", "np.minimum(to_ms[held], given.to_ms[row])", "to_ms[held]"),
        ("a day's allowance is of its first day only", "np.repeat(np.arange(len(row)), times)", "np.repeat(np.arange(len(row)), np.minimum(times, 1))"),
        ("packs of one window count once", "np.add.reduceat(quantity, first)", "np.maximum.reduceat(quantity, first)"),
        ("packs of one window are one by one", "new[1:] |= np.diff(origin) != 0", "new[1:] |= origin[1:] >= 0"),
    ),
    *_of(
        "rating/holders.py",
        ("each bucket has a limit of its own", "keys = np.stack([sub[limited], given.allowance[row], day], axis=1)", "keys = np.stack([sub[limited], link[limited], day], axis=1)"),
    ),
    *_of("rating/ladders.py", ("any band beats the named one", "exact = ladders.index.get((epoch, offer, item, band), -1)", "exact = -1")),
    *_of("rating/epochs.py", ("prices change with the month", "tariff.rules, tariff.prices, tariff.caps", "tariff.rules, tariff.caps")),
    *_of("rating/book.py", ("offers by code alone", "key=lambda code: (best[code], code)", "key=lambda code: code")),
    *_of(
        "rating/classify.py",
        ("all is local", "if other_area == area:", "if other_area != -9:"),
        ("there is one province", "province == tables.province[epoch, other + 1]", "tables.province[epoch, other + 1] > 0"),
    ),
    *_of("rating/classifier.py", ("long begins beyond the province", 'near = ("long", WITHIN) if', 'near = ("long",) if')),
    *_of("rating/lookups.py", ("every network is ours", "for row in rows if row.own}", "for row in rows}")),
    *_of("rating/quote_others.py", ("a friend of one is a friend of all", "_words(text, sub)", "_words(text, 0)")),
    *_of(
        "rating/others.py",
        ("a ported number stays in its block's network", "    if network < 0:\n        entry", "    if network < 99:\n        entry"),
        ("once in a unit, always in it", "if ties.from_ms[mine] <= at_ms and at_ms < ties.to_ms[mine]:", "if at_ms >= 0:"),
    ),
)  # fmt: skip
BILLS = (
    *_of(
        "billing/states.py",
        ("a fee outlives its row", "high = min(end, charges.held[at, HELD_END])", "high = max(end, charges.held[at, HELD_END]) if end < book.cycle_days else min(end, charges.held[at, HELD_END])"),
        ("stopped for an hour is stopped all day", "return ACTIVE if at_ms < to_ms else state_at(charges, subscriber, from_ms)", "return state_at(charges, subscriber, from_ms)"),
        ("who is kept is stopped", "if state_within(charges, subscriber, from_ms, to_ms) == during:", "if min(state_within(charges, subscriber, from_ms, to_ms), 1) == min(during, 1):"),
    ),
    *_of(
        "billing/fees.py",
        ("the dearer of month and days", "by_day < amount:", "by_day > amount:"),
        ("the entry fee comes every month", "        if charges.held[at, HELD_BEGINS] != 1:\n            days = 0", "        if charges.held[at, HELD_BEGINS] > 1:\n            days = 0"),
        ("half of every month", "== HALF and late == 1:", "== HALF:"),
        ("a month longer for nothing", "if charges.held[at, HELD_AGE] < fees[fee, FEE_FREE]:", "if charges.held[at, HELD_AGE] <= fees[fee, FEE_FREE] and fees[fee, FEE_FREE] > 0:"),
        ("what was asked in advance is asked again", "if charges.held[at, HELD_BEFORE] == 1:", "if charges.held[at, HELD_BEFORE] == 2:"),
        ("in advance for who has left", "if charges.held[at, HELD_AFTER] == 1:", "if charges.held[at, HELD_AFTER] >= 0:"),
        ("a term of one cycle more", "book.fees[fee, FEE_TERM] - 1 - charges", "book.fees[fee, FEE_TERM] - charges"),
        ("who stays pays for leaving", "if charges.held[at, HELD_AFTER] == 1 or last", "if last"),
        ("all of the term for what is left", "numerator, parts = days, fees[at, FEE_TERM]", "numerator, parts = 1, 1"),
        ("parts in fractions of a fen", "share(amount // unit, desk.weights, parts, desk.parts, desk.rests)", "unit = 1\n    share(amount, desk.weights, parts, desk.parts, desk.rests)"),
    ),
    *_of(
        "billing/payers.py",
        ("a share of what is left", "upto = ratio(amount, upto_ppm", "upto = ratio(left, upto_ppm"),
        ("a limit for every line", "value -= part", "value -= 0"),
        ("what one has taken another takes too", "desk.gone[line] = 1 if whole else 0", "desk.gone[line] = 0"),
    ),
    *_of(
        "billing/discounts.py",
        ("the threshold itself is too little", "base < book.discounts[row, CUT_THRESHOLD]", "base <= book.discounts[row, CUT_THRESHOLD]"),
        ("each discount on the full amount", "lines[at, LINE_LEFT] -= taken_here", "lines[at, LINE_LEFT] -= 0"),
        ("each part of a reduction rounded alone", "booked += taken_here", "booked += 0"),
        ("more is given than was paid", "return base if taken > base else taken", "return taken"),
        ("half a bundle will do", "if desk.stamps[book.needs[need]] != unit + 1:", "if desk.stamps[book.needs[need]] == 0:"),
        ("every grade is gold", "if book.levels[row, grade] == 0:", "if book.levels[row, grade] < 0:"),
        ("a discount of the unit for each member", "if book.discounts[row, CUT_SCOPE] == SCOPE_UNIT:\n            for earlier", "if book.discounts[row, CUT_SCOPE] == 9:\n            for earlier"),
        ("a cap is missed by a fen", "return stands - most if stands > most else 0", "return 0"),
        ("a cap is an amount off", "return base - book.discounts[row, CUT_CAP] if", "return book.discounts[row, CUT_CAP] if"),
        ("what is the account's is the subscriber's too", "if book.discounts[row, CUT_SCOPE] != SCOPE_ACCOUNT and counts", "if counts"),
    ),
    *_of(
        "billing/accounts.py",
        ("an account forgets what its units took", "own = rows[(rows[:, at.ROW_KIND] != at.KIND_MINIMUM)", "own = rows[(rows[:, at.ROW_KIND] < at.KIND_DISCOUNT)"),
        ("an account has each code as often as it is brought", "[np.append([True], (key[1:] != key[:-1]).any(axis=1))[: len(key)]]", ""),
    ),
    *_of("billing/sharing.py", ("the last of equal remainders gains", "if rests[at] > rests[best]:", "if rests[at] >= rests[best]:")),
    *_of("billing/minimums.py", ("everybody has the minimum of gold", "== 0:\n        return 0\n    if charges.held", "< 0:\n        return 0\n    if charges.held")),
    *_of("billing/minimums.py", ("the lowest of the minimums", "if amount > highest:", "if row_at == NONE or amount < highest:")),
    *_of(
        "billing/lines.py",
        ("a reduction has a class of its own", "book.item_class[of_item if of_item >= 0 else item]", "book.item_class[item]"),
        ("a bill rounds as it likes", "divide(micro, book.micro_per_minor, book.bill_rounding)", "divide(micro, book.micro_per_minor, 0)"),
    ),
    *_of("billing/totals.py", ("tax on top", "MILLION + rate_ppm", "MILLION")),
)  # fmt: skip
