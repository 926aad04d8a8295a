"""A customer at the telephone orders alone: another plan, which goes by itself, and a new number, which is kept at once
and looked at by somebody first. 360 px, a thumb; in Chinese, then in English by night.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.hands import Hands
from tests.web.town import PASSWORD

pytestmark = [pytest.mark.no_database, pytest.mark.slow]  # it has a server and a database of its own


def phone(chromium: Any, shop: dict[str, Any], lang: str, theme: str = "light") -> Hands:
    return Hands(chromium, shop, "gao", face="hall", width=360, lang=lang, theme=theme)


def test_a_plan_is_changed_and_a_number_chosen_by_thumb(chromium: Any, shop: dict[str, Any]) -> None:
    gao = phone(chromium, shop, "zh")
    gao.open(f"/do/?n={shop['lines']['web']}").look().follow("换套餐").look()
    gao.page.get_by_text("M99").click()
    gao.press("下一步").sees("下单前请看清")
    gao.page.check("#f-agree")
    gao.fill(proof=PASSWORD).look().press("确认办理").sees("已提交")
    gao.page.get_by_text("每一笔").wait_for(state="detached")
    done = gao.page.url
    token = next(one["value"] for one in gao.page.context.cookies() if one["name"] == "yidian_hall")
    gao.leave()
    shop["tokens"]["gao"] = token  # the password has given the session another
    gao = phone(chromium, shop, "en", "dark").open("/do/new/mobile/").look()
    gao.page.get_by_text("SUB").click()
    gao.page.fill("#f-pattern", "1008")
    gao.page.wait_for_function("() => document.querySelectorAll('#numbers button').length === 1")
    number = gao.page.locator("#numbers button").get_attribute("value")
    gao.page.locator("#numbers button").click()
    gao.sees("is kept for you").look()
    assert str(number) in "".join(gao.text.split()), "which number"
    gao.page.check("#f-agree")
    gao.press("Order: A new mobile number").sees("we are looking at it").look()
    gao.page.goto(done)
    gao.page.wait_for_function("() => document.querySelectorAll('.y-steps .done').length === 2 || location.reload()")
    gao.sees("Done").look().leave()
