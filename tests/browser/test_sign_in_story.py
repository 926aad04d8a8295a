"""The first day of a clerk, and a customer on a phone: by the keyboard alone, in Chromium, before a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from tests.browser.conftest import AXE, RUN_AXE, expect_browser
from tests.web.sign_in.serving import Server, demonstration

OWN = "my own words for this"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    expect_browser()
    with demonstration(tmp_path_factory.mktemp("story") / "shop") as one:
        yield one


class Hands:
    """Somebody who has a keyboard and no mouse, and looks at every page through axe."""

    def __init__(self, chromium: Any, server: Server, *, lang: str, width: int, theme: str) -> None:
        self.address = f"http://127.0.0.1:{server.port}"
        context = chromium.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        told = {"yidian_lang": lang, "yidian_theme": theme}
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in told.items()])
        self.page, self.wrong = context.new_page(), list[str]()
        self.page.on("console", lambda said: self.wrong.append(said.text) if "Policy" in said.text else None)
        self.page.on(
            "request", lambda one: None if one.url.startswith((self.address, "data:")) else self.wrong.append(one.url)
        )

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def look(self) -> str:
        """What is on the page; nothing of it may be wrong."""
        self.page.context.new_cdp_session(self.page).send("Page.setBypassCSP", {"enabled": True})
        self.page.evaluate(AXE)
        assert self.page.evaluate(RUN_AXE) == [], self.page.url
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
        assert self.wrong == []
        return str(self.page.inner_text("main"))

    def reach(self, selector: str) -> None:
        """By Tab alone."""
        for _ in range(40):
            if self.page.evaluate(f"document.activeElement.matches({selector!r})"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by Tab on {self.page.url}")

    def fill(self, **fields: str) -> None:
        """Type into fields, one after the other, and send the form by Enter."""
        for name, value in fields.items():
            self.reach(f"#f-{name}")
            self.page.keyboard.insert_text(value)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, selector: str) -> None:
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_the_first_day_of_a_clerk(chromium: Any, server: Server) -> None:
    server.type("--as", "qinan", "user", "add", "xinlai", "--name", "新来", "--role", "clerk")
    given = server.type("--as", "qinan", "user", "password", "xinlai").split()[-1]
    hands = Hands(chromium, server, lang="zh", width=1440, theme="light")
    hands.open("/desk/security/")
    assert "登录" in hands.look()
    hands.fill(login="xinlai", password=given)
    assert "动态口令" in hands.look()
    secret = hands.page.locator(".y-secret").text_content().replace(" ", "")
    telephone = pyotp.TOTP(secret)
    hands.fill(code=telephone.now())
    sheet = re.findall(r"\b[a-z2-9]{5}-[a-z2-9]{5}\b", hands.look())
    assert len(sheet) == 10
    hands.press("main a.btn")
    hands.fill(new="12345678", again="12345678")
    assert "最先被猜" in hands.look()
    hands.fill(new=OWN, again=OWN)
    assert hands.page.url.endswith("/desk/security/"), "where it was going at first"
    assert "恢复码还剩 10 个" in hands.look()
    hands.reach("details.y-pop summary")
    hands.page.keyboard.press("Enter")
    hands.press("details.y-pop button")
    assert hands.page.url.endswith("/desk/sign-in/")
    hands.fill(login="xinlai", password=OWN)
    hands.fill(code=sheet[0])
    assert hands.page.url.endswith("/desk/")


@pytest.mark.parametrize(("lang", "theme", "said"), [("zh", "dark", "不匹配"), ("en", "light", "do not go together")])
def test_a_customer_on_a_phone(chromium: Any, server: Server, lang: str, theme: str, said: str) -> None:
    hands = Hands(chromium, server, lang=lang, width=360, theme=theme)
    hands.open("/sign-in/?next=/security/")
    password = hands.page.inner_text("#demo-password")
    hands.fill(login="xiaoyu", password="nearly right")
    assert said in hands.look()
    assert hands.page.input_value("#f-login") == "xiaoyu"
    hands.fill(password=password)
    assert hands.page.url.endswith("/security/")
    hands.look()
    hands.press("a[href$='/security/second-factor/']")
    hands.look()
    hands.fill(password=password)
    assert hands.page.url.endswith("/security/second-factor/")
    hands.look()
