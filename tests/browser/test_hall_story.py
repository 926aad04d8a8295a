"""A customer at the phone: what do I owe, why, who was that call, print it, save it. In Chromium, thumb or keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.browser.conftest import AXE, RUN_AXE

pytestmark = [pytest.mark.no_database, pytest.mark.slow]  # it has a server and a database of its own
WORDS = {
    "zh": {
        "lines": "看每一笔", "slip": "一共用了", "events": "条记录", "usage": "详单", "csv": "存成 CSV",
        "pay": "怎么缴费",
    },
    "en": {
        "lines": "see every line", "slip": "Used", "events": "records", "usage": "Usage", "csv": "Save as CSV",
        "pay": "How to pay",
    },
}  # fmt: skip


class Phone:
    """A page of one customer, with everything that went wrong on it."""

    def __init__(self, chromium: Any, site: dict[str, Any], lang: str, width: int, theme: str = "light") -> None:
        self.site, self.width = site, width
        self.context = chromium.new_context(viewport={"width": width, "height": 780}, bypass_csp=False)
        cookies = {"yidian_hall": site["tokens"]["c1"], "yidian_lang": lang, "yidian_theme": theme}
        self.context.add_cookies([{"name": k, "value": v, "url": site["address"]} for k, v in cookies.items()])
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on(
            "console", lambda told: self.wrong.append(told.text) if told.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on(
            "request",
            lambda asked: None if asked.url.startswith((site["address"], "data:")) else self.wrong.append(asked.url),
        )

    def go(self, where: str) -> Phone:
        self.page.goto(self.site["address"] + where)
        return self

    def sound(self) -> None:
        """Nothing went wrong, nothing hangs out sideways, axe finds nothing."""
        assert self.wrong == []
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, self.page.url
        self.page.evaluate(AXE)
        assert self.page.evaluate(RUN_AXE) == [], self.page.url


@pytest.mark.parametrize(("lang", "width"), [("zh", 360), ("en", 1440)])
def test_from_home_to_the_bill_the_slip_the_calls_the_paper_and_the_file(
    chromium: Any, site: dict[str, Any], lang: str, width: int, tmp_path: Path
) -> None:
    phone, words = Phone(chromium, site, lang, width, "dark" if lang == "en" else "light"), WORDS[lang]
    page = phone.go("/").page
    phone.sound()
    page.get_by_role("link", name=words["lines"]).click()
    page.wait_for_url("**/bills/a1/2026-09/")
    line = page.locator("details.y-line-d", has=page.locator(".y-sub")).filter(has_text="LOCAL").first
    line.locator("summary").first.click()
    page.get_by_text(words["slip"]).first.wait_for()
    phone.sound()
    with page.expect_response("**/bills/a1/2026-09/pdf/") as printed:
        page.evaluate("fetch(document.querySelector('a[href$=\"/pdf/\"]').href)")
    assert printed.value.headers["content-type"] == "application/pdf"
    line.locator("ol a").click()
    page.wait_for_url("**/events/")
    assert words["events"] in page.inner_text("main")
    phone.sound()
    page.get_by_role("link", name=words["usage"], exact=True).locator("visible=true").first.click()
    page.locator("#f-month").select_option("2026-09")
    page.locator("form.y-filters button").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name=words["csv"]).click()
    saved.value.save_as(tmp_path / "usage.csv")
    assert len((tmp_path / "usage.csv").read_text(encoding="utf-8").splitlines()) > 5
    phone.sound()
    phone.go("/pay/")
    assert words["pay"] in page.inner_text("h1")
    phone.sound()


def test_by_keyboard_alone_a_line_opens_and_its_calls_are_reached(chromium: Any, site: dict[str, Any]) -> None:
    phone = Phone(chromium, site, "en", 1440)
    page = phone.go("/bills/a1/2026-09/").page
    for _ in range(60):
        page.keyboard.press("Tab")
        if "LOCAL" in page.evaluate("document.activeElement.closest('summary')?.innerText ?? ''"):
            break
    page.keyboard.press("Enter")
    page.get_by_text("Used").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/")
    phone.sound()


def test_without_any_script_every_line_is_still_a_page(chromium: Any, site: dict[str, Any]) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "yidian_hall", "value": site["tokens"]["c1"], "url": site["address"]}])
    page = context.new_page()
    page.goto(f"{site['address']}/bills/a1/2026-09/?lang=en")
    page.locator("details.y-line-d summary").first.click()
    page.get_by_role("link", name="How this line came about").first.click()
    page.locator(".y-slip-sum").first.wait_for()
    assert page.locator(".y-slip-sum").count() == 1
