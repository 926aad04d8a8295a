"""Who somebody is, before any business: by document, by password, by somebody who acts for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from tests.party.counter import CHILD, FIRM, LEI, PROXY, XIAOYU, Counter, code_of, refused, resident
from tests.platform.sign_in_office import GIVEN, PASSWORD, QUICK, Office

from yidian.domains.party import queries
from yidian.domains.party.operations import check_identity, end_check, set_real_name_terms
from yidian.domains.party.types import Acting, RealNameTerms, Shown
from yidian.journeys import particulars, realname
from yidian.journeys.identity import A_DAY, UnableToLook, looks_at, reveal_acting
from yidian.kernel.faults import BadInput
from yidian.platform.audit.queries import entries
from yidian.platform.sign_in.limits import MEASURES
from yidian.platform.sign_in.types import UnableToSignIn
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor


@pytest.fixture
def counter(tenant: Any) -> Counter:
    counter = Counter(tenant)
    counter.has("C1", "李晓雨", XIAOYU)
    counter.has("C2", "李雷", LEI)
    return counter


def test_bh14_a_document_shown_is_good_for_half_an_hour_to_one_clerk_at_one_desk(counter: Counter) -> None:
    check = counter.shows("C1", XIAOYU._replace(number=XIAOYU.number.lower() + " "), place="till 3")
    facts = counter.relies(check, "C1", place="till 3", deeds=["new", "card_swap"])
    assert (facts.how, facts.document, facts.role) == ("document", "resident_id", "")
    assert facts.until_ms - facts.at_ms == 30 * 60_000
    strangers = (
        {"actor": Actor("staff", "luoqiang")}, {"actor": Actor("customer", "chenxi")}, {"place": "till 4"},
        {"place": ""},
    )  # fmt: skip
    for strange in strangers:
        assert code_of(lambda strange=strange: counter.relies(check, "C1", **{"place": "till 3"} | strange)) == (  # type: ignore[misc]
            "CHECK_OTHERS"
        )
    assert code_of(lambda: counter.relies(check, "C2", place="till 3")) == "CHECK_OTHERS", "another customer's"
    for forged in (0, -1, check + 99, 2**63, 10**30):
        assert code_of(lambda forged=forged: counter.relies(forged, "C1", place="till 3")) == "CHECK_UNKNOWN"  # type: ignore[misc]
    other = Counter(Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai"))
    assert code_of(lambda: other.relies(check, "C1", place="till 3")) == "CHECK_UNKNOWN", "another tenant's"
    counter.push(minutes=-1)
    assert code_of(lambda: counter.relies(check, "C1", place="till 3")) == "CHECK_EXPIRED", "not before it was made"
    counter.push(minutes=30, seconds=59)
    assert counter.relies(check, "C1", place="till 3").id == check
    counter.push(seconds=1)
    assert code_of(lambda: counter.relies(check, "C1", place="till 3")) == "CHECK_EXPIRED"


def test_a_customer_who_leaves_takes_the_check_with_them(counter: Counter) -> None:
    check, stranger = counter.shows("C1", XIAOYU), Counter(counter.tenant, actor=Actor("staff", "luoqiang"))
    stranger.write(lambda frame: end_check(frame=frame, check=check))
    assert counter.relies(check, "C1").id == check, "nobody ends another's"
    counter.push(minutes=2)
    particulars.leave(tenant=counter.tenant, actor=counter.actor, check=check, key="leave", now=counter.now)
    assert code_of(lambda: counter.relies(check, "C1")) == "CHECK_EXPIRED"


def test_a_wrong_document_proves_nothing_and_leaves_a_trail(counter: Counter) -> None:
    assert code_of(lambda: counter.shows("C1", LEI)) == "DOCUMENT_NOT_THEIRS"
    assert code_of(lambda: counter.shows("C1", Shown("passport", "E12345678"))) == "DOCUMENT_NOT_THEIRS"
    assert code_of(lambda: counter.shows("C1", Shown("resident_id", XIAOYU.number[:17] + "?"))) == "IDENTITY_FORM"
    assert code_of(lambda: counter.shows("C1", Shown("driving licence", "1"))) == "DOCUMENT_KIND"
    assert code_of(lambda: counter.shows("C1", Shown("passport", "E\ud8001234\x005678" * 9))) == "IDENTITY_FORM"
    for nobody in ("nobody", "C1\x00", "", "C" * 9_999):
        assert code_of(lambda nobody=nobody: counter.shows(nobody, XIAOYU)) == "CUSTOMER_UNKNOWN"  # type: ignore[misc]
    assert queries.checks_of(tenant=counter.tenant, customer="C1", limit=9) == []
    trail = entries(tenant=counter.tenant, limit=9, operation="identity.refuse")
    assert [(one.actor_id, one.changes[0].id) for one in trail] == [("chenxi", "C1")] * 2
    assert trail[0].changes[0].after == {"refused": "DOCUMENT_NOT_THEIRS"}
    told = entries(tenant=counter.tenant, limit=99)
    assert not any(number in repr(told) for number in (XIAOYU.number, LEI.number))


def test_a_document_is_good_until_its_last_day_and_a_new_card_of_the_same_number_renews_it(counter: Counter) -> None:
    assert refused(lambda: counter.shows("C1", XIAOYU._replace(valid_until=date(2026, 11, 22)))) == (
        "DOCUMENT_EXPIRED", {"until": "2026-11-22"}
    )  # fmt: skip
    assert counter.shows("C1", XIAOYU._replace(valid_until=date(2026, 11, 23))), "the last day counts"
    counter.push(days=1)
    assert code_of(lambda: counter.shows("C1", XIAOYU)) == "DOCUMENT_EXPIRED", "it is on record"
    assert counter.shows("C1", XIAOYU._replace(valid_until=date(2046, 11, 23)))
    assert counter.shows("C1", XIAOYU)
    [document] = queries.documents_of(tenant=counter.tenant, customers=["C1"])
    assert document.valid_until == date(2046, 11, 23)


def test_r1_a_proxy_shows_both_documents_and_theirs_is_kept_like_a_customers(counter: Counter) -> None:
    assert code_of(lambda: counter.write(lambda frame: check_identity(
        frame=frame, customer="C1", how="proxy", kind=XIAOYU.kind, number=XIAOYU.number
    ))) == "PROXY_NEEDED"  # fmt: skip
    for wrong, code in (
        (PROXY._replace(document=XIAOYU), "PROXY_IS_CUSTOMER"),
        (PROXY._replace(document=CHILD), "PROXY_TOO_YOUNG"),
        (PROXY._replace(document=FIRM), "DOCUMENT_OF_OTHERS"),
        (PROXY._replace(document=LEI._replace(valid_until=date(2020, 1, 1))), "DOCUMENT_EXPIRED"),
        (PROXY._replace(role="responsible"), "PROXY_ROLE"),
        (PROXY._replace(name="\u202e<script>"), "NAME_SIGN"),
        (PROXY._replace(phone="call me"), "PHONE_INVALID"),
    ):
        assert code_of(lambda wrong=wrong: counter.shows("C1", XIAOYU, acting=wrong)) == code  # type: ignore[misc]
    assert code_of(lambda: counter.shows("C1", LEI, acting=PROXY)) == "DOCUMENT_NOT_THEIRS", "not the proxy's alone"
    check = counter.shows("C1", XIAOYU, acting=PROXY)
    [facts] = queries.checks_of(tenant=counter.tenant, customer="C1", limit=9)
    assert (facts.id, facts.how, facts.role, facts.name) == (check, "proxy", "proxy", "李雷")
    assert facts.masked == "1101**********" + LEI.number[-4:]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM party_standin WHERE tenant_id = %s", [counter.tenant.pk])
        assert LEI.number not in repr(cursor.fetchall())


def test_a_proxys_number_is_looked_at_for_a_purpose_and_written_down(counter: Counter) -> None:
    check = counter.shows("C1", XIAOYU, acting=PROXY)

    def look(customer: str = "C1", purpose: str = "court", **more: Any) -> Any:
        return reveal_acting(
            tenant=counter.tenant, actor=counter.actor, customer=customer, check=more.get("check", check),
            purpose=purpose, key=more.get("key", counter.key()), now=counter.now,
        )  # fmt: skip

    told = look(key="once")
    assert (told.kind, told.number, told.left) == ("resident_id", LEI.number, A_DAY - 1)
    with pytest.raises(UnableToLook, match="LOOK_OVER"):
        look(key="once")
    with pytest.raises(UnableToLook, match="PURPOSE_UNKNOWN"):
        look(purpose="curiosity")
    for wrong in ({"customer": "C2"}, {"check": check + 1}, {"check": 2**70}):
        with pytest.raises(Exception, match="has no stand-in"):
            look(**wrong)
    [row] = looks_at(tenant=counter.tenant, customer="C1")
    assert (row.actor_id, row.purpose, row.check_of) == ("chenxi", "court", check)
    [entry] = entries(tenant=counter.tenant, limit=5, operation="identity.unmask")
    assert LEI.number not in repr(entry)


def test_minors_come_with_a_guardian_and_organisations_with_a_responsible_person(counter: Counter) -> None:
    counter.has("K1", "小明", CHILD)
    counter.has("F1", "晓晓有限公司", FIRM)
    assert refused(lambda: counter.shows("K1", CHILD)) == ("MINOR_NEEDS_GUARDIAN", {"years": 18})
    assert code_of(lambda: counter.shows("K1", CHILD, acting=PROXY)) == "PROXY_ROLE"
    assert counter.shows("K1", CHILD, acting=PROXY._replace(role="guardian"))
    assert code_of(lambda: counter.shows("F1", FIRM)) == "RESPONSIBLE_NEEDED"
    assert code_of(lambda: counter.shows("F1", FIRM, acting=PROXY)) == "PROXY_ROLE"
    check = counter.shows("F1", FIRM, acting=Acting("responsible", "李雷", LEI))
    assert counter.relies(check, "F1", deeds=["new"]).role == "responsible"
    eighteen = Shown("resident_id", resident("20081123", 5))
    counter.has("K2", "小红", eighteen)
    assert counter.shows("K2", eighteen), "eighteen today"
    counter.push(days=-1)
    assert code_of(lambda: counter.shows("K2", eighteen)) == "MINOR_NEEDS_GUARDIAN", "eighteen tomorrow"


def test_a_customer_of_whom_nothing_is_known_gets_a_first_document_that_is_nobody_elses(counter: Counter) -> None:
    counter.has("C3", "韩梅梅")
    mine = Shown("resident_id", resident("19920808", 8), date(2040, 1, 1))
    assert code_of(lambda: counter.shows("C3", mine)) == "DOCUMENT_NONE"
    assert refused(lambda: counter.shows("C3", LEI, first=True)) == ("DOCUMENT_KNOWN", {"customer": "C2"})
    assert refused(lambda: counter.shows("C3", LEI, first=True, within=["north"])) == ("DOCUMENT_KNOWN_ELSEWHERE", {})
    assert code_of(lambda: counter.shows("C3", FIRM, first=True, acting=PROXY)) == "DOCUMENT_OF_OTHERS"
    assert queries.documents_of(tenant=counter.tenant, customers=["C3"]) == [], "nothing half-written"
    assert counter.shows("C3", mine, first=True)
    assert code_of(lambda: counter.shows("C1", mine, first=True)) == "DOCUMENT_NOT_THEIRS", "first only where none is"
    assert counter.shows("C3", mine)


@pytest.fixture
def office(counter: Counter, settings: Any) -> Office:
    settings.PASSWORD_HASHERS = QUICK
    office = Office(counter.tenant, now=counter.now)
    office.settle("C1", realm="customer")
    office.given("C2", realm="customer")
    return office


def test_bh14_a_service_password_proves_who_one_is_and_nobody_learns_who_exists(
    counter: Counter, office: Office
) -> None:
    def says(customer: str, name: str, password: str) -> int:
        return realname.check_password(
            tenant=counter.tenant, actor=counter.actor, customer=customer, name=name, password=password,
            key=counter.key(), now=counter.now,
        )  # fmt: skip

    def told(*words: str) -> tuple[str, dict[str, Any]]:
        with pytest.raises(UnableToSignIn) as refusal:
            says(*words)
        return refusal.value.code, refusal.value.params

    check = says("C1", "ｃ1 ", PASSWORD)
    assert counter.relies(check, "C1", deeds=["plan_change", "add_on"]).how == "password"
    for deed in ("new", "transfer", "relocation", "card_swap"):
        assert refused(lambda deed=deed: counter.relies(check, "C1", deeds=["add_on", deed])) == (  # type: ignore[misc]
            "CHECK_DOCUMENT_NEEDED", {"deed": deed}
        )  # fmt: skip
    wrong = [
        told("C1", "C1", "guess"), told("C9", "C9", PASSWORD), told("C2", "C1", PASSWORD), told("C2", "C2", GIVEN)
    ]  # fmt: skip
    assert wrong == [("SIGN_IN_WRONG", {})] * 4, "nobody there, another's, and one that a clerk has given are as wrong"
    trail = entries(tenant=counter.tenant, limit=9, operation="sign_in.refuse")
    assert {(one.actor_id, one.changes[0].after["desk"]) for one in trail} == {("chenxi", "staff/chenxi")}
    for _ in range(MEASURES["login"].burst - 2):
        told("C1", "C1", "guess")
    assert told("C1", "C1", PASSWORD)[0] == "SIGN_IN_TOO_OFTEN", "locked out as at the hall's door"
    assert office_is_locked_too(office)
    counter.push(minutes=3)
    assert says("C1", "C1", PASSWORD)


def office_is_locked_too(office: Office) -> bool:
    with pytest.raises(UnableToSignIn, match="SIGN_IN_TOO_OFTEN"):
        office.type("C1", realm="customer", browser=office.browser("10.9.9.9"))
    return True


def test_terms_are_dated_and_say_how_long_a_check_is_good(counter: Counter) -> None:
    def begin(on: date, **told: Any) -> None:
        set_real_name_terms(
            tenant=counter.tenant, actor=counter.actor, valid_from=on, terms=RealNameTerms(**told), now=counter.now
        )

    begin(date(2026, 11, 24), check_minutes=10, adult_years=16)
    with pytest.raises(BadInput, match="REAL_NAME_TERMS_TAKEN"):
        begin(date(2026, 11, 24), check_minutes=11)
    for wrong in ({"check_minutes": 0}, {"most_person": -1}, {"adult_years": 99}):
        with pytest.raises(BadInput, match="REAL_NAME_TERMS"):
            begin(date(2026, 12, 1), **wrong)
    before = counter.relies(counter.shows("C1", XIAOYU), "C1")
    counter.push(days=1)
    after = counter.relies(counter.shows("C1", XIAOYU), "C1")
    assert [row.until_ms - row.at_ms for row in (before, after)] == [30 * 60_000, 10 * 60_000]
    [row] = queries.dated_real_name_terms(tenant=counter.tenant)
    assert (row.valid_from, row.terms.most_person, row.terms.most_organisation) == (date(2026, 11, 24), 5, None)
