"""What is done with services that are there, by clerks at the pages, carried out by a worker, and seen on the page of
the customer and in the rooms below it: a lost card, another plan, another owner, a stop, a move, an end, and what is
taken back.
"""

from __future__ import annotations

from typing import Any

from tests.browser import counter
from tests.browser.hands import Hands, Keys
from tests.browser.site import RESIDENT
from tests.orders.hall import CARDS, NUMBERS, PORTS

from yidian.platform.wording import text

LOST, CHANGES, GIVEN, RESTS, ENDS = (NUMBERS[n] for n in (2, 4, 5, 3, 6))
NEW_CARD = "89861126100770000079"


def test_a_card_is_lost_a_plan_too_dear_and_a_number_given_away(chromium: Any, shop: dict[str, Any]) -> None:
    """Without a mouse, in English: first what is in a hurry, in one order; then the rest, in another."""
    clerk, lines = Keys(chromium, shop, "zhou", lang="en"), shop["lines"]
    heir = registers(clerk)
    begun = counter.begins(clerk, shop["li"])
    counter.chooses(clerk, "loss", lines["lost"]).look(contrast=False).goes_on()
    counter.chooses(clerk, "plan_change", lines["changes"]).choose(plan="M99").look().goes_on()
    hands_over(clerk, lines["given"], heir)
    counter.becomes(counter.agrees(clerk.goes_on()), shop, "completed").look(width=360, contrast=False)
    assert counter.in_the_network(shop, LOST) == (lines["lost"], "two", "M59")
    assert counter.in_the_network(shop, CHANGES) == (lines["changes"], "none", "M99")
    assert counter.held(shop, "card", CARDS[2]) == ("lost", lines["lost"])
    theirs = counter.in_the_network(shop, GIVEN)
    assert theirs is not None
    assert theirs[0] != lines["given"]
    assert counter.held(shop, "number", GIVEN) == ("in_use", theirs[0])
    clerk.open(f"/desk/customers/{shop['li']}/").loaded().look(width=1440)
    for number, said in ((LOST, "reported lost"), (CHANGES, "M99"), (GIVEN, "given up")):
        assert said in counter.line_of(clerk, number)

    counter.chooses(clerk.open(begun), "card_swap", lines["lost"])
    counter.scans(clerk, NEW_CARD).goes_on()
    counter.chooses(clerk, "plan_change", lines["changes"]).choose(plan="M59")
    clerk.reach("[name=when]").key("ArrowDown").goes_on().sees(NEW_CARD)
    counter.becomes(counter.agrees(clerk.goes_on()), shop, "completed")
    assert counter.in_the_network(shop, LOST) == (lines["lost"], "none", "M59")
    assert counter.held(shop, "card", CARDS[2])[0] == "void"
    assert counter.held(shop, "card", NEW_CARD) == ("in_use", lines["lost"])
    clerk.open(f"/desk/customers/{shop['li']}/").loaded()
    assert "in use" in counter.line_of(clerk, LOST)
    assert "M59 from 1 Dec" in counter.line_of(clerk, CHANGES)
    clerk.leave()


def registers(clerk: Keys) -> str:
    """Somebody who comes for the first time, with their document; their code."""
    clerk.open("/desk/register/").write(name="韦小宝", number=RESIDENT).look().goes_on()
    return str(clerk.page.url.partition("/customers/")[2].partition("/")[0])


def hands_over(clerk: Keys, line: str, heir: str) -> None:
    """Both are at the counter, each with their document; a digit that is mistyped is put right."""
    counter.chooses(clerk, "transfer", line).fill(customer=heir, heir_number=RESIDENT[:-1] + "1")
    assert clerk.page.locator("#f-account option").count() == 1, "not one of the giver's"
    clerk.goes_on().is_at("#faults").look(width=360).page.set_viewport_size({"width": 1440, "height": 900})
    clerk.reach("#f-heir_number").key("Control+A")
    clerk.page.keyboard.insert_text(RESIDENT)
    clerk.goes_on().sees(heir).look(contrast=False)


def test_a_line_rests_one_moves_one_ends_and_that_was_wrong(chromium: Any, shop: dict[str, Any]) -> None:
    """By night: what ended by mistake is reversed by two people on the same day."""
    clerk, lines = Hands(chromium, shop, "south", theme="dark"), shop["lines"]
    begun = counter.begins(clerk, shop["gao"], "gao")
    counter.chooses(clerk.look(), "stop", lines["rests"]).ticks("[name=way][value=one]").goes_on()
    moves(clerk, lines["moves"])
    counter.agrees(clerk.goes_on().look())
    assert counter.held(shop, "port", PORTS[1]) == ("in_use", lines["moves"]), "until it is moved"
    counter.becomes(counter.installs(clerk, "移到 1204 室"), shop, "completed")
    assert counter.in_the_network(shop, RESTS) == (lines["rests"], "one", "M59")
    assert (counter.held(shop, "port", PORTS[1])[0], counter.held(shop, "port", PORTS[2])) == (
        "free", ("in_use", lines["moves"]),
    )  # fmt: skip

    counter.chooses(clerk.open(begun), "resume", lines["rests"]).goes_on()
    counter.chooses(clerk, "terminate", lines["ends"]).goes_on()
    clerk.goes_on().sees("460.00").look(width=360)  # 23 months of a contract are left, 20 yuan each
    counter.becomes(counter.agrees(clerk), shop, "completed").look(width=1440)
    assert counter.in_the_network(shop, RESTS) == (lines["rests"], "none", "M59")
    assert (counter.in_the_network(shop, ENDS), counter.held(shop, "number", ENDS)) == (None, ("quarantine", ""))
    ended = clerk.page.url
    clerk.open(f"/desk/customers/{shop['gao']}/").loaded().look(width=360, contrast=False)
    assert "已拆" in counter.line_of(clerk, ENDS)

    clerk.page.goto(ended)
    clerk.fill(reverse_reason="号码说错了").takes("form[action$='/reverse/'] button")
    agrees_second(Hands(chromium, shop, "boss", lang="en"))
    counter.becomes(clerk, shop, "reversed")
    assert counter.in_the_network(shop, ENDS) == (lines["ends"], "none", "M59 PHONE24")
    assert counter.held(shop, "card", CARDS[6]) == ("in_use", lines["ends"])
    is_not_laid(clerk.open(begun), shop)
    counter.chooses(clerk.open(begun), "resume", lines["rests"]).goes_on()  # what was reversed had resumed it
    counter.becomes(counter.agrees(clerk.goes_on()), shop, "completed")
    is_paid_for(clerk.open(begun), shop, lines["rests"])
    clerk.leave()


def moves(clerk: Hands, line: str) -> None:
    """The address by a word of it, the port by choice."""
    counter.chooses(clerk, "relocation", line).page.fill("#f-address", "1204")
    clerk.page.wait_for_selector("#f-port")
    clerk.choose(port=PORTS[2]).look(width=360).page.set_viewport_size({"width": 1440, "height": 900})
    clerk.goes_on()


def agrees_second(boss: Hands) -> None:
    wanted = boss.open("/desk/approvals/").page.locator("main tbody th a").first.get_attribute("href") or ""
    boss.open(wanted).look().goes_on().leave()


def is_not_laid(clerk: Hands, shop: dict[str, Any]) -> None:
    """Broadband that is cancelled while it waits for somebody to lay it: nothing of it is left."""
    counter.chooses(clerk, "new.broadband").fill(login="gao2@nn").page.fill("#f-address", "1204")
    clerk.page.wait_for_selector("#f-port")
    clerk.choose(port=PORTS[1], plan="B100").goes_on()
    counter.agrees(clerk.goes_on())
    assert counter.held(shop, "port", PORTS[1])[0] == "reserved"
    order = counter.order_of(clerk)
    clerk.open("/desk/orders/?tab=flight").look().takes(f"tbody th a[href*='{order}']")
    clerk.fill(cancel_reason="客户改主意").takes("form[action$='/cancel/'] button")
    counter.becomes(clerk, shop, "cancelled").look(contrast=False)
    assert counter.held(shop, "port", PORTS[1]) == ("free", "")
    assert counter.in_the_network(shop, "gao2@nn") is None


def is_paid_for(clerk: Hands, shop: dict[str, Any], line: str) -> None:
    """A contract with a deposit: what is due is told, read back, and taken with the submission, typed twice."""
    counter.chooses(clerk, "contract", line).choose(offer="PHONE24").fill(deposit="240", months="24").goes_on()
    clerk.goes_on().sees("240.00").look(width=360)
    counter.signs(clerk.look(width=1440))
    clerk.fill(amount="240", again="24").goes_on().look(width=360)
    clerk.fill(amount="240", again="240").look(width=1440).goes_on().sees("R202611-")
    counter.becomes(clerk, shop, "completed").sees(text("DUE_PART_DEPOSITED", clerk.lang)).look(width=360)
