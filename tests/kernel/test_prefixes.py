"""Prefixes as columns are the rows they were made of, and find what a slow look over the rows finds, on every day."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from yidian.kernel.calendar import month_period
from yidian.kernel.rating.book import compile_tariff
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.classify import longest_prefix
from yidian.kernel.rating.prefixes import Prefixes
from yidian.kernel.rating.tariff import Prefix, Tariff, Zone

ZONES = ("cn", "z1", "z2")
EDGES = (None, date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 11), date(2026, 10, 21), date(2026, 11, 1))
PERIOD = month_period("2026-10", "Asia/Shanghai")


def dated(dice: random.Random, digits: str) -> list[Prefix]:
    """A prefix in one to three periods that follow each other, each in a zone of its own."""
    cuts = sorted(dice.sample([day for day in EDGES if day], dice.randrange(3)))
    bounds = [None, *cuts, None] if dice.random() < 0.7 else [*cuts, None] if cuts else [None, None]
    places = [dice.choice((("cn", "10"), ("cn", "21"), ("cn", ""), ("z1", ""), ("z2", ""))) for _ in bounds[1:]]
    return [
        Prefix(prefix=digits, zone=zone, area=area, valid_from=since, valid_to=until)
        for (zone, area), (since, until) in zip(places, pairwise(bounds), strict=True)
    ]


def some_rows(seed: int) -> tuple[Prefix, ...]:
    dice = random.Random(seed)
    digits = sorted({"".join(dice.choices("012", k=dice.randint(1, 6))) for _ in range(120)})
    return tuple(row for one in digits for row in dated(dice, one))


def tariff_of(rows: object) -> Tariff:
    zones = tuple(Zone(code=code, domestic=code == "cn") for code in ZONES)
    return Tariff(currency="CNY", zone="Asia/Shanghai", zones=zones, prefixes=rows)  # type: ignore[arg-type]


def test_columns_are_equal_to_the_rows_they_were_made_of() -> None:
    rows = some_rows(1)
    columns = Prefixes.of(rows)
    assert (columns, len(columns), tuple(columns)) == (rows, len(rows), rows)
    assert rows == columns
    assert hash(columns) == hash(rows)
    assert tariff_of(columns) == tariff_of(rows)
    assert (columns[0], columns[-1], columns[3:7], columns[::-50]) == (rows[0], rows[-1], rows[3:7], rows[::-50])
    assert Prefixes.of(columns) is columns
    for n in (len(rows), -len(rows) - 1):
        with pytest.raises(IndexError):
            columns[n]
    assert (Prefixes.of(()), tuple(Prefixes.of(()))) == ((), ())


@pytest.mark.parametrize("field", ["prefix", "zone", "area", "valid_from", "valid_to"])
def test_columns_are_unequal_to_other_rows(field: str) -> None:
    rows = some_rows(2)
    other = date(2020, 1, 1) if field.startswith("valid") else "77"
    changed = (*rows[:5], replace(rows[5], **{field: other}), *rows[6:])
    assert Prefixes.of(rows) != changed
    assert Prefixes.of(rows) != Prefixes.of(changed)
    assert Prefixes.of(rows) != rows[:-1]
    assert Prefixes.of(rows) != list(rows)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_in_force_is_found_in_every_epoch(seed: int) -> None:
    rows = some_rows(seed)
    compiled = compile_tariff(tariff_of(rows), PERIOD)
    again = Classifier(compile_tariff(tariff_of(Prefixes.of(rows)), PERIOD)).tables
    classifier = Classifier(compiled)
    tables = classifier.tables
    assert all((mine == theirs).all() for mine, theirs in zip(tables, again, strict=True))
    assert [epoch.day for epoch in compiled.epochs] == [date(2026, 10, 1), date(2026, 10, 11), date(2026, 10, 21)]
    dice = random.Random(-seed)
    for n, epoch in enumerate(compiled.epochs):
        for _ in range(300):
            text = "".join(dice.choices("0123#", (9, 9, 9, 1, 1), k=dice.randrange(9)))
            known = [row for row in rows if row.in_force(epoch.day) and text.startswith(row.prefix)]
            entry = longest_prefix(tables, int(tables.root[n]), text.encode(), 0, len(text))
            if not known:
                assert entry == -1
                continue
            best = max(known, key=lambda row: len(row.prefix))
            found = tables.dest_zone[entry], tables.dest_area[entry], tables.dest_domestic[entry]
            assert found == (classifier.zone(best.zone), classifier.area(best.area), best.zone == "cn")


def test_a_tariff_without_prefixes_knows_no_destination() -> None:
    tables = Classifier(compile_tariff(tariff_of(()), PERIOD)).tables
    assert longest_prefix(tables, int(tables.root[0]), b"10", 0, 2) == -1
