"""How an offer may be held: what makes no sense is refused, what makes sense goes round, and history stays open."""

from __future__ import annotations

import csv
import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.catalog.example import EXAMPLE, as_workbook, copy_of_example, faults_of
from tests.properties.worlds import at

from yidian.domains.product_catalog.canonical import digest
from yidian.domains.product_catalog.history import changes_before
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.queries import current_tariff
from yidian.domains.product_catalog.types import Terms, compare_tariffs, read_tariff, terms_of
from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.tenancy.models import Tenant

HOW = ("code", "kind", "stacks", "months", "ends_with", "needs", "line_of_business")
SHANGHAI, SANTIAGO, PARIS = "Asia/Shanghai", "America/Santiago", "Europe/Paris"


def offers(folder: Path, *rows: str) -> Path:
    """The example with further offers, whose cells are those of HOW; the last ones may be left out."""
    with (folder / "offers.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    added = [dict(zip(HOW, row.split(","), strict=False)) for row in rows]
    with (folder / "offers.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, list(dict.fromkeys([*written[0], *HOW])), restval="")
        sheet.writeheader()
        sheet.writerows([*written, *added])
    return folder


REFUSED = (
    ("jcb,base,yes,1,month", "STACKS_NOT_PACK", "stacks"),
    ("jcb,,yes,,", "STACKS_NOT_PACK", "stacks"),
    ("jcb,pack,yes,,month", "OFFER_END_UNCLEAR", "ends_with"),
    ("jcb,pack,,0,month", "OFFER_END_UNCLEAR", "ends_with"),
    ("jcb,pack,,1201,", "CYCLES_TOO_MANY", "months"),
    ("jcb,pack,twice,,", "VALUE_UNKNOWN", "stacks"),
    ("jcb,pack,,1.5,", "INTEGER_INVALID", "months"),
    ("jcb,pack,,1,year", "VALUE_UNKNOWN", "ends_with"),
    ("sub,base,,,,jt199;jt200", "OFFER_NEEDS_UNKNOWN", "needs"),
    ("sub,base,,,,jt199;sub", "OFFER_NEEDS_ITSELF", "needs"),
    ("sub,base,,,,*", "OFFER_NEEDS_UNKNOWN", "needs"),
    ("home,base,,,,,landline", "VALUE_UNKNOWN", "line_of_business"),
)


@pytest.mark.parametrize(("row", "code", "column"), REFUSED)
def test_what_makes_no_sense_is_refused(tmp_path: Path, row: str, code: str, column: str) -> None:
    folder = offers(copy_of_example(tmp_path), row)
    line = len((folder / "offers.csv").read_text(encoding="utf-8").splitlines())
    for path in (folder, as_workbook(folder, tmp_path / "refused.xlsx")):
        found = faults_of(lambda path=path: read_tariff(path))  # type: ignore[misc]
        assert [(f.code, f.where.sheet, f.where.line, f.where.column) for f in found] == [
            (code, "offers", line, column)
        ]


def test_it_goes_round_and_says_nothing_by_default(tmp_path: Path, tenant: Tenant) -> None:
    plain = read_tariff(EXAMPLE)
    rows = ("jcb,pack,yes,1,month", "bn600,base,,7,month", "year,pack,no,12,", "sub,base,,,,jt199; cx129,iptv")
    said = read_tariff(offers(copy_of_example(tmp_path), *rows))
    assert read_tariff(as_workbook(tmp_path / "tariff", tmp_path / "t.xlsx")) == said
    family = Terms(needs=frozenset({"jt199"}))
    assert terms_of(said) == {
        "jcb": Terms(True, 1, "month"), "bn600": Terms(False, 7, "month"), "year": Terms(months=12),
        "fk10": family, "sub": Terms(needs=frozenset({"jt199", "cx129"})),
    }  # fmt: skip
    assert terms_of(plain) == {"fk10": family}
    load_tariff(tenant=tenant, tariff=said, source="t", now=datetime(2026, 11, 2, tzinfo=UTC))
    assert digest(current_tariff(tenant=tenant)[1]) == digest(said)
    silent = dataclasses.replace(
        said,
        offers=tuple(
            dataclasses.replace(o, stacks=False, months=0, ends_with="day", needs=(), line_of_business="")
            for o in said.offers
        ),
    )
    assert digest(silent) != digest(said)
    told = {
        (cell.column, cell.before, cell.after)
        for one in compare_tariffs(silent, said) if one.key in (("jcb",), ("sub",)) for cell in one.cells
    }  # fmt: skip
    assert told == {
        ("stacks", "no", "yes"), ("months", "0", "1"), ("ends_with", "day", "month"), ("needs", "", "jt199;cx129"),
        ("line_of_business", "", "iptv"),
    }  # fmt: skip


def test_it_may_be_told_otherwise_after_a_month_is_closed() -> None:
    old = read_tariff(EXAMPLE)
    first = dataclasses.replace(old.offers[0], kind="pack")
    before = dataclasses.replace(old, offers=(first, *old.offers[1:]))
    sold = dataclasses.replace(
        first, stacks=True, months=3, ends_with="month", needs=("fk10",), line_of_business="fixed"
    )
    after = dataclasses.replace(before, offers=(sold, *old.offers[1:]))
    assert changes_before(before, after, date(2026, 11, 1)) == [], "holdings are stored with their ends"


@pytest.mark.parametrize(
    ("zone", "begins", "terms", "ends"),
    [
        (SHANGHAI, "2026-10-10 09:30:15", Terms(months=1), "2026-11-10 09:30:15"),
        (SHANGHAI, "2026-10-10 00:00:00", Terms(months=15), "2028-01-10 00:00:00"),
        (SHANGHAI, "2026-10-31 10:03:00", Terms(months=1), "2026-11-30 10:03:00"),
        (SHANGHAI, "2027-11-30 10:03:00", Terms(months=3), "2028-02-29 10:03:00"),
        (SHANGHAI, "2026-12-31 23:59:59", Terms(months=12), "2027-12-31 23:59:59"),
        (SHANGHAI, "2026-10-01 00:00:00", Terms(months=1, ends_with="month"), "2026-11-01 00:00:00"),
        (SHANGHAI, "2026-10-31 23:59:59", Terms(months=1, ends_with="month"), "2026-11-01 00:00:00"),
        (SHANGHAI, "2026-03-31 08:00:00", Terms(months=7, ends_with="month"), "2026-10-01 00:00:00"),
        (SHANGHAI, "2026-12-05 08:00:00", Terms(months=13, ends_with="month"), "2028-01-01 00:00:00"),
        (SANTIAGO, "2026-08-06 00:00:00", Terms(months=1), "2026-09-06 01:00:00"),  # no midnight on 6 September
        (PARIS, "2026-02-28 02:30:00", Terms(months=1), "2026-03-28 02:30:00"),
        (PARIS, "2026-01-29 02:30:00", Terms(months=2), "2026-03-29 03:30:00"),  # 02:30 is left out
        (PARIS, "2026-09-25 02:30:00", Terms(months=1), "2026-10-25 02:30:00"),  # comes twice: the first
    ],
)
def test_the_end_of_what_ends_by_itself(zone: str, begins: str, terms: Terms, ends: str) -> None:
    assert terms.end_ms(at(zone, begins), zone) == at(zone, ends)
    assert Terms(stacks=True).end_ms(at(zone, begins), zone) == FOREVER_MS


def test_what_would_end_beyond_the_calendar_is_open() -> None:
    assert Terms(months=1200).end_ms(at(SHANGHAI, "9900-01-01 00:00:00"), SHANGHAI) == FOREVER_MS
