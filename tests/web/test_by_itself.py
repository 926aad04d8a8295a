"""Pages that ask again by themselves: a part of the page, and nobody at work; a session left open still ends (E21)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.web.desk_month.office import read, send
from tests.web.town import NOW, Town

from yidian.domains.payment.models import Payment
from yidian.journeys.my_day import my_day
from yidian.kernel.calendar import to_ms
from yidian.platform.sign_in.models import WebSession
from yidian.platform.sign_in.sessions import IDLE
from yidian.platform.sign_in.types import STAFF

SAID = "The receipt stands on the account."
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


def test_two_tabs_of_one_session_neither_tell_nor_undo_what_the_other_has_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    finance, there = town.staff("finance"), f"/desk/payments/{Payment.objects.get(channel_txn='operator-stray').pk}/"
    finance.get("/desk/")
    row, until = WebSession.objects.filter(realm="staff", credential__subject="finance"), to_ms(NOW) + 60_000
    row.update(data={"said": {"code": "SIGN_IN_PASSWORD_CHANGED", "params": {}, "until_ms": until}})
    meanwhile = iter([lambda: send(finance, f"{there}assign/", account="a1")])

    def slowly(**asked: Any) -> Any:
        """The first tab's page is being made while the second one sends a form."""
        next(meanwhile, lambda: None)()
        return my_day(**asked)

    monkeypatch.setattr("yidian.faces.desk.views.home.my_day", slowly)
    assert "The password is changed" in read(finance, "/desk/"), "what was for whichever page comes first"
    assert list(row.get().data) == [f"said {there}"]
    assert SAID not in read(finance, "/desk/")
    assert finance.get(there, headers={"hx-request": "true"}).status_code == 200
    assert SAID in read(finance, there), "neither another page nor a part of this one has told it"
    assert SAID not in read(finance, there), "once"
    assert row.get().data == {}
