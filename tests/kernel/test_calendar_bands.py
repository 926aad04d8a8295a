"""Bands of the day as absolute edges, against a reference that reads the wall clock minute by minute."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yidian.kernel.calendar import Period, band_edges, day_start_ms, from_ms, month_period
from yidian.kernel.faults import BadInput
from yidian.kernel.rating.tariff import Band, Day

PARIS, SHANGHAI = "Europe/Paris", "Asia/Shanghai"
MINUTE_MS = 60_000
# Zone and a date near which its clock is changed (or, last, is not), or a date is left out.
NEAR = [
    (PARIS, date(2026, 3, 29)),
    (PARIS, date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("Pacific/Apia", date(2011, 12, 30)),
    (SHANGHAI, date(2026, 10, 1)),
]
LENGTHS = st.one_of(st.sampled_from([1, 1440, 2 * 1440, 3 * 1440]), st.integers(1, 1440))


def row(band: str, start: int, end: int, day_type: str = "*", **validity) -> Band:
    return Band(band_set="idle", band=band, day_type=day_type, from_minute=start * 60, to_minute=end * 60, **validity)


NIGHT = (row("idle", 0, 7), row("busy", 7, 21), row("idle", 21, 24))


def edges(bands, *, period, zone=SHANGHAI, days=()):
    return band_edges(bands=bands, days=days, band_set="idle", zone=zone, period=period)


def days_from(day: date, count: int, zone: str) -> Period:
    return Period(day_start_ms(day, zone), day_start_ms(day + timedelta(days=count), zone))


def told(found, zone):
    """Edges as a person would read them off the clock."""
    return [
        (from_ms(ms).astimezone(ZoneInfo(zone)).strftime("%d %H:%M %z"), band) for ms, band in zip(*found, strict=True)
    ]


def test_idle_hours_of_two_days_join_over_midnight():
    period = days_from(date(2026, 10, 1), 2, SHANGHAI)
    assert told(edges(NIGHT, period=period), SHANGHAI) == [
        ("01 00:00 +0800", "idle"),
        ("01 07:00 +0800", "busy"),
        ("01 21:00 +0800", "idle"),
        ("02 07:00 +0800", "busy"),
        ("02 21:00 +0800", "idle"),
    ]


def test_a_period_that_begins_at_noon_begins_in_its_band():
    noon = day_start_ms(date(2026, 10, 1), SHANGHAI) + 720 * MINUTE_MS + 1
    assert edges(NIGHT, period=Period(noon, noon + 1)) == ([noon], ["busy"])
    assert edges(NIGHT, period=Period(noon, noon)) == ([], [])


def test_the_repeated_hour_has_its_bands_twice():
    half = (row("cheap", 0, 2), Band(band_set="idle", band="early", day_type="*", from_minute=120, to_minute=150))
    half += (Band(band_set="idle", band="day", day_type="*", from_minute=150, to_minute=1440),)
    found = edges(half, period=days_from(date(2026, 10, 25), 1, PARIS), zone=PARIS)
    assert told(found, PARIS) == [
        ("25 00:00 +0200", "cheap"),
        ("25 02:00 +0200", "early"),
        ("25 02:30 +0200", "day"),
        ("25 02:00 +0100", "early"),
        ("25 02:30 +0100", "day"),
    ]


def test_the_hour_left_out_has_no_band():
    hours = (row("cheap", 0, 2), row("early", 2, 3), row("day", 3, 24))
    found = edges(hours, period=days_from(date(2026, 3, 29), 1, PARIS), zone=PARIS)
    assert told(found, PARIS) == [("29 00:00 +0100", "cheap"), ("29 03:00 +0200", "day")]


def test_national_day_and_the_saturday_worked_for_it():
    """1 October is a holiday although a Thursday; Saturday the 10th is worked; the weekend is cheap."""
    bands = (*NIGHT, row("idle", 0, 24, "weekend"), row("feast", 8, 20, "holiday"))
    days = (Day(on=date(2026, 10, 1), day_type="holiday"), Day(on=date(2026, 10, 10), day_type="workday"))
    first = edges(bands, days=days, period=days_from(date(2026, 10, 1), 1, SHANGHAI))
    assert [(at[3:8], band) for at, band in told(first, SHANGHAI)] == [
        ("00:00", "idle"),
        ("07:00", "busy"),
        ("08:00", "feast"),
        ("20:00", "busy"),
        ("21:00", "idle"),
    ]
    assert edges(bands, days=days, period=days_from(date(2026, 10, 10), 1, SHANGHAI))[1] == ["idle", "busy", "idle"]
    assert edges(bands, days=days, period=days_from(date(2026, 10, 11), 1, SHANGHAI))[1] == ["idle"]


def test_rows_change_on_the_local_date_they_are_in_force_from():
    change = date(2026, 10, 2)
    bands = (row("old", 0, 24, valid_to=change), row("new", 0, 24, valid_from=change))
    found = edges(bands, period=days_from(date(2026, 10, 1), 3, SHANGHAI))
    assert told(found, SHANGHAI) == [("01 00:00 +0800", "old"), ("02 00:00 +0800", "new")]


def test_a_day_row_not_in_force_on_its_date_says_nothing():
    stale = Day(on=date(2026, 10, 1), day_type="holiday", valid_to=date(2026, 10, 1))
    bands = (row("work", 0, 24, "workday"), row("feast", 0, 24, "holiday"))
    assert edges(bands, days=(stale,), period=days_from(date(2026, 10, 1), 1, SHANGHAI))[1] == ["work"]


@pytest.mark.parametrize(
    ("code", "bands", "days", "params"),
    [
        (
            "BAND_GAP",
            NIGHT[:2],
            (),
            {"from_time": "21:00", "to_time": "24:00", "date": "2026-10-01", "day_type": "workday"},
        ),
        ("BAND_GAP", (), (), {"from_time": "00:00", "to_time": "24:00"}),
        ("BAND_GAP", (row("a", 0, 24, "weekend"),), (), {"day_type": "workday"}),
        ("BAND_OVERLAP", (*NIGHT, row("x", 6, 8)), (), {"from_time": "06:00", "to_time": "07:00", "bands": "idle, x"}),
        ("BAND_OVERLAP", (*NIGHT, *NIGHT[:1]), (), {"bands": "idle, idle"}),
        ("BAND_OVERLAP", (*NIGHT, row("x", 8, 10, "workday"), row("y", 9, 11, "workday")), (), {"bands": "x, y"}),
        ("BAND_MINUTES", (row("night", 21, 7), row("day", 7, 21)), (), {"band": "night"}),
        ("BAND_MINUTES", (row("all", 0, 25),), (), {"band": "all"}),
        ("DAY_OVERLAP", NIGHT, tuple(Day(on=date(2026, 10, 1), day_type=t) for t in ("holiday", "weekend")), {}),
    ],
)
def test_bands_that_leave_a_minute_open_or_claim_it_twice_are_refused(code, bands, days, params):
    with pytest.raises(BadInput) as refused:
        edges(bands, days=days, period=days_from(date(2026, 10, 1), 1, SHANGHAI))
    (fault,) = refused.value.faults
    assert fault.code == code
    assert params.items() <= fault.params.items()


def test_a_month_of_three_bands_is_laid_out_in_a_few_milliseconds():
    bands = (row("idle", 0, 7), row("busy", 7, 21), row("evening", 21, 24))
    spent = []
    for month in ("2026-10", "2026-03", "2026-07"):
        period = month_period(month, PARIS)
        began = process_time()
        found = edges(bands, period=period, zone=PARIS)
        spent.append(process_time() - began)
        assert len(found[0]) == 31 * 3
    assert min(spent) < 0.020


def test_through_a_whole_year_the_day_begins_at_seven_by_the_clock():
    year = Period(month_period("2026-01", PARIS).start_ms, month_period("2026-12", PARIS).end_ms)
    found = edges(NIGHT, period=year, zone=PARIS)
    clocks = [from_ms(ms).astimezone(ZoneInfo(PARIS)).strftime("%H:%M") for ms in found[0]]
    assert clocks == ["00:00", *["07:00", "21:00"] * 365]


# The reference: minute by minute, straight from the rows.


def band_of_minute(instant: datetime, bands, days) -> str:
    on, minute = instant.date(), instant.hour * 60 + instant.minute
    day_type = next((d.day_type for d in days if d.on == on), "weekend" if on.isoweekday() > 5 else "workday")
    for wanted in (day_type, "*"):
        for band in bands:
            if band.day_type == wanted and band.from_minute <= minute < band.to_minute and band.in_force(on):
                return band.band
    raise AssertionError("the strategy leaves no gap")


@st.composite
def tariffs_of_bands(draw, around: date):
    """A cover of every minute for any day, changed on a date perhaps, and partial rows for some kinds of day."""

    def cuts(most: int) -> list[int]:
        return sorted(draw(st.lists(st.sampled_from(range(15, 1440, 15)), max_size=most, unique=True)))

    codes = st.sampled_from("abc")
    made: list[Band] = []

    def lay(day_type: str, ends: list[int], **validity) -> None:
        for start, end in pairwise(ends):
            made.append(
                Band(band_set="s", band=draw(codes), day_type=day_type, from_minute=start, to_minute=end, **validity)
            )

    change = around + timedelta(days=draw(st.integers(-1, 4)))
    lay("*", [0, *cuts(4), 1440], valid_to=change)
    lay("*", [0, *cuts(4), 1440], valid_from=change)
    for day_type in draw(st.lists(st.sampled_from(["workday", "weekend", "holiday"]), unique=True)):
        lay(day_type, cuts(4))
    named = draw(st.dictionaries(st.integers(0, 3), st.sampled_from(["workday", "weekend", "holiday"]), max_size=3))
    days = [Day(on=around + timedelta(days=ahead), day_type=kind) for ahead, kind in named.items()]
    other = Band(band_set="other", band="z", day_type="*", from_minute=0, to_minute=1440)
    return draw(st.permutations([*made, other])), days


@settings(max_examples=80, deadline=None)
@given(data=st.data(), near=st.sampled_from(NEAR), begin=st.integers(0, 1440), length=LENGTHS)
def test_the_edges_say_what_the_wall_clock_says_minute_by_minute(data, near, begin, length):
    zone, day = near
    bands, days = data.draw(tariffs_of_bands(day - timedelta(days=1)))
    start_ms = day_start_ms(day, zone) + (begin - 1440) * MINUTE_MS
    period = Period(start_ms, start_ms + length * MINUTE_MS)
    at, codes = band_edges(bands=bands, days=days, band_set="s", zone=zone, period=period)
    assert at[0] == period.start_ms
    assert at == sorted(set(at))
    assert at[-1] < period.end_ms
    assert all(one != following for one, following in pairwise(codes))
    place = ZoneInfo(zone)
    own = [band for band in bands if band.band_set == "s"]
    for ms in range(period.start_ms, period.end_ms, MINUTE_MS):
        clock = from_ms(ms).astimezone(place)
        assert codes[bisect_right(at, ms) - 1] == band_of_minute(clock, own, days), clock
