"""What else a customers file may say of a customer: who looks after it, how to reach it, which document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.inventory.files import refused, row, take

from yidian.domains.party.models import Customer, IdentityDocument
from yidian.platform.access import organisation
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

RESIDENT = "11010519491231002X"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
TOLD = {
    "organisation": "north", "id_kind": "resident_id", "id_number": RESIDENT, "phone": "139 0000 0001",
    "address": "星湖路 1 号",
}  # fmt: skip


@pytest.fixture
def north(tenant: Any) -> Any:
    def work(frame: Any) -> dict[str, Any]:
        organisation.add(frame=frame, code="north", name="城北")
        return {}

    perform(tenant=tenant, actor=system("test"), operation="test", key="north", request={}, now=NOW, work=work)
    return tenant


def test_what_is_told_is_stored_and_told_again_unchanged(north: Any) -> None:
    assert take(north, row(**TOLD)).counts["customers"].added == 1
    stored = Customer.objects.get()
    assert (stored.organisation, stored.phone, stored.address) == ("north", "139 0000 0001", "星湖路 1 号")
    assert IdentityDocument.objects.get().masked == "1101**********002X"
    sealed = IdentityDocument.objects.get().sealed
    again = take(north, row(**TOLD))
    assert again.nothing_new
    assert IdentityDocument.objects.get().sealed == sealed


def test_a_later_file_changes_what_it_tells_and_leaves_the_rest(north: Any) -> None:
    take(north, row(**TOLD))
    changed = take(north, row(phone="139 0000 0002"))
    assert (changed.counts["customers"].changed, changed.counts["customers"].unchanged) == (1, 0)
    take(north, row(id_kind="passport", id_number="e1234567"))
    stored = Customer.objects.get()
    assert (stored.organisation, stored.phone) == ("north", "139 0000 0002")
    assert sorted(IdentityDocument.objects.values_list("kind", "masked")) == [
        ("passport", "E1****67"),
        ("resident_id", "1101**********002X"),
    ]


def test_an_old_file_without_the_columns_is_as_good_as_ever(tenant: Any) -> None:
    assert take(tenant, row()).counts["customers"].added == 1
    assert not IdentityDocument.objects.exists()


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"organisation": "nowhere"}, "ORGANISATION_UNKNOWN", "organisation"),
        ({"id_number": RESIDENT[:17] + "1"}, "IDENTITY_CHECK", "id_number"),
        ({"id_number": "11010519491331002X"}, "IDENTITY_DATE", "id_number"),
        ({"id_number": "123"}, "IDENTITY_FORM", "id_number"),
        ({"id_kind": "library_card", "id_number": "1"}, "VALUE_UNKNOWN", "id_kind"),
        ({"id_kind": "passport"}, "VALUE_MISSING", "id_number"),
        ({"phone": "call me"}, "PHONE_INVALID", "phone"),
        ({"address": "x" * 201}, "TEXT_TOO_LONG", "address"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(north: Any, cells: dict[str, str], code: str, column: str) -> None:
    [fault] = refused(north, row(**cells))
    assert (fault.code, fault.where.line, fault.where.column) == (code, 2, column)
    assert not Customer.objects.exists(), "nothing is half loaded"


def test_a_refused_number_is_not_repeated_in_full(north: Any) -> None:
    wrong = RESIDENT[:17] + "1"
    [fault] = refused(north, row(id_number=wrong))
    assert wrong not in repr(fault)


def test_two_rows_may_not_tell_two_things_of_one_customer(north: Any) -> None:
    faults = refused(north, row(**TOLD), row(identifier="13800000002", phone="139 0000 0009"))
    assert [(fault.code, fault.where.line, fault.where.column) for fault in faults] == [
        ("CUSTOMER_TOLD_OTHERWISE", 3, "phone")
    ]
