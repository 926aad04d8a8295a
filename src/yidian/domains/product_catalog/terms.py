"""How an offer may be held, as its row tells whoever gives it: several times at one time, until when, beside what."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import Final, NamedTuple

from yidian.kernel.calendar import FOREVER_MS, day_start_ms, from_ms, local_date, local_to_ms, zone_named
from yidian.kernel.rating.tariff import Tariff

YEAR: Final = 12
LAST_YEAR: Final = 9998  # what would end later is as good as open


class Terms(NamedTuple):
    """`stacks`, `months`, `ends_with`, `needs` of a row of offers (kernel/rating/tariff.py)."""

    stacks: bool = False
    months: int = 0
    ends_with: str = "day"
    needs: frozenset[str] = frozenset()

    def end_ms(self, begin_ms: int, zone: str) -> int:
        """When a holding that begins at an instant ends by itself, UTC ms; FOREVER_MS: it does not.

        `day`: at the same time of the same day so many months later, of the last day of a month that has no such day;
        `month`: where the month after the last of so many begins. docs/pricing.md §6.
        """
        if not self.months:
            return FOREVER_MS
        begin = local_date(begin_ms, zone)
        year, month = divmod(begin.year * YEAR + begin.month - 1 + self.months, YEAR)
        if year > LAST_YEAR:
            return FOREVER_MS
        if self.ends_with == "month":
            return day_start_ms(date(year, month + 1, 1), zone)
        day = date(year, month + 1, min(begin.day, monthrange(year, month + 1)[1]))
        if begin_ms == day_start_ms(begin, zone):  # also where the clock has no midnight on one of the days
            return day_start_ms(day, zone)
        wall = from_ms(begin_ms).astimezone(zone_named(zone)).time()
        return local_to_ms(datetime.combine(day, wall.replace(fold=0)), zone, repeated="first", missing="later")


def terms_of(tariff: Tariff) -> dict[str, Terms]:
    """By code, of the offers that say anything of it."""
    plain = Terms()
    told = {one.code: Terms(one.stacks, one.months, one.ends_with, frozenset(one.needs)) for one in tariff.offers}
    return {code: terms for code, terms in told.items() if terms != plain}
