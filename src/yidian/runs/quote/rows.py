"""What a quote answers, as a table: one row per line of pricing, in the order of the file; and why, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from yidian.kernel.calendar import from_ms, local_date
from yidian.kernel.calendar.zones import zone_named
from yidian.kernel.money import format_micro
from yidian.kernel.rating.ladders import head_of, price_key
from yidian.kernel.rating.quote import Line
from yidian.kernel.rating.tariff import Allowance, Price
from yidian.platform.wording import text
from yidian.runs.quote.quote import Month, Quote
from yidian.runs.quote.usage_file import Asked
from yidian.runs.quote.who import Who

SCHEMA: Final = pa.schema([
    ("event", pa.string()), ("subscriber", pa.string()), ("start", pa.string()), ("item", pa.string()),
    ("band", pa.string()), ("why", pa.string()), ("quantity", pa.int64()), ("units", pa.int64()),
    ("amount_micro", pa.int64()), ("cut_micro", pa.int64()), ("reason", pa.string()),
])  # fmt: skip
SIZES: Final = {
    "duration": (("h", 3600), ("min", 60), ("s", 1)),
    "volume": (("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)),
    "count": (("", 1),),
}


@dataclass(frozen=True, slots=True)
class Law:
    """lines = priced + rejected (by reason) + without an event."""

    lines: int
    priced: int
    rejected: Counter[str]
    without_event: int


@dataclass(frozen=True, slots=True)
class ItemSum:
    """What was asked of a charge item in all: events, base units of quantity, micro-units of money."""

    item: str
    events: int
    quantity: int
    amount_micro: int
    cut_micro: int


def law(quote: Quote) -> Law:
    rejected = Counter(reason for month in quote.months for reason in month.reasons.values())
    priced = sum(len(month.lines) for month in quote.months)
    return Law(quote.usage.lines, priced, rejected, quote.usage.lines - len(quote.usage.asked))


def sums(quote: Quote) -> list[ItemSum]:
    """By item, over all months."""
    found: dict[str, list[int]] = {}
    for month in quote.months:
        for total in month.priced.totals:
            row = found.setdefault(total.item, [0, 0, 0, 0])
            for n, value in enumerate((total.events, total.quantity, total.amount_micro, total.cut_micro)):
                row[n] += value
    return [ItemSum(item, *row) for item, row in sorted(found.items())]


def row_table(quote: Quote, lang: str) -> pa.Table:
    """Columns as SCHEMA says; `units` and `quantity` in seconds, bytes or events, money in micro-units."""
    return pa.Table.from_pylist(list(_rows(quote, lang)), schema=SCHEMA)


def _rows(quote: Quote, lang: str) -> Iterator[dict[str, Any]]:
    zone = zone_named(quote.tariff.zone)
    reasons = _Reasons(quote, lang)
    months = {one.event.event_id: month for month in quote.months for one in month.asked}
    for one in quote.usage.asked:
        start = from_ms(one.event.start_ms).astimezone(zone)
        fraction = "milliseconds" if start.microsecond else "seconds"
        head = {"event": one.name, "subscriber": one.event.subscriber, "start": start.isoformat(timespec=fraction)}
        for row in _of_event(months[one.event.event_id], one, reasons):
            yield head | row


def _of_event(month: Month, one: Asked, reasons: _Reasons) -> Iterator[dict[str, Any]]:
    reason = month.reasons.get(one.event.event_id)
    if reason is not None:
        yield {"reason": reason, "why": text(reason, reasons.lang), "item": "", "band": ""}
        return
    lines = month.lines[one.event.event_id]
    charged = next((line for line in lines if line.price is not None and line.quantity), None)
    for line in lines:
        why = reasons.why(line) + (reasons.set_up(line, one) if line is charged else "")
        why += reasons.who.words(one, line.item) if line.part == 0 else ""
        yield {
            "item": line.item, "band": line.band, "why": why, "quantity": line.quantity,
            "units": line.units, "amount_micro": line.amount_micro, "cut_micro": line.cut_micro, "reason": "",
        }  # fmt: skip


class _Reasons:
    """Why a line costs what it costs, in words of a language."""

    def __init__(self, quote: Quote, lang: str) -> None:
        self.lang, self.currency = lang, quote.tariff.currency
        self.measure = {item.code: item.measure for item in quote.tariff.items}
        self.free = {item.code: item.free_below for item in quote.tariff.items}
        self.tariff = quote.tariff
        self.who = Who(quote.tariff, quote.usage, lang)

    def why(self, line: Line) -> str:
        if line.allowance is not None:
            return self._drawn(line.allowance, line.item)
        if line.price is None:
            return text("QUOTE_BECAUSE_FREE", self.lang, least=self._size(self.free[line.item], line.item))
        return self._charged(line.price) + (text("QUOTE_BECAUSE_CAP", self.lang) if line.cut_micro else "")

    def set_up(self, line: Line, one: Asked) -> str:
        """What the first charge of an event costs beside its units; empty: nothing."""
        if line.price is None:
            return ""
        head = head_of(self.tariff.prices, line.price, local_date(one.event.start_ms, self.tariff.zone))
        if not head.setup_micro:
            return ""
        return text("QUOTE_BECAUSE_SETUP", self.lang, setup=format_micro(head.setup_micro), currency=self.currency)

    def _drawn(self, allowance: Allowance, item: str) -> str:
        conversion = next((c for c in self.tariff.conversions if (c.allowance, c.item) == (allowance.code, item)), None)
        if conversion is not None:
            words = text(
                "QUOTE_BECAUSE_CONVERTED", self.lang, code=allowance.code, offer=allowance.offer,
                takes=conversion.takes, block=self._size(conversion.block, item),
            )  # fmt: skip
        else:
            block = self._size(allowance.block, item)
            words = text("QUOTE_BECAUSE_ALLOWANCE", self.lang, code=allowance.code, offer=allowance.offer, block=block)
        return words + (text("QUOTE_BECAUSE_OF_DAY", self.lang) if allowance.period == "day" else "")

    def _charged(self, price: Price) -> str:
        words = text(
            "QUOTE_BECAUSE_PRICE", self.lang, key=price_key(price), price=format_micro(price.price_micro),
            currency=self.currency, per=self._size(price.per, price.item), block=self._size(price.block, price.item),
        )  # fmt: skip
        if price.tier_from or price.tier_scope != "event":
            code = f"QUOTE_BECAUSE_TIER_{price.tier_scope.upper()}"
            words += text(code, self.lang, tier=self._size(price.tier_from, price.item))
        if price.tier_mode == "volume":
            words += text("QUOTE_BECAUSE_VOLUME", self.lang)
        if price.block_on == "counter":
            words += text("QUOTE_BECAUSE_BLOCK_LASTS", self.lang)
        return words

    def _size(self, units: int, item: str) -> str:
        return size(units, self.measure[item])


def size(units: int, measure: str) -> str:
    """Base units as a tariff writes them: 6 → "6s", 1024 → "1KB", 1 → "1"."""
    for name, step in SIZES[measure]:
        if units % step == 0 and units >= step:
            return f"{units // step}{name}"
    return f"0{SIZES[measure][-1][0]}"
