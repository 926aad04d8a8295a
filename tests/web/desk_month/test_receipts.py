"""Receipts on the desk: given to an account, given back or undone, by two where it takes two."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.web.desk_month.office import plain, read, send
from tests.web.town import Town

from yidian.domains.payment.models import Payment
from yidian.kernel.calendar import to_ms
from yidian.platform.access.approvals import approvals
from yidian.platform.sign_in.models import WebSession

MIDNIGHT = datetime(2026, 11, 8, 16, tzinfo=UTC)  # in Shanghai, after the town's day


def receipt(town: Town, channel_txn: str) -> Payment:
    row: Payment = Payment.objects.get(channel_txn=channel_txn)
    return row


def test_money_of_nobody_is_given_to_an_account(town: Town) -> None:
    stray, finance = receipt(town, "operator-stray"), town.staff("finance")
    assert "1 of nobody known, ¥7.77" in read(finance, "/desk/payments/")
    there = f"/desk/payments/{stray.id}/"
    assert send(finance, f"{there}assign/").status_code == 422
    assert send(finance, f"{there}assign/", account="nobody").status_code == 404
    assert send(finance, f"{there}assign/", account="a1").status_code == 303
    stray.refresh_from_db()
    assert (stray.account, stray.state) == ("a1", "assigned")


def test_giving_it_back_takes_two(town: Town) -> None:
    stray, finance = receipt(town, "operator-stray"), town.staff("finance")
    there = f"/desk/payments/{stray.id}/"
    assert "Ask to give ¥7.77 back" in read(finance, there)
    assert send(finance, f"{there}return/", reason="wrong bank").status_code == 303
    stray.refresh_from_db()
    assert stray.state == "suspended"
    [one] = approvals(tenant=town.tenant())
    assert "Agree: give a receipt back ¥7.77" in read(town.staff("finance-2"), f"/desk/approvals/{one.id}/")
    assert send(town.staff("finance-2"), f"/desk/approvals/{one.id}/decide/", answer="yes").status_code == 303
    stray.refresh_from_db()
    assert stray.state == "returned"
    assert approvals(tenant=town.tenant()) == []


def test_a_receipt_of_today_is_undone_by_a_supervisor_alone_and_by_a_clerk_with_one(town: Town) -> None:
    mine = receipt(town, "operator-a1")
    clerk, supervisor = town.staff("clerk-north"), town.staff("supervisor")
    there = f"/desk/payments/{mine.id}/"
    assert send(clerk, f"{there}reverse/", reason="typed twice").status_code == 303
    [one] = approvals(tenant=town.tenant())
    assert one.organisation == "north"
    assert send(supervisor, f"/desk/approvals/{one.id}/decide/", answer="yes").status_code == 303
    mine.refresh_from_db()
    assert mine.state == "reversed"
    told = send(supervisor, f"{there}reverse/?lang=en", reason="again")
    assert told.status_code == 409
    assert "reversed" in plain(told)


def test_a_receipt_of_another_branch_is_not_there(town: Town) -> None:
    theirs = receipt(town, "operator-a5")
    assert town.staff("clerk-north").get(f"/desk/payments/{theirs.id}/").status_code == 404
    assert send(town.staff("clerk-north"), f"/desk/payments/{theirs.id}/reverse/", reason="x").status_code == 404
    assert town.staff("clerk-north").get("/desk/payments/").status_code == 403


def test_fifty_asked_and_a_hundred_typed_the_second_time_takes_nothing(town: Town) -> None:
    clerk, there = town.staff("clerk-north"), "/desk/accounts/a1/take/"
    assert "Owed" in read(clerk, there)
    before = Payment.objects.count()
    wrongly: list[tuple[dict[str, str], str]] = [
        ({"amount": "50", "again": "100"}, "¥50.00 was typed first and ¥100.00 here"),
        ({"amount": "50"}, "This is needed"), ({"amount": "fifty", "again": "fifty"}, "amount"),
        ({"amount": "0", "again": "0"}, "more than nothing"),
        ({"amount": "50", "again": "50", "method": "barter"}, "Choose one"),
    ]  # fmt: skip
    for form, words in wrongly:
        refused = send(clerk, f"{there}enter/?lang=en", **({"method": "cash"} | form))
        assert (refused.status_code, words in plain(refused)) == (422, True), form
    assert Payment.objects.count() == before
    right = {"amount": "５０", "again": "¥50.00", "method": "cash", "key": "one-form-sent-twice"}
    first, again = (send(clerk, f"{there}enter/", **right) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert Payment.objects.count() == before + 1
    taken = Payment.objects.latest("id")
    assert (taken.amount_minor, taken.method, taken.channel) == (5_000, "cash", "counter")
    assert f"Receipt {taken.number}: ¥50.00 was taken." in read(clerk, first["Location"])
    assert taken.number in read(clerk, there), "who is about to take it again sees it"
    assert town.staff("clerk-south").get(there).status_code == 404
    assert town.staff("query").get(there).status_code == 403


def test_a_wrong_receipt_is_undone_on_its_day_and_no_longer_after_midnight(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, form = town.staff("clerk-north"), {"amount": "100", "again": "100", "method": "cash"}
    wrong, late = (send(clerk, "/desk/accounts/a1/take/enter/", **form)["Location"] for _ in range(2))
    assert send(clerk, f"{wrong}reverse/").status_code == 422, "the reason is needed"
    for there in (wrong, late):
        assert send(clerk, f"{there}reverse/", reason="fifty was asked, a hundred taken").status_code == 303
    last, first = sorted(one.id for one in approvals(tenant=town.tenant()))
    supervisor = town.staff("supervisor")
    assert send(supervisor, f"/desk/approvals/{last}/decide/", answer="yes").status_code == 303
    monkeypatch.setenv("YIDIAN_NOW", MIDNIGHT.isoformat())
    WebSession.objects.update(opened_ms=to_ms(MIDNIGHT), seen_ms=to_ms(MIDNIGHT), stepped_ms=to_ms(MIDNIGHT))
    refused = send(supervisor, f"/desk/approvals/{first}/decide/?lang=en", answer="yes")
    states = [Payment.objects.get(id=int(there.split("/")[-2])).state for there in (wrong, late)]
    assert states == ["reversed", "taken"]
    assert "only payments of today are reversed" in read(supervisor, refused["Location"])
