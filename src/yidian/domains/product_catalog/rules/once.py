"""Rules against saying a thing twice for one day: the table of natural keys, and caps that compete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Final

from yidian.domains.product_catalog.rules.draft import Draft, Written
from yidian.kernel.rating import tariff as t


@dataclass(frozen=True, slots=True)
class NaturalKey:
    """Rows equal in `fields` must not be in force on one day; with `ever`, there must be one such row at all."""

    row: type[t.Row]
    fields: tuple[str, ...]
    code: str
    column: str
    ever: bool = False

    @property
    def of(self) -> Callable[[t.Row], Any]:
        return attrgetter(*self.fields)


KEYS: Final = (
    NaturalKey(t.Zone, ("code",), "ZONE_TWICE", "code"),
    NaturalKey(t.Prefix, ("prefix",), "PREFIX_OVERLAP", "prefix"),
    NaturalKey(t.Place, ("place",), "PLACE_OVERLAP", "place"),
    NaturalKey(t.Area, ("area",), "AREA_OVERLAP", "area"),
    NaturalKey(t.Network, ("prefix",), "NETWORK_OVERLAP", "prefix"),
    NaturalKey(t.Day, ("on",), "DAY_TWICE", "on"),
    NaturalKey(t.Item, ("code",), "ITEM_TWICE", "code", ever=True),  # its measure and rounding hold for a whole cycle
    NaturalKey(t.Rule, ("order",), "RULE_ORDER_TWICE", "order"),
    NaturalKey(t.Offer, ("code",), "OFFER_TWICE", "code", ever=True),
    NaturalKey(t.Fee, ("offer", "item", "charged", "during"), "FEE_OVERLAP", "item"),
    NaturalKey(t.Part, ("offer", "item", "part_item"), "PART_OVERLAP", "part_item"),
    NaturalKey(t.Price, ("offer", "item", "band", "tier_from"), "PRICE_OVERLAP", "item"),
    NaturalKey(t.Allowance, ("code", "offer"), "ALLOWANCE_OVERLAP", "code"),
    NaturalKey(t.Conversion, ("allowance", "item"), "CONVERSION_OVERLAP", "item"),
    NaturalKey(t.Mark, ("code", "offer"), "MARK_OVERLAP", "code"),
    NaturalKey(t.Cap, ("code", "offer"), "CAP_OVERLAP", "code"),
    NaturalKey(t.Discount, ("code", "offer", "level"), "DISCOUNT_OVERLAP", "code"),
    NaturalKey(t.Minimum, ("offer", "during", "level"), "MINIMUM_OVERLAP", "offer"),
    NaturalKey(t.Tax, ("tax_class",), "TAX_OVERLAP", "tax_class"),
)


def nothing_is_said_twice(draft: Draft) -> None:
    """ZONE_TWICE, PRICE_OVERLAP …: see KEYS."""
    for key in KEYS:
        groups: dict[Any, list[Written[Any]]] = defaultdict(list)
        key_of = key.of
        for written in draft.of(key.row):
            groups[key_of(written.row)].append(written)
        for value, group in groups.items():
            if len(group) > 1:
                for earlier, later in _overlaps(group, ever=key.ever):
                    told = " ".join(map(_told, value)) if isinstance(value, tuple) else value
                    draft.complain(key.code, later, key.column, told, first_line=earlier.line)


def _told(value: Any) -> str:
    """A list as it is written in a cell."""
    return ";".join(value) if isinstance(value, tuple) else str(value)


def _overlaps(group: list[Written[Any]], *, ever: bool) -> Iterable[tuple[Written[Any], Written[Any]]]:
    """Pairs (earlier in time, the later one that begins before the earlier ends)."""
    ordered = sorted(group, key=lambda written: (written.span, written.line))
    widest = ordered[0]
    for written in ordered[1:]:
        if ever or written.span[0] < widest.span[1]:
            yield widest, written
        if written.span[1] > widest.span[1]:
            widest = written


def no_item_has_two_caps(draft: Draft) -> None:
    """CAP_ITEM_TWICE: one offer caps one item by one cap on one day."""
    seen: dict[tuple[str, str], list[tuple[date, date, Written[t.Cap]]]] = defaultdict(list)
    for cap in draft.of(t.Cap):
        for item in cap.row.items:
            for start, end, other in seen[cap.row.offer, item]:
                if other.row.code != cap.row.code and cap.span[0] < end and start < cap.span[1]:
                    draft.complain("CAP_ITEM_TWICE", cap, "items", item, first_line=other.line)
            seen[cap.row.offer, item].append((*cap.span, cap))
