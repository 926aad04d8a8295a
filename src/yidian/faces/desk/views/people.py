"""Who works here, as what, where (CH-43): the list, one person, posts given and ended."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.sign_in.step_up import first, needed
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.kernel.faults import BadInput
from yidian.platform.access import staff as change
from yidian.platform.access.organisation import tree_at
from yidian.platform.access.queries import staff
from yidian.platform.access.roles import role_codes
from yidian.platform.access.staff import UnableToChangeStaff
from yidian.platform.access.types import StaffFacts
from yidian.platform.sign_in.credentials import give_password
from yidian.platform.sign_in.passwords import hashed, one_time
from yidian.platform.sign_in.types import STAFF
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform


def listed(asked: Asked) -> HttpResponse:
    """Everybody, or those whose login, name, role or node holds what was typed."""
    wanted = asked.request.GET.get("q", "").strip().lower()
    shown = [one for one in staff(tenant=asked.tenant) if wanted in _said_of(one)]
    return asked.page("desk/people.html", fragment="desk/_people.html", people=shown, q=wanted, **_now(asked))


def one(asked: Asked, *, login: str) -> HttpResponse:
    return asked.page("desk/person.html", **_person(asked, login))


def add(asked: Asked) -> HttpResponse:
    """Somebody new, with a first post where one was chosen."""
    form = asked.form

    def work(frame: Frame) -> dict[str, Any]:
        change.add_user(frame=frame, login=form.get("login", ""), name=form.get("name", ""))
        if form.get("role"):
            change.give_post(
                frame=frame, login=form["login"], role=form["role"], organisation=form.get("at") or None,
                since=frame.now,
            )  # fmt: skip
        return {}

    faults = _change(asked, "staff.add", work)
    if faults:
        shown = staff(tenant=asked.tenant)
        return asked.refuse("desk/people.html", faults, people=shown, q="", **_now(asked))
    asked.say_later("PEOPLE_ADDED", login=form["login"])
    return asked.go("desk:person", login=form["login"])


def rename(asked: Asked, *, login: str) -> HttpResponse:
    name = asked.form.get("name", "")
    if not name:
        return asked.refuse("desk/person.html", [("name", "FORM_NEEDED", {})], **_person(asked, login))

    def work(frame: Frame) -> dict[str, Any]:
        change.rename_user(frame=frame, login=login, name=name)
        return {}

    return _done(asked, login, "PEOPLE_RENAMED", _change(asked, "staff.rename", work))


def give(asked: Asked, *, login: str) -> HttpResponse:
    form = asked.form
    return _done(
        asked, login, "PEOPLE_POST_GIVEN", _change(asked, "staff.add", lambda frame: _give(frame, login, form))
    )


def end_post(asked: Asked, *, login: str) -> HttpResponse:
    role, node = asked.form.get("role", ""), asked.form.get("at", "")

    def work(frame: Frame) -> dict[str, Any]:
        change.end_post(frame=frame, login=login, role=role, organisation=node or None)
        return {}

    return _done(asked, login, "PEOPLE_POST_ENDED", _change(asked, "staff.end", work))


def end(asked: Asked, *, login: str) -> HttpResponse:
    """Nobody acts under the login any more. It is typed once more by hand: it ends every post at once."""
    if asked.form.get("again", "") != login:
        return asked.refuse("desk/person.html", [("again", "PEOPLE_AGAIN", {})], **_person(asked, login))

    def work(frame: Frame) -> dict[str, Any]:
        change.end_user(frame=frame, login=login)
        return {}

    return _done(asked, login, "PEOPLE_ENDED", _change(asked, "staff.end", work))


def password(asked: Asked, *, login: str) -> HttpResponse:
    """A one-time password, shown once to who gives it, to be changed at the first sign-in (E20); a second factor stays.

    One's own is changed under "password and sign-ins". It stands in no answer that is kept: sent twice it is not told
    again.
    """
    if needed(asked):
        return first(asked)
    if login == asked.actor.id:
        return asked.refuse("desk/person.html", [("", "PEOPLE_PASSWORD_OWN", {})], **_person(asked, login))
    given = one_time()
    encoded = hashed(given)  # slow: before the write, never in it

    def work(frame: Frame) -> dict[str, Any]:
        give_password(frame=frame, realm=STAFF, subject=login, encoded=encoded)
        return {}

    told = perform(
        tenant=asked.tenant, actor=asked.actor, operation="staff.password", key=asked.key, request={"login": login},
        now=asked.now, work=work,
    )  # fmt: skip
    return asked.page(
        "desk/person.html", given="" if told.repeated else given, gone=told.repeated, **_person(asked, login)
    )


def _give(frame: Frame, login: str, form: dict[str, str]) -> dict[str, Any]:
    change.give_post(
        frame=frame, login=login, role=form.get("role", ""), organisation=form.get("at") or None, since=frame.now
    )
    return {}


def _change(asked: Asked, operation: str, work: Any) -> list[FaultTold]:
    """One write; what it refused, told for the form."""
    form = {name: value for name, value in asked.form.items() if name not in ("csrfmiddlewaretoken", "key")}
    try:
        perform(
            tenant=asked.tenant, actor=asked.actor, operation=operation, key=asked.key,
            request=form | dict(asked.request.resolver_match.kwargs if asked.request.resolver_match else {}),
            now=asked.now, work=work,
        )  # fmt: skip
    except UnableToChangeStaff as refused:
        return [("", refused.code, refused.params)]
    except BadInput as bad:
        return [("login" if fault.code == "LOGIN" else "name", fault.code, dict(fault.params)) for fault in bad.faults]
    return []


def _done(asked: Asked, login: str, code: str, faults: list[FaultTold]) -> HttpResponse:
    if faults:
        return asked.refuse("desk/person.html", faults, **_person(asked, login))
    asked.say_later(code, login=login)
    return asked.go("desk:person", login=login)


def _person(asked: Asked, login: str) -> dict[str, Any]:
    found = next((one for one in staff(tenant=asked.tenant) if one.login == login), None)
    if found is None:
        raise Http404
    return {"found": found, "itself": found.login == asked.actor.id} | _now(asked)


def _now(asked: Asked) -> dict[str, Any]:
    """What the forms offer: roles, and nodes of both trees once each."""
    nodes = {
        one.code: one for tree in ("region", "channel") for one in tree_at(tenant=asked.tenant, tree=tree, at=asked.now)
    }
    return {
        "node_names": {one.code: one.name for one in nodes.values()},
        "roles": role_codes(tenant=asked.tenant, now=asked.now), "nodes": list(nodes.values()),
        "at_ms": to_ms(asked.now), "forever": FOREVER_MS, "grants": asked.may("access.grant").allowed,
    }  # fmt: skip


def _said_of(one: StaffFacts) -> str:
    posts = " ".join(f"{post.role} {post.organisation}" for post in one.posts)
    return f"{one.login} {one.name} {posts}".lower()
