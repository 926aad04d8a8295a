"""Values of `runs.explain` as text in the reader's language: names, prices, days. Nothing is computed here but text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yidian.faces.shell import figures
from yidian.faces.shell.asked import Asked
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.wording import entries, text
from yidian.runs.explain.types import Named

PER = {
    "duration": ((3600, "HOUR"), (60, "MINUTE"), (1, "SECOND")),
    "volume": ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"), (1, "BYTE")),
    "count": ((1, "TIME"),),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The reader's language and the operator's calendar."""

    lang: str
    zone: str
    currency: str
    now: datetime

    def say(self, code: str, **params: object) -> str:
        """The words of a code as plain text; `count=1` takes those of one, where there are."""
        one = entries().get(code, {}).get(f"{self.lang}_one") if str(params.get("count")) == "1" else None
        return one.format_map(params) if one else text(code, self.lang, **params)

    def known(self, code: str, otherwise: str) -> str:
        """The words of a code that may have none of its own."""
        return self.say(code if code in entries() else otherwise)

    def name(self, named: Named) -> str:
        return named.zh if self.lang == "zh" else named.en

    def title(self, text_: str) -> str:
        """As it stands at the beginning of a line."""
        return text_[:1].upper() + text_[1:]

    def names(self, several: Sequence[Named]) -> str:
        return ("、" if self.lang == "zh" else ", ").join(self.name(one) for one in several)

    def joined(self, parts: Sequence[str]) -> str:
        """Parts of a note; those that say nothing are left out."""
        return ("，" if self.lang == "zh" else ", ").join(part for part in parts if part)

    def money(self, amount_minor: int) -> str:
        return figures.money(amount_minor, self.currency)

    def signed(self, amount_minor: int) -> str:
        """+9.00 of a difference."""
        return f"{'+' if amount_minor > 0 else ''}{figures.figure(amount_minor, self.currency)}"

    def fine(self, amount_micro: int) -> str:
        return figures.fine(amount_micro, self.currency)

    def usage(self, quantity: int, measure: str) -> str:
        return figures.usage(quantity, measure, lang=self.lang)

    def month(self, cycle: str, *, short: bool = False) -> str:
        return figures.month(cycle, lang=self.lang, short=short)

    def month_of(self, instant_ms: int) -> str:
        """The month in which an instant (UTC ms) lies."""
        return self.month(f"{local_date(instant_ms, self.zone):%Y-%m}")

    def day(self, on: date | int) -> str:
        at = local_date(on, self.zone) if isinstance(on, int) else on
        return figures.day(at, lang=self.lang, today=self.today)

    def instant(self, at: datetime | int) -> str:
        return figures.instant(at, lang=self.lang, zone=self.zone, now=self.now)

    @property
    def today(self) -> date:
        return local_date(to_ms(self.now), self.zone)

    def number(self, told: str) -> str:
        """A number in groups, as plain text."""
        return "\N{NO-BREAK SPACE}".join(figures.telephone(told))

    def price(self, price_micro: int, per: int, measure: str) -> str:
        """¥0.15 a minute; ¥0.20 per 6 s."""
        size, unit = next(((n, name) for n, name in PER.get(measure, PER["count"]) if per % n == 0), (1, "TIME"))
        code = "HALL_PRICE_PER" if per == size else "HALL_PRICE_PER_SEVERAL"
        unit_words = self.say(f"HALL_PER_{unit}")
        return self.say(code, price=self.fine(price_micro), unit=unit_words, times=figures.count(per // size))

    def block(self, block: int, measure: str) -> str:
        """A block of charging: 1 min, 6 s, 1 KB."""
        return self.usage(block, measure)


def words_of(asked: Asked) -> Words:
    return Words(asked.lang, asked.zone, asked.tenant.currency, asked.now)


def percent(rate_ppm: int) -> str:
    """9% of 90,000 parts per million; places only where they say something."""
    whole, rest = divmod(rate_ppm, 10_000)
    return f"{whole}.{rest:04}".rstrip("0") + "%" if rest else f"{whole}%"
