"""Receipts on the desk: given to an account, given back or undone, by two where it takes two."""

from __future__ import annotations

from tests.web.desk_month.office import plain, read, send
from tests.web.town import Town

from yidian.domains.payment.models import Payment
from yidian.platform.access.approvals import approvals


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
