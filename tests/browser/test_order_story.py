"""A clerk takes an order without a mouse: a family's main card, second card and broadband, from the document to the
services that are open. Every page looks right on a telephone too; the customer's screen follows.
"""

from __future__ import annotations

from typing import Any

from tests.browser import counter
from tests.browser.hands import Hands, Keys
from tests.orders.hall import CARDS, NUMBERS, PEOPLE, PORTS


def test_a_family_orders_in_one_cart(chromium: Any, shop: dict[str, Any]) -> None:
    clerk = Keys(chromium, shop, "zhou")
    proves(clerk, shop["li"])
    counter.chooses(clerk, "new.mobile")
    takes_mobile(clerk, 0, "M59")
    counter.chooses(clerk, "new.mobile")
    takes_mobile(clerk, 1, "SUB", **{"with": "#1"})
    counter.chooses(clerk, "new.broadband")
    takes_broadband(clerk)
    clerk.look().look(width=360, contrast=False)
    mirrors(chromium, shop, clerk.page.url)
    clerk.goes_on().sees("出账同一套算法").look(width=1440)
    clerk.goes_on()
    reads_back(clerk)
    signs(clerk)
    other = looks_on(chromium, shop, counter.order_of(clerk))
    is_opened(clerk, shop)
    sees_it_done(other)
    clerk.leave()


def proves(clerk: Keys, customer: str) -> None:
    clerk.open(f"/desk/customers/{customer}/").goes("n").reach("#f-kind").key("Enter").is_at("#f-number")
    clerk.page.keyboard.insert_text("450102199003078834")
    clerk.goes_on().is_at("#faults").key("Tab", "Enter").is_at("#f-number").look()
    clerk.key("Control+A")
    clerk.page.keyboard.insert_text(PEOPLE["li"][1])
    clerk.goes_on().look()


def takes_mobile(clerk: Keys, n: int, plan: str, **told: str) -> None:
    """A number by its ending, and its card."""
    clerk.reach("input[name=pattern]")
    clerk.page.keyboard.insert_text(NUMBERS[n])
    clerk.page.wait_for_function("() => document.querySelectorAll('#tiles input').length === 1")
    clerk.reach(f"#tiles input[value='{NUMBERS[n]}']").key("Space")
    counter.scans(clerk, CARDS[n])
    clerk.choose(plan=plan, **told)
    if n == 0:
        clerk.look()
    clerk.goes_on()


def takes_broadband(clerk: Keys) -> None:
    clerk.write(login="li@nn").key("Enter").is_at("#f-address")
    clerk.page.keyboard.insert_text("3 栋 1203")
    clerk.page.wait_for_selector("#f-port")
    clerk.choose(plan="B100", port=PORTS[0])
    clerk.look(contrast=False).goes_on()


def mirrors(chromium: Any, shop: dict[str, Any], items: str) -> None:
    """The customer's screen beside it, in the other language and by night."""
    screen = Keys(chromium, shop, "zhou", lang="en", theme="dark", width=360)
    screen.page.goto(items.replace("/items/", "/mirror/"))
    screen.sees("You are ordering this today").look().leave()


def reads_back(clerk: Keys) -> None:
    clerk.key("Control+Enter").is_at("#f-said-1")  # the button is shut: it leads to what is missing
    boxes = clerk.page.locator("[data-gate-box]").count()
    for n in range(1, boxes + 1):
        clerk.ticks(f"#f-said-{n}")
    clerk.sees("都复述过了").look(width=360, contrast=False).look(width=1440).goes_on()


def signs(clerk: Keys) -> None:
    for _ in range(2):
        clerk.goes_on()
    clerk.look().goes_on().sees("已提交")


def looks_on(chromium: Any, shop: dict[str, Any], order: str) -> Hands:
    """Somebody else has the order open, and begins to write. The browser's own clock is moved on: nobody waits."""
    other = Hands(chromium, shop, "zhou")
    other.page.clock.install()
    other.open(f"/desk/orders/{order}/").fill(cancel_reason="客户来电")
    other.page.locator("#f-cancel_reason").focus()
    other.page.evaluate(
        "window.asked = 0; document.addEventListener('htmx:after:request', () => { window.asked += 1; })"
    )
    return other


def sees_it_done(other: Hands) -> None:
    """While one types nothing is asked; then it is, and the focus stays; of an order that has ended nothing more is."""
    page, said = other.page, other.page.inner_text(".y-head .y-st")
    page.clock.run_for(95_000)
    assert page.evaluate("window.asked") == 0
    assert page.input_value("#f-cancel_reason") == "客户来电"
    assert page.evaluate("document.activeElement.id") == "f-cancel_reason"
    assert page.inner_text(".y-head .y-st") == said
    other.fill(cancel_reason="")
    page.locator("#order dd a").first.focus()
    here = page.evaluate("document.activeElement.getAttribute('href')")
    for _ in range(7):  # as often as it asks: each answer comes in the browser's next moment, not a minute too late
        page.clock.run_for(5_000)
        page.wait_for_function("() => !document.querySelector('.htmx-request')")
    assert page.inner_text(".y-head .y-st") == "竣工"
    assert page.evaluate("document.activeElement.getAttribute('href')") == here
    asked = page.evaluate("window.asked")
    page.clock.run_for(95_000)
    assert page.evaluate("window.asked") == asked
    other.look().leave()


def is_opened(clerk: Keys, shop: dict[str, Any]) -> None:
    """The worker opens what it can; the line that somebody has to lay waits for them."""
    order = counter.order_of(clerk)
    counter.installs(clerk.look(), "装好，测速 100M").sees("已标为完成")
    counter.becomes(clerk, shop, "completed").look(width=360, contrast=False)
    clerk.open(f"/desk/customers/{shop['li']}/").loaded().look(width=1440)
    for number in (*NUMBERS[:2], "li@nn"):
        assert "在用" in counter.line_of(clerk, number)
    main, second, wired = (f"U{order[1:]}-{n}" for n in (1, 2, 3))
    assert counter.in_the_network(shop, NUMBERS[1]) == (second, "none", "SUB")
    for kind, id, line in (("number", NUMBERS[0], main), ("card", CARDS[1], second), ("port", PORTS[0], wired)):
        assert counter.held(shop, kind, id) == ("in_use", line)
