"""Routes × roles × ids × tenants, from the table of addresses itself (E1, E2, E4, E5).

What must come out is worked out here from the table of rights and from whose each thing is; the pages are asked by
HTTP. What is not there, another tenant's, another customer's or out of reach is one answer: the same page, 404.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope
from tests.web.town import ALPHA, BETA, CUSTOMERS, NORTH, SOUTH, STAFF_OF, Town, named

import yidian.config.urls
from yidian.faces.shell.routes import TABLES, Route, RouteWithoutRule, build
from yidian.platform.access import approvals
from yidian.platform.access.rights import defaults
from yidian.platform.jobs.operations import enqueue
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

assert yidian.config.urls.urlpatterns
CANARY: Final = re.compile(r"金丝雀|\bx[cas]\d\b|1390000000\d")
PLAIN: Final = {  # what an address says besides ids of somebody's
    "cycle": "2026-09", "place": "1", "kind": "resident_id", "code": "no-such", "source": "no-such", "upload": "0" * 32,
    "channel": "bank", "file": "1", "role": "clerk", "login": "clerk-north", "run": "1", "trial": "1",
    "deed": "loss", "line": "mobile", "item": "months", "version": "1", "step": "1",
}  # fmt: skip
EVERYWHERE: Final = ""  # the node of what is the operator's own


@dataclass(frozen=True)
class Thing:
    """Something that an address may name: `node` where it belongs, `customer` whose it is; None: it is not there."""

    id: str
    node: str | None
    customer: str = ""


def known(town: Town) -> dict[str, list[Thing]]:
    """Of every kind: one of the north, one of the south, the operator's own, BETA's, and one that nobody has."""
    found = {
        "customer": [Thing("c1", NORTH, "c1"), Thing("c5", SOUTH, "c5"), Thing("xc1", None), Thing("c999", None)],
        "account": [Thing("a1", NORTH, "c1"), Thing("a5", SOUTH, "c5"), Thing("xa1", None), Thing("a999", None)],
        "subscriber": [Thing("s1", NORTH, "c1"), Thing("s5", SOUTH, "c5"), Thing("xs1", None)],
        "user": [Thing("clerk-north", NORTH), Thing("clerk-south", SOUTH), Thing("no-such", None)],
        "organisation": [Thing(NORTH, NORTH), Thing(SOUTH, SOUTH), Thing("no-such", None)],
        "cycle": [Thing("2026-09", EVERYWHERE), Thing("1999-01", None)],
        "role": [Thing("clerk", EVERYWHERE), Thing("no-such", None)],
    }
    for kind, make in (("approval", _approval), ("job", _job)):
        mine, theirs = make(town, ALPHA), make(town, BETA)
        found[kind] = [Thing(mine, EVERYWHERE), Thing(theirs, None), Thing("987654321", None)]
    found["dispute"] = [
        *(Thing(number, node, customer) for number, node, customer in _disputes(town)), Thing("D209901-000001", None)
    ]  # fmt: skip
    found["order"] = [*(Thing(*one) for one in _orders(town)), Thing("O209901-000001", None)]
    found["correction"] = [Thing(a_correction(town), EVERYWHERE), *(Thing(n, None) for n in theirs_of(town))]
    found["tariff_draft"] = [Thing(a_draft(town), EVERYWHERE), Thing("987654321", None)]
    found["payment"] = [
        *(Thing(str(id_), node, customer) for id_, node, customer in _payments(town)), Thing("987654321", None)
    ]  # fmt: skip
    return found


def _do(town: Town, tenant: str, key: str, work: Any) -> Any:
    row = town.tenant(tenant)
    with scope(tenant=row):
        told = perform(
            tenant=row, actor=Actor("staff", "finance"), operation="test", key=key, request={},
            now=town.worlds[tenant].now, work=work,
        )  # fmt: skip
    return told.answer["id"]


def _approval(town: Town, tenant: str) -> str:
    def work(frame: Any) -> dict[str, Any]:
        return {
            "id": approvals.ask(frame=frame, action="cycle.close", subject="cycle/2026-10", params={"cycle": "2026-10"})
        }

    return str(_do(town, tenant, "approval", work))


def _job(town: Town, tenant: str) -> str:
    return str(
        _do(
            town,
            tenant,
            "job",
            lambda frame: {"id": enqueue(frame=frame, kind="rate", params={"cycle": "2026-10"}, key="k")},
        )
    )


def _disputes(town: Town) -> Iterator[tuple[str, str | None, str]]:
    """Of a line each: of the north, the south, and one of BETA whose number ALPHA has not given to any."""
    from yidian.runs.disputes.raising import dispute
    from yidian.runs.explain.bill import account_bill

    asked = [(ALPHA, "a1", NORTH), (ALPHA, "a5", SOUTH), *((BETA, account, None) for account in ("a1", "a2", "a5"))]
    for tenant, account, node in asked:
        row, world = town.tenant(tenant), town.worlds[tenant]
        code, lake = named(account, tenant), town.home / "lake"
        with scope(tenant=row):
            lines = account_bill(tenant=row, lake=lake, account=code, cycle="2026-09").lines
            made = dispute(
                tenant=row, lake=lake, actor=Actor("staff", "finance"), key=account, now=world.now, account=code,
                cycle="2026-09", place=next(one.place for one in lines if one.amount_minor > 0), amount_minor=1,
                says="wrong",
            )  # fmt: skip
        if node or account == "a5":
            yield made.number, node, account.replace("a", "c") if node else ""


def _orders(town: Town) -> Iterator[tuple[str, str | None, str]]:
    """Carts of the north, the south and BETA, and one of the north that was submitted and fell out."""
    from tests.web.order_work.office import fallen
    from tests.web.orders.office import carts

    yield from carts(town)
    yield fallen(town)


def a_correction(town: Town) -> str:
    """One that was looked at."""
    from tests.web.desk_corrections.office import kept

    return kept(town)


def theirs_of(town: Town) -> tuple[str, str]:
    """BETA's second correction, a number that ALPHA has not given, and one that nobody has."""
    from tests.web.desk_corrections.office import kept

    kept(town, BETA, "first")
    return kept(town, BETA, "second"), "C2099-00001"


def a_draft(town: Town) -> str:
    """A draft that was tried; BETA has more of them, and none of ALPHA's numbers leads there."""
    from tests.web.desk_tariffs.office import drafted

    drafted(town, BETA)
    return str(drafted(town, ALPHA))


def _payments(town: Town) -> Iterator[tuple[int, str | None, str]]:
    from yidian.domains.payment.queries import receipts

    for tenant in (ALPHA, BETA):
        with scope(tenant=town.tenant(tenant)):
            for one in receipts(tenant=town.tenant(tenant), account=named("a1", tenant)):
                yield one.id, NORTH if tenant == ALPHA else None, "c1" if tenant == ALPHA else ""
            if tenant == ALPHA:
                yield from ((one.id, SOUTH, "c5") for one in receipts(tenant=town.tenant(tenant), account="a5"))


def addresses(face: str, route: Route, things: dict[str, list[Thing]]) -> Iterator[tuple[str, list[Thing]]]:
    """Every address of a route with every combination of things it can name."""
    names = re.findall(r"<\w+:(\w+)>", route.path)
    choices = [things[route.whose[name]] for name in names if name in route.whose]
    for chosen in itertools.product(*choices):
        told = dict(zip((name for name in names if name in route.whose), chosen, strict=True))
        if _tied(told):
            yield (
                reverse(f"{face}:{route.name}", kwargs={n: told[n].id if n in told else PLAIN[n] for n in names}),
                list(chosen),
            )


def _tied(told: dict[str, Thing]) -> bool:
    """An account and a customer in one address are either each other's, or tested by themselves below."""
    owners = {thing.customer for thing in told.values() if thing.node is not None and thing.customer}
    return len(owners) < 2


def reach(login: str, action: str) -> str | None:
    """Where somebody's right reaches: "tenant", a node, or None where it is not held. From the table alone."""
    role, node = STAFF_OF[login]
    right = defaults()[role].rights.get(action) if role else None
    if right is None:
        return None
    return "tenant" if right.reach == "tenant" or not node else node


def expected(login: str, route: Route, method: str, chosen: list[Thing]) -> set[int]:
    """The statuses that may come out; empty: any that lets somebody in."""
    action = route.writes if method == "POST" else route.reads
    if action:
        where = reach(login, action)
        if where is None or (not route.whose and not route.narrows and where != "tenant"):
            return {403}
        if any(thing.node is None or (where != "tenant" and thing.node != where) for thing in chosen):
            return {404}
    elif any(thing.node is None for thing in chosen):
        return {404}
    return set()


def ask(browser: Client, method: str, address: str) -> Any:
    return browser.post(address, {"key": "sweep-0123456789"}) if method == "POST" else browser.get(address)


def same(page: Any) -> str:
    """A page without what differs between any two answers."""
    text = re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"|[?&]lang=\w+', "", page.content.decode()
    )
    return re.sub(r'href="/[^"]*"', "", text)


def test_every_route_of_the_desk_for_everybody_who_works_here(town: Town) -> None:
    things, wrong, seen = known(town), [], Counter[str]()
    none = town.staff("security").get("/desk/people/nobody-of-this-name/")
    for login in STAFF_OF:
        for route in TABLES["desk"]:
            if route.public or route.name in ("sign_out", "security_sessions", "security_password"):
                continue
            for method in set(route.methods()) & {"GET", "POST"}:
                for address, chosen in addresses("desk", route, things):
                    told = ask(town.staff(login), method, address)
                    may = expected(login, route, method, chosen)
                    seen[method] += 1
                    special = route.name in ("approval", "approval_decide", "job")  # whose they are the view decides
                    fine = told.status_code in may if may else told.status_code not in (401, 403, 500) or special
                    if not may and not special and chosen and told.status_code == 404:
                        fine = not _real(route, chosen)
                    if told.status_code == 404 and may == {404} and method == "GET" and same(told) != same(none):
                        fine = False
                    if not fine:
                        wrong.append((login, method, address, told.status_code, sorted(may)))
                    if CANARY.search(told.content.decode(errors="replace").replace(address, "")):
                        wrong.append((login, method, address, "a canary of the other tenant"))
    assert wrong == [], "\n".join(map(str, wrong))
    assert sum(seen.values()) >= 2000, seen


def _real(route: Route, chosen: list[Thing]) -> bool:
    """Whether a page must be there: not where a plain part of the address names nothing."""
    plain = {"kind", "code", "source", "upload", "file", "trial"}
    return bool(chosen) and not plain & set(re.findall(r":(\w+)>", route.path))


def test_every_route_of_the_hall_for_every_customer(town: Town) -> None:
    things, wrong, count = known(town), [], 0
    none = town.customer("c1").get("/bills/no-such/2026-10/")
    for customer in CUSTOMERS:
        for route in TABLES["hall"]:
            for address, chosen in addresses("hall", route, things) if route.own else ():
                told = town.customer(customer).get(address)
                count += 1
                mine = all(thing.customer == customer for thing in chosen)
                if (not mine and (told.status_code, same(told)) != (404, same(none))) or told.status_code >= 500:
                    wrong.append((customer, address, told.status_code))
                if CANARY.search(told.content.decode(errors="replace").replace(address, "")):
                    wrong.append((customer, address, "a canary of the other tenant"))
    assert wrong == [], "\n".join(map(str, wrong))
    assert count > 50


def test_nobody_unsigned_gets_further_than_the_sign_in_page(town: Town, client: Client) -> None:
    things = known(town)
    for face, table in TABLES.items():
        for route in table:
            for address, _ in addresses(face, route, things) if not route.public else ():
                for method in set(route.methods()) & {"GET", "POST"}:
                    told = ask(client, method, address)
                    assert told.status_code == 303, (method, address, told.status_code)
                    assert "/sign-in/" in told["Location"], (method, address)


def test_a_method_that_a_route_does_not_answer_changes_nothing(town: Town) -> None:
    things = known(town)
    for route in TABLES["desk"]:
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(route.methods()):
            address, _ = next(addresses("desk", route, things))
            told = town.staff("finance").generic(method, address)
            assert told.status_code == 405, (method, address, told.status_code)


def test_an_account_of_somebody_else_is_not_found_under_a_customer_one_may_see(town: Town) -> None:
    for name, more in (("customer_bill", {}), ("customer_bill_line", {"place": 1})):
        address = reverse(f"desk:{name}", kwargs={"customer": "c1", "account": "a5", "cycle": "2026-09", **more})
        assert town.staff("finance").get(address).status_code == 404


@pytest.mark.parametrize(
    "route",
    [
        Route("a/", "a", print),  # type: ignore[arg-type]
        Route("a/", "a", print, reads="bill.read", signed=True),  # type: ignore[arg-type]
        Route("a/", "a", print, public=True, own=True),  # type: ignore[arg-type]
        Route("a/", "a", print, own=True),  # type: ignore[arg-type]
    ],
)
def test_a_route_without_one_rule_does_not_build(route: Route) -> None:
    before = list(TABLES["desk"])
    with pytest.raises(RouteWithoutRule):
        build("desk", [route])
    assert TABLES["desk"] == before


def test_every_right_that_a_route_takes_can_be_held() -> None:
    can = {action for role in defaults().values() for action in role.rights}
    asked = {right for table in TABLES.values() for route in table for right in (route.reads, route.writes) if right}
    assert asked <= can
