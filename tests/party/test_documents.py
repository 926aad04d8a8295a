"""Identity numbers: what can be right, how they are shown, and that a copied database tells none."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from yidian.domains.party import queries
from yidian.domains.party._documents import COMPANY_SIGNS, company_check, fault_of, masked, resident_check, written
from yidian.domains.party._naming import keys_of
from yidian.domains.party.models import IdentityDocument, NameKey
from yidian.domains.party.operations import add_parties
from yidian.domains.party.types import Particulars

RESIDENT = "11010519491231002X"  # the example of GB 11643
COMPANY = "91350100M000100Y43"  # the example of GB 32100


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [
        ("resident_id", RESIDENT, ""),
        ("resident_id", "110105194912310021", "IDENTITY_CHECK"),
        ("resident_id", "11010519491331002X", "IDENTITY_DATE"),
        ("resident_id", "110105491231002", "IDENTITY_FORM"),
        ("uscc", COMPANY, ""),
        ("uscc", "91350100M000100Y44", "IDENTITY_CHECK"),
        ("uscc", "91350100I000100Y43", "IDENTITY_FORM"),
        ("passport", "E12345678", ""),
        ("passport", "E 1", "IDENTITY_FORM"),
        ("hk_macao", "H12345678", ""),
        ("taiwan", "12345678", ""),
    ],
)
def test_what_a_number_can_be(kind: str, number: str, fault: str) -> None:
    assert fault_of(kind, number) == fault


def test_one_wrong_digit_is_always_noticed() -> None:
    for place in range(17):
        for digit in set("0123456789") - {RESIDENT[place]}:
            wrong = RESIDENT[:place] + digit + RESIDENT[place + 1 : 17]
            assert resident_check(wrong) != RESIDENT[17]
        for sign in set(COMPANY_SIGNS) - {COMPANY[place]}:
            assert company_check(COMPANY[:place] + sign + COMPANY[place + 1 : 17]) != COMPANY[17]


def test_a_number_is_written_one_way_and_shown_masked() -> None:
    assert written("１１０105 19491231 002x") == RESIDENT
    assert [masked(n) for n in (RESIDENT, "E12345678", "A123")] == ["1101**********002X", "E1*****78", "****"]


def test_a_name_is_found_from_any_sign_however_it_is_typed() -> None:
    assert [(place, key.decode()) for place, key in keys_of("李 晓雨")] == [(0, "李晓雨"), (1, "晓雨"), (2, "雨")]
    assert keys_of("Ａnna")[0] == (0, b"anna")
    assert len(keys_of("好好好")) == 3, "keys are beginnings, not signs"
    assert keys_of("") == []


@pytest.fixture
def people(tenant: Any) -> Any:
    names = {"C1": "李晓雨", "C2": "张晓雨", "C3": "李雷", "C4": "晓晓有限公司"}
    told = {
        "C1": Particulars("north", "13900000001", "星湖路 1 号", "resident_id", RESIDENT),
        "C4": Particulars(id_kind="uscc", id_number=COMPANY),
    }
    add_parties(tenant=tenant, customers=names, accounts={"A1": "C1"}, particulars=told)
    return tenant


def called(tenant: Any, asked: str, **more: Any) -> list[str]:
    return [row.code for row in queries.customers_called(tenant=tenant, asked=asked, limit=8, **more)]


def test_who_begins_with_a_name_comes_before_who_has_it_further_on(people: Any) -> None:
    assert called(people, "晓") == ["C4", "C1", "C2"]
    assert called(people, "李") == ["C1", "C3"]
    assert called(people, "晓雨") == ["C1", "C2"]
    assert called(people, "李晓雨李晓雨李晓雨") == []
    assert called(people, "晓", within=["north"]) == ["C1"]
    assert called(people, "晓", within=[]) == []


def test_a_renamed_customer_is_found_by_the_new_name_only(people: Any) -> None:
    add_parties(tenant=people, customers={"C3": "韩梅梅"}, accounts={})
    assert called(people, "雷") == []
    assert called(people, "梅梅") == ["C3"]
    assert NameKey.objects.filter(customer__code="C3").count() == 3


def test_a_document_is_found_by_its_whole_number_only(people: Any) -> None:
    def found(number: str, **more: Any) -> list[str]:
        return [row.code for row in queries.customers_with_document(tenant=people, number=number, **more)]

    assert found(RESIDENT.lower()) == ["C1"]
    assert found(RESIDENT, within=["south"]) == []
    assert found(RESIDENT[:17]) == []
    assert found(COMPANY) == ["C4"]
    kinds = {row.code: row.kind for row in queries.customers(tenant=people, codes=["C1", "C4"])}
    assert kinds == {"C1": "person", "C4": "organisation"}, "who shows a company's code is one"
    assert [row[:3] for row in queries.documents_of(tenant=people, customers=["C1"])] == [
        ("C1", "resident_id", "1101**********002X")
    ]


def test_no_number_stands_in_the_database(people: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, blind, masked FROM party_identitydocument WHERE tenant_id = %s", [people.pk])
        told = repr(cursor.fetchall())
    assert RESIDENT not in told
    assert RESIDENT[6:14] not in told


def test_the_same_told_again_changes_nothing_and_another_number_replaces(people: Any) -> None:
    before = IdentityDocument.objects.get(customer__code="C1")
    again = {"C1": Particulars(id_kind="resident_id", id_number=RESIDENT)}
    add_parties(tenant=people, customers={"C1": ""}, accounts={}, particulars=again)
    assert IdentityDocument.objects.get(customer__code="C1").sealed == before.sealed
    other = "11010519491231003" + resident_check("11010519491231003")
    add_parties(
        tenant=people,
        customers={"C1": ""},
        accounts={},
        particulars={"C1": Particulars("", "", "", "resident_id", other)},
    )
    assert IdentityDocument.objects.get(customer__code="C1").masked == masked(other)
    [row] = queries.customers(tenant=people, codes=["C1"])
    assert (row.organisation, row.phone, row.address) == ("north", "13900000001", "星湖路 1 号"), (
        "what was not told stays"
    )
