"""Every reason the floor of money, calendar and tax gives has words in both languages, with its parameters."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest

import yidian
from yidian.kernel.calendar import Period, band_edges, local_to_ms, month_period
from yidian.kernel.faults import BadInput
from yidian.kernel.money import currency, parse_micro, parse_minor
from yidian.kernel.rating.tariff import Band, Day, Tax
from yidian.kernel.tax import rate_ppm

HOUSE = Path(yidian.__file__).parent if yidian.__file__ else Path(next(iter(yidian.__path__)))
WORDS = tomllib.loads((HOUSE / "platform/wording/kernel.toml").read_text(encoding="utf-8"))
DAY = Period(1_767_225_600_000, 1_767_312_000_000)  # 2026-01-01 UTC
NIGHT = Band(band_set="n", band="night", day_type="*", from_minute=0, to_minute=420)


def edges(*bands, days=()):
    return band_edges(bands=bands, days=days, band_set="n", zone="UTC", period=DAY)


def whole_day(start: int, end: int) -> Band:
    return Band(band_set="n", band="all", day_type="*", from_minute=start, to_minute=end)


NEW_YEAR = date(2026, 1, 1)
REFUSALS = {
    "CURRENCY_UNKNOWN": lambda: currency("RMB"),
    "AMOUNT_NOT_A_NUMBER": lambda: parse_micro("x"),
    "AMOUNT_TOO_PRECISE": lambda: parse_minor("0.005", currency("CNY")),
    "AMOUNT_OUT_OF_RANGE": lambda: parse_micro("1e30"),
    "ZONE_UNKNOWN": lambda: month_period("2026-10", "Asia/Peking"),
    "LOCAL_TIME_REPEATED": lambda: local_to_ms(wall(2026, 10, 25, 2, 30), "Europe/Paris"),
    "LOCAL_TIME_MISSING": lambda: local_to_ms(wall(2026, 3, 29, 2, 30), "Europe/Paris"),
    "PERIOD_REVERSED": lambda: Period(2, 1),
    "PERIOD_OUT_OF_RANGE": lambda: Period(0, 1 << 63),
    "MONTH_UNKNOWN": lambda: month_period("2026-13", "UTC"),
    "BAND_GAP": lambda: edges(NIGHT),
    "BAND_OVERLAP": lambda: edges(NIGHT, whole_day(0, 1440)),
    "BAND_MINUTES": lambda: edges(whole_day(1260, 420)),
    "DAY_OVERLAP": lambda: edges(
        whole_day(0, 1440), days=[Day(on=NEW_YEAR, day_type="holiday"), Day(on=NEW_YEAR, day_type="workday")]
    ),
    "TAX_RATE_MISSING": lambda: rate_ppm([], "voice", NEW_YEAR),
    "TAX_RATE_OVERLAP": lambda: rate_ppm([Tax(tax_class="voice", rate_ppm=r) for r in (1, 2)], "voice", NEW_YEAR),
}


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def test_every_code_in_the_source_is_tried_below():
    named: set[str] = set()
    for room in ("money", "calendar", "tax"):
        for file in (HOUSE / "kernel" / room).glob("*.py"):
            named |= set(re.findall(r'(?:refuse|_refusal)\(\s*"([A-Z_]+)"', file.read_text(encoding="utf-8")))
    assert named == set(REFUSALS)


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_has_words_in_both_languages(code):
    with pytest.raises(BadInput) as refused:
        REFUSALS[code]()
    (fault,) = refused.value.faults
    assert fault.code == code
    words = WORDS[code]
    assert set(words) == {"en", "zh", "remedy_en", "remedy_zh"}
    for text in words.values():
        assert {name for _, name, _, _ in Formatter().parse(text) if name} <= set(fault.params)
        assert text.format(**fault.params).strip()
    asked = [{name for _, name, _, _ in Formatter().parse(words[lang]) if name} for lang in ("en", "zh")]
    assert asked[0] == asked[1]
