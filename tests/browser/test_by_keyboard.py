"""A clerk without a mouse: signs in, finds a customer, looks at the month, asks for an adjustment. Every step by keys,
and the place where one is can be seen at every step, also after htmx has put something new there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pyotp
from tests.browser.hands import Hands, Keys
from tests.browser.site import KEYS
from tests.web.town import NOW, PASSWORD

FOUND = "#found a"


def test_from_signing_in_to_an_adjustment_without_a_mouse(chromium: Any, site: dict[str, Any]) -> None:
    clerk = Keys(chromium, site)
    signs_in(clerk, site["secret"])
    finds(clerk)
    looks_at_the_month(clerk)
    asks_for_an_adjustment(clerk)
    watches_what_waits(clerk)
    clerk.look().leave()


def signs_in(clerk: Keys, secret: str) -> None:
    clerk.open("/desk/months/").reach("#f-login").write(login=KEYS)
    clerk.send(password=PASSWORD)
    clerk.send(code=pyotp.TOTP(secret).at(NOW))
    assert clerk.page.url.endswith("/desk/months/"), "where it was going at first"
    clerk.key("Tab").is_at(".y-skip").key("Enter").key("Tab")
    assert clerk.page.evaluate("!!document.activeElement.closest('#main')"), "past the menu"


def finds(clerk: Keys) -> None:
    """The box keeps the focus while what is found comes in below it; an arrow goes down into it, and up again. A block
    that comes in takes no focus, unless it takes the place of where the focus was: then its heading has it.
    """
    clerk.key("/").is_at("#find")
    clerk.page.keyboard.type("c5")
    clerk.page.wait_for_selector(FOUND)
    clerk.is_at("#find").key("ArrowDown").is_at(FOUND).key("ArrowUp").is_at("#find").key("Escape")
    assert clerk.page.locator(FOUND).count() == 0
    waits: list[Any] = []
    clerk.page.route("**/customers/c5/bills/", lambda asked: waits.append(asked))
    clerk.page.keyboard.type("a5")
    clerk.page.wait_for_selector(FOUND)
    clerk.goes("Enter")
    clerk.page.wait_for_url("**/desk/customers/c5/")
    clerk.reach("#b-bills a")  # of what stands there until the bills are there
    for block in ("products", "accounts", "usage", "trail"):
        clerk.page.wait_for_selector(f"#h-{block}")
    clerk.is_at("#b-bills a")
    waits.pop().continue_()
    clerk.page.unroute("**/customers/c5/bills/")
    clerk.page.wait_for_selector("#h-bills")
    clerk.page.wait_for_function("document.activeElement.id === 'h-bills'")
    clerk.is_at("#h-bills")


def looks_at_the_month(clerk: Keys) -> None:
    """G M leads there, as G T to the tariffs; J walks the rows; a month that is under way refreshes itself and leaves
    the focus alone.
    """
    clerk.key("Shift+Slash").page.wait_for_selector("#keys[open]")
    told = clerk.page.inner_text("#keys").replace("\n", " ")
    assert ("G M" in told, "G T 资费" in told) == (True, True), told
    clerk.key("Escape").key("G").goes("T")
    assert clerk.page.url.endswith("/desk/tariffs/")
    clerk.key("G").goes("M")
    clerk.key("J").is_at("tbody a").goes("Enter")
    assert "/desk/months/2026-" in clerk.page.url
    clerk.page.wait_for_selector("#law-h")


def asks_for_an_adjustment(clerk: Keys) -> None:
    clerk.key("/").is_at("#find")
    clerk.page.keyboard.type("c5")
    clerk.page.wait_for_selector(FOUND)
    clerk.goes("Enter")
    clerk.page.wait_for_selector("#h-bills")
    clerk.enter("#bills a[href*='2026-09']").enter("main a[href$='/adjust/']")
    clerk.page.select_option("#f-item", index=1)
    clerk.page.select_option("#f-reason", "disputed")
    clerk.write(amount="oops").goes("Control+Enter")
    clerk.is_at("#faults").key("Tab").is_at("#faults a").key("Enter").is_at("#f-amount").look()
    clerk.key("Control+A")
    clerk.page.keyboard.type("3.00")
    clerk.goes("Control+Enter").sees("已请第二个人看").look()


def watches_what_waits(clerk: Keys) -> None:
    """A row's link puts the thing beside the list; the focus stays in the list, where the next key is."""
    clerk.goes("G", "D").enter("main a[href$='tab=mine']")
    clerk.key("J").is_at("tbody a").key("Enter")
    clerk.page.locator("#detail").get_by_text("客户不认的账").first.wait_for()
    clerk.is_at("tbody a")


def test_whoever_leaves_waits_for_no_block(chromium: Any, site: dict[str, Any]) -> None:
    """A browser has six lines to a server: what is still on its way is given up before the next page is asked for."""
    clerk, given_up = Keys(chromium, site, "clerk-south"), list[str]()
    slow, asked = list[Any](), list[Any]()
    clerk.page.on("requestfailed", lambda failed: given_up.append(failed.url))
    clerk.page.route("**/customers/c5/bills/", lambda one: slow.append(one))  # it takes long
    clerk.page.route("**/customers/c5/order/", lambda one: asked.append(one))  # not answered before that is seen
    clerk.open("/desk/customers/c5/").page.wait_for_selector("#h-products")
    until(clerk, lambda: bool(slow), "the block is not asked for")
    clerk.key("n")
    until(clerk, lambda: bool(asked), "the next page is not asked for")
    until(clerk, lambda: any(url.endswith("/bills/") for url in given_up), "it was still waited for")
    asked[0].continue_()
    clerk.page.wait_for_url("**/customers/c5/order/**")
    clerk.look(contrast=False)
    clerk.leave()


def until(clerk: Keys, holds: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, otherwise
        clerk.page.wait_for_timeout(50)


def test_what_waits_is_a_page_of_its_own_where_there_is_no_room_beside_the_list(
    chromium: Any, site: dict[str, Any]
) -> None:
    """A telephone: the row's link leads to the thing alone, and back; nothing stands below a long list."""
    clerk = Hands(chromium, site, "clerk-south").open("/desk/accounts/a5/bills/2026-09/adjust/")
    clerk.page.select_option("#f-item", index=1)
    clerk.choose(reason="disputed").fill(amount="4.00").page.click("main [data-main-action]")
    clerk.sees("已请第二个人看").leave()
    second = Hands(chromium, site, "finance", width=360).open("/desk/approvals/")
    assert not second.page.locator("#detail").is_visible()
    second.page.locator("tbody a").last.click()
    second.page.wait_for_url("**/desk/approvals/*/")
    assert second.page.locator("#detail").is_visible()
    assert not second.page.locator("tbody a").first.is_visible()
    second.look().follow("返回待办列表").page.wait_for_url("**/desk/approvals/?tab=me")
    second.look(width=1440).page.locator("tbody a").last.click()
    second.page.locator("#detail").get_by_text("4.00").first.wait_for()
    assert second.page.url.endswith("/desk/approvals/?tab=me"), "beside the list where there is room"
    second.leave()
