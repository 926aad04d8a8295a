"""Starts: formats, epochs, offsets, and the nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.usage.told import FIELDS, mapping

from yidian.domains.usage.normalise.access import Access
from yidian.domains.usage.normalise.moments import compile_start
from yidian.domains.usage.types import Reject

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def start(written: str, way: str = '{from: at, time: "%Y-%m-%d %H:%M:%S"}', other: str = "", **rules: str) -> datetime:
    fields = FIELDS.replace('{from: at, time: "%Y-%m-%d %H:%M:%S"}', way)
    zone = rules.pop("zone", "Asia/Shanghai")
    given_mapping = mapping(fields=fields, zone=zone, more="".join(f"{k}: {v}\n" for k, v in rules.items()))
    compiled = compile_start(given_mapping.fields["start"][0], given_mapping, Access(["at", "other"]))
    return EPOCH + timedelta(milliseconds=compiled([written, other]))


@pytest.mark.parametrize(
    ("written", "way", "utc"),
    [
        ("2026-10-05 08:30:00", '{from: at, time: "%Y-%m-%d %H:%M:%S"}', "2026-10-05T00:30:00"),
        ("20261005083000", '{from: at, time: "%Y%m%d%H%M%S"}', "2026-10-05T00:30:00"),
        ("2026/10/5 8:30", '{from: at, time: ["%Y%m%d%H%M%S", "%Y/%m/%d %H:%M"]}', "2026-10-05T00:30:00"),
        ("05-Oct-26 08:30:00 AM", '{from: at, time: "%d-%b-%y %I:%M:%S %p"}', "2026-10-05T00:30:00"),
        ("2026-10-05 08:30:00 +0530", '{from: at, time: "%Y-%m-%d %H:%M:%S %z"}', "2026-10-05T03:00:00"),
        ("2026-10-05T08:30:00.250Z", "{from: at}", "2026-10-05T08:30:00.250"),
        ("1759653000", "{from: at, time: epoch_s}", "2025-10-05T08:30:00"),
        ("1759653000123", "{from: at, time: epoch_ms}", "2025-10-05T08:30:00.123"),
        ("1759653000123999", "{from: at, time: epoch_us}", "2025-10-05T08:30:00.123"),
    ],
)
def test_a_start_is_read_in_its_format(written: str, way: str, utc: str) -> None:
    assert start(written, way) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(("offset", "utc_hour"), [("+0200", 6), ("-03:30", 12), ("Z", 8), ("", 0)])
def test_the_offset_of_a_record_goes_before_the_zone_of_the_file(offset: str, utc_hour: int) -> None:
    way = '{from: at, time: "%Y-%m-%d %H:%M:%S", offset: other}'
    fields_row = start("2026-10-05 08:30:00", way, offset)
    assert fields_row.hour == utc_hour


@pytest.mark.parametrize(("repeated", "utc"), [("first", "2026-11-01T05:30:00"), ("second", "2026-11-01T06:30:00")])
def test_the_hour_that_comes_twice_follows_the_rule(repeated: str, utc: str) -> None:
    told = start("2026-11-01 01:30:00", zone="America/New_York", repeated=repeated)
    assert told == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(("missing", "utc"), [("later", "2026-03-08T07:30:00"), ("earlier", "2026-03-08T06:30:00")])
def test_the_hour_that_never_was_follows_the_rule(missing: str, utc: str) -> None:
    told = start("2026-03-08 02:30:00", zone="America/New_York", missing=missing)
    assert told == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("written", ["2026-11-01 01:30:00", "2026-03-08 02:30:00"])
def test_without_a_rule_such_a_record_waits(written: str) -> None:
    with pytest.raises(Reject, match="LOCAL_TIME"):
        start(written, zone="America/New_York")


@pytest.mark.parametrize(
    "written", ["2026-13-01 00:00:00", "2026-02-29 00:00:00", "2026-W01-1 00:00:00", "24:00", "٢٠٢٦-10-05", "9" * 400]
)
def test_impossible_starts_are_rejected(written: str) -> None:
    with pytest.raises(Reject, match="START_IMPOSSIBLE"):
        start(written)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.datetimes(datetime(1991, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - wall times
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kathmandu"]),
)
def test_every_local_time_comes_to_the_instant_of_its_zone(wall: datetime, zone: str) -> None:
    wall = wall.replace(microsecond=0)
    aware = wall.replace(tzinfo=ZoneInfo(zone))
    told = start(wall.strftime("%Y-%m-%d %H:%M:%S"), zone=zone, repeated="first", missing="later")
    assert told == aware.astimezone(UTC)
