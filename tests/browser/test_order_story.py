"""A clerk takes an order without a mouse: a family's main card, second card and broadband, from the document to the
submitted order. Every page looks right on a telephone too; the customer's screen follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.browser.conftest import expect_browser, served
from tests.browser.hands import Keys
from tests.browser.test_every_page import LOADED
from tests.orders.hall import CARDS, NUMBERS, PEOPLE


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    expect_browser()
    with served(tmp_path_factory.mktemp("shop") / "home", "orders") as told:
        yield told


def test_a_family_orders_in_one_cart(chromium: Any, shop: dict[str, Any]) -> None:
    clerk = Keys(chromium, shop, "zhou").open(f"/desk/customers/{shop['li']}/")
    proves(clerk)
    chooses(clerk, "new.mobile")
    takes_mobile(clerk, 0, "M59")
    chooses(clerk, "new.mobile")
    takes_mobile(clerk, 1, "SUB", **{"with": "#1"})
    chooses(clerk, "new.broadband")
    takes_broadband(clerk)
    clerk.look().look(width=360, contrast=False)
    mirrors(chromium, shop, clerk.page.url)
    clerk.goes("Control+Enter").sees("出账同一套算法").look(width=1440)
    clerk.goes("Control+Enter")
    reads_back(clerk)
    signs(clerk)
    clerk.leave()


def mirrors(chromium: Any, shop: dict[str, Any], items: str) -> None:
    """The customer's screen beside it, in the other language and by night."""
    screen = Keys(chromium, shop, "zhou", lang="en", theme="dark", width=360)
    screen.page.goto(items.replace("/items/", "/mirror/"))
    screen.sees("You are ordering this today").look().leave()


def proves(clerk: Keys) -> None:
    clerk.page.wait_for_function(LOADED)
    clerk.goes("n").reach("#f-kind").key("Enter").is_at("#f-number")
    clerk.page.keyboard.insert_text("450102199003078834")
    clerk.goes("Control+Enter").is_at("#faults").key("Tab", "Enter").is_at("#f-number").look()
    clerk.key("Control+A")
    clerk.page.keyboard.insert_text(PEOPLE["li"][1])
    clerk.goes("Control+Enter").look()


def chooses(clerk: Keys, what: str) -> None:
    clerk.enter(f"button[value='{what}']")


def takes_mobile(clerk: Keys, n: int, plan: str, **told: str) -> None:
    """A number by its ending, the card as the scanner types it."""
    clerk.reach("input[name=pattern]")
    clerk.page.keyboard.insert_text(NUMBERS[n])
    clerk.page.wait_for_function("() => document.querySelectorAll('#tiles input').length === 1")
    clerk.reach(f"#tiles input[value='{NUMBERS[n]}']").key("Space")
    clerk.page.keyboard.type(CARDS[n])
    clerk.key("Enter").is_at("#f-card")
    assert clerk.page.input_value("#f-card") == CARDS[n], "a scan lands in its field, wherever the focus was"
    clerk.choose(plan=plan, **told)
    if n == 0:
        clerk.look()
    clerk.goes("Control+Enter")


def takes_broadband(clerk: Keys) -> None:
    clerk.write(login="li@nn").key("Enter").is_at("#f-address")
    clerk.page.keyboard.insert_text("3 栋 1203")
    clerk.page.wait_for_selector("#f-port")
    clerk.choose(plan="B100")
    clerk.look(contrast=False).goes("Control+Enter")


def reads_back(clerk: Keys) -> None:
    clerk.key("Control+Enter").is_at("#f-said-1")  # the button is shut: it leads to what is missing
    boxes = clerk.page.locator("[data-gate-box]").count()
    for n in range(1, boxes + 1):
        clerk.reach(f"#f-said-{n}").key("Space")
    clerk.sees("都复述过了").look(width=360, contrast=False).look(width=1440).goes("Control+Enter")


def signs(clerk: Keys) -> None:
    for _ in range(2):
        clerk.goes("Control+Enter")
    clerk.look().goes("Control+Enter").sees("已提交")
