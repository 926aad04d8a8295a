"""People, posts, roles and the organisation, changed by a person in the pages (CH-19 … CH-26, CH-41 … CH-44)."""

from __future__ import annotations

import re
from typing import Any

from django_scopes import scope
from tests.web.town import NOW, Town

from yidian.platform.access.organisation import tree_at
from yidian.platform.access.queries import staff
from yidian.platform.audit.queries import entries

KEY = {"key": "0123456789abcdef"}


def posts_of(town: Town, login: str) -> list[tuple[str, str]]:
    with scope(tenant=town.tenant()):
        found = next(one for one in staff(tenant=town.tenant()) if one.login == login)
    return [(post.role, post.organisation) for post in found.posts if post.to_ms > NOW.timestamp() * 1000]


def written(town: Town, operation: str) -> int:
    with scope(tenant=town.tenant()):
        return len(entries(tenant=town.tenant(), limit=100, operation=operation))


def test_somebody_new_gets_a_post_and_the_menu_of_it(town: Town) -> None:
    security = town.staff("security")
    form = {"login": "wang", "name": "王倩", "role": "clerk", "at": "north", **KEY}
    done = security.post("/desk/people/add/", form)
    assert (done.status_code, done["Location"]) == (303, "/desk/people/wang/")
    page = security.get("/desk/people/wang/", HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    assert "王倩" in page
    assert "营业员" in page
    assert posts_of(town, "wang") == [("clerk", "north")]
    before = written(town, "staff.add")
    assert security.post("/desk/people/add/", form).status_code == 303, "the same form again"
    assert written(town, "staff.add") == before, "is the same act"


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong(town: Town) -> None:
    page = town.staff("security").post("/desk/people/add/", {"login": "no spaces here", "name": "<b>李</b>", **KEY})
    text = page.content.decode()
    assert page.status_code == 422
    assert "&lt;b&gt;李&lt;/b&gt;" in text
    assert 'value="no spaces here"' in text
    assert 'href="#f-login"' in text
    assert "<title>Wrong: " in text or "<title>有错：" in text


def test_the_three_powers_never_meet_in_one_account(town: Town) -> None:
    page = town.staff("security").post("/desk/people/finance/post/", {"role": "audit_admin", "at": "", **KEY})
    assert page.status_code == 422
    assert posts_of(town, "finance") == [("finance", "")]


def test_a_post_that_ends_shuts_the_next_request(town: Town) -> None:
    clerk = town.staff("finance-2")
    assert clerk.get("/desk/month/").status_code in (200, 404)
    ended = town.staff("security").post("/desk/people/audit/end-post/", {"role": "audit_admin", **KEY})
    assert ended.status_code == 303
    assert town.staff("audit").get("/desk/audit/").status_code in (303, 403)


def test_leaving_takes_the_login_typed_once_more(town: Town) -> None:
    security, clerk = town.staff("security"), town.staff("clerk-south")
    assert clerk.get("/desk/").status_code == 200
    assert security.post("/desk/people/clerk-south/end/", {"again": "clerk-north", **KEY}).status_code == 422
    assert clerk.get("/desk/").status_code == 200
    done = security.post("/desk/people/clerk-south/end/", {"again": "clerk-south", "key": "fedcba9876543210"})
    assert done.status_code == 303
    assert clerk.get("/desk/").status_code == 303, "nobody is signed in under it any more"


def test_a_right_taken_away_leaves_the_menu_and_shuts_the_address(town: Town) -> None:
    query, security = town.staff("channel"), town.staff("security")
    assert query.get("/desk/organisation/").status_code == 200
    form = {"action": "organisation.read", "reach": "none", **KEY}
    assert security.post("/desk/roles/channel_admin/", form).status_code == 303
    assert "/desk/organisation/" not in query.get("/desk/").content.decode()
    refused = query.get("/desk/organisation/", HTTP_ACCEPT_LANGUAGE="en")
    assert refused.status_code == 403
    assert "organisation.read" in refused.content.decode()


def test_a_limit_is_read_as_money_and_refused_as_anything_else(town: Town) -> None:
    security = town.staff("security")
    bad = security.post("/desk/roles/clerk/", {"action": "bill.adjust", "reach": "subtree", "limit": "lots", **KEY})
    assert bad.status_code == 422
    form = {"action": "bill.adjust", "reach": "subtree", "limit": "75.50", "asks": "on", "key": "abcdefgh12345678"}
    assert security.post("/desk/roles/clerk/", form).status_code == 303
    assert "¥75.50" in security.get("/desk/roles/clerk/").content.decode()


def test_nobody_but_who_grants_changes_anything(town: Town) -> None:
    for login in ("clerk-north", "finance", "audit", "system", "nobody"):
        answer = town.staff(login).post("/desk/people/add/", {"login": "x", "name": "x", **KEY})
        assert answer.status_code == 403, login
    assert town.staff("audit").get("/desk/people/").status_code == 200
    assert "/desk/people/add/" not in town.staff("audit").get("/desk/people/").content.decode()


def test_the_tree_is_narrowed_to_where_the_right_reaches(town: Town) -> None:
    whole = town.staff("security").get("/desk/organisation/").content.decode()
    part = town.staff("channel").get("/desk/organisation/").content.decode()
    assert all(f"/desk/organisation/{code}/" in whole for code in ("root", "north", "south"))
    assert re.findall(r"/desk/organisation/(\w+)/", part) == ["north"]
    assert town.staff("channel").get("/desk/organisation/south/").status_code == 404
    assert town.staff("channel").get("/desk/organisation/no-such/").status_code == 404


def test_a_node_is_added_moved_renamed_and_only_ended_when_empty(town: Town) -> None:
    security = town.staff("security")

    def post(where: str, number: int, **form: str) -> Any:
        return security.post(where, {**form, "key": f"key-of-form-{number}"})

    added = post("/desk/organisation/add/", 1, code="east-1", name="城东一片", level="片", tree="region", under="north")
    assert added.status_code == 303
    assert post("/desk/organisation/north/", 2, do="end").status_code == 422, "people work there and a node is below"
    assert post("/desk/organisation/north/", 3, do="move", tree="region", under="east-1").status_code == 422, "a circle"
    assert post("/desk/organisation/east-1/", 4, do="move", tree="region", under="south").status_code == 303
    assert post("/desk/organisation/east-1/", 5, do="rename", name="城东二片").status_code == 303
    with scope(tenant=town.tenant()):
        found = {one.code: one for one in tree_at(tenant=town.tenant(), tree="region", at=NOW)}
    assert (found["east-1"].name, found["east-1"].path) == ("城东二片", ("root", "south", "east-1"))
    assert post("/desk/organisation/east-1/", 6, do="end").status_code == 303
    assert security.get("/desk/organisation/east-1/").status_code == 404


def test_the_record_shows_what_was_done_and_its_chain_is_checked(town: Town) -> None:
    town.staff("security").post("/desk/people/add/", {"login": "wang", "name": "王倩", **KEY})
    audit = town.staff("audit")
    page = audit.get("/desk/audit/?operation=staff.add").content.decode()
    assert "security" in page
    assert "wang" in page
    fragment = audit.get("/desk/audit/?actor=nobody-like-this", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in fragment
    checked = audit.post("/desk/audit/check/", KEY)
    assert checked.status_code == 200
    assert "y-say-ok" in checked.content.decode()


def test_older_entries_are_a_page_away(town: Town) -> None:
    security = town.staff("security")
    for n in range(52):
        security.post("/desk/people/add/", {"login": f"p{n}", "name": "", "key": f"person-{n:04}"})
    audit = town.staff("audit")
    first = audit.get("/desk/audit/?operation=staff.add").content.decode()
    older = re.search(r'href="(\?[^"]*before=\d+)"', first)
    assert older is not None
    rest = audit.get("/desk/audit/" + older[1].replace("&amp;", "&")).content.decode()
    assert "p51" in first
    assert "p0" in rest
    assert ">p51<" not in rest


def test_a_one_time_password_is_told_once_and_ends_every_sign_in(town: Town) -> None:
    security, clerk = town.staff("security"), town.staff("clerk-north")
    assert clerk.get("/desk/").status_code == 200
    page = security.post("/desk/people/clerk-north/password/", KEY).content.decode()
    given = re.search(r"y-secret\">([^<]{8,})<", page)
    assert given is not None
    assert clerk.get("/desk/").status_code == 303
    again = security.post("/desk/people/clerk-north/password/", KEY).content.decode()
    assert given[1] not in again
    with scope(tenant=town.tenant()):
        told = repr(entries(tenant=town.tenant(), limit=10, operation="staff.password"))
    assert "clerk-north" in told
    assert given[1] not in told
    assert security.post("/desk/people/security/password/", {"key": "another-key-1"}).status_code == 422


def test_a_right_within_a_branch_opens_no_page_of_the_whole_operator(town: Town) -> None:
    security, clerk = town.staff("security"), town.staff("clerk-north")
    form = {"action": "cycle.read", "reach": "subtree", **KEY}
    assert security.post("/desk/roles/clerk/", form).status_code == 303
    assert clerk.get("/desk/months/").status_code == 403
    form = {"action": "cycle.read", "reach": "tenant", "key": "another-key-2"}
    assert security.post("/desk/roles/clerk/", form).status_code == 303
    assert clerk.get("/desk/months/").status_code == 200
