"""A tariff as its checks look at it: rows by what they are about, who may hold what together, what was found so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from yidian.domains.product_catalog.canonical import ROWS
from yidian.domains.product_catalog.rules.draft import Draft, Written
from yidian.domains.product_catalog.rules.spans import Span, gaps, shown
from yidian.kernel.faults import Fault, Where
from yidian.kernel.money import currency, format_micro
from yidian.kernel.rating import tariff as t

WARNS: Final = "warns"
NOTES: Final = "notes"
SHEETS: Final = tuple(ROWS)


@dataclass(frozen=True, slots=True)
class Finding:
    """warns: look before you load; notes: good to know. Code, place and words are those of a fault."""

    severity: str
    fault: Fault


@dataclass(slots=True)
class View:
    draft: Draft
    found: list[Finding] = field(default_factory=list)
    items: dict[str, t.Item] = field(init=False)
    offers: dict[str, Written[t.Offer]] = field(init=False)
    rules: list[Written[t.Rule]] = field(init=False)  # as they are asked
    reached: dict[str, list[Span]] = field(init=False)  # item → when a rule names it
    prices: dict[tuple[str, str], list[Written[t.Price]]] = field(init=False)  # of (offer, item)
    called: dict[str, Written[t.Prefix]] = field(init=False)  # zone → the first prefix that leads to it
    bands: dict[str, frozenset[str]] = field(init=False)  # item → the bands of its set; none: {"*"}

    def __post_init__(self) -> None:
        draft = self.draft
        self.items = draft.items()
        self.offers = {offer.row.code: offer for offer in draft.of(t.Offer)}
        self.rules = sorted(draft.of(t.Rule), key=lambda rule: rule.row.order)
        self.reached = defaultdict(list)
        for rule in self.rules:
            self.reached[rule.row.item].append(rule.span)
        self.prices = defaultdict(list)
        for price in draft.of(t.Price):
            self.prices[price.row.offer, price.row.item].append(price)
        self.called = draft.first_prefixes()
        sets: dict[str, set[str]] = defaultdict(set)
        for band in draft.of(t.Band):
            sets[band.row.band_set].add(band.row.band)
        self.bands = {code: frozenset(sets.get(item.band_set, {t.ANY})) for code, item in self.items.items()}

    def tell(
        self, code: str, written: Written[Any], column: str, value: object, /, severity: str = WARNS,
        **params: str | int,
    ) -> None:  # fmt: skip
        """Add a finding of a row; a code may be told with a parameter of that name."""
        where = Where(self.draft.files.get(written.sheet, ""), written.sheet, written.line, column)
        self.found.append(Finding(severity, Fault(code, where, str(value)[:200], params)))

    def in_order(self) -> tuple[Finding, ...]:
        def key(finding: Finding) -> tuple[int, int, str, str]:
            where = finding.fault.where
            return SHEETS.index(where.sheet), where.line, finding.fault.code, finding.fault.value

        return tuple(sorted(self.found, key=key))

    def is_reached(self, item: str, span: Span) -> bool:
        return any(meet(span, reached) for reached in self.reached.get(item, ()))

    def priority(self, offer: str) -> int:
        return self.offers[offer].row.priority if offer in self.offers else 0

    def together(self, one: str, other: str) -> bool:
        """May one subscriber hold both? Of main plans it holds one at a time."""
        kinds = [self.offers[code].row.kind for code in (one, other) if code in self.offers]
        return one == other or kinds != ["base", "base"]

    def fees(self, offer: str, items: Iterable[str] | None = None) -> list[Written[t.Fee]]:
        """What the offer costs every cycle (on these items)."""
        listed = None if items is None else set(items)
        return [
            fee
            for fee in self.draft.of(t.Fee)
            if fee.row.offer == offer and fee.row.charged == "cycle" and (listed is None or fee.row.item in listed)
        ]

    def money(self, amount_micro: int) -> str:
        return format_micro(amount_micro, at_least=currency(self.draft.head["currency"]).minor_digits)


def meet(one: Span, other: Span) -> Span | None:
    """The days of both; None when there are none."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


def uncovered(span: Span, covering: Sequence[Span]) -> list[Span]:
    """The days of a span on which nothing else is in force."""
    return gaps([one for one in covering if meet(one, span)], *span)


def since(span: Span) -> str:
    """The first of its days, for a message."""
    return shown(span[0])


ALWAYS: Final[Span] = (date.min, date.max)
