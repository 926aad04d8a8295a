"""Signing in as a browser sees it: what every page says, sets, forgets and refuses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.platform.sign_in_office import CUSTOMER, GIVEN, PASSWORD, STAFF, Office
from tests.web.sign_in.conftest import FORM, Visitor

from yidian.faces.shell.sign_in.routes import SIGN_IN_ROUTES
from yidian.platform.access import staff
from yidian.platform.sign_in.models import Credential, RecoveryCode, WebSession

CODES = re.compile(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>")
FACES = ("/desk", "")


def words(answer: Any) -> str:
    """A page without what differs between any two: its forms' tokens and keys."""
    bare = re.sub(r'"X-CSRFToken": "[^"]+"|name="key" value="[^"]+"', "", answer.content.decode())
    return FORM.sub("", bare)


def enter(visitor: Visitor, login: str = "zhang") -> Any:
    answer = visitor.sign_in(login, PASSWORD)
    code = visitor.office.code(login)
    answer = visitor.send("/desk/sign-in/code/", code=code, next="/desk/security/")
    assert (answer.status_code, answer["Location"]) == (303, "/desk/security/"), answer.content
    visitor.office.push(seconds=31)
    return answer


def test_e17_the_first_sign_in_of_staff_sets_up_the_second_factor_and_shows_the_sheet_once(visitor: Visitor) -> None:
    visitor.office.given("zhang")
    answer = visitor.sign_in("zhang", GIVEN, next="/desk/security/")
    assert answer["Location"] == "/desk/sign-in/second-factor/?next=%2Fdesk%2Fsecurity%2F"
    page = visitor.get(answer["Location"]).content.decode()
    assert 'src="data:image/svg+xml' in page
    wrong = visitor.send("/desk/sign-in/second-factor/", code="000000")
    assert wrong.status_code == 422
    shown = visitor.send("/desk/sign-in/second-factor/", code=visitor.office.code("zhang"), next="/desk/security/")
    assert (shown.status_code, len(CODES.findall(shown.content.decode()))) == (200, 10)
    assert visitor.get("/desk/sign-in/second-factor/").status_code == 303, "and never again"
    onward = re.search(r'href="([^"]+sign-in/password/[^"]*)"', shown.content.decode())
    assert onward
    assert visitor.get("/desk/security/").status_code == 303, "not in before the given password is changed"
    refusals = {
        ("short", "short"): "f-new", ("12345678", "12345678"): "f-new", (PASSWORD, PASSWORD + "x"): "f-again",
        (GIVEN, GIVEN): "f-new",
    }  # fmt: skip
    for (new, again), field in refusals.items():
        refused = visitor.send("/desk/sign-in/password/", new=new, again=again)
        assert (refused.status_code, f'href="#{field}"' in refused.content.decode()) == (422, True), new
        assert new not in refused.content.decode()
    done = visitor.send("/desk/sign-in/password/", new=PASSWORD, again=PASSWORD, next="/desk/security/")
    assert done["Location"] == "/desk/security/"
    assert visitor.get("/desk/security/").status_code == 200


@pytest.mark.parametrize("face", FACES)
def test_e15_the_answer_to_a_wrong_login_is_that_to_a_wrong_password(
    visitor: Visitor, another: Visitor, face: str
) -> None:
    visitor.office.settle("zhang")
    visitor.office.settle("C1", realm=CUSTOMER)
    known = "zhang" if face else "C1"
    one = visitor.sign_in(known, "not the password", face=face)
    two = another.sign_in("nobody-at-all", "not the password", face=face)
    assert (one.status_code, dict(one.headers)) == (two.status_code, dict(two.headers))
    assert words(one).replace(known, "") == words(two).replace("nobody-at-all", "")
    assert one.status_code == 422


def test_e14_who_tries_too_often_is_told_for_how_long(visitor: Visitor) -> None:
    for _ in range(10):
        assert visitor.sign_in("somebody", "guess").status_code == 422
    answer = visitor.sign_in("somebody", "guess")
    assert (answer.status_code, answer["Retry-After"]) == (429, "180")
    assert "180" in answer.content.decode()


def test_e21_no_session_is_adopted_and_each_step_sets_a_new_one(visitor: Visitor) -> None:
    visitor.office.settle("zhang")
    visitor.client.cookies["yidian_desk"] = planted = "chosen-by-somebody-else"
    visitor.sign_in("zhang", PASSWORD)
    first = visitor.client.cookies["yidian_desk"].value
    form = visitor.client.cookies["yidian_form"].value
    visitor.send("/desk/sign-in/code/", code=visitor.office.code("zhang"))
    second = visitor.client.cookies["yidian_desk"].value
    assert len({planted, first, second}) == 3
    assert visitor.client.cookies["yidian_form"].value != form, "the form's token is a new one too"
    thief = Client()
    for token in (planted, first):
        thief.cookies["yidian_desk"] = token
        assert thief.get("/desk/security/").status_code == 303


def test_e21_signing_out_kills_the_session_on_the_server(visitor: Visitor) -> None:
    visitor.office.settle("zhang")
    enter(visitor)
    token = visitor.client.cookies["yidian_desk"].value
    assert visitor.client.get("/desk/sign-out/").status_code == 303
    assert visitor.get("/desk/security/").status_code == 200, "a link signs nobody out"
    answer = visitor.send("/desk/sign-out/", page="/desk/security/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies["yidian_desk"]["max-age"] == 0
    thief = Client()
    thief.cookies["yidian_desk"] = token
    assert thief.get("/desk/security/").status_code == 303


def test_e21_sessions_are_listed_and_ended_by_their_owner_only(visitor: Visitor, another: Visitor) -> None:
    office = visitor.office
    office.settle("zhang")
    office.settle("security")
    enter(visitor)
    mine = WebSession.objects.order_by("-id").values_list("id", flat=True)[0]
    enter(another, "security")
    another.send("/desk/security/sessions/", page="/desk/security/", session=str(mine))
    assert visitor.get("/desk/security/").status_code == 200, "not another's to end"
    second = Visitor(Client(enforce_csrf_checks=True), office, visitor.monkeypatch)
    enter(second)
    page = second.get("/desk/security/").content.decode()
    assert f'value="{mine}"' in page
    second.send("/desk/security/sessions/", page="/desk/security/", session=str(mine))
    assert visitor.get("/desk/security/").status_code == 303
    told = second.get("/desk/security/").content.decode()
    assert told.count("已结束 1 处登录") >= 1
    assert "已结束 1 处登录" not in second.get("/desk/security/").content.decode(), "said once"


def test_e4_who_is_ended_is_out_at_the_next_request(visitor: Visitor) -> None:
    visitor.office.settle("zhang")
    enter(visitor)
    visitor.office.do(lambda frame: staff.end_user(frame=frame, login="zhang"))
    assert visitor.get("/desk/security/").status_code == 303
    fragment = visitor.get("/desk/security/", **{"HX-Request": "true"})
    assert (fragment.status_code, "/desk/sign-in/" in fragment["HX-Redirect"]) == (204, True)


def test_e22_a_new_second_factor_takes_the_old_one_first(visitor: Visitor) -> None:
    office = visitor.office
    office.settle("zhang")
    enter(visitor)
    office.push(minutes=6)
    answer = visitor.get("/desk/security/second-factor/")
    assert answer["Location"] == "/desk/sign-in/again/?next=%2Fdesk%2Fsecurity%2Fsecond-factor%2F"
    before = visitor.client.cookies["yidian_desk"].value
    assert visitor.send("/desk/sign-in/again/", code="000000").status_code == 422
    done = visitor.send("/desk/sign-in/again/", code=office.code("zhang"), next="/desk/security/second-factor/")
    assert done["Location"] == "/desk/security/second-factor/"
    assert visitor.client.cookies["yidian_desk"].value != before
    old = office.credential("zhang").totp
    visitor.send("/desk/security/second-factor/")
    credential = office.credential("zhang")
    assert credential.totp == old, "not yet: nobody has shown that the telephone has it"
    from yidian.platform.sign_in import totp

    code = totp.code_at(credential, credential.totp_next, now=office.now)
    assert len(CODES.findall(visitor.send("/desk/security/second-factor/", code=code).content.decode())) == 10
    assert office.credential("zhang").totp != old


def test_a_password_is_changed_by_who_knows_it(visitor: Visitor) -> None:
    visitor.office.settle("zhang")
    enter(visitor)
    new = "words of my own"
    wrong = visitor.send("/desk/security/password/", old="not it", new=new, again=new)
    assert wrong.status_code == 422
    assert "not it" not in wrong.content.decode()
    assert visitor.send("/desk/security/password/", old=PASSWORD, new=new, again=new).status_code == 303
    assert visitor.get("/desk/security/").status_code == 200


def test_e23_cookies_are_for_the_server_alone(visitor: Visitor) -> None:
    visitor.office.settle("zhang")
    enter(visitor)
    for name in ("yidian_desk", "yidian_device", "yidian_form"):
        cookie = visitor.client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", ""), (
            name
        )
    assert not visitor.client.cookies["yidian_desk"]["max-age"], "until the browser is closed"


def test_e23_under_tls_cookies_belong_to_this_host_and_to_tls(visitor: Visitor, settings: Any) -> None:
    settings.TLS, settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE = True, "__Host-yidian_form", True
    visitor.office.settle("zhang")
    told = {"secure": True, "HTTP_ORIGIN": "https://testserver"}
    visitor.at()
    page = visitor.client.get("/desk/sign-in/", secure=True)
    assert page["Strict-Transport-Security"] == "max-age=31536000"
    token = FORM.search(page.content.decode())
    assert token
    form = {"csrfmiddlewaretoken": token[1], "login": "zhang", "password": PASSWORD}
    answer = visitor.client.post("/desk/sign-in/", form, **told)
    assert answer.status_code == 303
    assert set(visitor.client.cookies) == {"__Host-yidian_form", "__Host-yidian_desk"}
    assert all(cookie["secure"] for cookie in visitor.client.cookies.values())
    evil = visitor.client.post("/desk/sign-in/", form, secure=True, HTTP_ORIGIN="https://evil.example")
    assert evil.status_code == 403


@pytest.mark.parametrize("face", FACES)
def test_e26_every_page_of_signing_in_carries_the_headers(visitor: Visitor, face: str) -> None:
    visitor.office.settle("zhang")
    visitor.office.settle("C1", realm=CUSTOMER)
    seen = set()
    if face:
        enter(visitor)
    else:
        visitor.sign_in("C1", PASSWORD, face="")
    for route in SIGN_IN_ROUTES:
        answer = visitor.get(f"{face}/{route.path}")
        seen.add(answer.status_code)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store"), route.path
        text = answer.content.decode()
        assert not re.search(r"<script(?![^>]*src=)|\son[a-z]+=|\sstyle=", text), route.path
        assert not re.search(r">\s*(SIGN_IN|SECURITY|SHELL|PASSWORD)_[A-Z_]+", text), route.path
    assert seen == {200, 303}


@pytest.mark.parametrize("face", FACES)
def test_e28_a_form_without_its_token_does_nothing_on_any_route(visitor: Visitor, face: str) -> None:
    visitor.office.settle("zhang")
    visitor.office.settle("C1", realm=CUSTOMER)
    if face:
        enter(visitor)
    else:
        visitor.sign_in("C1", PASSWORD, face="")
    visitor.get(f"{face}/security/")
    before = contents()
    for route in SIGN_IN_ROUTES:
        if "POST" not in route.methods():
            continue
        fields = {"login": "zhang", "password": PASSWORD, "session": "others", "old": PASSWORD, "new": "x" * 9}
        for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            assert visitor.client.post(f"{face}/{route.path}", fields | token).status_code == 403, route.path
        htmx = visitor.client.post(f"{face}/{route.path}", fields, headers={"HX-Request": "true"})
        assert htmx.status_code == 403, route.path
    assert contents() == before


@pytest.mark.parametrize("face", FACES)
def test_e28_looking_changes_nothing(visitor: Visitor, face: str) -> None:
    visitor.office.given("zhang")
    visitor.office.settle("C1", realm=CUSTOMER)
    visitor.sign_in("zhang" if face else "C1", GIVEN if face else PASSWORD, face=face)
    before = contents()
    for route in SIGN_IN_ROUTES:
        visitor.get(f"{face}/{route.path}?login=zhang&password={GIVEN}&code=1&session=others&new=x&again=x")
    assert contents() == before


def contents() -> str:
    return str([list(model.objects.order_by("id").values()) for model in (Credential, WebSession, RecoveryCode)])


ELSEWHERE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example",
    "http:evil.example", "javascript:alert(1)", "/desk/../../evil", "/desk//evil.example/..", "https:/evil.example",
    " https://evil.example", "/\tevil", "/desk/\r\nSet-Cookie: a=b", "%2F%2Fevil.example", "/@evil.example",
    "evil.example/desk/", "/desk\\..\\evil", "data:text/html,x", "/\u2028/evil", "/desk/" + "x" * 600, "",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_e31_after_signing_in_nobody_is_sent_elsewhere(visitor: Visitor, target: str) -> None:
    visitor.office.given("zhang")
    answer = visitor.sign_in("zhang", GIVEN, next=target)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/desk/sign-in/second-factor/?next=%2Fdesk%2F")
    assert "evil.example" not in answer["Location"] or answer["Location"].startswith("/desk/sign-in/")
    page = visitor.get(answer["Location"]).content.decode()
    onward = re.search(r'name="next" value="([^"]*)"', page)
    assert onward
    assert re.match(r"/desk/(?!/)", onward[1])


def test_e31_a_desk_goes_on_in_the_desk_and_a_hall_in_the_hall(visitor: Visitor) -> None:
    visitor.office.settle("C1", realm=CUSTOMER)
    answer = visitor.sign_in("C1", PASSWORD, face="", next="/desk/people/")
    assert answer["Location"] == "/"


def test_e33_nothing_secret_stands_in_an_address_or_comes_back_in_a_page(visitor: Visitor) -> None:
    visitor.office.settle("zhang")
    by_address = visitor.get(f"/desk/sign-in/?login=zhang&password={PASSWORD}")
    assert by_address.status_code == 200
    assert "yidian_desk" not in visitor.client.cookies
    assert PASSWORD not in by_address.content.decode()
    wrong = visitor.sign_in("zhang", "my secret mistake")
    assert "my secret mistake" not in wrong.content.decode()
    answer = visitor.sign_in("zhang", PASSWORD)
    token = visitor.client.cookies["yidian_desk"].value
    assert token not in answer["Location"]
    page = visitor.get(answer["Location"])
    assert token not in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"


def test_e34_signing_out_tells_the_browser_to_forget(visitor: Visitor) -> None:
    visitor.office.settle("C1", realm=CUSTOMER)
    visitor.sign_in("C1", PASSWORD, face="")
    answer = visitor.send("/sign-out/", page="/security/")
    assert '"storage"' in answer["Clear-Site-Data"]


def test_a_customer_is_nobody_at_the_desk_and_a_clerk_nobody_in_the_hall(visitor: Visitor, another: Visitor) -> None:
    visitor.office.settle("zhang")
    visitor.office.settle("C1", realm=CUSTOMER)
    enter(visitor)
    another.sign_in("C1", PASSWORD, face="")
    assert (visitor.get("/security/").status_code, another.get("/desk/security/").status_code) == (303, 303)
    for mine, theirs, visits in (("yidian_desk", "yidian_hall", visitor), ("yidian_hall", "yidian_desk", another)):
        visits.client.cookies[theirs] = visits.client.cookies[mine].value
    assert (visitor.get("/security/").status_code, another.get("/desk/security/").status_code) == (303, 303)


def test_a_session_of_one_tenant_is_none_of_another(visitor: Visitor, settings: Any) -> None:
    from yidian.platform.tenancy.models import Tenant

    visitor.office.settle("zhang")
    enter(visitor)
    Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")
    settings.TENANT = "reseller"
    assert visitor.get("/desk/security/").status_code == 303


@pytest.mark.parametrize("profile", ["", "test"])
def test_demo_people_and_their_codes_are_shown_and_let_in_nowhere_but_in_the_demo(
    visitor: Visitor, settings: Any, profile: str
) -> None:
    from yidian.platform.sign_in import demo, passwords

    encoded = passwords.hashed(demo.PASSWORD)
    for one in demo.PEOPLE:
        visitor.office.do(lambda frame, one=one: demo.make_staff(frame=frame, one=one, encoded=encoded))
    settings.PROFILE = "demo"
    page = visitor.get("/desk/sign-in/").content.decode()
    code = re.search(r"<code>qinan</code></td><td><code>(\d{6})</code>", page)
    assert code
    assert len(re.findall(r"<code>\d{6}</code>", page)) == len(demo.PEOPLE)
    settings.PROFILE = profile
    page = visitor.get("/desk/sign-in/").content.decode()
    assert not re.search(r"qinan|\d{6}</code>|" + demo.PASSWORD, page)
    assert visitor.sign_in("qinan", demo.PASSWORD).status_code == 422
    settings.PROFILE = "demo"
    assert visitor.sign_in("qinan", demo.PASSWORD).status_code == 303
    settings.PROFILE = profile
    assert visitor.send("/desk/sign-in/code/", code=code[1]).status_code == 303
    assert visitor.get("/desk/security/").status_code == 303, "nor by a session that was begun there"


def test_both_languages_say_everything(visitor: Visitor) -> None:
    visitor.office.given("zhang")
    visitor.sign_in("zhang", GIVEN)
    for path in ("/desk/sign-in/", "/desk/sign-in/second-factor/", "/sign-in/"):
        zh, en = (visitor.get(f"{path}?lang={lang}").content.decode() for lang in ("zh", "en"))
        assert 'lang="zh-Hans"' in zh
        body = re.sub(r"<[^>]+>|中文", "", en.partition("<main")[2])
        assert not re.search(r"[\u4e00-\u9fff]", body), path


__all__ = ["STAFF", "Office"]
