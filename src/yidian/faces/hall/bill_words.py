"""A bill as its page shows it: groups of lines, reasons with bars, months with columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yidian.faces.shell.slip_words import LineShown, line_words
from yidian.faces.shell.words import Words, percent
from yidian.runs.explain.types import AccountBill, MonthOfBills, Reason

GROUPS: Final = ("month", "beyond", "before", "discount", "within")


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """`width`: of 1,000, against the largest."""

    title: str
    figure: str
    width: int
    less: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A month in the small chart: places of the drawing."""

    x: int
    y: int
    height: int
    middle: int
    label_y: int
    name: str
    figure: str
    here: bool


def groups_of(words: Words, bill: AccountBill) -> list[Group]:
    """Lines by group; within a group in the order of the bill. Groups of nothing are left out."""
    found = []
    for code in GROUPS:
        lines = tuple(line_words(words, line) for line in bill.lines if line.group == code)
        if lines:
            found.append(Group(f"HALL_GROUP_{code.upper()}", lines))
    return found


def whys_of(words: Words, bill: AccountBill) -> list[Why]:
    most = max((abs(one.difference_minor) for one in bill.reasons), default=0)
    return [
        Why(
            words.title(_reason(words, one, bill.before)), words.signed(one.difference_minor),
            max(abs(one.difference_minor) * 1000 // most, 10), one.difference_minor < 0,
        )
        for one in bill.reasons
    ]  # fmt: skip


def _reason(words: Words, one: Reason, before: str) -> str:
    if one.kind == "rest":
        return words.say("HALL_WHY_REST", count=one.rest)
    if one.kind in ("late", "adjustment", "correction"):
        return words.say(f"HALL_WHY_{one.kind.upper()}")
    item = words.name(one.item)
    if one.kind == "discount":
        return words.say("HALL_WHY_DISCOUNT", item=item, of=words.name(one.of_item))
    if one.kind != "usage":
        item = words.say("HALL_LINE_FEE", item=item, offer=words.name(one.offer))
    if not one.before_minor:
        return words.say("HALL_WHY_NEW", item=item, now=_much(words, one, one.now_quantity, one.now_minor))
    if not one.now_minor:
        return words.say("HALL_WHY_GONE", item=item, month=words.month(before, short=True))
    return words.say(
        "HALL_WHY_CHANGED", item=item, now=_much(words, one, one.now_quantity, one.now_minor),
        before=_much(words, one, one.before_quantity, one.before_minor), month=words.month(before, short=True),
    )  # fmt: skip


def _much(words: Words, one: Reason, quantity: int, minor: int) -> str:
    return words.usage(quantity, one.measure) if one.kind == "usage" else words.money(minor)


def columns_of(words: Words, months: Sequence[MonthOfBills]) -> list[Column]:
    """Columns of the last months; the drawing is 288 wide, its floor at 106."""
    most = max([one.total_minor for one in months] + [1])
    found = []
    for n, one in enumerate(months):
        height = max(one.total_minor, 0) * 80 // most
        x = 5 + 49 * (n + 6 - len(months))
        figure = words.money(one.total_minor).partition(".")[0].lstrip("¥")
        found.append(
            Column(x, 106 - height, height, x + 16, 100 - height, words.month(one.cycle, short=True), figure,
                   n == len(months) - 1)
        )  # fmt: skip
    return found


def months_spoken(words: Words, months: Sequence[MonthOfBills]) -> str:
    return words.joined([f"{words.month(one.cycle, short=True)} {words.money(one.total_minor)}" for one in months])


def taxes_of(words: Words, bill: AccountBill) -> str:
    """ "VAT 9% ¥13.69, VAT 6% ¥0.50"; rates that are the same are one."""
    sums: dict[int, int] = {}
    for tax in bill.taxes:
        if tax.rate_ppm:
            sums[tax.rate_ppm] = sums.get(tax.rate_ppm, 0) + tax.tax_minor
    return words.joined(
        [words.say("HALL_TAX", rate=percent(rate), tax=words.money(tax)) for rate, tax in sorted(sums.items())]
    )


def paid_of(words: Words, bill: AccountBill) -> list[LineShown]:
    """What cleared the bill, by source and day."""
    return [
        LineShown(0, words.say(f"HALL_PAID_{one.source.upper()}"), words.day(one.on), -one.amount_minor)
        for one in bill.paid
    ]
