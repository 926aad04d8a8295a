"""People, posts, roles and the organisation, changed by a person in the pages (CH-19 … CH-26, CH-41 … CH-44)."""

from __future__ import annotations

import re
from itertools import count
from typing import Any, Final

import pytest
from django_scopes import scope
from tests.web.town import BETA, NOW, Town, serving

from yidian.domains.party.models import Customer
from yidian.faces.desk.routes import ROUTES as DESK
from yidian.platform.access.menu import LONGEST_TITLE, MOST, MenuFacts, arrange, arranged, is_address, is_title
from yidian.platform.access.models import MenuItem
from yidian.platform.access.organisation import tree_at
from yidian.platform.access.queries import staff
from yidian.platform.audit.queries import entries
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

KEY = {"key": "0123456789abcdef"}
NUMBER = count()
OUTSIDE: Final = {"code": "help", "title_zh": "知识库", "title_en": "Knowledge", "outside": "https://kb.example.cn/a?b=1&c=2",
                  "place": "5", "roles": ["clerk", "finance"]}  # fmt: skip


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
    form = {
        "action": "bill.adjust",
        "reach": "subtree",
        "limit": "￥７５．５０",
        "asks": "on",
        "key": "abcdefgh12345678",
    }
    other = security.post("/desk/roles/clerk/", form | {"approve_limit": "lots"})
    assert other.status_code == 422
    assert 'id="e-approve_limit"' in other.content.decode(), "told beside the field that is wrong"
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


def test_no_node_goes_that_looks_after_customers(town: Town) -> None:
    """CH-44: nobody but the whole operator's staff would reach them."""
    security = town.staff("security")
    for login, role in (("clerk-south", "clerk"), ("manager", "customer_manager")):
        form = {"role": role, "at": "south", "key": f"no-post-{login}"}
        assert security.post(f"/desk/people/{login}/end-post/", form).status_code == 303
    page = security.post("/desk/organisation/south/?lang=en", {"do": "end", **KEY})
    assert (page.status_code, "looks after customers: 2" in page.content.decode()) == (422, True)
    Customer.objects.filter(organisation="south").update(organisation="north")
    assert security.post("/desk/organisation/south/", {"do": "end", "key": "key-of-the-end"}).status_code == 303


def test_a_tree_by_region_and_one_by_channel_hold_the_same_communities(town: Town) -> None:
    """CH-19, CH-20: each browses to its communities, and both count as many."""
    security, number = town.staff("security"), count()

    def post(where: str, **form: str) -> int:
        sent = {"tree": "region", **form, "key": f"communities-{next(number)}"}
        return int(security.post(f"/desk/organisation/{where}", sent).status_code)

    assert post("add/", code="CD2", name="城东二片", level="片", under="north") == 303
    assert post("add/", code="SHOPS", name="社区渠道", level="渠道", tree="channel") == 303
    for code, under in (("CD2-1", "CD2"), ("CD2-2", "CD2"), ("CN1-1", "south")):
        assert post("add/", code=code, name=f"{code}社区", level="社区", under=under) == 303
        assert post(f"{code}/", do="move", tree="channel", under="SHOPS") == 303
    pages = [security.get(f"/desk/organisation/?tree={tree}").content.decode() for tree in ("region", "channel")]
    tags = [set(re.findall(r'<span class="y-tag">(社区 \d+)</span>', page)) for page in pages]
    assert tags == [{"社区 3"}, {"社区 3"}]
    below = [set(re.findall(r"/desk/organisation/(C\w+-\d)/", page)) for page in pages]
    assert below == [{"CD2-1", "CD2-2", "CN1-1"}] * 2
    south = security.get("/desk/organisation/CN1-1/").content.decode()
    assert "城南分公司" in south
    assert "社区渠道" in south


def test_who_looks_data_up_for_the_province_reads_all_of_it_and_writes_nothing(town: Town) -> None:
    """CH-22: from the root of the tree; and nobody below it reads another branch (CH-23, CH-26)."""
    form = {"role": "data_query", "at": "root", **KEY}
    assert town.staff("security").post("/desk/people/nobody/post/", form).status_code == 303
    province, branch = town.staff("nobody"), town.staff("query")
    for customer in ("c1", "c5"):
        assert province.get(f"/desk/customers/{customer}/").status_code == 200, customer
    assert branch.get("/desk/customers/c5/").status_code == 404
    assert town.staff("manager").get("/desk/customers/c1/").status_code == 404
    assert town.staff("clerk-north").get("/desk/accounts/a5/bills/2026-09/adjust/").status_code == 404
    names = {
        "customer": "c1",
        "account": "a1",
        "subscriber": "s1",
        "cycle": "2026-09",
        "login": "query",
        "code": "root",
    }
    for route in DESK:
        if route.writes and route.name != "find":
            address = f"/desk/{re.sub(r'<[a-z]+:([a-z_]+)>', lambda one: names.get(one[1], '1'), route.path)}"
            assert province.post(address, KEY).status_code in (403, 404), route.name
    assert entries(tenant=town.tenant(), limit=9, actor="nobody") == []


def test_who_decides_is_a_matter_of_the_place_and_of_the_amount(town: Town) -> None:
    """DC-12: alone up to one amount, with the branch's supervisor up to another, beyond it with the company's finance;
    what waits is in the list of just those."""
    who = ("clerk-north", "supervisor", "finance")

    def asked(clerk: str, account: str, yuan: int) -> tuple[str, list[int]]:
        form = {"item": "voice_local", "way": "back", "amount": str(yuan), "reason": "goodwill"}
        there = f"/desk/accounts/{account}/bills/2026-09/adjust/"
        page = town.staff(clerk).get(there).content.decode()
        form["item"] = re.findall(r'<option value="(\w+)">', page[page.index('name="item"') :])[0]
        done = town.staff(clerk).post(f"{there}enter/", form | {"key": f"matrix-{clerk}-{yuan}"})
        assert done.status_code == 303, done.content.decode()[:2000]
        number = re.search(r"/desk/approvals/(\d+)/", done["Location"])
        if number is None:
            return "", []
        return number[1], [town.staff(one).get(f"/desk/approvals/{number[1]}/").status_code for one in who]

    assert asked("clerk-north", "a1", 50)[0] == "", "alone"
    by_branch, seen = asked("clerk-north", "a1", 60)
    assert seen == [200, 200, 200]
    by_company, _ = asked("clerk-north", "a1", 600)
    of_south, seen = asked("clerk-south", "a5", 70)
    assert seen == [404, 404, 200], "the north has nothing to say in it"
    waiting = {
        one: re.findall(r"/desk/approvals/(\d+)/", town.staff(one).get("/desk/approvals/").content.decode())
        for one in who
    }
    assert set(waiting["supervisor"]) & {by_branch, by_company, of_south} == {by_branch}
    assert {by_branch, by_company, of_south} <= set(waiting["finance"])
    for login, number, done in (
        ("supervisor", by_company, 404),
        ("supervisor", of_south, 404),
        ("finance", by_company, 303),
        ("supervisor", by_branch, 303),
    ):
        answer = town.staff(login).post(
            f"/desk/approvals/{number}/decide/", {"answer": "yes", "key": f"decide-{login}-{number}"}
        )
        assert answer.status_code == done, (login, number)


def test_a_name_is_changed_by_who_grants_and_stays_on_record(town: Town) -> None:
    """CH-43."""
    security = town.staff("security")
    assert security.post("/desk/people/query/name/", {"name": "", **KEY}).status_code == 422
    assert security.post("/desk/people/query/name/", {"name": "<b>覃安</b>", **KEY}).status_code == 303
    page = security.get("/desk/people/?q=%3Cb%3E").content.decode()
    assert "&lt;b&gt;覃安&lt;/b&gt;" in page
    assert "/desk/people/query/" in page
    assert written(town, "staff.rename") == 1
    assert town.staff("audit").post("/desk/people/query/name/", {"name": "x", **KEY}).status_code == 403


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


def send(town: Town, where: str = "", *, login: str = "security", **form: Any) -> Any:
    key = {"key": f"key-of-menu-{next(NUMBER)}"}
    return town.staff(login).post(f"/desk/menu/{where}", {**form, **key}, headers={"accept-language": "en"})


def rail(town: Town, login: str, *, lang: str = "en") -> list[tuple[str, str]]:
    """(address, words) of the menu that somebody sees, in order; a tab of its own is told by its attributes."""
    page = town.staff(login).get("/desk/", headers={"accept-language": lang}).content.decode()
    found = re.findall(r'<li><a href="([^"]*)"([^>]*)>.*?<span>(.*?)(?:<span|</span>)', _of_menu(page))
    for address, told, _ in found:
        assert ('target="_blank" rel="noopener noreferrer"' in told) == address.startswith("https://"), address
    return [(address, words) for address, _, words in found]


def _of_menu(page: str) -> str:
    return page[page.index('<nav class="y-rail"') : page.index("</nav>", page.index('<nav class="y-rail"'))]


def test_an_entry_is_in_the_menu_of_those_it_is_for_at_its_place_and_in_their_language(town: Town) -> None:
    assert send(town, **OUTSIDE).status_code == 303
    inside = {
        "code": "files",
        "title_zh": "银行来文",
        "title_en": "Bank files",
        "target": "payment_files",
        "place": "6",
    }
    assert send(town, **inside).status_code == 303
    away = "https://kb.example.cn/a?b=1&amp;c=2"
    assert rail(town, "finance")[:2] == [(away, "Knowledge"), ("/desk/payments/files/", "Bank files")]
    assert rail(town, "finance", lang="zh")[:2] == [(away, "知识库"), ("/desk/payments/files/", "银行来文")]
    assert rail(town, "clerk-north")[0] == (away, "Knowledge")
    assert "Bank files" not in dict(map(reversed, rail(town, "clerk-north"))), "the page's right is not theirs"
    assert not {"Knowledge", "Bank files"} & set(dict(map(reversed, rail(town, "supervisor")))), "nor their role"
    page = town.staff("finance").get("/desk/payments/files/").content.decode()
    assert _of_menu(page).count('aria-current="page"') == 1
    role = town.staff("security").get("/desk/roles/clerk/", headers={"accept-language": "en"}).content.decode()
    assert "Knowledge" in role[role.index("menu-h") :]
    assert "Bank files" not in role


def test_a_standard_entry_is_moved_shown_to_some_hidden_and_put_back_and_its_page_stays_open(town: Town) -> None:
    first = rail(town, "finance")
    assert send(town, "months/", place="3").status_code == 303
    assert rail(town, "finance")[0][0] == "/desk/months/"
    assert send(town, "months/", place="40", roles=["supervisor"]).status_code == 303
    assert "/desk/months/" not in dict(rail(town, "finance"))
    assert send(town, "months/", place="40", roles=["finance"], hidden="on").status_code == 303
    assert "/desk/months/" not in dict(rail(town, "finance"))
    assert town.staff("finance").get("/desk/months/").status_code == 200, "a menu permits and forbids nothing"
    assert send(town, "months/", do="away").status_code == 303
    assert rail(town, "finance") == first
    assert send(town, "months/", do="away").status_code == 422, "there is nothing to put back"


def test_an_own_entry_is_changed_and_taken_away_and_the_record_keeps_each_step(town: Town) -> None:
    form = OUTSIDE | {"key": "the-same-form-twice"}
    for _ in range(2):
        assert town.staff("security").post("/desk/menu/", form).status_code == 303
    assert len(arranged(tenant=town.tenant())) == 1
    changed = OUTSIDE | {"title_en": "Handbook", "outside": "", "target": "roles", "roles": []}
    assert send(town, "help/", **changed).status_code == 303
    assert ("/desk/roles/", "Handbook") in rail(town, "audit")
    assert send(town, "help/", do="away").status_code == 303
    assert town.staff("security").get("/desk/menu/help/").status_code == 404
    with scope(tenant=town.tenant()):
        told = [entries(tenant=town.tenant(), limit=9, operation=f"menu.{what}") for what in ("add", "arrange", "away")]
    assert [len(one) for one in told] == [1, 1, 1]


def test_who_may_not_arrange_changes_nothing_and_who_may_not_read_sees_nothing(town: Town) -> None:
    for login in ("clerk-north", "finance", "system", "nobody"):
        assert send(town, login=login, **OUTSIDE).status_code == 403, login
        assert send(town, "months/", login=login, place="1").status_code == 403, login
        assert town.staff(login).get("/desk/menu/").status_code == 403, login
    page = town.staff("audit").get("/desk/menu/").content.decode()
    assert "<form class=" not in page[page.index("<main") :], "who reads the record reads this too, and no more"
    assert send(town, login="audit", **OUTSIDE).status_code == 403
    assert arranged(tenant=town.tenant()) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"code": "Help!"}, "small letters"), ({"code": "x" * 33}, "small letters"), ({"code": "months"}, "already"),
        ({"title_zh": ""}, "one line"), ({"title_en": "a" * (LONGEST_TITLE + 1)}, "one line"),
        ({"place": "0"}, "whole number"), ({"place": "-3"}, "whole number"), ({"place": "１２"}, "whole number"),
        ({"outside": ""}, "choose the page"), ({"outside": "javascript:alert(1)"}, "written out"),
        ({"target": "roles"}, "only one of them"), ({"outside": "", "target": "customer"}, "written out"),
        ({"outside": "", "target": "sign_out"}, "written out"),
        ({"outside": "", "target": "person_add"}, "written out"),
        ({"roles": []}, "which roles"), ({"roles": ["kings"]}, "no role kings"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_reason_and_kept_in_the_form(
    town: Town, wrong: dict[str, Any], code: str
) -> None:
    page = send(town, **(OUTSIDE | wrong))
    assert (page.status_code, arranged(tenant=town.tenant())) == (422, [])
    text = page.content.decode()
    assert code in text[text.index('id="faults"') :]
    assert wrong.get("title_zh", "知识库") in text


def test_the_way_back_stays_and_no_address_outside_takes_a_standard_entry_s_name(town: Town) -> None:
    for form in ({"hidden": "on"}, {"roles": ["clerk"]}):
        assert send(town, "people/", place="70", **form).status_code == 422
    assert send(town, "people/", place="2").status_code == 303
    assert send(town, "nothing-here/", place="2").status_code == 404
    assert (
        send(town, "months/", place="9", outside="https://evil.example/", title_zh="x", title_en="x").status_code == 303
    )
    assert dict(rail(town, "finance"))["/desk/months/"] == "Months", "a standard entry leads where it leads"
    MenuItem.objects.bulk_create(
        MenuItem(tenant=town.tenant(), code=f"n{n}", title_zh="x", title_en="x", target="roles", place=9)
        for n in range(MOST)
    )
    assert "holds 40" in send(town, **OUTSIDE).content.decode()


def test_the_menu_of_another_tenant_is_its_own(town: Town, settings: Any) -> None:
    theirs = MenuFacts("gold", "https://xc1.example/", 1, "金丝雀", "金丝雀", ("clerk", "security_admin"))
    with scope(tenant=town.tenant(BETA)):
        perform(
            tenant=town.tenant(BETA), actor=Actor("staff", "security"), operation="menu.add", key="beta", request={},
            now=NOW, work=lambda frame: arrange(frame=frame, item=theirs, pages=(), new=True) or {},
        )  # fmt: skip
    assert "金丝雀" not in repr(rail(town, "clerk-north") + rail(town, "security"))
    assert town.staff("security").get("/desk/menu/gold/").status_code == 404
    assert send(town, "gold/", do="away").status_code == 404
    assert send(town, **(OUTSIDE | {"code": "gold"})).status_code == 303, "a code is a tenant's own"
    with serving(settings, BETA):
        page = town.staff("security", tenant=BETA).get("/desk/", headers={"accept-language": "zh"}).content.decode()
    assert "金丝雀" in page
    assert "知识库" not in page


def test_letters_of_a_title_are_letters_on_the_page(town: Town) -> None:
    hostile = '"><script>alert(1)</script>'
    assert send(town, **(OUTSIDE | {"title_zh": hostile, "title_en": "{code} %s"})).status_code == 303
    for lang in ("zh", "en"):
        page = town.staff("clerk-north").get("/desk/", headers={"accept-language": lang}).content.decode()
        assert "<script>alert" not in page
    assert "{code} %s" in page


@pytest.mark.parametrize(
    "address",
    [
        "http://kb.example/", "HTTPS://kb.example/", "javascript:alert(1)", "data:text/html,x", "//kb.example/",
        "https:kb.example", "https:///kb", "https://", "https://user@kb.example/", "https://u:p@kb.example/",
        "https://kb.example\\@evil.example/", "https://kb.example/ x", "https://kb.example/\n", "https://例子.cn/",
        "https://kb..example/", "https://-kb.example/", "https://kb.example:99999/", "https://kb.example:x/",
        "https://[::1]/", 'https://kb.example/"onclick="x', "https://kb.example/" + "a" * 490, " https://kb.example/",
        "/desk/roles/", "https://kb.example/%0d%0a'", "https://?x", "https://kb_x.example/",
    ],
)  # fmt: skip
def test_no_other_address_is_one(address: str) -> None:
    assert not is_address(address)


def test_addresses_and_titles_that_are_fine() -> None:
    fine = (
        "https://kb.example",
        "https://10.0.0.5:8443/a?b=c#d",
        "https://xn--fsqu00a.cn/%E4%BD%A0",
        "https://a.b/@me",
    )
    assert [is_address(one) for one in fine] == [True] * len(fine)
    assert all(is_title(one) for one in ("知识库 Wiki", "Q&A <2>"))
    assert not any(is_title(one) for one in ("a\u202egnp", "a\u200bb", "a\nb", " a", "", "\u2028"))
