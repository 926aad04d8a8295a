"""What a customer can do on the web, what is kept for them while they choose, and what is nobody's business there."""

from __future__ import annotations

from tests.orders.hall import NUMBERS, PEOPLE
from tests.web.hall_orders.visitor import HELD, Visitor, cart_at

from yidian.domains.product_inventory.types import StopFor
from yidian.domains.product_order.types import DEEDS, LINES
from yidian.kernel.calendar import to_ms
from yidian.platform.wording import entries, remedy

FREE, OTHER, THIRD, FOURTH = NUMBERS[2:6]
NEW = "/do/new/mobile/"
LIKE = f"{NEW}?pattern={FREE}"


def test_every_deed_says_whether_it_is_done_here_and_if_not_what_to_do_instead() -> None:
    for code, deed in DEEDS.items():
        if deed.web == "never":
            assert f"WEB_NEVER_{code}".upper() in entries()
            assert remedy(f"WEB_NEVER_{code}".upper(), "en"), code
            continue
        names = [f"{code}_{line}" for line in LINES] if deed.makes else [code]
        for name in names:
            assert {f"WEB_DO_{name}".upper(), f"WEB_ABOUT_{name}".upper()} <= entries().keys(), name


def test_what_can_be_done_follows_the_line(li: Visitor) -> None:
    page = li.get(f"/do/?n={li.line}")
    assert (page.status, "Change the plan" in page.text, "Transfer of ownership" in page.text) == (200, True, True)
    assert "Come to a business hall together" in page.text, "what is not done here says what to do instead"
    assert f"/do/{li.line}/transfer/" not in page.body
    assert "Go on" not in page.text, "nothing is stopped"
    home = li.get("/")
    assert f"/do/{li.line}/plan_change/" in home.body
    order = li.orders("stop", way="two")
    assert li.get(f"/do/?n={li.line}").text.count(order) == 1, "an order is at work on it"
    refused = li.send(f"/do/{li.line}/loss/")
    assert (refused.status, order in refused.text) == (422, True), refused.text
    while li.hall.worked(order).taken:
        pass
    stopped = li.get(f"/do/?n={li.line}")
    assert f"/do/{li.line}/resume/" in stopped.body
    assert "You have stopped it." in stopped.text, "why it cannot be stopped once more"
    assert li.get(f"/do/{li.line}/stop/").status == 409


def test_what_a_person_has_to_look_at_is_not_done_alone(li: Visitor) -> None:
    from yidian.domains.product_inventory.operations import apply_changes

    stop = StopFor(subscriber=li.line, reason="not_real_name", ways="two", at_ms=to_ms(li.hall.now))
    li.hall.do(apply_changes, changes=[stop], known_offers={}, terms={}, quotas={}, held_back={})
    answer = li.send(f"/do/{li.line}/terminate/")
    assert (answer.status, "has to speak with you first" in answer.text) == (409, True), answer.text
    assert li.mine()[0].channel == "desk", "no cart"


def test_a_number_that_is_chosen_is_nobody_elses_at_once(li: Visitor, gao: Visitor) -> None:
    assert FREE in gao.get(LIKE).body
    mine = cart_at(li.send(NEW, plan="M59", number=FREE))
    assert li.hall.resource("number", FREE) == ("reserved", f"order/{mine}")
    assert HELD.search(li.get(f"/orders/{mine}/check/").body)[1] == "1800"  # type: ignore[index]
    assert "No number looks like that." in gao.get(LIKE).text
    taken = gao.send(NEW, plan="M59", number=FREE)
    assert (taken.status, "Somebody else has just chosen it." in taken.text) == (422, True), taken.text
    assert 'href="#f-number"' in taken.body
    assert [one.state for one in gao.mine() if one.channel == "web"] == [], "nothing half put together"
    assert FREE in li.get(f"/orders/{mine}/choose/").body, "one's own is shown to choose from"
    assert cart_at(li.send(f"/orders/{mine}/choose/", plan="M99", number=OTHER)) == mine
    assert li.hall.resource("number", FREE)[0] == "selectable", "what is named no more is anybody's again"
    theirs = cart_at(gao.send(NEW, plan="M59", number=FREE))
    cards = [visitor.see(cart).items[0].told["card"] for visitor, cart in ((li, mine), (gao, theirs))]
    assert len(set(cards)) == 2
    assert li.send(f"/orders/{mine}/let-go/").where == "/do/"
    assert [li.hall.resource(*one)[0] for one in (("number", OTHER), ("card", cards[0]))] == ["selectable", "stock"]


def test_what_was_not_ordered_in_time_is_chosen_again(li: Visitor, gao: Visitor) -> None:
    mine = cart_at(li.send(NEW, plan="M59", number=FREE))
    li.later(minutes=31)
    for page in (li.signs(mine), li.signs(mine)):
        assert (page.status, "The price was worked out too long ago." in page.text) == (409, True), page.text
    cart_at(gao.send(NEW, plan="M59", number=FREE))
    late = li.send(f"/orders/{mine}/choose/", plan="M59", number=FREE)
    assert (late.status, "Somebody else has just chosen it." in late.text) == (422, True), late.text
    assert li.see(mine).state == "cart"


def test_nobody_keeps_many_numbers_from_others(li: Visitor) -> None:
    carts = [cart_at(li.send(NEW, plan="M59", number=one)) for one in (FREE, OTHER, THIRD)]
    most = li.send(NEW, plan="M59", number=FOURTH)
    assert (most.status, "You keep 3 things already" in most.text) == (422, True), most.text
    assert li.hall.resource("number", FOURTH)[0] == "selectable"
    li.send(f"/orders/{carts[0]}/let-go/")
    cart_at(li.send(NEW, plan="M59", number=FOURTH))
    li.later(minutes=31)
    cart_at(li.send(NEW, plan="M59", number=FREE))


def test_the_picker_finds_by_digits_with_and_without_script(li: Visitor) -> None:
    found = li.get(f"{NEW}?pattern={FREE[-4:]}")
    assert (found.body.count('name="number"'), "<html" in found.body) == (1, True)
    part = li.get(f"{NEW}?part=numbers&pattern={FREE[-4:]}", **{"HX-Request": "true"})
    assert (part.body.count('name="number"'), "<html" in part.body) == (1, False)
    assert "No number looks like that." in li.get(f"{NEW}?pattern=99999999999").text
    assert li.get(f"{NEW}?pattern=<script>").status == 200
    li.hall.level("7", min_spend="58", months="24", deposit="200", deposit_months="12", penalty_ppm="300000",
                  kept_pays="no", transfer_restarts="yes", name="AABB", offer="LEVEL7")  # fmt: skip
    dear = li.get(f"{NEW}?pattern=AABB").body
    assert ("disabled" in dear, "deposit" in dear) == (False, True)
    number = dear.split('name="number" value="')[1][:11]
    cart_at(li.send(NEW, plan="M59", number=number))


WRONG = (  # address, what is told, status, what is said
    ("{line}/plan_change/", {}, 422, "This is missing."),
    ("{line}/plan_change/", {"plan": "B100"}, 422, "not to be had here"),
    ("{line}/plan_change/", {"plan": "M59"}, 422, "not to be had here"),
    ("{line}/plan_change/", {"plan": "M99", "when": "yesterday"}, 422, "yesterday"),
    ("{line}/add_on/", {"offer": "CARD_FEE"}, 422, "not to be had here"),
    ("{line}/add_on/", {"offer": "PHONE24"}, 422, "not to be had here"),
    ("{line}/add_on/", {"offer": "<script>x"}, 422, "not to be had here"),
    ("{line}/drop_on/", {"offer": "NIGHT"}, 422, "not to be had here"),
    ("{line}/transfer/", {"customer": "x"}, 409, "Come to a business hall together"),
    ("{line}/port_out/", {"recipient": "china_mobile"}, 409, "Leaving to another network"),
    ("{line}/resume/", {}, 409, ""),
    ("{line}/relocation/", {"address": "GX"}, 422, ""),
    ("{line}/new/", {"plan": "M59"}, 404, ""),
    ("{line}/fly/", {}, 404, ""),
    ("nobody/stop/", {}, 404, ""),
    ("{theirs}/stop/", {}, 404, ""),
    ("new/carrier-pigeon/", {"plan": "M59"}, 404, ""),
    ("new/mobile/", {"plan": "M59"}, 422, "This is missing."),
    ("new/mobile/", {"plan": "M59", "number": "13800000000"}, 422, ""),
    ("new/mobile/", {"plan": "M59", "number": FREE, "account": "{account}"}, 404, ""),
    ("new/broadband/", {"plan": "B100", "login": "a b<c>", "address": "GX/NN/QX/MZ88/3"}, 422, "&lt;c&gt;"),
    ("new/broadband/", {"plan": "B100", "login": "li", "address": "GX/NN/QX/MZ90"}, 422, "No line is free"),
    ("new/broadband/", {"plan": "B100", "login": "li", "address": "no/such"}, 422, "No line is free"),
)  # fmt: skip


def test_what_is_wrong_or_anothers_keeps_nothing(li: Visitor, gao: Visitor) -> None:
    names = {"line": li.line, "theirs": gao.line, "account": li.hall.account("gao")}
    for path, told, status, said in WRONG:
        answer = li.send(f"/do/{path.format(**names)}", **{name: one.format(**names) for name, one in told.items()})
        assert (answer.status, answer.where) == (status, ""), (path, told, answer.text)
        assert said in answer.body, (path, told, answer.text)
        assert "WEB_" not in answer.body
        assert "<script>x" not in answer.body
    assert [one.number for one in li.mine() if one.channel == "web"] == []
    assert li.hall.resource("number", FREE)[0] == "selectable"


def test_a_second_choice_for_one_line_lets_the_first_go(li: Visitor) -> None:
    first = li.chooses("plan_change", plan="M99")
    page = li.get("/do/").body
    assert f"/orders/{first}/check/" in page, "it can be gone on with"
    second = li.chooses("add_on", offer="NIGHT")
    assert [li.see(one).state for one in (first, second)] == ["abandoned", "cart"]
    assert li.get(f"/orders/{first}/check/").where == "/do/"
    assert PEOPLE["li"][1] not in page
