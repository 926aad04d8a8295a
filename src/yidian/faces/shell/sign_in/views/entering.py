"""The pages of signing in: password, code, second factor set up, password changed. Each gives a new session token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.sign_in import asking, cookies
from yidian.faces.shell.sign_in.drawing import drawn, in_groups
from yidian.journeys.hall_names import still_theirs
from yidian.platform.sign_in import entering
from yidian.platform.sign_in.demo import demo_people
from yidian.platform.sign_in.lifecycle import CHANGE, CODE, ENROL
from yidian.platform.sign_in.types import OnTheWay, UnableToSignIn

FIELDS: Mapping[str, str] = {
    "SIGN_IN_CODE_WRONG": "code", "PASSWORD_SHORT": "new", "PASSWORD_LONG": "new", "PASSWORD_COMMON": "new",
    "PASSWORD_ABOUT_YOU": "new", "PASSWORD_AS_BEFORE": "new", "PASSWORD_NOT_SAME": "again",
}  # fmt: skip


def sign_in(asked: Asked) -> HttpResponse:
    """Login and password. Whoever is in already goes on."""
    if asked.person is not None:
        return asking.go(asking.next_path(asked))
    demo = demo_people(tenant=asked.tenant, realm=asking.realm(asked), now=asked.now) if asking.in_demo() else []
    context: dict[str, Any] = {"next": asking.next_path(asked), "demo": demo}
    if asked.method == "GET":
        return asked.page("shell/sign_in.html", **context)
    form = asked.request.POST
    try:
        step = entering.try_password(
            tenant=asked.tenant, realm=asking.realm(asked), name=form.get("login", ""),
            password=form.get("password", ""), browser=asking.browser(asked.request), now=asked.now,
            demo=asking.in_demo(), vouch=still_theirs(tenant=asked.tenant, realm=asking.realm(asked), now=asked.now),
        )  # fmt: skip
    except UnableToSignIn as error:
        return refused(asked, "shell/sign_in.html", error, **context)
    return asking.stepped(asked, step)


def code(asked: Asked) -> HttpResponse:
    """The second factor."""
    way = _on_the_way(asked)
    if way is None or way.stage != CODE:
        return _from_the_beginning(asked)
    context: dict[str, Any] = {
        "next": asking.next_path(asked), "login": way.subject, "demo_code": asking.demo_code(asked, way.subject)
    }  # fmt: skip
    if asked.method == "GET":
        return asked.page("shell/sign_in_code.html", **context)
    try:
        step = entering.try_code(
            tenant=asked.tenant, realm=asking.realm(asked), token=_token(asked), code=asked.form.get("code", ""),
            browser=asking.browser(asked.request), now=asked.now,
        )  # fmt: skip
    except UnableToSignIn as error:
        if _on_the_way(asked) is None:
            return _from_the_beginning(asked)
        return refused(asked, "shell/sign_in_code.html", error, **context)
    return asking.stepped(asked, step)


def enrol(asked: Asked) -> HttpResponse:
    """Set up the second factor: what to scan, then its first code; the sheet of recovery codes is shown once."""
    way = _on_the_way(asked)
    if way is None or way.stage != ENROL:
        return _from_the_beginning(asked)
    context: dict[str, Any] = {"next": asking.next_path(asked), "picture": drawn(way.uri), "secret": in_groups(way.uri)}
    if asked.method == "GET":
        return asked.page("shell/sign_in_enrol.html", **context)
    try:
        step, codes = entering.confirm_second_factor(
            tenant=asked.tenant, realm=asking.realm(asked), token=_token(asked), code=asked.form.get("code", ""),
            browser=asking.browser(asked.request), now=asked.now,
        )  # fmt: skip
    except UnableToSignIn as error:
        return refused(asked, "shell/sign_in_enrol.html", error, **context)
    onward = asking.stepped(asked, step)
    answer = asked.page("shell/sign_in_codes.html", codes=codes, onward=onward["Location"])
    asking.keep(asked, answer, step)
    return answer


def change(asked: Asked) -> HttpResponse:
    """A password of one's own in place of one that was given."""
    way = _on_the_way(asked)
    if way is None or way.stage != CHANGE:
        return _from_the_beginning(asked)
    context: dict[str, Any] = {"next": asking.next_path(asked), "login": way.subject}
    if asked.method == "GET":
        return asked.page("shell/sign_in_change.html", **context)
    try:
        step = entering.choose_password(
            tenant=asked.tenant, realm=asking.realm(asked), token=_token(asked), password=new_password(asked),
            browser=asking.browser(asked.request), now=asked.now,
        )  # fmt: skip
    except UnableToSignIn as error:
        return refused(asked, "shell/sign_in_change.html", error, **context)
    return asking.stepped(asked, step)


def new_password(asked: Asked) -> str:
    """What was typed twice. UnableToSignIn PASSWORD_NOT_SAME."""
    new = asked.request.POST.get("new", "")
    if new != asked.request.POST.get("again", ""):
        raise UnableToSignIn("PASSWORD_NOT_SAME")
    return str(new)


def refused(asked: Asked, template: str, error: UnableToSignIn, **context: Any) -> HttpResponse:
    """The form again, without what was secret in it."""
    told = {"faults": [(FIELDS.get(error.code, ""), error.code, error.params)],
            "typed": {"login": asked.form.get("login", "")}}  # fmt: skip
    status = 429 if error.code == "SIGN_IN_TOO_OFTEN" else 422
    answer = asked.page(template, status=status, **(context | told))
    if status == 429:
        answer["Retry-After"] = str(error.params["seconds"])
    return answer


def _on_the_way(asked: Asked) -> OnTheWay | None:
    return entering.on_the_way(tenant=asked.tenant, realm=asking.realm(asked), token=_token(asked), now=asked.now)


def _token(asked: Asked) -> str:
    return cookies.token(asked.request, asked.face)


def _from_the_beginning(asked: Asked) -> HttpResponse:
    return asking.go(asking.here(asked, "sign_in"))
