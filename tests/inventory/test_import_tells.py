"""Stories of a customers file: what is taken, what is ended, what stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError
from tests.inventory.files import FIRST, day, refused, row, stored, take, take_text

from yidian.domains.party.models import BillingAccount, Customer
from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    OfferHolding,
    RatingUnit,
    Subscriber,
    UnitMembership,
)
from yidian.domains.product_inventory.queries import overlaps, unit_ids_of, versions, who_has
from yidian.kernel.calendar import from_ms
from yidian.platform.identity import bucket_of, bucket_of_key
from yidian.platform.points import PlantedFault, configure
from yidian.platform.tenancy.models import Tenant

N = "13800000001"


def test_one_row_makes_all_that_a_subscriber_needs(tenant: Any) -> None:
    report = take(tenant, row(customer_name="王小明", home_area="010"))
    assert {kind: count.added for kind, count in report.counts.items()} == dict.fromkeys(report.counts, 1)
    assert stored() == {
        "identifiers": {(N, "msisdn", N, day("2026-10-01"), day(""))},
        "holdings": {(N, "A", day("2026-10-01"), day(""))},
        "payers": {(N, "ACC1", day("2026-10-01"), day(""))},
        "memberships": {(N, "ACC1", day("2026-10-01"), day(""))},
        "subscribers": {(N, "C1", "010")},
    }
    assert Customer.objects.get().name == "王小明"
    assert BillingAccount.objects.get().currency == "CNY"


def test_ids_carry_the_bucket_of_the_code(tenant: Any) -> None:
    take(tenant, row(), row(customer="C2", account="ACC2", identifier="13800000002", pool="home"))
    for model in (Customer, BillingAccount, Subscriber, RatingUnit):
        assert len({pk for pk, _ in model.objects.values_list("id", "code")}) == 2
        assert all(bucket_of(pk) == bucket_of_key(code) for pk, code in model.objects.values_list("id", "code"))


def test_the_same_file_again_adds_nothing_and_says_so(tenant: Any) -> None:
    rows = [
        row(end="2026-10-15", home_area="010", customer_name="王"),
        row(offer="B", begin="2026-10-15"),
        row(subscriber=N, kind="imsi", identifier="460001234567890", offer=""),
    ]
    first = take(tenant, *rows)
    before, told = stored(), versions(tenant=tenant)
    again = take(tenant, *rows)
    assert not first.nothing_new
    assert again.nothing_new
    assert {k: c.unchanged for k, c in again.counts.items()} == {k: c.added for k, c in first.counts.items()}
    assert stored() == before
    assert versions(tenant=tenant) == told == (1, 1, 0, 0)


def test_a_changed_plan_is_two_holdings_of_one_number(tenant: Any) -> None:
    take(tenant, row(end="2026-10-15"), row(offer="B", begin="2026-10-15"))
    assert stored()["holdings"] == {
        (N, "A", day("2026-10-01"), day("2026-10-15")),
        (N, "B", day("2026-10-15"), day("")),
    }
    assert stored()["identifiers"] == {(N, "msisdn", N, day("2026-10-01"), day(""))}


def test_a_plan_changed_in_a_later_file_ends_the_old_holding_and_keeps_the_number(tenant: Any) -> None:
    take(tenant, row())
    report = take(tenant, row(end="2026-10-15"), row(offer="B", begin="2026-10-15"))
    assert (report.counts["holdings"].added, report.counts["holdings"].ended) == (1, 1)
    assert (report.counts["identifiers"].ended, report.counts["identifiers"].unchanged) == (0, 1)
    with_one_file = stored()
    assert with_one_file["holdings"] == {
        (N, "A", day("2026-10-01"), day("2026-10-15")),
        (N, "B", day("2026-10-15"), day("")),
    }


def test_whoever_leaves_gives_the_number_back_and_another_gets_it(tenant: Any) -> None:
    take(tenant, row())
    gone = take(tenant, row(end="2026-10-15"))
    assert (gone.counts["identifiers"].ended, gone.counts["holdings"].ended) == (1, 1)
    take(tenant, row(customer="C2", account="ACC2", subscriber="S2", begin="2026-10-20 13:30"))

    def owner(on: str) -> str | None:
        return who_has(tenant=tenant, kind="msisdn", value=N, at=from_ms(day(on)))

    assert [owner("2026-10-01"), owner("2026-10-14"), owner("2026-10-15"), owner("2026-10-21")] == [N, N, None, "S2"]
    assert (N, "msisdn", N, day("2026-10-01"), day("2026-10-15")) in stored()["identifiers"]


def test_a_number_changes_hands_within_one_file(tenant: Any) -> None:
    take(tenant, row(end="2026-10-15"), row(customer="C2", account="ACC2", subscriber="S2", begin="2026-10-15"))
    assert {(r[0], r[3]) for r in stored()["identifiers"]} == {(N, day("2026-10-01")), ("S2", day("2026-10-15"))}


def test_a_pack_that_ends_leaves_the_number_alone(tenant: Any) -> None:
    take(tenant, row(), row(offer="PACK"))
    report = take(tenant, row(offer="PACK", end="2026-10-20"))
    assert (report.counts["holdings"].ended, report.counts["identifiers"].ended) == (1, 0)
    assert stored()["identifiers"] == {(N, "msisdn", N, day("2026-10-01"), day(""))}


def test_a_pack_of_a_month_bought_later_leaves_the_number_alone(tenant: Any) -> None:
    take(tenant, row())
    report = take(tenant, row(offer="PACK", begin="2026-10-05", end="2026-11-05"))
    assert (report.counts["holdings"].added, report.counts["identifiers"].unchanged) == (1, 1)
    assert stored()["identifiers"] == {(N, "msisdn", N, day("2026-10-01"), day(""))}


def test_a_new_number_in_a_later_file_takes_the_place_of_the_old_one(tenant: Any) -> None:
    take(tenant, row(subscriber="S1"))
    take(
        tenant,
        row(subscriber="S1", end="2026-10-15"),
        row(subscriber="S1", identifier="13900000009", begin="2026-10-15"),
    )
    assert stored()["identifiers"] == {
        ("S1", "msisdn", N, day("2026-10-01"), day("2026-10-15")),
        ("S1", "msisdn", "13900000009", day("2026-10-15"), day("")),
    }


def test_a_card_is_swapped_by_rows_without_an_offer(tenant: Any) -> None:
    card, other = "460001234567890", "460001234567891"
    take(tenant, row(), row(subscriber=N, kind="imsi", identifier=card, offer=""))
    report = take(
        tenant,
        row(subscriber=N, kind="imsi", identifier=card, offer="", end="2026-10-15"),
        row(subscriber=N, kind="imsi", identifier=other, offer="", begin="2026-10-15"),
    )
    assert (report.counts["identifiers"].ended, report.counts["identifiers"].added) == (1, 1)
    assert {(r[2], r[4]) for r in stored()["identifiers"] if r[1] == "imsi"} == {
        (card, day("2026-10-15")),
        (other, day("")),
    }


def test_a_time_before_the_stored_one_is_added_and_ends_nothing(tenant: Any) -> None:
    take(tenant, row(begin="2026-10-15"))
    report = take(tenant, row(offer="", begin="2026-10-01", end="2026-10-10"))
    assert (report.counts["identifiers"].added, report.counts["identifiers"].ended) == (1, 0)
    assert {r[3:] for r in stored()["identifiers"]} == {
        (day("2026-10-01"), day("2026-10-10")),
        (day("2026-10-15"), day("")),
    }


def test_a_file_without_rows_changes_nothing(tenant: Any) -> None:
    assert take(tenant).nothing_new


def test_a_row_without_an_identifier_speaks_of_the_offer_only(tenant: Any) -> None:
    take(tenant, row())
    report = take(tenant, row(subscriber=N, identifier="", offer="PACK", begin="2026-10-05", end="2026-11-05"))
    assert (report.counts["holdings"].added, report.counts["identifiers"].added) == (1, 0)


def test_an_offer_repeated_beside_another_number_is_one_holding(tenant: Any) -> None:
    report = take(tenant, row(subscriber=N), row(subscriber=N, kind="imsi", identifier="460001234567890"))
    assert (report.counts["holdings"].added, report.counts["identifiers"].added) == (1, 2)


def test_members_of_a_pool_are_one_rating_unit_and_the_others_their_account(tenant: Any) -> None:
    take(
        tenant,
        row(pool="home"),
        row(customer="C2", account="ACC2", identifier="13800000002", pool="home"),
        row(customer="C2", account="ACC2", identifier="13800000003"),
        row(customer="C2", account="ACC2", identifier="13800000004"),
    )
    units: dict[str, set[str]] = {}
    for unit, subscriber in UnitMembership.objects.values_list("unit__code", "subscriber__code"):
        units.setdefault(unit, set()).add(subscriber)
    assert units == {"pool:home": {N, "13800000002"}, "ACC2": {"13800000003", "13800000004"}}
    assert len(unit_ids_of(tenant=tenant, account_codes=["ACC2"])) == 2
    assert len(unit_ids_of(tenant=tenant, account_codes=["ACC1"])) == 1
    assert unit_ids_of(tenant=tenant, account_codes=["nobody"]) == []


def test_a_subscriber_leaves_a_pool_and_changes_its_account_where_the_file_says_so(tenant: Any) -> None:
    take(tenant, row(pool="home"))
    take(tenant, row(pool="home", end="2026-10-15"), row(account="ACC2", begin="2026-10-15"))
    assert stored()["memberships"] == {
        (N, "pool:home", day("2026-10-01"), day("2026-10-15")),
        (N, "ACC2", day("2026-10-15"), day("")),
    }
    assert stored()["payers"] == {
        (N, "ACC1", day("2026-10-01"), day("2026-10-15")),
        (N, "ACC2", day("2026-10-15"), day("")),
    }


def test_an_account_pays_on_until_another_is_stated(tenant: Any) -> None:
    take(tenant, row(end="2026-10-10"), row(account="ACC2", offer="B", begin="2026-10-20"))
    assert stored()["payers"] == {
        (N, "ACC1", day("2026-10-01"), day("2026-10-20")),
        (N, "ACC2", day("2026-10-20"), day("")),
    }


def test_dates_may_be_written_as_excel_does_and_9999_is_open(tenant: Any) -> None:
    take(tenant, row(begin="2026/10/5 8:30", end="9999-12-31"))
    assert stored()["holdings"] == {(N, "A", day("2026-10-05") + 510 * 60_000, day(""))}


def test_a_name_and_a_home_area_may_come_later(tenant: Any) -> None:
    take(tenant, row())
    report = take(tenant, row(customer_name="王小明", home_area="010"))
    assert (report.counts["customers"].changed, report.counts["subscribers"].changed) == (1, 1)
    assert Subscriber.objects.get().home_area == "010"
    assert Customer.objects.get().name == "王小明"
    assert versions(tenant=tenant) == (2, 1, 0, 0)


def test_counters_move_for_what_has_changed_only(tenant: Any) -> None:
    assert versions(tenant=tenant) == (0, 0, 0, 0)
    take(tenant, row())
    take(tenant, row(offer="PACK"))
    assert versions(tenant=tenant) == (1, 2, 0, 0)
    take(tenant, row(kind="login", identifier="wang@home", subscriber=N, offer=""))
    assert versions(tenant=tenant) == (2, 2, 0, 0)


def test_a_csv_file_from_excel_is_read_with_its_format_column(tenant: Any, tmp_path: Path) -> None:
    text = "\ufeffformat,customer,account,identifier,offer,from,to\r\n1,C1,ACC1,13800000001,A,2026/10/1,\r\n"
    assert take_text(tenant, tmp_path / "c.csv", text).rows == 1
    assert stored()["holdings"] == {(N, "A", day("2026-10-01"), day(""))}


def test_a_crash_before_the_commit_leaves_nothing_and_after_it_everything(
    tenant: Any, django_capture_on_commit_callbacks: Any
) -> None:  # fmt: skip
    try:
        configure("import.commit=raise")
        with pytest.raises(PlantedFault):
            take(tenant, row())
        assert not any(stored().values())
        assert (Customer.objects.count(), RatingUnit.objects.count(), versions(tenant=tenant)) == (0, 0, (0, 0, 0, 0))
        configure("import.committed=raise")
        with pytest.raises(PlantedFault), django_capture_on_commit_callbacks(execute=True):
            take(tenant, row())
    finally:
        configure("")
    assert take(tenant, row()).nothing_new


def test_a_refused_file_leaves_nothing_of_its_good_rows(tenant: Any) -> None:
    refused(tenant, row(), row(identifier="13800000002", offer="NONE"))
    assert not any(stored().values())
    assert Customer.objects.count() == 0


def test_two_tenants_may_have_the_same_codes_and_numbers(tenant: Any) -> None:
    take(tenant, row())
    with scopes_disabled():
        reseller = Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=reseller):
        take(reseller, row(), row(offer="PACK"))
        assert len(stored()["holdings"]) == 2
    assert len(stored()["holdings"]) == 1
    assert who_has(tenant=tenant, kind="msisdn", value=N, at=from_ms(day("2026-10-02"))) == N


def test_reading_without_a_tenant_raises(db: None) -> None:
    for model in (Customer, BillingAccount, Subscriber, AccessIdentifier, OfferHolding, UnitMembership, RatingUnit):
        with pytest.raises(ScopeError):
            model.objects.count()


def test_the_checker_of_histories_finds_what_the_import_would_never_write(tenant: Any) -> None:
    take(tenant, row(), row(subscriber="S2", identifier="13800000002"))
    assert overlaps(tenant=tenant) == []
    other = Subscriber.objects.get(code="S2")
    AccessIdentifier.objects.create(
        tenant=tenant, kind="msisdn", value=N, subscriber=other, from_ms=day("2026-10-03"), to_ms=day("")
    )
    (broken,) = overlaps(tenant=tenant)
    assert (broken.table, broken.key, broken.second_from_ms) == ("identifiers", f"msisdn {N}", day("2026-10-03"))


def test_an_import_asks_few_questions_however_many_rows_it_has(tenant: Any) -> None:
    def many(count: int, first: int) -> list[dict[str, str]]:
        return [row(customer=f"C{n}", account=f"A{n}", identifier=f"139{n:08d}") for n in range(first, first + count)]

    take(tenant, *many(10, 500))
    with CaptureQueriesContext(connection) as few:
        take(tenant, *many(10, 0))
    with CaptureQueriesContext(connection) as more:
        take(tenant, *many(400, 1000))
    assert len(more) == len(few) < (45 if connection.vendor == "sqlite" else 55)


assert FIRST["identifier"] == N
