"""A large customers file: taken set by set, the same as row by row, and the planner knows of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.inventory.files import OFFERS, row, sheet, stored
from tests.platform.test_many_rows import estimate

from yidian.domains.party.models import BillingAccount, Customer, IdentityDocument, NameKey
from yidian.domains.party.queries import customers_called, customers_with_document
from yidian.domains.product_inventory import operations
from yidian.domains.product_inventory.operations import import_customers, import_sheet
from yidian.platform.database.statistics import MANY

COMPANY, RESIDENT = "91110000600037341L", "11010519491231002X"


def many(count: int, **cells: str) -> list[dict[str, str]]:
    return [row(customer=f"C{n}", account=f"A{n}", identifier=f"139{n:08d}", **cells) for n in range(count)]


def as_text(rows: list[dict[str, str]]) -> str:
    return "\n".join([",".join(rows[0]), *(",".join(one.values()) for one in rows)]) + "\n"


def test_the_planner_hears_of_a_large_file_once_it_is_taken(
    tenant: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[tuple[str, ...]] = []
    monkeypatch.setattr(operations, "refresh_statistics", lambda tables: heard.append(tables))
    with django_capture_on_commit_callbacks(execute=True):
        import_sheet(tenant=tenant, sheet=sheet(many(MANY - 1)), known_offers=OFFERS)
    assert heard == []
    with django_capture_on_commit_callbacks(execute=True):
        import_sheet(tenant=tenant, sheet=sheet(many(MANY)), known_offers=OFFERS)
        assert heard == [], "not before the whole write is committed"
    (tables,) = heard
    assert {"party_customer", "party_namekey", "product_inventory_offerholding"} <= set(tables)
    with django_capture_on_commit_callbacks(execute=True):
        assert import_sheet(tenant=tenant, sheet=sheet(many(MANY)), known_offers=OFFERS).nothing_new
    assert len(heard) == 1


def test_after_a_large_file_ways_are_chosen_by_what_is_there(
    tenant: Any, django_capture_on_commit_callbacks: Any
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        import_sheet(tenant=tenant, sheet=sheet(many(2 * MANY)), known_offers=OFFERS)
    for table in ("party_customer", "party_billingaccount", "product_inventory_subscriber"):
        assert estimate(table) == pytest.approx(2 * MANY, rel=0.2), table


def test_a_file_is_taken_as_its_rows_are_given(tenant: Any, tmp_path: Path) -> None:
    """`import_customers` forgets rows as it reads them; `import_sheet` leaves its caller's sheet as it was."""
    rows = [*many(30), row(customer="C1", account="A1", identifier="13900000001", offer="B", begin="2026-10-05")]
    given = sheet(rows)
    first = import_sheet(tenant=tenant, sheet=given, known_offers=OFFERS)
    assert len(given.rows) == 31
    before = stored()
    path = tmp_path / "customers.csv"
    path.write_text(as_text(rows), encoding="utf-8")
    again = import_customers(tenant=tenant, path=path, known_offers=OFFERS)
    assert (first.rows, again.rows, again.nothing_new, stored()) == (31, 31, True, before)


def test_what_is_told_of_new_customers_is_theirs_from_the_first_row(tenant: Any) -> None:
    def told(**cells: str) -> dict[str, str]:
        empty = dict.fromkeys(("organisation", "phone", "address", "id_kind", "id_number"), "")
        return row() | empty | cells

    rows = [
        told(customer="C1", account="A1", identifier="13900000001", customer_name="李晓雨", phone="010-12345678",
             id_kind="resident_id", id_number=RESIDENT),
        told(customer="C2", account="A2", identifier="13900000002", customer_name="晓雨贸易", address="南宁, 大学路",
             id_kind="uscc", id_number=COMPANY),
        told(customer="C3", account="A3", identifier="13900000003"),
    ]  # fmt: skip
    import_sheet(tenant=tenant, sheet=sheet(rows), known_offers=OFFERS)
    assert list(Customer.objects.order_by("code").values_list("code", "kind", "phone", "address")) == [
        ("C1", "person", "010-12345678", ""), ("C2", "organisation", "", "南宁, 大学路"), ("C3", "person", "", ""),
    ]  # fmt: skip
    assert [one.code for one in customers_with_document(tenant=tenant, number=COMPANY)] == ["C2"]
    assert {one.code for one in customers_called(tenant=tenant, asked="晓雨", limit=9)} == {"C1", "C2"}
    assert (NameKey.objects.count(), IdentityDocument.objects.count(), BillingAccount.objects.count()) == (7, 2, 3)
    moved = [
        rows[0] | {"customer_name": "李小雨", "phone": "010-1", "id_kind": "uscc", "id_number": COMPANY},
        rows[1] | {"address": "柳州"},
    ]
    report = import_sheet(tenant=tenant, sheet=sheet(moved), known_offers=OFFERS)
    assert report.counts["customers"].changed == 2
    assert list(Customer.objects.order_by("code").values_list("name", "kind", "phone", "address"))[:2] == [
        ("李小雨", "organisation", "010-1", ""), ("晓雨贸易", "organisation", "", "柳州"),
    ]  # fmt: skip
    assert {one.code for one in customers_called(tenant=tenant, asked="晓雨", limit=9)} == {"C2"}


def test_many_ends_and_home_areas_are_written_together(tenant: Any) -> None:
    import_sheet(tenant=tenant, sheet=sheet(many(300)), known_offers=OFFERS)
    report = import_sheet(tenant=tenant, sheet=sheet(many(300, end="2026-10-20", home_area="771")), known_offers=OFFERS)
    assert (report.counts["holdings"].ended, report.counts["subscribers"].changed) == (300, 300)
    assert {one[2] for one in stored()["subscribers"]} == {"771"}
    assert len({one[3] for one in stored()["holdings"]}) == 1
