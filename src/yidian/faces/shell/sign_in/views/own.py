"""One's own password, second factor and sessions; proving oneself again; signing out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from yidian.faces.shell.asked import Asked, Denied
from yidian.faces.shell.sign_in import asking, cookies, step_up
from yidian.faces.shell.sign_in.drawing import drawn, in_groups, named
from yidian.faces.shell.sign_in.views.entering import new_password, refused
from yidian.platform.sign_in import own
from yidian.platform.sign_in.queries import credential_facts, sessions_of
from yidian.platform.sign_in.types import Person, Step, UnableToSignIn


def security(asked: Asked) -> HttpResponse:
    """What I sign in with, and where I am signed in."""
    person = _person(asked)
    sessions = sessions_of(tenant=asked.tenant, person=person, now=asked.now)
    return asked.page(
        "shell/security.html", frame=asking.frame(asked), sessions=[(one, named(one.agent)) for one in sessions],
        facts=credential_facts(tenant=asked.tenant, realm=person.realm, subject=person.subject),
    )  # fmt: skip


def sign_out(asked: Asked) -> HttpResponse:
    """Ended on the server; and the browser is told to forget what it has kept. Asked for by GET nothing happens."""
    if asked.method == "GET":
        return asking.go(asking.here(asked, "sign_in"))
    token = cookies.token(asked.request, asked.face)
    own.sign_out(tenant=asked.tenant, realm=asking.realm(asked), token=token, now=asked.now)
    asked.request.session.leave()  # type: ignore[attr-defined]  # our own Kept (middleware)
    answer = asking.go(asking.here(asked, "sign_in"))
    answer["Clear-Site-Data"] = '"cache", "storage"'
    cookies.forget(answer, asked.face)
    return answer


def end_session(asked: Asked) -> HttpResponse:
    """End another session of mine, or all others."""
    told = asked.form.get("session", "")  # nothing of the kind: nothing is ended
    session = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None
    if session is None and told != "others":
        return _security(asked)
    ended = own.end_sessions(tenant=asked.tenant, person=_person(asked), now=asked.now, session=session)
    asked.say_later("SIGN_IN_SESSIONS_ENDED", count=ended)
    return _security(asked)


def password(asked: Asked) -> HttpResponse:
    """Change my password: the present one is asked for, all other sessions end."""
    context: dict[str, Any] = {"frame": asking.frame(asked)}
    if asked.method == "GET":
        return asked.page("shell/security_password.html", **context)
    try:
        own.change_password(
            tenant=asked.tenant, person=_person(asked), old=asked.request.POST.get("old", ""), new=new_password(asked),
            now=asked.now,
        )  # fmt: skip
    except UnableToSignIn as error:
        return refused(asked, "shell/security_password.html", error, **context)
    asked.say_later("SIGN_IN_PASSWORD_CHANGED")
    return _security(asked)


def second_factor(asked: Asked) -> HttpResponse:
    """Set up a second factor, or a new one; whoever has one proves it first (E22)."""
    person = _person(asked)
    if step_up.needed(asked):
        return step_up.first(asked)
    if asked.method == "POST" and "code" not in asked.form:
        own.show_second_factor(tenant=asked.tenant, person=person, now=asked.now)
        return asking.go(asking.here(asked, "second_factor"))
    uri = own.shown_second_factor(tenant=asked.tenant, person=person)
    context: dict[str, Any] = {"frame": asking.frame(asked)}
    if uri:
        context |= {"picture": drawn(uri), "secret": in_groups(uri)}
    if asked.method == "GET" or not uri:
        return asked.page("shell/security_second.html", **context)
    try:
        codes = own.confirm_second_factor(
            tenant=asked.tenant, person=person, code=asked.form.get("code", ""), now=asked.now
        )
    except UnableToSignIn as error:
        return refused(asked, "shell/security_second.html", error, **context)
    return asked.page("shell/sign_in_codes.html", codes=codes, onward=asking.here(asked, "security"))


def again(asked: Asked) -> HttpResponse:
    """Prove oneself again, and go on where it was asked for."""
    person = _person(asked)
    code = asking.demo_code(asked, person.subject) if person.second else ""
    context: dict[str, Any] = {"next": asking.next_path(asked), "second": person.second, "demo_code": code}
    if asked.method == "GET":
        return asked.page("shell/sign_in_again.html", **context)
    proof = asked.form.get("code", "") if person.second else asked.request.POST.get("password", "")
    try:
        token = own.step_up(tenant=asked.tenant, person=person, proof=proof, now=asked.now)
    except UnableToSignIn as error:
        return refused(asked, "shell/sign_in_again.html", error, **context)
    answer = asking.go(asking.next_path(asked))
    asking.keep(asked, answer, Step(token, "open"))
    return answer


def _person(asked: Asked) -> Person:
    if asked.person is None:
        raise Denied(asked.route.name)
    return asked.person


def _security(asked: Asked) -> HttpResponse:
    return asked.go(f"{asked.face}:security")
