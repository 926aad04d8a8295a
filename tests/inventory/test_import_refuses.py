"""Every reason for which a customers file is refused, with the line and the column of what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from tests.inventory.files import OFFERS, day, refused, row, sheet, stored, take, take_text

from yidian.domains.product_inventory.operations import import_sheet
from yidian.kernel.faults import BadInput
from yidian.platform.tenancy.models import Tenant
from yidian.platform.wording import entries

GOOD = row(identifier="13700000000", subscriber="GOOD")

WITHIN_A_ROW = {
    "VALUE_MISSING": [
        ("customer", {"customer": ""}),
        ("account", {"account": " "}),
        ("from", {"begin": ""}),
        ("identifier", {"identifier": ""}),
        ("identifier", {"identifier": "", "subscriber": "S", "offer": ""}),
    ],
    "TEXT_TOO_LONG": [("account", {"account": "A" * 65}), ("home_area", {"home_area": "0" * 33})],
    "FORMAT_UNKNOWN": [("format", {"format": "2"})],
    "VALUE_UNKNOWN": [("kind", {"kind": "imei"})],
    "IDENTIFIER_INVALID": [
        ("identifier", {"identifier": "12"}),
        ("identifier", {"identifier": "+8613800000001"}),
        ("identifier", {"identifier": "１３８００００００００"}),
        ("identifier", {"identifier": "1" * 21}),
        ("identifier", {"kind": "imsi", "identifier": "4600012345678"}),
        ("identifier", {"kind": "iccid", "identifier": "8986001234567890"}),
        ("identifier", {"kind": "login", "identifier": "two words"}),
    ],
    "OFFER_UNKNOWN": [("offer", {"offer": "NONE"})],
    "OFFER_NOT_ON_SALE": [
        ("offer", {"offer": "OLD", "begin": "2026-07-01"}),
        ("offer", {"offer": "OLD", "begin": "2025-12-31 23:59"}),
    ],
    "PERIOD_EMPTY": [("to", {"end": "2026-10-01"}), ("to", {"end": "2026-09-30"})],
    "DATE_IMPOSSIBLE": [
        ("from", {"begin": "2026-02-29"}),
        ("from", {"begin": "20261001"}),
        ("from", {"begin": "2026-10-01T25:00"}),
        ("from", {"begin": "1899-12-31"}),
        ("to", {"end": "31.10.2026"}),
        ("to", {"end": "tomorrow"}),
    ],
    "ACCOUNT_CODE_RESERVED": [("account", {"account": "pool:home"})],
}


@pytest.mark.parametrize(
    ("code", "column", "cells"),
    [(code, column, cells) for code, cases in WITHIN_A_ROW.items() for column, cells in cases],
)
def test_what_is_wrong_within_a_row_is_named_with_line_and_column(
    tenant: Any, code: str, column: str, cells: dict[str, str]
) -> None:
    bad = row(**cells)
    (fault,) = refused(tenant, GOOD | {"format": "1"}, {"format": "1"} | bad)
    assert (fault.code, fault.where.file, fault.where.line, fault.where.column) == (code, "customers.csv", 3, column)
    assert fault.value == bad.get(column, "").strip()
    assert not any(stored().values())


N, OTHER = "13800000001", "13800000002"
AGAINST_ANOTHER_ROW: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "ACCOUNT_OF_OTHER_CUSTOMER": ("account", {}, {"customer": "C2", "identifier": OTHER}),
    "SUBSCRIBER_OF_OTHER_CUSTOMER": (
        "subscriber",
        {"end": "2026-10-15"},
        {"customer": "C2", "account": "ACC2", "begin": "2026-10-15"},
    ),
    "HOME_AREA_DIFFERS": ("home_area", {"home_area": "010"}, {"home_area": "021", "offer": "B"}),
    "IDENTIFIER_TAKEN": ("identifier", {}, {"subscriber": "S2", "begin": "2026-12-01"}),
    "HOLDING_OVERLAP": ("offer", {"end": "2026-10-15"}, {"begin": "2026-10-14 23:59"}),
    "ACCOUNT_TWICE": ("account", {}, {"account": "ACC2", "offer": "B", "begin": "2026-10-10"}),
    "POOL_CHANGED": ("pool", {"pool": "home"}, {"pool": "", "offer": "B", "begin": "2026-10-10"}),
}


@pytest.mark.parametrize("code", AGAINST_ANOTHER_ROW)
def test_two_rows_that_cannot_both_be_true_are_refused_on_the_later_line(tenant: Any, code: str) -> None:
    column, first, second = AGAINST_ANOTHER_ROW[code]
    (fault,) = refused(tenant, row(**first), GOOD, row(**second))
    assert (fault.code, fault.where.line, fault.where.column) == (code, 4, column)
    assert fault.params.get("other_line", 2) == 2
    assert not any(stored().values())


@pytest.mark.parametrize("code", AGAINST_ANOTHER_ROW)
def test_a_row_that_contradicts_what_is_stored_is_refused(tenant: Any, code: str) -> None:
    column, first, second = AGAINST_ANOTHER_ROW[code]
    take(tenant, row(**first))
    before = stored()
    faults = {fault.code: fault for fault in refused(tenant, GOOD, row(**second))}
    assert faults.keys() - {"IDENTIFIER_ENDED"} == {code}
    assert (faults[code].where.line, faults[code].where.column) == (3, column)
    assert faults[code].params.get("other_line", 0) == 0
    assert stored() == before


def test_two_pools_at_one_instant_are_refused(tenant: Any) -> None:
    (fault,) = refused(tenant, row(pool="home"), row(pool="office", offer="B"))
    assert (fault.code, fault.where.line, fault.params["other"]) == ("POOL_CHANGED", 3, "pool:home")


def test_a_customer_has_one_name_in_a_file(tenant: Any) -> None:
    (fault,) = refused(tenant, row(customer_name="王小明"), row(customer_name="王晓明", offer="B"))
    assert (fault.code, fault.where.line, fault.where.column) == ("CUSTOMER_NAME_DIFFERS", 3, "customer_name")


def test_the_same_row_twice_is_two_holdings_of_one_offer_and_refused(tenant: Any) -> None:
    (fault,) = refused(tenant, row(offer="PACK"), row(offer="PACK"))
    assert (fault.code, fault.where.line, fault.params["other_line"]) == ("HOLDING_OVERLAP", 3, 2)


def test_what_has_ended_is_not_opened_again(tenant: Any) -> None:
    take(tenant, row(end="2026-10-15"))
    faults = refused(tenant, row())
    assert {fault.code for fault in faults} == {"HOLDING_OVERLAP", "IDENTIFIER_ENDED"}
    (fault,) = refused(tenant, row(offer="B"))
    assert (fault.code, fault.where.column, fault.params["end"]) == ("IDENTIFIER_ENDED", "to", "2026-10-15")


def test_a_column_missing_unknown_or_twice_is_refused_on_the_header(tenant: Any, tmp_path: Path) -> None:
    def codes(text: str) -> set[tuple[str, int, str]]:
        with pytest.raises(BadInput) as refusal:
            take_text(tenant, tmp_path / "c.csv", text)
        return {(fault.code, fault.where.line, fault.where.column) for fault in refusal.value.faults}

    assert codes("customer,account,identifier,from,to,colour\nC,A,138,2026-10-01,,red\n") == {
        ("COLUMN_MISSING", 1, "offer"),
        ("COLUMN_UNKNOWN", 1, "colour"),
    }
    assert codes("customer,account,identifier,offer,from,to,to\nC,A,138,A,2026-10-01,,\n") == {
        ("COLUMN_TWICE", 1, "to")
    }


def test_an_hour_that_the_clock_left_out_or_has_twice_is_refused(tenant: Any) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(zone="Europe/Berlin")
    tenant.refresh_from_db()
    faults = refused(tenant, row(begin="2026-03-29 02:30"), row(begin="2026-10-25 02:30"))
    assert [(fault.code, fault.where.line) for fault in faults] == [
        ("LOCAL_TIME_MISSING", 2),
        ("LOCAL_TIME_REPEATED", 3),
    ]


def test_faults_come_in_the_order_of_lines_and_stop_at_a_hundred(tenant: Any) -> None:
    faults = refused(tenant, row(), row(customer="C2", identifier=OTHER), row(offer="NONE"))
    assert [fault.where.line for fault in faults] == [3, 4]
    assert len(refused(tenant, *(row(offer="NONE", identifier=f"139{n:08d}") for n in range(300)))) == 100


def test_every_reason_has_words_in_both_languages(tenant: Any) -> None:
    own = [*WITHIN_A_ROW, *AGAINST_ANOTHER_ROW, "CUSTOMER_NAME_DIFFERS", "IDENTIFIER_ENDED"]
    for code in own:
        assert set(entries()[code]) == {"en", "zh", "remedy_en", "remedy_zh"}, code


FAMILY = [
    row(customer_name="王小明", home_area="010", pool="home", end="2026-10-15"),
    row(pool="home", offer="B", begin="2026-10-15", end="2026-11-01"),
    row(pool="home", offer="PACK", begin="2026-10-05", end="2026-10-08 13:30"),
    row(subscriber=N, pool="home", kind="imsi", identifier="460001234567890", offer="", end="2026-10-12"),
    row(subscriber=N, pool="home", kind="imsi", identifier="460001234567891", offer="", begin="2026-10-12"),
    row(customer="C2", account="ACC2", identifier=OTHER, pool="home"),
    row(customer="C2", account="ACC3", identifier="13800000003", end="2026-10-20"),
    row(customer="C2", account="ACC2", identifier="13800000003", offer="B", begin="2026-10-20"),
    row(customer="C3", account="ACC4", subscriber="S9", begin="2026-12-01"),
]


@seed(20261)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(FAMILY), cut=st.integers(0, len(FAMILY)))
def test_the_order_of_rows_in_a_file_does_not_matter(tenant: Any, order: list[dict[str, str]], cut: int) -> None:
    """Each order is taken by a tenant of its own; a second import of some of the rows changes nothing."""
    from django_scopes import scope, scopes_disabled

    with scopes_disabled():
        count = Tenant.objects.count()
        own, other = (
            Tenant.objects.create(code=f"{name}{count}", currency="CNY", zone="Asia/Shanghai")
            for name in ("own", "other")
        )
    with scope(tenant=own):
        take(own, *FAMILY)
        expected = stored()
    with scope(tenant=other):
        take(other, *order)
        assert stored() == expected
        if cut:
            assert import_sheet(tenant=other, sheet=sheet(order[:cut]), known_offers=OFFERS).nothing_new
        assert stored() == expected
    assert (N, "msisdn", N, day("2026-10-01"), day("2026-11-01")) in expected["identifiers"]


def test_a_short_row_between_does_not_hide_a_contradiction(tenant: Any) -> None:
    short = row(offer="PACK", begin="2026-10-02", end="2026-10-03")
    (fault,) = refused(tenant, row(), short, row(customer="C2", account="ACC2", subscriber="S2", begin="2026-10-05"))
    assert (fault.code, fault.where.line, fault.params["other_line"]) == ("IDENTIFIER_TAKEN", 4, 2)


def test_an_account_that_paid_until_another_did_is_not_replaced_afterwards(tenant: Any) -> None:
    take(tenant, row(end="2026-10-20"), row(account="ACC2", offer="B", begin="2026-10-20"))
    (fault,) = refused(
        tenant,
        row(offer="PACK", begin="2026-10-02", end="2026-10-05"),
        row(account="ACC3", offer="PACK", begin="2026-10-05", end="2026-10-10"),
    )
    assert (fault.code, fault.where.line, fault.params["other"]) == ("ACCOUNT_TWICE", 3, "ACC1")
