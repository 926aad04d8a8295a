"""The first day of a clerk, and a customer on a phone: by the keyboard alone, in Chromium, before a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from tests.browser.conftest import expect_browser
from tests.browser.hands import Keys
from tests.web.sign_in.serving import Server, demonstration

OWN = "my own words for this"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    expect_browser()
    with demonstration(tmp_path_factory.mktemp("story") / "shop") as one:
        yield one


def before(chromium: Any, server: Server, **kind: Any) -> Keys:
    return Keys(chromium, {"address": f"http://127.0.0.1:{server.port}"}, **kind)


def test_the_first_day_of_a_clerk(chromium: Any, server: Server) -> None:
    server.type("--as", "qinan", "user", "add", "xinlai", "--name", "新来", "--role", "clerk")
    given = server.type("--as", "qinan", "user", "password", "xinlai").split()[-1]
    hands = before(chromium, server, lang="zh", width=1440, theme="light")
    hands.open("/desk/security/")
    assert "登录" in hands.look().text
    hands.send(login="xinlai", password=given)
    assert "动态口令" in hands.look().text
    secret = hands.page.locator(".y-secret").text_content().replace(" ", "")
    telephone = pyotp.TOTP(secret)
    hands.send(code=telephone.now())
    sheet = re.findall(r"\b[a-z2-9]{5}-[a-z2-9]{5}\b", hands.look().text)
    assert len(sheet) == 10
    hands.enter("main a.btn")
    hands.send(new="12345678", again="12345678")
    assert "最先被猜" in hands.look().text
    hands.send(new=OWN, again=OWN)
    assert hands.page.url.endswith("/desk/security/"), "where it was going at first"
    assert "恢复码还剩 10 个" in hands.look().text
    hands.reach("details.y-pop summary")
    hands.page.keyboard.press("Enter")
    hands.enter("details.y-pop button")
    assert hands.page.url.endswith("/desk/sign-in/")
    hands.send(login="xinlai", password=OWN)
    hands.send(code=sheet[0])
    assert hands.page.url.endswith("/desk/")


@pytest.mark.parametrize(("lang", "theme", "said"), [("zh", "dark", "不匹配"), ("en", "light", "do not go together")])
def test_a_customer_on_a_phone(chromium: Any, server: Server, lang: str, theme: str, said: str) -> None:
    hands = before(chromium, server, lang=lang, width=360, theme=theme)
    hands.open("/sign-in/?next=/security/")
    password = hands.page.inner_text("#demo-password")
    hands.send(login="xiaoyu", password="nearly right")
    assert said in hands.look().text
    assert hands.page.input_value("#f-login") == "xiaoyu"
    hands.send(password=password)
    assert hands.page.url.endswith("/security/")
    hands.look()
    hands.enter("a[href$='/security/second-factor/']")
    hands.look()
    hands.send(password=password)
    assert hands.page.url.endswith("/security/second-factor/")
    hands.look()
