"""Signing in, told at the doors: who gets in, by what, for how long, and what they do with their own."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django_scopes import scope, scopes_disabled
from tests.platform.sign_in_office import CUSTOMER, GIVEN, PASSWORD, QUICK, STAFF, Office

from yidian.platform.access import staff
from yidian.platform.audit.models import AuditEntry
from yidian.platform.sign_in import credentials, entering, own, passwords, sessions
from yidian.platform.sign_in.credentials import UnableToChangeCredential
from yidian.platform.sign_in.lifecycle import CHANGE, CODE, ENROL, OPEN, STAGES, TABLE
from yidian.platform.sign_in.models import Credential, RecoveryCode, WebSession
from yidian.platform.sign_in.queries import credential_facts, is_fresh, sessions_of
from yidian.platform.sign_in.types import ONE_TIME, UnableToSignIn
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.models import IdempotencyKey


@pytest.fixture
def office(tenant: Any, settings: Any) -> Office:
    settings.PASSWORD_HASHERS = QUICK
    office = Office(tenant)
    office.hire("zhang")
    return office


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(UnableToSignIn) as error:
        call(*args, **kwargs)
    return error.value.code


def test_every_pair_of_what_somebody_has_and_is_asked() -> None:
    for realm, second, given, must_change in product((STAFF, CUSTOMER), *[(False, True)] * 3):
        asked = TABLE[realm, second, given, must_change]
        assert asked in STAGES
        if asked == OPEN:
            assert not must_change
            assert given or not second
            assert second or realm == CUSTOMER
        if realm == STAFF and not second:
            assert asked == ENROL, "staff never come in by a password alone (E17)"
        if second and not given:
            assert asked == CODE


def test_e17_staff_set_up_a_second_factor_at_their_first_sign_in_and_give_it_at_every_other(office: Office) -> None:
    office.given("zhang")
    step = office.type("zhang", GIVEN)
    assert step.stage == ENROL
    assert office.who(step) is None, "half a sign-in opens nothing"
    way = entering.on_the_way(tenant=office.tenant, realm=STAFF, token=step.token, now=office.now)
    assert way is not None
    assert way.uri.startswith("otpauth://totp/")
    office.settle("zhang")
    step = office.type("zhang")
    assert (step.stage, office.who(step)) == (CODE, None)
    step = office.tell(step, office.code("zhang"))
    assert step.stage == OPEN
    assert office.person(step).login == "zhang"


def test_e16_what_may_be_a_password() -> None:
    for bad, code in {
        "short77": "PASSWORD_SHORT", "password": "PASSWORD_COMMON", "Password1": "PASSWORD_COMMON",
        "12345678": "PASSWORD_COMMON", "5201314a": "PASSWORD_COMMON", "aaaaaaaaaaaa": "PASSWORD_COMMON",
        "zhangwei": "PASSWORD_ABOUT_YOU", "ZHANGWEI123": "PASSWORD_ABOUT_YOU", "x" * 257: "PASSWORD_LONG",
    }.items():  # fmt: skip
        assert refused(passwords.expect_good, bad, about=("zhangwei",)) == code, bad
    for good in ("八个字的密码很好", "a" * 31 + "bcd" * 11, "  spaces count  ", "🐎" * 4 + "abcd", PASSWORD):
        assert passwords.expect_good(good)
    assert passwords.expect_good("ａｂｃｄ１２３９") == "abcd1239", "full-width digits are digits"
    assert passwords.is_right("ａｂｃｄ１２３９", passwords.hashed("abcd1239"))


def test_e16_a_password_is_kept_slowly_hashed_and_nothing_else_of_it(office: Office, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    office.given("zhang")
    assert office.credential("zhang").password.startswith("scrypt$16384$")
    with scopes_disabled():
        kept = [str(row) for model in (AuditEntry, IdempotencyKey) for row in model.objects.values()]
    assert not [row for row in kept if GIVEN in row or "scrypt" in row]


def test_e20_what_is_given_has_to_be_changed_and_grows_old(office: Office) -> None:
    office.settle("zhang")
    office.given("zhang", password="another one given")
    assert office.credential("zhang").must_change
    step = office.tell(office.type("zhang", "another one given"), office.code("zhang"))
    assert step.stage == CHANGE, "the second factor stays: it is asked for as before"
    again = {
        "tenant": office.tenant,
        "realm": STAFF,
        "token": step.token,
        "browser": office.browser(),
        "now": office.now,
    }
    assert refused(entering.choose_password, password="another one given", **again) == "PASSWORD_AS_BEFORE"
    assert refused(entering.choose_password, password="operatoroperator", **again) == "PASSWORD_ABOUT_YOU"
    assert entering.choose_password(password="my own words now", **again).stage == OPEN
    office.given("zhang")
    office.now += ONE_TIME
    assert refused(office.type, "zhang", GIVEN) == "SIGN_IN_WRONG"


def test_e19_a_code_is_good_once_and_for_the_minute_around_it(office: Office) -> None:
    office.settle("zhang")
    code = office.code("zhang")
    step = office.tell(office.type("zhang"), code)
    assert step.stage == OPEN
    assert refused(office.tell, office.type("zhang"), code) == "SIGN_IN_CODE_WRONG"
    office.push(seconds=30)
    early = office.code("zhang")
    office.push(seconds=30)
    assert office.tell(office.type("zhang"), early).stage == OPEN, "a telephone half a minute late"
    office.push(seconds=30)
    stale = office.code("zhang")
    office.push(seconds=60)
    assert refused(office.tell, office.type("zhang"), stale) == "SIGN_IN_CODE_WRONG"
    late, office.now = office.now, office.now + timedelta(seconds=30)
    ahead = office.code("zhang")
    office.now = late
    assert office.tell(office.type("zhang"), ahead).stage == OPEN
    older = office.code("zhang")
    assert refused(office.tell, office.type("zhang"), older) == "SIGN_IN_CODE_WRONG", "older than the last one taken"


def test_e19_a_clock_that_was_wrong_does_not_lock_out(office: Office) -> None:
    office.settle("zhang")
    right, office.now = office.now, office.now + timedelta(days=365)
    assert office.enter("zhang").stage == OPEN
    office.now = right + timedelta(minutes=5)
    step = office.enter("zhang")
    assert step.stage == OPEN
    office.now = right - timedelta(minutes=10)
    assert office.who(step) is None, "a session from the future is none"


def test_e18_three_wrong_codes_end_the_attempt(office: Office) -> None:
    office.settle("zhang")
    step = office.type("zhang")
    for _ in range(3):
        assert refused(office.tell, step, "000000") == "SIGN_IN_CODE_WRONG"
    assert refused(office.tell, step, office.code("zhang")) == "SIGN_IN_ENDED"


def test_e18_the_way_from_password_to_code_takes_ten_minutes_at_most(office: Office) -> None:
    office.settle("zhang")
    step = office.type("zhang")
    office.push(minutes=10)
    assert refused(office.tell, step, office.code("zhang")) == "SIGN_IN_ENDED"


def test_recovery_codes_are_ten_each_good_once_and_a_new_sheet_ends_the_old(office: Office) -> None:
    sheet = office.settle("zhang")
    assert len(set(sheet)) == 10
    with scopes_disabled():
        kept = [str(row) for model in (RecoveryCode, AuditEntry, IdempotencyKey) for row in model.objects.values()]
    assert not [row for row in kept for code in sheet if code in row]
    assert office.tell(office.type("zhang"), sheet[0].upper()).stage == OPEN
    assert refused(office.tell, office.type("zhang"), sheet[0]) == "SIGN_IN_CODE_WRONG"
    facts = credential_facts(tenant=office.tenant, realm=STAFF, subject="zhang")
    assert facts is not None
    assert facts.recovery_left == 9
    office.do(lambda frame: credentials.reset_second_factor(frame=frame, realm=STAFF, subject="zhang"))
    assert office.type("zhang").stage == ENROL, "and a lost telephone is replaced at the next sign-in"


def test_secrets_of_second_factors_are_sealed_for_their_row(office: Office) -> None:
    office.settle("zhang")
    office.hire("wei")
    office.settle("wei")
    zhang, wei = office.credential("zhang"), office.credential("wei")
    plain = entering.totp.opened(zhang, zhang.totp)
    assert plain not in zhang.totp
    wei.totp = zhang.totp
    with pytest.raises(Exception, match="SEALED_DAMAGED"):
        entering.totp.opened(wei, wei.totp)


def test_e21_every_step_gives_a_new_token_and_the_old_one_is_worth_nothing(office: Office) -> None:
    office.settle("zhang")
    first = office.type("zhang")
    second = office.tell(first, office.code("zhang"))
    assert first.token != second.token
    assert office.who(first) is None
    office.push(seconds=31)
    third = own.step_up(tenant=office.tenant, person=office.person(second), proof=office.code("zhang"), now=office.now)
    assert office.who(second) is None
    assert office.who(third) is not None
    with scope(tenant=office.tenant):
        assert not WebSession.objects.filter(digest__in=[first.token, second.token, third]).exists()


def test_e21_a_session_ends_when_nobody_is_there_and_after_a_working_day(office: Office) -> None:
    office.settle("zhang")
    idle = office.enter("zhang")
    office.push(minutes=29)
    assert office.who(idle) is not None
    office.push(minutes=29)
    assert office.who(idle) is not None, "seen meanwhile"
    office.push(minutes=30)
    assert office.who(idle) is None
    busy, begun = office.enter("zhang"), office.now
    while office.who(busy):
        office.push(minutes=20)
    assert timedelta(hours=11, minutes=30) < office.now - begun <= timedelta(hours=12, minutes=20)


def test_e21_signing_out_ends_it_on_the_server_and_one_ends_ones_others(office: Office) -> None:
    office.settle("zhang")
    office.hire("wei")
    office.settle("wei")
    one, two, three, hers = office.enter("zhang"), office.enter("zhang"), office.enter("zhang"), office.enter("wei")
    own.sign_out(tenant=office.tenant, realm=STAFF, token=one.token, now=office.now)
    assert office.who(one) is None
    me = office.person(two)
    mine = sessions_of(tenant=office.tenant, person=me, now=office.now)
    assert {(row.id, row.current) for row in mine} >= {(me.session, True), (office.person(three).session, False)}
    theirs = office.person(hers).session
    assert own.end_sessions(tenant=office.tenant, person=me, now=office.now, session=theirs) == 0
    assert office.who(hers) is not None, "somebody else's session is not mine to end"
    assert own.end_sessions(tenant=office.tenant, person=me, now=office.now) >= 1
    assert (office.who(two) is None, office.who(three) is None) == (False, True)


def test_e21_a_changed_password_ends_every_other_session(office: Office) -> None:
    office.settle("zhang")
    one, two = office.enter("zhang"), office.enter("zhang")
    me = office.person(two)
    told = {"tenant": office.tenant, "person": me, "now": office.now}
    assert refused(own.change_password, old="not it at all", new="words of mine", **told) == "SIGN_IN_WRONG"
    assert refused(own.change_password, old=PASSWORD, new=PASSWORD, **told) == "PASSWORD_AS_BEFORE"
    own.change_password(old=PASSWORD, new="words of mine", **told)
    assert (office.who(one), office.who(two) is None) == (None, False)
    assert refused(office.type, "zhang") == "SIGN_IN_WRONG"
    assert office.type("zhang", "words of mine").stage == CODE


@pytest.mark.parametrize("ending", ["user", "post", "role"])
def test_e4_who_ends_is_out_at_the_next_request_and_being_taken_back_revives_nothing(
    office: Office, ending: str
) -> None:
    office.settle("zhang")
    step = office.enter("zhang")
    assert office.who(step) is not None

    def end(frame: Any) -> None:
        if ending == "user":
            staff.end_user(frame=frame, login="zhang")
        elif ending == "post":
            staff.end_post(frame=frame, login="zhang", role="clerk")
        else:
            staff.end_role(frame=frame, role="clerk")

    office.do(end)
    assert office.who(step) is None
    if ending != "role":
        office.push(seconds=1)
        office.hire("zhang")
        assert office.who(step) is None, "taken back: signs in anew"
        assert office.who(office.enter("zhang")) is not None
    if ending == "user":
        office.do(end)
        assert refused(office.type, "zhang") == "SIGN_IN_WRONG"


def test_e4_a_customers_login_that_ends_is_out_at_once(office: Office) -> None:
    office.settle("C1", realm=CUSTOMER)
    step = office.enter("C1", realm=CUSTOMER)
    assert office.who(step, realm=CUSTOMER) is not None
    office.do(lambda frame: credentials.end_credential(frame=frame, realm=CUSTOMER, subject="C1"))
    assert office.who(step, realm=CUSTOMER) is None
    assert refused(office.type, "C1", realm=CUSTOMER) == "SIGN_IN_WRONG"


def test_e22_proving_oneself_holds_for_five_minutes(office: Office) -> None:
    office.settle("zhang")
    step = office.enter("zhang")
    assert is_fresh(office.person(step), now=office.now)
    office.push(minutes=5)
    me = office.person(step)
    assert not is_fresh(me, now=office.now)
    told = {"tenant": office.tenant, "person": me, "now": office.now}
    assert refused(own.step_up, proof="000000", **told) == "SIGN_IN_CODE_WRONG"
    token = own.step_up(proof=office.code("zhang"), **told)
    found = office.who(token)
    assert found is not None
    assert is_fresh(found, now=office.now)


def test_e22_three_wrong_codes_end_the_session_that_somebody_left_open(office: Office) -> None:
    office.settle("zhang")
    step = office.enter("zhang")
    me = office.person(step)
    for _ in range(3):
        assert refused(own.step_up, tenant=office.tenant, person=me, proof="000000", now=office.now)
    assert office.who(step) is None


def test_a_customer_comes_in_by_password_and_may_have_a_second_factor(office: Office) -> None:
    office.given("C1", realm=CUSTOMER, names={"xiaoyu": "name", "17000004417": "number"})
    step = office.type("１７０ ００００ ４４１７", GIVEN, realm=CUSTOMER)
    assert step.stage == CHANGE
    told = {"tenant": office.tenant, "realm": CUSTOMER, "browser": office.browser(), "now": office.now}
    step = entering.choose_password(token=step.token, password=PASSWORD, **told)
    me = office.person(step, realm=CUSTOMER)
    assert (me.subject, me.second, is_fresh(me, now=office.now)) == ("C1", False, False)
    token = own.step_up(tenant=office.tenant, person=me, proof=PASSWORD, now=office.now)
    me = office.person(entering.Step(token, OPEN), realm=CUSTOMER)
    assert is_fresh(me, now=office.now)
    own.show_second_factor(tenant=office.tenant, person=me, now=office.now)
    assert office.type("XiaoYu", realm=CUSTOMER).stage == OPEN, "not set up before it is confirmed"
    code = office.code("C1", CUSTOMER)
    assert len(own.confirm_second_factor(tenant=office.tenant, person=me, code=code, now=office.now)) == 10
    office.push(seconds=31)
    assert office.type("xiaoyu", realm=CUSTOMER).stage == CODE


def test_a_number_that_is_somebody_elses_now_opens_nothing(office: Office) -> None:
    office.given("C1", realm=CUSTOMER, names={"17000004417": "number"})

    def sign_in(theirs: bool) -> Any:
        return entering.try_password(
            tenant=office.tenant, realm=CUSTOMER, name="17000004417", password=GIVEN, browser=office.browser(),
            now=office.now, vouch=lambda _customer, _name: theirs,
        )  # fmt: skip

    assert sign_in(True).stage == CHANGE
    assert refused(sign_in, False) == "SIGN_IN_WRONG"


def test_one_name_leads_to_one_person_in_its_realm_and_tenant(office: Office, db: None) -> None:
    office.given("C1", realm=CUSTOMER, names={"xiaoyu": "name"})
    with pytest.raises(UnableToChangeCredential, match="LOGIN_NAME_TAKEN"):
        office.given("C2", realm=CUSTOMER, names={"XiaoYu": "name"})
    office.given("zhang")
    assert refused(office.type, "xiaoyu", GIVEN) == "SIGN_IN_WRONG"
    assert refused(office.type, "zhang", GIVEN, realm=CUSTOMER) == "SIGN_IN_WRONG"
    other = Office(Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai"))
    assert refused(other.type, "zhang", GIVEN) == "SIGN_IN_WRONG"
    step = office.type("zhang", GIVEN)
    assert entering.on_the_way(tenant=other.tenant, realm=STAFF, token=step.token, now=office.now) is None


def test_a_demo_credential_is_good_for_nothing_outside_a_demo(office: Office) -> None:
    office.settle("zhang")
    step = office.enter("zhang")
    with scope(tenant=office.tenant):
        Credential.objects.filter(subject="zhang").update(demo=True)
    assert refused(office.type, "zhang") == "SIGN_IN_WRONG"
    assert office.who(step) is None
    told = {"tenant": office.tenant, "realm": STAFF, "name": "zhang", "password": PASSWORD, "now": office.now}
    assert entering.try_password(browser=office.browser(), demo=True, **told).stage == CODE


def test_e60_who_signed_in_and_who_was_refused_stands_in_the_audit_without_what_was_typed(office: Office) -> None:
    office.settle("zhang")
    refused(office.type, "zhang", "a wrong password")
    refused(office.type, "my-password-in-the-wrong-field", "x" * 9)
    step = office.enter("zhang")
    own.sign_out(tenant=office.tenant, realm=STAFF, token=step.token, now=office.now)
    with scope(tenant=office.tenant):
        told = [(row["operation"], row["actor_id"], str(row)) for row in AuditEntry.objects.order_by("id").values()]
    operations = [operation for operation, *_ in told]
    assert operations[-5:] == ["sign_in.refuse", "sign_in.refuse", "sign_in.password", "sign_in.code", "sign_in.out"]
    assert [actor for operation, actor, _ in told if operation in ("sign_in.code", "sign_in.out")][-2:] == ["zhang"] * 2
    whole = "".join(text for *_, text in told)
    assert "my-password-in-the-wrong-field" not in whole
    assert PASSWORD not in whole


def test_e57_nothing_secret_is_in_the_database(office: Office) -> None:
    sheet = office.settle("zhang")
    step = office.enter("zhang")
    code = office.code("zhang")
    secret = entering.totp.opened(office.credential("zhang"), office.credential("zhang").totp)
    from django.apps import apps

    with scopes_disabled():
        everything = "".join(str(row) for model in apps.get_models() for row in model._base_manager.values())
    for planted in (PASSWORD, GIVEN, step.token, step.device, secret, code, *sheet):
        assert planted not in everything


def test_a_session_of_long_ago_leaves_no_row(office: Office) -> None:
    office.settle("zhang")
    office.enter("zhang")
    office.now += sessions.KEPT + timedelta(days=1)
    office.enter("zhang")
    with scope(tenant=office.tenant):
        assert WebSession.objects.count() == 1
