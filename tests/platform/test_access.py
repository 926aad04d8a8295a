"""Who may do what: posts in an organisation that changes, limits, the second person, the three powers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yidian.platform.access import approvals, organisation, staff
from yidian.platform.access.gate import admit
from yidian.platform.access.lifecycle import EVENTS, STATES, TABLE, UnableToMoveApproval, after
from yidian.platform.access.models import Approval, RoleAction
from yidian.platform.access.newer import give_newer_rights
from yidian.platform.access.organisation import UnableToChangeOrganisation, path_at, subtree_at
from yidian.platform.access.queries import allowed, demand
from yidian.platform.access.rights import POWERS, Right, actions, defaults
from yidian.platform.access.staff import UnableToChangeStaff
from yidian.platform.access.types import Decision, UnableToAct
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, system

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
DAY = timedelta(days=1)
CONSOLE = system("console:root")
NO, YES, TWO = Decision(False), Decision(True), Decision(False, second=True)


class Desk:
    """Changes typed one after the other, a second apart."""

    def __init__(self, tenant: Any) -> None:
        self.tenant, self.now, self.count = tenant, NOW, 0

    def do(self, work: Callable[[Frame], Any], *, actor: Actor = CONSOLE) -> Any:
        self.count += 1
        self.now += timedelta(seconds=1)
        outcome = perform(
            tenant=self.tenant, actor=actor, operation="test", key=str(self.count), request={}, now=self.now,
            work=lambda frame: {"answer": work(frame)},
        )  # fmt: skip
        return outcome.answer["answer"]

    def node(self, code: str, under: str | None = None, tree: str = "region", *, new: bool = True) -> None:
        def work(frame: Frame) -> None:
            if new:
                organisation.add(frame=frame, code=code, name=f"name of {code}")
            organisation.place(frame=frame, code=code, tree=tree, parent=under, since=frame.now)

        self.do(work)

    def hire(self, login: str, role: str, at: str | None = None) -> Actor:
        def work(frame: Frame) -> int:
            user = staff.add_user(frame=frame, login=login, name=login)
            staff.give_post(frame=frame, login=login, role=role, organisation=at, since=frame.now)
            return user

        return Actor("staff", login, self.do(work))

    def may(self, actor: Actor, action: str, at: str | None = None, amount: int | None = None) -> Decision:
        return allowed(
            tenant=self.tenant, actor=actor, action=action, organisation=at, amount_minor=amount, now=self.now
        )


@pytest.fixture
def desk(tenant: Any) -> Desk:
    """广西 with 南宁 and 柳州; a section and two communities below 南宁, which are in the channel tree too."""
    desk = Desk(tenant)
    for code, under in (("GX", None), ("NN", "GX"), ("LZ", "GX"), ("CD2", "NN"), ("CD2-1", "CD2"), ("CD2-2", "CD2")):
        desk.node(code, under)
    desk.node("SHOPS", None, "channel")
    for code in ("CD2-1", "CD2-2"):
        desk.node(code, "SHOPS", "channel", new=False)
    return desk


def test_ch19_ch20_communities_stand_in_both_trees_with_equal_totals(desk: Desk) -> None:
    t, now = desk.tenant, desk.now
    assert path_at(tenant=t, organisation="CD2-1", tree="region", at=now) == ("GX", "NN", "CD2", "CD2-1")
    below = set(subtree_at(tenant=t, organisation="CD2", tree="region", at=now)) - {"CD2"}
    assert below == set(subtree_at(tenant=t, organisation="SHOPS", tree="channel", at=now)) - {"SHOPS"}
    assert subtree_at(tenant=t, organisation="CD2", tree="region", at=NOW) == []  # it was not there yet


def test_a_move_takes_what_is_below_along_and_the_past_stays(desk: Desk) -> None:
    t, before = desk.tenant, desk.now
    desk.now += DAY
    desk.node("CD2", "LZ", new=False)
    assert path_at(tenant=t, organisation="CD2-2", tree="region", at=desk.now) == ("GX", "LZ", "CD2", "CD2-2")
    assert path_at(tenant=t, organisation="CD2-2", tree="region", at=before) == ("GX", "NN", "CD2", "CD2-2")
    assert subtree_at(tenant=t, organisation="NN", tree="region", at=desk.now) == ["NN"]
    assert path_at(tenant=t, organisation="CD2-2", tree="channel", at=desk.now) == ("SHOPS", "CD2-2")


def moved(frame: Frame, tree: str, parent: str | None, since: datetime) -> None:
    organisation.place(frame=frame, code="NN", tree=tree, parent=parent, since=since)


@pytest.mark.parametrize(
    ("code", "work"),
    [
        ("ORGANISATION_CIRCLE", lambda f: moved(f, "region", "CD2-1", f.now)),
        ("ORGANISATION_CIRCLE", lambda f: moved(f, "region", "NN", f.now)),
        ("ORGANISATION_NOT_IN_TREE", lambda f: moved(f, "channel", "GX", f.now)),
        ("ORGANISATION_MOVED_LATER", lambda f: moved(f, "region", None, NOW)),
        ("ORGANISATION_TAKEN", lambda f: organisation.add(frame=f, code="NN", name="again")),
        ("ORGANISATION_UNKNOWN", lambda f: organisation.rename(frame=f, code="XX", name="new")),
        ("ORGANISATION_IN_USE", lambda f: organisation.end(frame=f, code="CD2")),
    ],
)  # fmt: skip
def test_a_change_of_the_organisation_that_cannot_be(desk: Desk, code: str, work: Callable[[Frame], Any]) -> None:
    desk.now += timedelta(seconds=1)
    with pytest.raises(UnableToChangeOrganisation) as error:
        desk.do(work)
    assert error.value.code == code


def test_ch44_a_department_with_staff_is_not_deleted(desk: Desk) -> None:
    desk.hire("zhang", "clerk", "CD2-1")
    with pytest.raises(UnableToChangeOrganisation) as error:
        desk.do(lambda f: organisation.end(frame=f, code="CD2-1"))
    assert error.value.code == "ORGANISATION_IN_USE"
    desk.do(lambda f: staff.end_user(frame=f, login="zhang"))
    desk.do(lambda f: organisation.end(frame=f, code="CD2-1"))
    assert subtree_at(tenant=desk.tenant, organisation="CD2", tree="region", at=desk.now) == ["CD2", "CD2-2"]


def test_ch22_ch23_ch26_a_post_reaches_its_own_subtree(desk: Desk) -> None:
    province, manager = desk.hire("query", "data_query", "GX"), desk.hire("manager", "customer_manager", "CD2-1")
    nanning, shops = desk.hire("nanning", "clerk", "NN"), desk.hire("shops", "clerk", "SHOPS")
    assert [desk.may(province, "bill.read", at) for at in ("GX", "LZ", "CD2-2")] == [YES] * 3
    assert {desk.may(province, action, "LZ") for action in actions() if not action.endswith(".read")} == {NO}
    assert [desk.may(nanning, "customer.change", at) for at in ("NN", "CD2-1", "LZ", "GX")] == [YES, YES, NO, NO]
    assert [desk.may(manager, "bill.read", at) for at in ("CD2-1", "CD2-2", "CD2")] == [YES, NO, NO]
    assert [desk.may(shops, "bill.read", at) for at in ("CD2-1", "CD2", "NN")] == [YES, NO, NO]
    assert desk.may(nanning, "bill.read") == NO, "the whole tenant is more than a subtree"
    desk.now += DAY
    desk.node("CD2", "LZ", new=False)
    assert [desk.may(nanning, "customer.change", at) for at in ("NN", "CD2-1")] == [YES, NO]


def test_e4_what_ends_denies_the_very_next_request(desk: Desk) -> None:
    def gone(change: Callable[[Frame], Any]) -> list[Decision]:
        zhang = desk.hire("zhang", "clerk", "NN")
        first = desk.may(zhang, "bill.read", "NN")
        desk.do(change)
        return [first, desk.may(zhang, "bill.read", "NN")]

    assert gone(lambda f: staff.end_post(frame=f, login="zhang", role="clerk")) == [YES, NO]
    assert gone(lambda f: staff.end_user(frame=f, login="zhang")) == [YES, NO]
    assert gone(lambda f: staff.set_right(frame=f, role="clerk", action="bill.read", right=None)) == [YES, NO]
    desk.do(lambda f: staff.set_right(frame=f, role="clerk", action="bill.read", right=Right("subtree")))
    assert gone(lambda f: staff.end_role(frame=f, role="clerk")) == [YES, NO]


def test_a_limit_divides_alone_from_with_a_second_person_from_not_at_all(desk: Desk) -> None:
    clerk, finance = desk.hire("zhang", "clerk", "NN"), desk.hire("li", "finance")
    found = [desk.may(clerk, "bill.adjust", "CD2", amount) for amount in (0, 5000, -5000, 5001, -5001, None)]
    assert found == [YES, YES, YES, TWO, TWO, TWO]
    assert desk.may(finance, "bill.adjust", None, 1) == TWO
    assert desk.may(clerk, "cycle.close") == desk.may(finance, "tariff.publish") == NO
    assert desk.may(finance, "cycle.rate") == YES
    with pytest.raises(UnableToAct) as error:
        demand(tenant=desk.tenant, actor=clerk, action="cycle.close", now=desk.now)
    assert (error.value.code, error.value.params) == ("NOT_ALLOWED", {"action": "cycle.close", "actor": "staff:zhang"})


def test_e9_the_three_powers_never_meet_in_one_account(desk: Desk) -> None:
    roles = [f"{power}_admin" for power in POWERS]
    for role in roles:
        desk.hire(f"one-{role}", role)
        for other in {*defaults()} - {role}:
            with pytest.raises(UnableToChangeStaff) as error:
                desk.hire(f"one-{role}", other)
            assert error.value.code == "POWERS_TOGETHER"
    owned = {action: role for role in roles for action in defaults()[role].rights if action != "organisation.read"}
    for role, table in defaults().items():
        alone = {action for action in table.rights if action in owned and action != "staff.read"}
        assert not alone or role in roles, f"{role} shares {alone} with a power"
    for role in roles:
        for action in ("bill.read", "identity.unmask", "payment.take", "bill.adjust", "usage.read"):
            assert action not in defaults()[role].rights
    with pytest.raises(UnableToChangeStaff):
        desk.do(lambda f: staff.set_right(frame=f, role="clerk", action="access.grant", right=Right("tenant")))
    with pytest.raises(UnableToChangeStaff):
        desk.do(lambda f: staff.set_right(frame=f, role="audit_admin", action="bill.read", right=Right("tenant")))


def test_a_role_that_begins_when_the_power_has_ended_is_no_meeting(desk: Desk) -> None:
    desk.hire("zhang", "audit_admin")
    desk.do(lambda f: staff.end_post(frame=f, login="zhang", role="audit_admin"))
    assert desk.may(desk.hire("zhang", "finance"), "cycle.rate") == YES


def test_an_upgrade_gives_roles_the_rights_they_never_had_and_none_that_was_taken_away(desk: Desk) -> None:
    assert give_newer_rights(now=NOW) == 0, "nobody works here: the table comes with the first"
    desk.hire("an", "clerk")
    rows = RoleAction.objects.filter(role__code="clerk")
    rows.filter(action="bill.read").delete()  # as it stood before there was such a right
    rows.filter(action="bill.adjust").update(reach="none")
    assert give_newer_rights(now=NOW) == 1
    assert rows.get(action="bill.read").reach == defaults()["clerk"].rights["bill.read"].reach
    assert rows.get(action="bill.adjust").reach == "none"
    rows.filter(action="bill.read").delete()
    assert give_newer_rights(now=NOW + DAY) == 0, "a table is given once"


def test_the_console_rules_where_nobody_works_and_then_only_until_somebody_grants(desk: Desk) -> None:
    assert {desk.may(CONSOLE, action) for action in actions()} == {YES}
    desk.hire("zhang", "clerk", "NN")
    assert desk.may(CONSOLE, "cycle.rate") == NO
    assert desk.may(CONSOLE, "access.grant") == YES
    desk.hire("an", "security_admin")
    assert desk.may(CONSOLE, "access.grant") == NO
    desk.do(lambda f: staff.end_user(frame=f, login="an"))
    assert desk.may(CONSOLE, "access.grant") == YES, "an installation cannot be locked out of"


@pytest.mark.parametrize("actor", [Actor("staff", "ghost"), Actor("customer", "zhang"), Actor("partner", "zhang")])
def test_nobody_else_may_anything(desk: Desk, actor: Actor) -> None:
    zhang = desk.hire("zhang", "finance")
    assert {desk.may(actor, action) for action in actions()} == {NO}
    assert desk.may(zhang, "no.such.action") == NO
    assert desk.may(Actor("staff", "zhang", zhang.user_id + 1), "cycle.rate") == NO


def test_another_tenants_clerk_of_the_same_login_is_nobody_here(desk: Desk) -> None:
    other = Desk(Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai"))
    theirs = other.hire("zhang", "finance")
    assert other.may(theirs, "cycle.rate") == YES
    assert desk.may(CONSOLE, "cycle.rate") == YES
    desk.hire("li", "clerk")
    assert desk.may(theirs, "cycle.rate") == NO


def asked(desk: Desk, actor: Actor, *, amount: int = 20_000, at: str | None = "NN") -> int:
    told = {"amount": amount}
    return int(desk.do(
        lambda f: approvals.ask(
            frame=f, action="bill.adjust", subject="a1", params=told, organisation=at, amount_minor=amount
        ),
        actor=actor,
    ))  # fmt: skip


def said(desk: Desk, actor: Actor, number: int, *, yes: bool = True, key: str = "k") -> str:
    outcome = approvals.decide(
        tenant=desk.tenant, actor=actor, key=f"{key}{number}", now=desk.now, approval=number, yes=yes
    )
    return str(outcome.answer["state"])


def used(desk: Desk, actor: Actor, *, amount: int = 20_000) -> Any:
    return desk.do(
        lambda f: approvals.consume(frame=f, action="bill.adjust", subject="a1", params={"amount": amount}), actor=actor
    )


def test_e8_what_two_people_agreed_on_is_done_once_and_just_so(desk: Desk) -> None:
    clerk, chief = desk.hire("zhang", "clerk", "NN"), desk.hire("wang", "supervisor", "GX")
    number = asked(desk, clerk)
    assert asked(desk, clerk) == number, "asking again does not make a second one"
    with pytest.raises(UnableToAct):
        used(desk, clerk)
    assert said(desk, chief, number) == "approved"
    for who, amount in ((clerk, 20_001), (chief, 20_000)):  # something else; by the one who approved it
        with pytest.raises(UnableToAct) as error:
            used(desk, who, amount=amount)
        assert error.value.code == "SECOND_PERSON_NEEDED"
    assert used(desk, clerk) == number
    with pytest.raises(UnableToAct):
        used(desk, clerk)


def test_e8_who_may_not_be_the_second_person(desk: Desk) -> None:
    clerk, chief = desk.hire("zhang", "clerk", "NN"), desk.hire("wang", "supervisor", "LZ")
    first = desk.hire("first", "supervisor", "NN")
    number = asked(desk, clerk)
    for who, code in (
        (clerk, "APPROVAL_SAME_PERSON"), (desk.hire("mate", "clerk", "NN"), "APPROVAL_NOT_YOURS"),
        (chief, "APPROVAL_NOT_YOURS"), (CONSOLE, "APPROVAL_NOT_YOURS"),
    ):  # fmt: skip
        with pytest.raises(approvals.UnableToApprove) as error:
            said(desk, who, number)
        assert error.value.code == code
    own = asked(desk, first, amount=50_001)  # what is asked for anew is something else: the first request is over
    with pytest.raises(UnableToMoveApproval):
        said(desk, first, number)
    with pytest.raises(approvals.UnableToApprove) as error:
        said(desk, first, own)
    assert error.value.code == "APPROVAL_SAME_PERSON"
    with pytest.raises(approvals.UnableToApprove) as error:
        said(desk, desk.hire("more", "supervisor", "GX"), own)
    assert error.value.code == "APPROVAL_NOT_YOURS", "beyond the limit of what they may approve"
    assert said(desk, desk.hire("li", "finance"), own, yes=False) == "refused"
    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(id=own).update(decided_by="staff:first")


def test_an_approval_that_is_waited_for_too_long_is_over(desk: Desk) -> None:
    clerk, chief = desk.hire("zhang", "clerk", "NN"), desk.hire("wang", "supervisor", "GX")
    number = asked(desk, clerk)
    desk.now += 7 * DAY
    with pytest.raises(approvals.UnableToApprove) as error:
        said(desk, chief, number)
    assert error.value.code == "APPROVAL_EXPIRED"
    again = asked(desk, clerk)
    assert (again != number, said(desk, chief, again)) == (True, "approved")
    desk.now += 7 * DAY
    with pytest.raises(UnableToAct):
        used(desk, clerk)


def test_the_gate_asks_and_lets_through_once(desk: Desk) -> None:
    li, wang = desk.hire("li", "finance"), desk.hire("wang", "finance")

    def close(who: Actor) -> str:
        desk.now += timedelta(seconds=1)
        try:
            admit(tenant=desk.tenant, actor=who, action="cycle.close", now=desk.now, subject="cycle/2026-10")
        except UnableToAct as error:
            return error.code
        return "ok"

    assert close(li) == "SECOND_PERSON_NEEDED"
    (waiting,) = approvals.approvals(tenant=desk.tenant)
    assert (waiting.state, waiting.asked_by, waiting.subject) == ("asked", "staff:li", "cycle/2026-10")
    assert said(desk, wang, waiting.id) == "approved"
    assert close(wang) == "SECOND_PERSON_NEEDED", "whoever approved is not the one who does it"


def test_the_gate_is_passed_once_for_one_approval(desk: Desk) -> None:
    li, wang = desk.hire("li", "finance"), desk.hire("wang", "finance")
    told: dict[str, Any] = {"tenant": desk.tenant, "actor": li, "action": "cycle.close", "subject": "cycle/2026-10"}
    with pytest.raises(UnableToAct):
        admit(**told, now=desk.now)
    (waiting,) = approvals.approvals(tenant=desk.tenant)
    said(desk, wang, waiting.id)
    admit(**told, now=desk.now)
    with pytest.raises(UnableToAct) as error:
        admit(**told, now=desk.now + DAY)
    assert error.value.code == "SECOND_PERSON_NEEDED"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_every_pair_of_state_and_event_of_an_approval(state: str, event: str) -> None:
    if (state, event) in TABLE:
        assert after(approval=1, state=state, event=event) == TABLE[state, event]
    else:
        with pytest.raises(UnableToMoveApproval):
            after(approval=1, state=state, event=event)
