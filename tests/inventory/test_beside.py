"""A sub card is given only beside a main card of the same unit: by the same file, or as is stored."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope
from tests.catalog.example import EXAMPLE
from tests.inventory.files import OFFERS, row, sheet, stored

from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.types import Terms, read_tariff
from yidian.domains.product_inventory.operations import import_sheet
from yidian.domains.product_inventory.types import ImportReport
from yidian.faces.cli import customers
from yidian.faces.cli.context import Context
from yidian.kernel.calendar import from_ms
from yidian.kernel.faults import BadInput
from yidian.platform.tenancy.models import Tenant

TERMS = {"B": Terms(needs=frozenset({"A", "PACK"}))}


def main(**cells: str) -> dict[str, str]:
    return row(**{"identifier": "13800000001", "pool": "family", "offer": "A", **cells})


def sub(**cells: str) -> dict[str, str]:
    return row(**{"identifier": "13800000002", "pool": "family", "offer": "B", **cells})


def give(tenant: Any, *rows: Mapping[str, str]) -> ImportReport:
    return import_sheet(tenant=tenant, sheet=sheet(rows), known_offers=OFFERS, terms=TERMS)


def refused(tenant: Any, *rows: Mapping[str, str]) -> list[tuple[str, int, str, str]]:
    with pytest.raises(BadInput) as refusal:
        give(tenant, *rows)
    return [(fault.code, fault.where.line, fault.where.column, fault.value) for fault in refusal.value.faults]


def test_alone_it_is_refused_at_its_line_and_nothing_is_loaded_in_part(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        other = main(pool="other", customer="C2", account="ACC2")
        assert refused(tenant, other, sub()) == [("OFFER_NEEDS", 3, "offer", "B")]
        assert not any(stored().values())
        apart = main(offer="A", end="2026-10-05"), sub(begin="2026-10-05")
        assert refused(tenant, *apart) == [("OFFER_NEEDS", 3, "offer", "B")], "nobody holds one any more"
        assert refused(tenant, row(offer="B", identifier="13800000009")) == [("OFFER_NEEDS", 2, "offer", "B")]


def test_rows_of_the_same_file_count_in_any_order(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        give(tenant, sub(), main(), sub(identifier="13800000003"))
        give(tenant, row(identifier="13900000001", customer="C3", account="ACC3"),
             row(identifier="13900000002", customer="C3", account="ACC3", offer="B"))  # fmt: skip


def test_what_is_stored_counts_while_it_lasts(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        give(tenant, main())
        give(tenant, sub(begin="2026-10-10"))
        give(tenant, main(end="2026-10-20"))
        third = sub(identifier="13800000003", begin="2026-10-20")
        assert refused(tenant, third) == [("OFFER_NEEDS", 2, "offer", "B")], "the main card is given up"
        fourth = sub(identifier="13800000004", begin="2026-10-15")
        give(tenant, fourth)


def test_what_the_same_file_ends_does_not_count_after_it(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        give(tenant, main())
        assert refused(tenant, main(end="2026-10-20"), sub(begin="2026-10-20")) == [("OFFER_NEEDS", 3, "offer", "B")]
        give(tenant, main(end="2026-10-20"), main(offer="PACK", begin="2026-10-20"), sub(begin="2026-10-20"))


def test_what_is_held_is_never_refused(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        import_sheet(tenant=tenant, sheet=sheet([sub()]), known_offers=OFFERS)  # before the offer said so
        assert give(tenant, sub()).nothing_new
        give(tenant, sub(end="2026-11-01"))


def test_another_operators_main_card_is_nobodys(tenant: Tenant) -> None:
    other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=other):
        give(other, main())
    with scope(tenant=tenant):
        assert refused(tenant, sub()) == [("OFFER_NEEDS", 2, "offer", "B")]


def test_the_command_reads_it_from_the_newest_tariff(tenant: Tenant, tmp_path: Path) -> None:
    load_tariff(tenant=tenant, tariff=read_tariff(EXAMPLE), source="t", now=from_ms(1_793_000_000_000))
    context = Context(home=None, lang="en", quiet=True)
    context.__dict__["tenant"] = tenant
    path = tmp_path / "customers.csv"
    head = "customer,account,identifier,offer,from,to"
    path.write_text(f"{head}\nc1,a1,13800000001,cx129,2026-10-01,\nc1,a1,13800000002,fk10,2026-10-01,\n")
    with pytest.raises(BadInput) as refusal:
        customers.run(argparse.Namespace(path=path), context)
    [fault] = refusal.value.faults
    assert (fault.code, fault.where.line, fault.params["needs"]) == ("OFFER_NEEDS", 3, "jt199")
    path.write_text(f"{head}\nc1,a1,13800000001,jt199,2026-10-01,\nc1,a1,13800000002,fk10,2026-10-01,\n")
    assert customers.run(argparse.Namespace(path=path), context) == 0
