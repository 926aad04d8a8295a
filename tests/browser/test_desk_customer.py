"""A clerk at the counter, keyboard alone: find somebody, see what matters, open the bill, look at the document once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.conftest import AXE, RUN_AXE
from tests.browser.site import RESIDENT

pytestmark = pytest.mark.no_database  # it has a server of its own
WORDS = {
    "zh": {"gone": "时间到", "lines": "明细", "see": "看全号", "looked": "看了证件全号"},
    "en": {
        "gone": "The time is over",
        "lines": "Lines",
        "see": "See it whole",
        "looked": "saw an identity number whole",
    },
}


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 360)])
def test_find_a_customer_open_the_bill_look_at_the_document(
    site: dict[str, Any], chromium: Any, lang: str, width: int
) -> None:
    words, address, wrong = WORDS[lang], site["address"], []
    context = chromium.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(AXE)
    context.add_cookies(
        [
            {"name": "yidian_desk", "value": site["tokens"]["clerk-north"], "url": address},
            {"name": "yidian_lang", "value": lang, "url": address},
        ]
    )
    page = context.new_page()
    page.on("console", lambda one: wrong.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda one: wrong.append(str(one)))

    def well(part: str = "html") -> None:
        assert page.evaluate(RUN_AXE, part) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert wrong == []

    page.goto(f"{address}/desk/")
    page.keyboard.press("/")
    page.keyboard.type("晓雨")
    page.wait_for_selector("#found a")
    assert page.locator("#found mark").inner_text() == "晓雨"
    well(".y-find")  # what hangs over the page hides parts of what is below it
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/customers/c1/")
    assert "李晓雨" not in page.url
    for block in ("products", "accounts", "bills", "payments", "books", "usage", "adjustments", "trail"):
        page.wait_for_selector(f"#h-{block}")
    page.wait_for_selector(".y-spark")
    well()
    page.locator("#bills a").first.press("Enter")
    page.wait_for_url("**/bills/a1/**")
    assert words["lines"] in page.inner_text("main")
    well()
    page.go_back()
    page.get_by_text(words["see"]).press("Enter")
    page.wait_for_selector("#f-purpose")
    well()
    page.locator("#f-purpose").press("ArrowDown")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#identity")
    assert RESIDENT in page.inner_text("#identity")
    well()
    page.goto(f"{address}/desk/customers/c1/trail/")
    assert words["looked"] in page.inner_text("main")
    assert RESIDENT not in page.content()
    context.close()


def test_the_number_is_hidden_again_after_sixty_seconds(site: dict[str, Any], chromium: Any) -> None:
    """The browser's own clock is moved on: nobody waits."""
    context = chromium.new_context()
    context.add_cookies([{"name": "yidian_desk", "value": site["tokens"]["clerk-north"], "url": site["address"]}])
    page = context.new_page()
    page.clock.install()
    page.goto(f"{site['address']}/desk/customers/c1/identity/resident_id/?lang=en")
    page.select_option("#f-purpose", "original")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#identity")
    assert RESIDENT in page.content()
    page.clock.run_for(61_000)
    page.get_by_text(WORDS["en"]["gone"]).wait_for()
    assert RESIDENT not in page.content()
    context.close()
