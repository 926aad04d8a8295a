"""A usage file is read whole or refused with every fault: its line, its column, its value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from tests.quote.told import EXAMPLE, HEADER, USAGE, write

from yidian.domains.product_catalog.types import read_tariff
from yidian.kernel.calendar import FOREVER_MS, from_ms
from yidian.kernel.faults import BadInput, Fault
from yidian.kernel.rating.tariff import Offer
from yidian.platform.wording import entries
from yidian.runs.quote.usage_file import COLUMNS, Usage, read_usage

TARIFF = read_tariff(EXAMPLE)
DAY_MS = 86_400_000
OCTOBER_MS = 1_790_784_000_000  # 2026-10-01T00:00+08:00


def read(folder: Path, *rows: dict[str, str]) -> Usage:
    return read_usage(write(folder, *rows), TARIFF)


def faults(path: Path) -> list[Fault]:
    with pytest.raises(BadInput) as refused:
        read_usage(path, TARIFF)
    return list(refused.value.faults)


def test_the_example_says_what_it_says() -> None:
    usage = read_usage(USAGE, TARIFF)
    assert (usage.lines, len(usage.asked), len(usage.subscribers)) == (10, 9, 4)
    assert [one.name for one in usage.asked][:2] == ["call-1", "call-2"]
    assert {s.code: len(s.holdings) for s in usage.subscribers} == {"zhang": 1, "li": 1, "wang": 2, "zhao": 2}


def test_quantities_have_units(tmp_path: Path) -> None:
    usage = read(
        tmp_path,
        {"duration": "1.5min", "bytes_up": "1KB", "bytes_down": "1.5GB", "count": "3"},
        {"duration": "2h", "bytes_up": "7", "bytes_down": "2 MB"},
        {"duration": "90"},
    )
    told = [(one.event.duration_s, one.event.bytes_up, one.event.bytes_down, one.event.count) for one in usage.asked]
    assert told == [(90, 1024, 3 << 29, 3), (7200, 7, 2 << 20, 1), (90, 0, 0, 1)]


@pytest.mark.parametrize(
    "start",
    ["2026-10-01T08:00:00", "2026-10-01 08:00", "2026-10-01T00:00:00Z", "2026-10-01T09:00:00+09:00"],
)
def test_a_start_is_local_unless_it_names_its_offset(start: str, tmp_path: Path) -> None:
    assert read(tmp_path, {"start": start}).asked[0].event.start_ms == OCTOBER_MS + 8 * 3_600_000


def test_a_date_alone_is_midnight_as_spreadsheets_mean_it(tmp_path: Path) -> None:
    assert read(tmp_path, {"start": "2026-10-01"}).asked[0].event.start_ms == OCTOBER_MS


def test_offers_are_held_always_or_from_a_day_until_before_another(tmp_path: Path) -> None:
    usage = read(tmp_path, {"offers": "sl129@2026-10-05..2026-10-20; ll5g ;xs10g@..2026-10-02;ldxs@2026-10-31.."})
    held = [(h.code, h.from_ms, h.to_ms) for h in usage.subscribers[0].holdings]
    assert held[0] == ("sl129", OCTOBER_MS + 4 * DAY_MS, OCTOBER_MS + 19 * DAY_MS)
    assert held[1][1] == -FOREVER_MS
    assert held[1][2] == FOREVER_MS
    assert held[2][2] == OCTOBER_MS + DAY_MS
    assert held[3][1] == OCTOBER_MS + 30 * DAY_MS


HELD_SO = (
    Offer(code="jcb", kind="pack", stacks=True, months=1, ends_with="month"),
    Offer(code="card", months=7, ends_with="month"), Offer(code="year", kind="pack", months=12),
)  # fmt: skip


def held_so(folder: Path, offers: str) -> list[tuple[str, str, str]]:
    """The holdings of a cell, with local times."""
    tariff = replace(TARIFF, offers=HELD_SO)
    usage = read_usage(write(folder, {"offers": offers}), tariff)

    def told(at_ms: int) -> str:
        open_ = abs(at_ms) == FOREVER_MS
        return "" if open_ else from_ms(at_ms).astimezone(ZoneInfo(TARIFF.zone)).strftime("%Y-%m-%d %H:%M")

    return [(h.code, told(h.from_ms), told(h.to_ms)) for h in usage.subscribers[0].holdings]


def test_an_offer_ends_by_itself_where_its_beginning_is_told(tmp_path: Path) -> None:
    assert held_so(tmp_path, "card@2026-03-10..;year@2026-08-31T10:03:00..;jcb") == [
        ("card", "2026-03-10 00:00", "2026-10-01 00:00"), ("year", "2026-08-31 10:03", "2027-08-31 10:03"),
        ("jcb", "", ""),
    ]  # fmt: skip
    assert held_so(tmp_path, "card@2026-03-10..2026-05-01;year@..2026-05-01") == [
        ("card", "2026-03-10 00:00", "2026-05-01 00:00"), ("year", "", "2026-05-01 00:00"),
    ]  # fmt: skip


def test_a_pack_that_stacks_is_held_several_times_from_an_instant_of_its_own_each(tmp_path: Path) -> None:
    three = "jcb@2026-10-20T10:03:00..;jcb@2026-10-20T10:07:00..;jcb@2026-10-20..2026-10-25"
    assert [begins for _, begins, _ in held_so(tmp_path, three)] == [
        "2026-10-20 10:03", "2026-10-20 10:07", "2026-10-20 00:00"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("offers", "code", "value"),
    [
        ("jcb@2026-10-20..;jcb@2026-10-20..2026-10-21", "QUOTE_SAME_BEGIN", "jcb"),
        ("jcb;jcb", "QUOTE_SAME_BEGIN", "jcb"),
        ("card@2026-03-10..;card@2026-09-30..", "QUOTE_OFFER_TWICE", "card"),
        ("card@2026-03-10..2026-10-02", "QUOTE_HOLDING_TOO_LONG", "card@2026-03-10..2026-10-02"),
        ("year@2026-03-10..2027-03-10T00:00:01", "QUOTE_HOLDING_TOO_LONG", "year@2026-03-10..2027-03-10T00:00:01"),
    ],
)
def test_what_cannot_be_held_so_is_refused(tmp_path: Path, offers: str, code: str, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        held_so(tmp_path, offers)
    assert [(f.code, f.where.column, f.value) for f in refused.value.faults] == [(code, "offers", value)]


def test_what_a_subscriber_has_is_said_once_on_any_line(tmp_path: Path) -> None:
    usage = read(tmp_path, {}, {"offers": "sl129", "unit": "family"}, {"offers": "sl129", "account": "a"})
    (subscriber,) = usage.subscribers
    assert (subscriber.holdings[0].code, subscriber.units[0].code, subscriber.accounts[0].code) == (
        "sl129",
        "family",
        "a",
    )


def test_an_event_without_a_name_is_called_by_its_line(tmp_path: Path) -> None:
    assert [one.name for one in read(tmp_path, {}, {"event": "x"}, {}).asked] == ["2", "x", "4"]


def test_a_workbook_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "usage.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(USAGE.read_text(encoding="utf-8").splitlines()):
            sheet.write_row(row, 0, line.split(","))
    assert read_usage(path, TARIFF).asked == read_usage(USAGE, TARIFF).asked


REFUSED = {
    ("start", "yesterday"): ("QUOTE_START_IMPOSSIBLE", "yesterday"),
    ("start", "2026-02-30T10:00"): ("QUOTE_START_IMPOSSIBLE", "2026-02-30T10:00"),
    ("start", "2026-10-01T25:00:00"): ("QUOTE_START_IMPOSSIBLE", "2026-10-01T25:00:00"),
    ("start", "0001-01-01T00:00:00"): ("QUOTE_START_IMPOSSIBLE", "0001-01-01T00:00:00"),
    ("start", ""): ("VALUE_MISSING", ""),
    ("start", "1986-05-04T02:30:00"): ("LOCAL_TIME_MISSING", "1986-05-04T02:30:00"),  # Shanghai put its clocks forward
    ("start", "1986-09-14T01:30:00"): ("LOCAL_TIME_REPEATED", "1986-09-14T01:30:00"),
    ("service", ""): ("VALUE_MISSING", ""),
    ("subscriber", ""): ("VALUE_MISSING", ""),
    ("subscriber", "two words"): ("CODE_INVALID", "two words"),
    ("direction", "up"): ("VALUE_UNKNOWN", "up"),
    ("duration", "-5s"): ("QUANTITY_NEGATIVE", "-5s"),
    ("duration", "ten"): ("QUANTITY_INVALID", "ten"),
    ("duration", "10MB"): ("QUANTITY_INVALID", "10MB"),
    ("duration", "0.5s"): ("QUANTITY_NOT_WHOLE", "0.5s"),
    ("duration", "41000000min"): ("QUANTITY_OUT_OF_RANGE", "41000000min"),
    ("bytes_down", "1e9"): ("QUANTITY_INVALID", "1e9"),
    ("bytes_up", "99999TB"): ("QUANTITY_OUT_OF_RANGE", "99999TB"),
    ("count", "1s"): ("QUANTITY_INVALID", "1s"),
    ("other_party", "1" * 65): ("TEXT_TOO_LONG", "1" * 65),
    ("offers", "gold"): ("QUOTE_OFFER_UNKNOWN", "gold"),
    ("offers", "sl129;gold@2026-10-01.."): ("QUOTE_OFFER_UNKNOWN", "gold"),
    ("offers", "sl129@2026-10-05"): ("QUOTE_HOLDING_UNREADABLE", "sl129@2026-10-05"),
    ("offers", "sl129@.."): ("QUOTE_HOLDING_UNREADABLE", "sl129@.."),
    ("offers", "sl129@2026-10-32.."): ("DATE_IMPOSSIBLE", "2026-10-32"),
    ("offers", "sl129@2026-10-05..2026-10-05"): ("PERIOD_EMPTY", "sl129@2026-10-05..2026-10-05"),
    ("offers", "sl129;sl129@2026-10-05.."): ("QUOTE_OFFER_TWICE", "sl129"),
}


@pytest.mark.parametrize(("column", "cell"), REFUSED)
def test_a_cell_that_cannot_be_read_is_named(column: str, cell: str, tmp_path: Path) -> None:
    (fault,) = faults(write(tmp_path, {}, {"subscriber": "t", column: cell}))
    code, value = REFUSED[column, cell]
    assert (fault.code, fault.where.line, fault.where.column, fault.value) == (code, 3, column, value)
    assert entries()[code]["zh"]


def test_lines_that_disagree_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, {"event": "a", "offers": "sl89"}, {"event": "a"}, {"offers": "sl129"}, {"home_area": "010"})
    told = [(f.code, f.where.line, f.where.column, f.params["first_line"]) for f in faults(path)]
    assert told == [("QUOTE_EVENT_TWICE", 3, "event", 2), ("QUOTE_TOLD_OTHERWISE", 4, "offers", 2)]


def test_every_fault_is_told_up_to_a_hundred(tmp_path: Path) -> None:
    found = faults(write(tmp_path, *({"duration": "x", "direction": "y"} for _ in range(80))))
    assert len(found) == 100
    assert [(f.where.line, f.where.column) for f in found[:3]] == [(2, "direction"), (2, "duration"), (3, "direction")]


def test_columns_are_neither_passed_over_nor_missed(tmp_path: Path) -> None:
    path = tmp_path / "usage.csv"
    path.write_text("subscriber,start,service,lenght\ns,2026-10-05,voice,60s\n", encoding="utf-8")
    assert [(f.code, f.where.column) for f in faults(path)] == [
        ("COLUMN_UNKNOWN", "lenght"),
        ("COLUMN_MISSING", "offers"),
    ]


def test_the_columns_are_those_of_the_how_to() -> None:
    page = (EXAMPLE.parents[1] / "docs/howto/quote.md").read_text(encoding="utf-8")
    assert HEADER.split(",") == list(COLUMNS)
    assert [name for name in COLUMNS if f"| `{name}` |" not in page] == []
