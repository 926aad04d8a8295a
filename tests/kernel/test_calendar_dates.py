"""Instants, half-open periods, local dates, wall clocks, proration by days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yidian.kernel.calendar import (
    BEGINNING_MS,
    DAY_MS,
    FOREVER_MS,
    Period,
    UnableToProrate,
    UnableToReadInstant,
    day_start_ms,
    days_touched,
    from_ms,
    local_date,
    local_to_ms,
    month_period,
    prorate,
    to_ms,
    zone_named,
)
from yidian.kernel.faults import BadInput
from yidian.kernel.money import CEILING, DOWN, HALF_UP, UP

SHANGHAI, PARIS, NEW_YORK, LORD_HOWE = "Asia/Shanghai", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"
# Where midnight is skipped or comes twice, or whole dates are left out, the rules show their seams.
SEAMS = {
    "America/Sao_Paulo": (date(2018, 11, 4), date(2018, 2, 18)),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Beirut": (date(2021, 3, 28), date(2021, 10, 31)),
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 12, 31), date(2012, 1, 1)),
    "America/St_Johns": (date(2010, 3, 14), date(2010, 11, 7)),
    "Pacific/Kwajalein": (date(1993, 8, 21), date(1993, 8, 20)),
    PARIS: (date(2026, 3, 29), date(2026, 10, 25)),
    LORD_HOWE: (date(2026, 4, 5), date(2026, 10, 4)),
}
ZONES = st.sampled_from([SHANGHAI, NEW_YORK, "UTC", "Asia/Kathmandu", *SEAMS])
DATES = st.dates(date(1971, 1, 1), date(2037, 12, 31))
NEAR_SEAMS = st.sampled_from(
    [(zone, day + timedelta(days=by)) for zone in SEAMS for day in SEAMS[zone] for by in (-1, 0, 1)]
)
DAYS_OF_ZONES = st.one_of(st.tuples(ZONES, DATES), NEAR_SEAMS)
HOUR_MS = DAY_MS // 24


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def utc_ms(*parts: int) -> int:
    return to_ms(datetime(*parts, tzinfo=UTC))


def code_of(refused) -> str:
    (fault,) = refused.value.faults
    return fault.code


# Instants


def test_an_instant_is_whole_milliseconds_of_utc():
    assert to_ms(datetime(2026, 10, 1, tzinfo=timezone(timedelta(hours=8)))) == 1_790_784_000_000
    assert from_ms(1_790_784_000_001) == datetime(2026, 9, 30, 16, 0, 0, 1000, tzinfo=UTC)
    assert to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1  # toward the past, before 1970 as well


def test_a_repeated_wall_hour_is_told_apart_by_its_fold():
    second = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo(PARIS), fold=1)
    assert to_ms(second) - to_ms(second.replace(fold=0)) == HOUR_MS


def test_what_is_no_instant_raises():
    with pytest.raises(UnableToReadInstant):
        to_ms(wall(2026, 10, 1))
    for open_end in (FOREVER_MS, BEGINNING_MS):
        with pytest.raises(UnableToReadInstant):
            from_ms(open_end)
        with pytest.raises(UnableToReadInstant):
            local_date(open_end, SHANGHAI)
    with pytest.raises(UnableToReadInstant):
        local_date(utc_ms(9999, 12, 31, 23), SHANGHAI)


@settings(max_examples=200, deadline=None)
@given(ms=st.integers(to_ms(datetime(1, 1, 1, tzinfo=UTC)), to_ms(datetime(9999, 12, 31, tzinfo=UTC))))
def test_every_millisecond_survives_the_way_there_and_back(ms):
    assert to_ms(from_ms(ms)) == ms


# Periods


def test_the_end_of_a_period_does_not_belong_to_it():
    period = Period(10, 20)
    assert period.contains(10)
    assert period.contains(19)
    assert not period.contains(20)
    assert not period.contains(9)
    assert not Period(10, 10).contains(10)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadInput) as refused:
        Period(2, 1)
    assert code_of(refused) == "PERIOD_REVERSED"
    for start_ms, end_ms in ((BEGINNING_MS - 1, 0), (0, FOREVER_MS + 1)):
        with pytest.raises(BadInput) as refused:
            Period(start_ms, end_ms)
        assert code_of(refused) == "PERIOD_OUT_OF_RANGE"


def test_a_holding_that_is_open_meets_the_cycle():
    october = month_period("2026-10", SHANGHAI)
    assert october.overlap(Period(october.start_ms + 5, FOREVER_MS)) == Period(october.start_ms + 5, october.end_ms)
    assert october.overlap(Period(BEGINNING_MS, FOREVER_MS)) == october
    assert october.overlap(Period(october.end_ms, FOREVER_MS)).is_empty


SHORT = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda ends: Period(min(ends), max(ends)))


@settings(max_examples=150, deadline=None)
@given(one=SHORT, other=SHORT)
def test_the_overlap_holds_what_both_hold(one, other):
    both = one.overlap(other)
    held = [at for at in range(13) if both.contains(at)]
    assert held == [at for at in range(13) if one.contains(at) and other.contains(at)]
    assert both.is_empty == (not held)


# Local dates


@pytest.mark.parametrize(
    ("day", "zone", "starts"),
    [
        (date(2026, 10, 1), SHANGHAI, (2026, 9, 30, 16, 0)),
        (date(2026, 3, 29), PARIS, (2026, 3, 28, 23, 0)),
        (date(2026, 3, 30), PARIS, (2026, 3, 29, 22, 0)),
        (date(2018, 11, 4), "America/Sao_Paulo", (2018, 11, 4, 3, 0)),  # no midnight: the day begins at 01:00
        (date(2018, 2, 18), "America/Sao_Paulo", (2018, 2, 18, 3, 0)),  # 23:00 of the day before comes twice
        (date(2026, 11, 1), "America/Havana", (2026, 11, 1, 4, 0)),  # midnight comes twice: the first
        (date(1919, 3, 31), "America/Toronto", (1919, 3, 31, 4, 30)),  # 23:30 → 00:30
        (date(2011, 12, 30), "Pacific/Apia", (2011, 12, 30, 10, 0)),  # left out: begins where the 31st begins
        (date(2011, 12, 31), "Pacific/Apia", (2011, 12, 30, 10, 0)),
        (date(2010, 11, 7), "America/St_Johns", (2010, 11, 7, 2, 30)),  # 00:01 → 23:01 of the day before
    ],
)
def test_the_first_instant_of_a_date(day, zone, starts):
    assert from_ms(day_start_ms(day, zone)) == datetime(*starts, tzinfo=UTC)


@settings(max_examples=250, deadline=None)
@given(of=DAYS_OF_ZONES)
def test_before_the_first_instant_of_a_date_no_clock_has_shown_it(of):
    zone, day = of
    start_ms = day_start_ms(day, zone)
    assert local_date(start_ms, zone) >= day
    assert all(local_date(start_ms - back, zone) < day for back in (1, HOUR_MS // 2, HOUR_MS, 2 * HOUR_MS))
    assert start_ms <= day_start_ms(day + timedelta(days=1), zone)


def test_a_month_is_a_period_in_the_zone_of_the_tariff():
    assert month_period("2026-10", SHANGHAI) == Period(utc_ms(2026, 9, 30, 16), utc_ms(2026, 10, 31, 16))
    assert month_period("2026-12", "UTC") == Period(utc_ms(2026, 12, 1), utc_ms(2027, 1, 1))
    october = month_period("2026-10", PARIS)
    assert october.end_ms - october.start_ms == 31 * DAY_MS + HOUR_MS


@pytest.mark.parametrize("name", ["2026-13", "2026-00", "2026-1", "202610", "2026-10-01", "", "9999-12", "２０２６-10"])
def test_another_form_of_month_is_refused(name):
    with pytest.raises(BadInput) as refused:
        month_period(name, SHANGHAI)
    assert code_of(refused) == "MONTH_UNKNOWN"


@pytest.mark.parametrize(
    "name", ["", "Asia", "Asia/Peking", "../etc/passwd", "/etc/localtime", "localtime", "right/UTC", "x" * 300, "北京"]
)
def test_a_name_that_is_no_zone_is_refused(name):
    with pytest.raises(BadInput) as refused:
        zone_named(name)
    assert code_of(refused) == "ZONE_UNKNOWN"


def test_a_subscriber_who_joins_on_the_16th_is_there_for_16_of_31_days():
    october = month_period("2026-10", SHANGHAI)
    joined = local_to_ms(wall(2026, 10, 16, 23, 59, 59), SHANGHAI)
    assert days_touched(october, SHANGHAI) == 31
    assert days_touched(october.overlap(Period(joined, FOREVER_MS)), SHANGHAI) == 16
    left = local_to_ms(wall(2026, 10, 16), SHANGHAI)  # at midnight: the 16th is not touched
    assert days_touched(october.overlap(Period(BEGINNING_MS, left)), SHANGHAI) == 15
    assert days_touched(Period(joined, joined), SHANGHAI) == 0
    assert days_touched(Period(joined, joined + 1), SHANGHAI) == 1


def test_days_of_25_hours_and_days_left_out_are_counted_as_the_calendar_does():
    assert days_touched(month_period("2026-10", PARIS), PARIS) == 31
    assert days_touched(month_period("2011-12", "Pacific/Apia"), "Pacific/Apia") == 30
    with pytest.raises(UnableToReadInstant):
        days_touched(Period(0, FOREVER_MS), PARIS)


@settings(max_examples=150, deadline=None)
@given(of=DAYS_OF_ZONES, length=st.integers(1, 4 * 24 * 4), begin=st.integers(-96, 96))
def test_days_touched_are_the_dates_a_clock_shows_in_the_period(of, length, begin):
    zone, day = of
    if zone == "America/St_Johns":
        zone = "America/Halifax"  # the former shows a date, goes back to the one before and shows it again: see below
    quarter_ms = HOUR_MS // 4
    start_ms = day_start_ms(day, zone) + begin * quarter_ms
    period = Period(start_ms, start_ms + length * quarter_ms)
    shown = {local_date(ms, zone) for ms in range(period.start_ms, period.end_ms, quarter_ms)}
    assert days_touched(period, zone) == len(shown)


def test_a_day_that_was_begun_is_not_left_again_when_the_clock_goes_back_over_midnight():
    """St John's until 2011: at 00:01 the clock was put back to 23:01; from the first midnight on it is the new day."""
    begins_ms = day_start_ms(date(2010, 11, 7), "America/St_Johns")
    shown_again = Period(begins_ms + 5 * 60_000, begins_ms + 2 * HOUR_MS)
    assert local_date(shown_again.start_ms, "America/St_Johns") == date(2010, 11, 6)
    assert days_touched(shown_again, "America/St_Johns") == 1
    assert days_touched(Period(begins_ms - 1, begins_ms + 1), "America/St_Johns") == 2


# Wall clocks


@pytest.mark.parametrize(
    ("zone", "local", "how", "expected"),
    [
        (SHANGHAI, (2026, 10, 1, 8), {}, (2026, 10, 1, 0)),
        (PARIS, (2026, 10, 25, 2, 30), {"repeated": "first"}, (2026, 10, 25, 0, 30)),
        (PARIS, (2026, 10, 25, 2, 30), {"repeated": "second"}, (2026, 10, 25, 1, 30)),
        (PARIS, (2026, 3, 29, 2, 30), {"missing": "later"}, (2026, 3, 29, 1, 30)),  # 03:30 summer time
        (PARIS, (2026, 3, 29, 2, 30), {"missing": "earlier"}, (2026, 3, 29, 0, 30)),  # 01:30 winter time
        (LORD_HOWE, (2026, 10, 4, 2, 10), {"missing": "later"}, (2026, 10, 3, 15, 40)),  # a gap of half an hour: 02:40
        (LORD_HOWE, (2026, 10, 4, 2, 10), {"missing": "earlier"}, (2026, 10, 3, 15, 10)),
    ],
)
def test_a_wall_time_is_read_by_the_rule_of_its_source(zone, local, how, expected):
    assert from_ms(local_to_ms(wall(*local), zone, **how)) == datetime(*expected, tzinfo=UTC)


def test_without_a_rule_the_doubtful_hours_are_refused():
    with pytest.raises(BadInput) as refused:
        local_to_ms(wall(2026, 10, 25, 2, 30), PARIS, missing="later")
    assert code_of(refused) == "LOCAL_TIME_REPEATED"
    with pytest.raises(BadInput) as refused:
        local_to_ms(wall(2026, 3, 29, 2, 30), PARIS, repeated="first")
    assert code_of(refused) == "LOCAL_TIME_MISSING"
    with pytest.raises(BadInput) as refused:
        local_to_ms(wall(2026, 3, 29, 2, 30), "Mars/Base")
    assert code_of(refused) == "ZONE_UNKNOWN"
    with pytest.raises(UnableToReadInstant):
        local_to_ms(datetime(2026, 1, 1, tzinfo=UTC), PARIS)


def test_the_edges_of_the_doubtful_hours_are_not_doubtful():
    assert from_ms(local_to_ms(wall(2026, 10, 25, 3), PARIS)) == datetime(2026, 10, 25, 2, tzinfo=UTC)
    assert from_ms(local_to_ms(wall(2026, 10, 25, 1, 59, 59), PARIS)) == datetime(2026, 10, 24, 23, 59, 59, tzinfo=UTC)
    assert from_ms(local_to_ms(wall(2026, 3, 29, 3), PARIS)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@settings(max_examples=200, deadline=None)
@given(of=DAYS_OF_ZONES, after_ms=st.integers(-DAY_MS // 8, DAY_MS))
def test_a_clock_that_is_read_gives_its_instant_back(of, after_ms):
    zone, day = of
    ms = day_start_ms(day, zone) + after_ms
    shown = from_ms(ms).astimezone(ZoneInfo(zone))
    repeated = "second" if shown.fold else "first"
    assert local_to_ms(shown.replace(tzinfo=None, fold=0), zone, repeated=repeated) == ms


# Proration


def test_a_month_of_31_days_is_prorated():
    assert prorate(quantity=129_00, days=16, of_days=31, rounding=HALF_UP) == 66_58
    assert prorate(quantity=129_00, days=31, of_days=31, rounding=HALF_UP) == 129_00
    assert prorate(quantity=129_00, days=0, of_days=31, rounding=UP) == 0
    assert prorate(quantity=-129_00, days=16, of_days=31, rounding=HALF_UP) == -66_58


def test_an_allowance_of_the_first_month_is_whole_blocks():
    """500 minutes, 10 of 31 days: 161.29 minutes, rounded up to the minute, whatever the seconds."""
    assert prorate(quantity=500 * 60, days=10, of_days=31, rounding=UP, step=60) == 162 * 60
    assert prorate(quantity=500 * 60, days=10, of_days=31, rounding=DOWN, step=60) == 161 * 60


@pytest.mark.parametrize("wrong", [{"days": -1}, {"of_days": 0}, {"step": 0}])
def test_proration_of_nothing_or_by_nothing_raises(wrong):
    with pytest.raises(UnableToProrate):
        prorate(**({"quantity": 1, "days": 1, "of_days": 30, "rounding": UP} | wrong))


@settings(max_examples=150, deadline=None)
@given(
    quantity=st.integers(-(1 << 62), 1 << 62),
    days=st.integers(0, 31),
    of_days=st.integers(28, 31),
    step=st.integers(1, 1 << 30),
)
def test_proration_rounds_once_and_to_whole_steps(quantity, days, of_days, step):
    up = prorate(quantity=quantity, days=days, of_days=of_days, rounding=CEILING, step=step)
    exact = Fraction(quantity * days, of_days)
    assert up % step == 0
    assert exact <= up < exact + step
