"""E22: before money or data go out, whoever sends them out has proved themselves in the last five minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.web.desk_month.office import read, send
from tests.web.town import NOW, PASSWORD, Town

from yidian.domains.payment.models import Payment
from yidian.platform.access.approvals import approvals
from yidian.platform.sign_in.models import WebSession

EXPORT = "/usage/export/?month=2026-09&as=csv"


@pytest.fixture
def later(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Everybody signed in ten minutes ago and has done nothing since."""
    for login in ("finance", "finance-2", "clerk-north", "supervisor", "query"):
        town.staff(login)
    town.customer("c1")
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=10)).isoformat())
    return town


def stray(town: Town) -> str:
    return f"/desk/payments/{Payment.objects.get(channel_txn='operator-stray').pk}/"


def state(address: str) -> str:
    return Payment.objects.get(pk=int(address.split("/")[3])).state


def onward(answer: HttpResponse, page: str) -> str:
    """It leads to proving oneself; where that goes on."""
    assert answer.status_code == 303, answer.content.decode()[:500]
    told = urlsplit(str(answer["Location"]))
    assert told.path == page
    return parse_qs(told.query)["next"][0]


def whole(browser: Client, page: str) -> str:
    """A page with its tags."""
    told = browser.get(page, headers={"accept-language": "en"})
    assert told.status_code == 200, page
    return str(told.content.decode())


def prove(browser: Client, page: str, *, password: str = PASSWORD, onward: str = "") -> Any:
    return browser.post(page, {"key": "key-of-proof", "password": password, "next": onward})


def test_giving_money_back_is_asked_for_only_by_somebody_who_just_proved_themselves(later: Town) -> None:
    finance, there = later.staff("finance"), stray(later)
    page = read(finance, there)
    assert "Confirm that it is you first" in page
    assert "Ask to give" not in page, "the button comes with the proof"
    assert onward(send(finance, f"{there}return/", reason="wrong bank"), "/desk/sign-in/again/") == there
    assert approvals(tenant=later.tenant()) == []
    assert prove(finance, "/desk/sign-in/again/", password="not it", onward=there).status_code == 422
    assert send(finance, f"{there}return/", reason="wrong bank").status_code == 303
    assert approvals(tenant=later.tenant()) == [], "a wrong proof is none"
    assert prove(finance, "/desk/sign-in/again/", onward=there)["Location"] == there
    assert "Ask to give ¥7.77 back" in read(finance, there)
    assert send(finance, f"{there}return/", reason="wrong bank")["Location"] == there
    assert len(approvals(tenant=later.tenant())) == 1


def test_what_was_typed_is_there_again_after_the_proof_and_is_sent_by_nobody_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    finance, there, again = town.staff("finance"), stray(town), "/desk/sign-in/again/"
    assert "Ask to give" in read(finance, there), "the form is open, and five minutes pass"
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=10)).isoformat())
    typed = {"reason": '五块钱"<b>', "password": "a secret", "code": "123456", "key": "the-key-of-the-form"}
    assert onward(finance.post(f"{there}return/", typed), again) == there
    assert "secret" not in repr(WebSession.objects.values_list("data", flat=True))
    assert "五块钱" not in whole(town.staff("finance-2"), there), "who reads the same page has typed nothing"
    assert "五块钱" not in whole(finance, "/desk/payments/") + whole(finance, again), "another page of theirs has not"
    prove(finance, again, onward=there)
    page = whole(finance, there)
    assert 'value="五块钱&quot;&lt;b&gt;"' in page
    assert 'name="key" value="the-key-of-the-form"' in page, "it is one act, however often it is sent"
    assert "What you typed is here again" in page
    assert approvals(tenant=town.tenant()) == [], "it was not sent by itself"
    assert "五块钱" not in whole(finance, there), "once"


def test_what_was_typed_is_forgotten_when_it_is_too_old_too_long_or_there_is_too_much(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    finance, there = town.staff("finance"), stray(town)
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=6)).isoformat())
    send(finance, f"{there}return/", reason="x" * 17_000)
    assert not [one for one in WebSession.objects.values_list("data", flat=True) if one]
    send(finance, f"{there}return/", reason="in time")
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=17)).isoformat())
    prove(finance, "/desk/sign-in/again/", onward=there)
    assert "in time" not in whole(finance, there)


def test_the_second_person_proves_themselves_too_and_may_refuse_without(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, second = stray(town), town.staff("finance-2")
    send(town.staff("finance"), f"{there}return/", reason="wrong bank")
    [one] = approvals(tenant=town.tenant())
    address = f"/desk/approvals/{one.id}/"
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=10)).isoformat())
    assert "Agree: give" not in read(second, address)
    assert onward(send(second, f"{address}decide/", answer="yes"), "/desk/sign-in/again/") == address
    assert [one.state for one in approvals(tenant=town.tenant())] == ["asked"]
    prove(second, "/desk/sign-in/again/", onward=address)
    assert send(second, f"{address}decide/", answer="yes")["Location"] == "/desk/approvals/"
    assert state(there) == "returned"


def test_refusing_needs_no_proof(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    there, second = stray(town), town.staff("finance-2")
    send(town.staff("finance"), f"{there}return/", reason="wrong bank")
    [one] = approvals(tenant=town.tenant())
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=10)).isoformat())
    told = send(second, f"/desk/approvals/{one.id}/decide/", answer="no", reason="it is theirs")
    assert told["Location"] == "/desk/approvals/"
    assert state(there) == "suspended"


def test_undoing_a_receipt_too_but_not_giving_it_to_an_account(later: Town) -> None:
    mine = Payment.objects.get(channel_txn="operator-a1")
    address = f"/desk/payments/{mine.pk}/"
    told = send(later.staff("supervisor"), f"{address}reverse/", reason="typed twice")
    assert onward(told, "/desk/sign-in/again/") == address
    assert state(address) == "taken"
    assert send(later.staff("finance"), f"{stray(later)}assign/", account="a1")["Location"] == stray(later)


def test_who_has_no_right_is_refused_before_anything_is_asked(later: Town) -> None:
    assert send(later.staff("query"), f"{stray(later)}return/", reason="x").status_code == 403
    assert send(later.staff("clerk-north"), f"{stray(later)}return/", reason="x").status_code in (403, 404)


def test_a_file_of_calls_goes_to_whoever_just_proved_themselves(later: Town) -> None:
    customer = later.customer("c1")
    page = customer.get("/usage/?month=2026-09", headers={"accept-language": "en"}).content.decode()
    assert "confirm that it is you first" in page
    assert "/usage/export/" not in page
    assert onward(customer.get(EXPORT), "/sign-in/again/") == "/usage/?month=2026-09"
    assert prove(customer, "/sign-in/again/", password="not it").status_code == 422
    assert customer.get(EXPORT).status_code == 303
    prove(customer, "/sign-in/again/", onward="/usage/?month=2026-09")
    told = customer.get(EXPORT)
    assert told.status_code == 200
    assert "attachment" in told["Content-Disposition"]
