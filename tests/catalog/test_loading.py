"""Editions: whole or not at all, the same rows once, and no other past than the one that was billed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django_scopes import scope
from tests.catalog.example import EXAMPLE

from yidian.domains.product_catalog import models, operations, queries
from yidian.domains.product_catalog.canonical import ROWS, canonical, digest
from yidian.kernel.faults import BadInput
from yidian.kernel.rating import tariff as t
from yidian.platform import points
from yidian.platform.tenancy.models import Tenant

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def example() -> t.Tariff:
    return queries.read_tariff(EXAMPLE)


@pytest.fixture
def planted() -> Iterator[None]:
    yield
    points.configure("")


def _load(tenant: Tenant, tariff: t.Tariff, **more: date) -> operations.LoadedTariff:
    return operations.load_tariff(tenant=tenant, tariff=tariff, source="some/tariff-cn", now=NOW, **more)


def _changed(tariff: t.Tariff, old: t.Price, **changes: object) -> t.Tariff:
    assert old in tariff.prices
    return replace(tariff, prices=tuple(replace(p, **changes) if p == old else p for p in tariff.prices))


def _sms(tariff: t.Tariff) -> t.Price:
    return next(p for p in tariff.prices if (p.offer, p.item) == ("*", "sms"))


def _rows_stored() -> int:
    return sum(table.objects.count() for table in models.TABLES.values())


def test_what_was_loaded_is_read_back(tenant: Tenant, example: t.Tariff) -> None:
    loaded = _load(tenant, example)
    assert (loaded.edition, loaded.added, loaded.sha256) == (1, True, digest(example))
    assert loaded.counts["prices"] == len(example.prices)
    assert queries.current_tariff(tenant=tenant) == (1, example)
    assert [(e["number"], e["source"], e["loaded_at"]) for e in queries.editions(tenant=tenant)] == [
        (1, "tariff-cn", NOW)
    ]


def test_every_field_of_every_row_is_kept(tenant: Tenant) -> None:
    day, end = date(2026, 1, 1), date(2027, 1, 1)
    rows: dict[str, tuple[t.Row, ...]] = {}
    for kind, row_type in ROWS.items():
        values: dict[str, object] = {"valid_from": day, "valid_to": end}
        for number, (name, hint) in enumerate(_own_fields(row_type), start=2):
            values[name] = {
                "str": f"x{number}", "int": 10**15 + number, "bool": True, "date": day + timedelta(number),
                "tuple[str, ...]": ("a", f"b{number}"), "Measure": "volume",
            }[hint]  # fmt: skip
            if hint == "int" and not name.endswith(("_micro", "quantity", "block", "per", "tier_from", "repeat")):
                values[name] = 1000 + number
        rows[kind] = (row_type(**values),)
    tariff = t.Tariff(currency="JPY", zone="Asia/Tokyo", bill_rounding="up", **rows)  # type: ignore[arg-type]
    _load(tenant, tariff)
    assert queries.current_tariff(tenant=tenant) == (1, tariff)


def _own_fields(row_type: type[t.Row]) -> list[tuple[str, str]]:
    own = {
        name: hint for base in reversed(row_type.__mro__) for name, hint in getattr(base, "__annotations__", {}).items()
    }
    return [(name, str(hint)) for name, hint in own.items() if name not in ("valid_from", "valid_to")]


def test_the_same_rows_again_add_nothing(tenant: Tenant, example: t.Tariff) -> None:
    _load(tenant, example)
    stored = _rows_stored()
    again = _load(tenant, replace(example, prices=tuple(reversed(example.prices))))
    assert (again.edition, again.added) == (1, False)
    assert (_rows_stored(), models.TariffEdition.objects.count()) == (stored, 1)
    other = _load(tenant, _changed(example, _sms(example), price_micro=200_000))
    assert (other.edition, other.added) == (2, True)
    assert _load(tenant, example).edition == 3  # back to the first: that is news again
    assert queries.tariff_of_edition(tenant=tenant, number=1) == example


def test_tenants_do_not_see_each_others_tariffs(tenant: Tenant, example: t.Tariff) -> None:
    _load(tenant, example)
    other = Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")
    with pytest.raises(BadInput, match="TARIFF_NOT_LOADED"):
        queries.current_tariff(tenant=other)
    assert _load(other, example).edition == 1
    with scope(tenant=other):
        assert models.TariffEdition.objects.count() == 1
    with pytest.raises(BadInput, match="TARIFF_EDITION_UNKNOWN"):
        queries.tariff_of_edition(tenant=tenant, number=2)


def test_cut_short_before_the_commit_nothing_is_there(tenant: Tenant, example: t.Tariff, planted: None) -> None:
    points.configure("import.commit=raise")
    with pytest.raises(points.PlantedFault):
        _load(tenant, example)
    assert (_rows_stored(), models.TariffEdition.objects.count()) == (0, 0)
    points.configure("")
    assert _load(tenant, example).added


def test_cut_short_after_the_commit_all_is_there(tenant: Tenant, example: t.Tariff, planted: None) -> None:
    points.configure("import.committed=raise")
    with pytest.raises(points.PlantedFault):
        _load(tenant, example)
    points.configure("")
    assert queries.current_tariff(tenant=tenant) == (1, example)
    assert not _load(tenant, example).added


def test_the_past_of_closed_cycles_cannot_be_told_otherwise(tenant: Tenant, example: t.Tariff) -> None:
    _load(tenant, example, closed_until=NOVEMBER)
    sms = _sms(example)
    for changed in (
        _changed(example, sms, price_micro=90_000),
        _changed(example, sms, valid_to=date(2026, 10, 31)),
        _changed(example, sms, valid_from=date(2026, 10, 1)),
        replace(example, prices=tuple(p for p in example.prices if p != sms)),
        replace(example, taxes=(*example.taxes, t.Tax(tax_class="gold", rate_ppm=1, valid_from=date(2026, 10, 31)))),
        replace(example, days=(*example.days, t.Day(on=date(2026, 10, 31), day_type="holiday"))),
        replace(example, bill_rounding="up"),
    ):
        with pytest.raises(operations.UnableToLoadTariff, match="TARIFF_CHANGES_HISTORY"):
            _load(tenant, changed, closed_until=NOVEMBER)
    assert queries.current_tariff(tenant=tenant) == (1, example)


def test_the_future_can_be_told_and_things_may_be_renamed(tenant: Tenant, example: t.Tariff) -> None:
    _load(tenant, example)
    sms = _sms(example)
    ended = _changed(example, sms, valid_to=NOVEMBER)
    renamed = tuple(replace(offer, name_en="new name") for offer in example.offers)
    cut = (replace(sms, valid_to=date(2026, 5, 1)), replace(sms, valid_from=date(2026, 5, 1), valid_to=NOVEMBER))
    others = tuple(p for p in example.prices if p != sms)
    for number, changed in enumerate((
        replace(ended, prices=(*ended.prices, replace(sms, price_micro=1, valid_from=NOVEMBER))),
        replace(example, offers=renamed),
        replace(example, prices=(*others, *cut)),
        replace(example, days=(*example.days, t.Day(on=NOVEMBER, day_type="holiday"))),
    ), start=2):  # fmt: skip
        loaded = _load(tenant, changed, closed_until=NOVEMBER)
        assert (loaded.edition, loaded.added) == (number, True)
        assert queries.current_tariff(tenant=tenant) == (number, canonical(changed))
    assert _load(tenant, _changed(example, sms, price_micro=90_000)).added  # nothing closed, nothing refused


def test_prefixes_are_read_back_of_their_own_edition_and_tenant(tenant: Tenant, example: t.Tariff) -> None:
    other = Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")

    def tariff(zone: str, count: int) -> t.Tariff:
        since = date(2026, 12, 1)
        dated = (
            t.Prefix(prefix="9", zone=zone, valid_to=since), t.Prefix(prefix="9", zone="cn", area="", valid_from=since),
        )  # fmt: skip
        many = (t.Prefix(prefix=str(n), zone=zone, area="010" if n % 3 else "") for n in range(1000, 1000 + count))
        return replace(example, prefixes=(*many, *dated))

    editions = [tariff("cn", 200), tariff("idd", 300), replace(example, prefixes=())]
    for one in editions:
        _load(tenant, one)
    _load(other, tariff("hk", 50))
    for number, one in enumerate(editions, 1):
        read = queries.tariff_of_edition(tenant=tenant, number=number)
        assert read == canonical(one)
        assert tuple(read.prefixes) == canonical(one).prefixes
        assert digest(read) == digest(one)
    assert queries.current_tariff(tenant=other)[1] == canonical(tariff("hk", 50))
