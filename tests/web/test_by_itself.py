"""Pages that ask again by themselves: a part of the page, and nobody at work; a session left open still ends (E21)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.web.desk_month.office import send
from tests.web.town import NOW, Town

from yidian.platform.sign_in.sessions import IDLE
from yidian.platform.sign_in.types import STAFF

ALONE = {"HX-Request": "true", "X-Yidian-Alone": "1"}


def test_what_waits_is_told_again_without_the_page_around_it(town: Town) -> None:
    finance = town.staff("finance")
    part = finance.get("/desk/?lang=en", headers=ALONE).content.decode()
    assert part.startswith('<section class="y-card" id="day"')
    assert "<html" not in part
    enter = "/desk/accounts/a1/bills/2026-09/adjust/enter/"
    send(town.staff("clerk-north"), enter, item="RENT", way="back", reason="goodwill", amount="80")
    assert finance.get("/desk/?lang=en", headers=ALONE).content.decode() != part
    tabs = finance.get("/desk/approvals/?lang=en", headers=ALONE).content.decode()
    assert tabs.startswith('<nav class="y-tabs" id="tabs"')
    assert '<span class="y-count">1</span>' in tabs


@pytest.mark.parametrize("headers", [ALONE, {}], ids=["by itself", "by a hand"])
def test_only_a_hand_keeps_a_session_open(town: Town, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]) -> None:
    finance, often = town.staff("finance"), IDLE[STAFF] / 3
    for n in range(1, 4):
        monkeypatch.setenv("YIDIAN_NOW", (NOW + n * often - timedelta(seconds=1)).isoformat())
        assert finance.get("/desk/", headers=headers).status_code == 200
    monkeypatch.setenv("YIDIAN_NOW", (NOW + 4 * often).isoformat())
    told = finance.get("/desk/", headers=headers)
    assert told.status_code == (204 if headers else 200)
    assert "/desk/sign-in/" in told.headers.get("HX-Redirect", "/desk/sign-in/")
