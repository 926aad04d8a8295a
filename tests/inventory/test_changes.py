"""One subscription changed at an instant: by the rules of the files, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest
from django_scopes import scope
from tests.inventory.changed import change, everything, number, offer, opening, refused, undo
from tests.inventory.files import day, row, take
from tests.inventory.files import refused as refused_file

from yidian.domains.party.operations import add_parties
from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory.changes.types import (
    EndIdentifier,
    EndOffer,
    MovePayer,
    ResumeFrom,
    SetLife,
    StopFor,
    change_of,
)
from yidian.domains.product_inventory.queries import overlaps, standing, versions
from yidian.domains.product_inventory.types import Held
from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.audit.models import AuditEntry
from yidian.platform.tenancy.models import Tenant

OCT, NOV, TEN, DEC = day("2026-10-01"), day("2026-11-01"), day("2026-11-10"), day("2026-12-01")
N1, N2 = "13800000001", "13800000002"
ENDED = EndIdentifier(subscriber="S1", kind="msisdn", value=N1, at_ms=DEC)


@pytest.fixture
def shop(tenant: Tenant) -> Iterator[Tenant]:
    """Two customers, the first with two accounts."""
    accounts = {"ACC1": "C1", "ACC2": "C1", "ACC9": "C9"}
    add_parties(tenant=tenant, customers={"C1": "", "C9": ""}, accounts=accounts)
    with scope(tenant=tenant):
        yield tenant


def test_what_a_file_says_and_what_changes_say_end_in_the_same_rows(shop: Tenant) -> None:
    """Twice the same story: a line begins with an offer in a pool, changes its offer, number and payer, and a pack."""
    told = Tenant.objects.create(code="told", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=told):
        one = {"subscriber": "S1", "pool": "P", "home_area": "020"}
        take(told, row(**one), row(**one, identifier="460000000000001", kind="imsi", offer=""))
        take(
            told,
            row(**one, end="2026-11-01"),
            row(**one, identifier="", offer="B", begin="2026-11-01", end="2026-12-01"),
            row(**one, offer="", end="2026-11-10"),
            row(**one, identifier=N2, offer="", begin="2026-11-10", end="2026-12-01"),
            row(subscriber="S1", account="ACC2", pool="Q", identifier=N2, offer="PACK", begin="2026-12-01"),
        )
        wanted = everything()
    s1 = "S1"
    change(
        shop, number(s1, N1, OCT), offer(s1, "A", OCT), number(s1, "460000000000001", OCT, "imsi"),
        opening(s1, OCT, unit="pool:P", home_area="020"),
    )  # fmt: skip
    change(shop, offer(s1, "B", NOV), EndOffer(subscriber=s1, offer="A", at_ms=NOV))
    change(shop, EndIdentifier(subscriber=s1, kind="msisdn", value=N1, at_ms=TEN), number(s1, N2, TEN))
    change(shop, MovePayer(subscriber=s1, account="ACC2", unit="pool:Q", at_ms=DEC), offer(s1, "PACK", DEC),
           EndOffer(subscriber=s1, offer="B", at_ms=DEC))  # fmt: skip
    found = everything()
    for table in ("identifiers", "holdings", "payers", "memberships"):
        assert found[table] == wanted[table], table
    assert {told[1:] for told in found["subscribers"]} == {told[1:] for told in wanted["subscribers"]}
    assert found["lives"] == {(s1, "in_use", OCT, FOREVER_MS)}
    assert overlaps(tenant=shop) == []


def test_a_number_goes_over_to_another_subscription_at_one_instant_in_any_order_of_the_changes(shop: Tenant) -> None:
    change(shop, opening("S1", OCT), number("S1", N1, OCT), offer("S1", "A", OCT))
    before = everything()
    moving = (
        EndIdentifier(subscriber="S1", kind="msisdn", value=N1, at_ms=TEN),
        EndOffer(subscriber="S1", offer="A", at_ms=TEN),
        SetLife(subscriber="S1", life="terminated", at_ms=TEN),
        opening("S2", TEN, customer="C9", account="ACC9", unit="ACC9"),
        number("S2", N1, TEN),
        offer("S2", "A", TEN),
    )
    found: list[Any] = []
    for order in list(permutations(moving))[::97]:
        effects = change(shop, *order)
        found.append(everything())
        undo(shop, effects)
        assert everything() == before
    same = [{table: {told for told in rows if table != "subscribers"} for table, rows in one.items()} for one in found]
    assert all(one == same[0] for one in same)
    assert same[0]["identifiers"] == {
        ("S1", "msisdn", N1, OCT, TEN), ("S2", "msisdn", N1, TEN, FOREVER_MS)
    }  # fmt: skip
    ids = {told[0] for one in found for told in one["subscribers"] if told[1] == "S2"}
    assert len(ids) == len(found), "the id of what was taken back is never given again"


def test_new_ids_are_as_an_import_gives_them(shop: Tenant) -> None:
    other = Tenant.objects.create(code="told", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=other):
        take(other, row(subscriber="S1"))
        (imported,) = everything()["subscribers"]
    change(shop, opening("S1", OCT))
    (opened,) = everything()["subscribers"]
    assert opened[0] % 1024 == imported[0] % 1024, "the bucket is the code's"
    assert opened[0] > imported[0]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("SUBSCRIBER_KNOWN", [opening("S1", DEC)]),
        ("SUBSCRIBER_KNOWN", [opening("S2", OCT), opening("S2", DEC)]),
        ("SUBSCRIBER_UNKNOWN", [number("S2", N2, DEC)]),
        ("SUBSCRIPTION_OF_NOBODY", [opening("S2", DEC, customer="C2")]),
        ("SUBSCRIPTION_WITHOUT_ACCOUNT", [opening("S2", DEC, account="ACC3", unit="ACC3")]),
        ("ACCOUNT_OF_OTHER_CUSTOMER", [opening("S2", DEC, account="ACC9", unit="ACC9")]),
        ("ACCOUNT_OF_OTHER_CUSTOMER", [MovePayer(subscriber="S1", account="ACC9", unit="ACC9", at_ms=DEC)]),
        ("UNIT_IMPOSSIBLE", [opening("S2", DEC, unit="ACC2")]),
        ("ACCOUNT_CODE_RESERVED", [opening("S2", DEC, account="pool:x", unit="pool:x")]),
        ("VALUE_MISSING", [opening("", DEC)]),
        ("TEXT_TOO_LONG", [opening("S" * 65, DEC)]),
        ("IDENTIFIER_INVALID", [number("S1", "12", DEC)]),
        ("VALUE_UNKNOWN", [number("S1", N2, DEC, "fax")]),
        ("BEFORE_BEGINNING", [number("S1", N2, OCT - 1)]),
        ("BEFORE_BEGINNING", [opening("S2", DEC), offer("S2", "A", NOV)]),
        ("IDENTIFIER_TAKEN", [opening("S2", NOV), number("S2", N1, NOV)]),
        ("IDENTIFIER_NOT_HELD", [EndIdentifier(subscriber="S1", kind="msisdn", value=N2, at_ms=NOV)]),
        ("ENDS_WHERE_IT_BEGINS", [EndIdentifier(subscriber="S1", kind="msisdn", value=N1, at_ms=OCT)]),
        ("IDENTIFIER_ENDED", [ENDED, number("S1", N1, NOV)]),
        ("OFFER_UNKNOWN", [offer("S1", "Z", NOV)]),
        ("OFFER_NOT_ON_SALE", [offer("S1", "OLD", NOV)]),
        ("PERIOD_EMPTY", [offer("S1", "B", NOV, NOV)]),
        ("INSTANT_IMPOSSIBLE", [offer("S1", "B", FOREVER_MS)]),
        ("HOLDING_OVERLAP", [offer("S1", "A", NOV)]),
        ("HOLDING_OVERLAP", [offer("S1", "B", DEC), offer("S1", "B", NOV)]),
        ("HOLDING_SAME_BEGIN", [offer("S1", "A", OCT, NOV)]),
        ("OFFER_NOT_HELD", [EndOffer(subscriber="S1", offer="B", at_ms=NOV)]),
        ("OFFER_NOT_HELD", [EndOffer(subscriber="S1", offer="A", at_ms=NOV, began_ms=NOV)]),
        ("ENDS_WHERE_IT_BEGINS", [EndOffer(subscriber="S1", offer="A", at_ms=OCT)]),
        ("PAYER_LATER", [MovePayer(subscriber="S1", account="ACC2", unit="ACC2", at_ms=OCT)]),
        ("PAYER_MOVED_TWICE", [MovePayer(subscriber="S1", account="ACC2", unit="ACC2", at_ms=t) for t in (NOV, DEC)]),
        ("LIFE_UNKNOWN", [SetLife(subscriber="S1", life="asleep", at_ms=NOV)]),
        ("LIFE_LATER", [SetLife(subscriber="S1", life="pre_terminated", at_ms=OCT)]),
        ("TERMINATED_HOLDS", [SetLife(subscriber="S1", life="terminated", at_ms=NOV)]),
        ("REASON_UNKNOWN", [StopFor(subscriber="S1", reason="mood", ways="two", at_ms=NOV)]),
        ("WAYS_IMPOSSIBLE", [StopFor(subscriber="S1", reason="loss", ways="one", at_ms=NOV)]),
        ("NOT_STOPPED_FOR", [ResumeFrom(subscriber="S1", reason="loss", at_ms=NOV)]),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_nothing(shop: Tenant, code: str, changes: list[Any]) -> None:
    change(shop, opening("S1", OCT), number("S1", N1, OCT), offer("S1", "A", OCT))
    assert refused(shop, offer("S1", "PACK", DEC), *changes) == code


def test_what_is_so_already_is_kept_and_writes_nothing(shop: Tenant) -> None:
    told = [opening("S1", OCT), number("S1", N1, OCT), offer("S1", "A", OCT), offer("S1", "B", OCT, NOV)]
    change(shop, *told)
    change(shop, StopFor(subscriber="S1", reason="loss", ways="two", at_ms=TEN))
    before, known = everything(), versions(tenant=shop)
    effects = change(
        shop, *told[1:], number("S1", N1, DEC), MovePayer(subscriber="S1", account="ACC1", unit="ACC1", at_ms=DEC),
        EndOffer(subscriber="S1", offer="B", at_ms=NOV), SetLife(subscriber="S1", life="in_use", at_ms=DEC),
        StopFor(subscriber="S1", reason="loss", ways="two", at_ms=DEC),
    )  # fmt: skip
    assert {effect.action for effect in effects} == {"keep"}
    assert len(effects) == 9, "payer and unit are two rows"
    assert (everything(), versions(tenant=shop)) == (before, known)
    undo(shop, effects)
    assert everything() == before


def test_each_row_that_is_written_is_told_with_the_one_it_replaces(shop: Tenant) -> None:
    first = change(shop, opening("S1", OCT), number("S1", N1, OCT), offer("S1", "A", OCT))
    tables = ("subscribers", "units", "payers", "memberships", "lives", "identifiers", "holdings")
    assert {(one.action, one.table, one.replaces) for one in first} == {("add", table, 0) for table in tables}
    (held,) = (one for one in first if one.table == "holdings")
    ended, given = change(shop, offer("S1", "B", NOV), EndOffer(subscriber="S1", offer="A", at_ms=NOV))
    assert (ended.action, ended.row, ended.to_ms, ended.was_to_ms) == ("modify", held.row, NOV, FOREVER_MS)
    assert (given.action, given.what, given.from_ms, given.replaces) == ("add", "B", NOV, held.row)
    entry = AuditEntry.objects.order_by("id").last()
    assert entry is not None
    assert [told for told in json.loads(entry.changes) if told["kind"] == "subscription"] == [
        {
            "kind": "subscription", "id": "S1", "before": {"rows": [["holdings", "", "A", OCT, FOREVER_MS]]},
            "after": {"rows": [["holdings", "", "A", OCT, NOV], ["holdings", "", "B", NOV, FOREVER_MS]]},
        }
    ]  # fmt: skip


def test_offers_are_given_by_their_terms_quota_and_standing_as_by_a_file(shop: Tenant) -> None:
    terms = {
        "PACK": Terms(stacks=True, months=1, ends_with="month"), "B": Terms(needs=frozenset({"A"})),
        "OLD": Terms(months=1),
    }  # fmt: skip
    change(shop, opening("S1", OCT, unit="pool:P"), opening("S2", OCT, unit="pool:P"), opening("S3", OCT))
    assert refused(shop, offer("S1", "B", NOV), terms=terms) == "OFFER_NEEDS"
    change(shop, offer("S1", "B", NOV), offer("S2", "A", NOV), terms=terms)
    assert refused(shop, offer("S3", "B", NOV), terms=terms) == "OFFER_NEEDS", "in another unit"
    moved = change(shop, offer("S3", "A", OCT), MovePayer(subscriber="S3", account="ACC2", unit="pool:R", at_ms=NOV))
    change(shop, MovePayer(subscriber="S3", account="ACC1", unit="pool:Q", at_ms=DEC),
           opening("S4", DEC, unit="pool:Q"), offer("S4", "B", DEC), terms=terms)  # fmt: skip
    assert [one.what for one in moved if one.table == "memberships"] == ["ACC1", "pool:R"]
    effects = change(shop, offer("S1", "PACK", TEN), offer("S1", "PACK", TEN + 1), terms=terms, PACK=2)
    assert {one.to_ms for one in effects} == {DEC}, "it ends by itself"
    assert refused(shop, offer("S1", "PACK", TEN, DEC + 1), terms=terms) == "HOLDING_SAME_BEGIN"
    assert refused(shop, offer("S2", "PACK", TEN, DEC + 1), terms=terms) == "HOLDING_TOO_LONG"
    assert refused(shop, offer("S2", "PACK", TEN), terms=terms, PACK=2) == "OFFER_SOLD_OUT"
    assert (
        refused(shop, EndOffer(subscriber="S1", offer="PACK", at_ms=TEN + 2), terms=terms) == "OFFER_HELD_SEVERAL_TIMES"
    )
    (ended,) = change(shop, EndOffer(subscriber="S1", offer="PACK", at_ms=TEN + 2, began_ms=TEN), terms=terms)
    assert (ended.from_ms, ended.to_ms, ended.was_to_ms) == (TEN, TEN + 2, DEC)
    undo(shop, effects[1:])
    change(shop, offer("S2", "PACK", TEN), terms=terms, PACK=2)  # what was taken back is no sale
    held_back = {"A": "OFFER_SALE_SUSPENDED"}
    assert refused(shop, opening("S5", DEC), offer("S5", "A", DEC), held_back=held_back) == "OFFER_SALE_SUSPENDED"
    change(shop, EndOffer(subscriber="S2", offer="A", at_ms=DEC), held_back=held_back)


def test_who_is_terminated_gets_nothing_more_by_changes_or_by_files(shop: Tenant) -> None:
    change(shop, opening("S1", OCT), number("S1", N1, OCT), offer("S1", "A", OCT, DEC))
    over = (
        EndIdentifier(subscriber="S1", kind="msisdn", value=N1, at_ms=TEN),
        SetLife(subscriber="S1", life="terminated", at_ms=TEN),
    )
    assert refused(shop, *over) == "TERMINATED_HOLDS", "the offer has an end of its own, but a later one"
    change(shop, *over, EndOffer(subscriber="S1", offer="A", at_ms=TEN))
    assert refused(shop, offer("S1", "B", NOV)) == "TERMINATED_HOLDS"
    assert refused(shop, number("S1", N2, DEC)) == "TERMINATED_HOLDS"
    assert refused(shop, SetLife(subscriber="S1", life="in_use", at_ms=DEC)) == "LIFE_IMPOSSIBLE"
    assert [f.code for f in refused_file(shop, row(subscriber="S1", identifier="", offer="B", begin="2026-11-01"))] == [
        "SUBSCRIBER_TERMINATED"
    ]
    take(shop, row(subscriber="S1", end="2026-11-10", begin="2026-10-01"))  # what was so before may be told again


def test_lives_of_imported_subscriptions_are_what_they_have(shop: Tenant) -> None:
    take(shop, row(subscriber="S1", begin="2026-10-10", end="2026-11-10"), row(subscriber="S2", identifier=N2))

    def life(code: str, at_ms: int) -> str:
        found = standing(tenant=shop, subscriber=code, at_ms=at_ms)
        assert found is not None
        return found.life

    assert [life("S1", at) for at in (OCT, NOV, TEN)] == ["", "in_use", "terminated"]
    change(shop, SetLife(subscriber="S2", life="pre_terminated", at_ms=NOV))
    change(shop, SetLife(subscriber="S2", life="in_use", at_ms=TEN))
    change(shop, SetLife(subscriber="S2", life="terminated", at_ms=DEC),
           EndOffer(subscriber="S2", offer="A", at_ms=DEC),
           EndIdentifier(subscriber="S2", kind="msisdn", value=N2, at_ms=DEC))  # fmt: skip
    assert [life("S2", at) for at in (OCT, NOV, TEN, DEC)] == ["in_use", "pre_terminated", "in_use", "terminated"]
    assert refused(shop, SetLife(subscriber="S1", life="in_use", at_ms=DEC)) == "LIFE_IMPOSSIBLE"


def test_a_subscription_as_it_stands(shop: Tenant) -> None:
    assert standing(tenant=shop, subscriber="S1", at_ms=NOV) is None
    change(shop, opening("S1", OCT, unit="pool:P", home_area="020"), number("S1", N1, OCT), offer("S1", "A", NOV),
           number("S1", "460000000000001", NOV, "imsi"),
           StopFor(subscriber="S1", reason="arrears", ways="one", at_ms=TEN),
           StopFor(subscriber="S1", reason="loss", ways="two", at_ms=DEC))  # fmt: skip
    one = standing(tenant=shop, subscriber="S1", at_ms=OCT)
    assert one is not None
    assert (one.customer, one.account, one.unit, one.home_area, one.life) == ("C1", "ACC1", "pool:P", "020", "in_use")
    assert (one.identifiers, one.holdings, one.reasons) == ({"msisdn": (N1,)}, (), ())
    two = standing(tenant=shop, subscriber="S1", at_ms=DEC)
    assert two is not None
    assert two.identifiers == {"imsi": ("460000000000001",), "msisdn": (N1,)}
    assert two.holdings == (Held("A", NOV, FOREVER_MS),)
    assert two.reasons == (("loss", "two", DEC), ("arrears", "one", TEN))
    assert two.billing_state == "stopped"


def test_runs_notice_what_is_new_to_them(shop: Tenant) -> None:
    change(shop, opening("S1", OCT))
    for told, moved in (
        (number("S1", N1, OCT), (1, 0)),
        (offer("S1", "A", OCT), (0, 1)),
        (StopFor(subscriber="S1", reason="loss", ways="two", at_ms=NOV), (0, 0)),
        (SetLife(subscriber="S1", life="pre_terminated", at_ms=NOV), (0, 0)),
    ):
        before = versions(tenant=shop)
        effects = change(shop, told)
        after = versions(tenant=shop)
        assert (after.identifiers - before.identifiers, after.holdings - before.holdings) == moved
        if moved == (0, 1):
            undo(shop, effects)
            assert versions(tenant=shop).holdings > after.holdings


def test_json_of_no_change_is_refused() -> None:
    for told in ({"change": "dance", "at_ms": 1}, {"change": "set_life", "at_ms": 1}, {"change": "set_life", "x": 1}):
        with pytest.raises(ValueError, match="change"):
            change_of(told)
