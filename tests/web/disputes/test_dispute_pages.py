"""A customer questions a line in the hall; the desk examines, decides, and two people give the over-charge back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django_scopes import scope
from tests.cycles.world import SEPTEMBER
from tests.web.desk_month.office import plain, read, send
from tests.web.town import BETA, NOW, Town, named

from yidian.domains.charging.queries import books
from yidian.domains.customer_bill.queries import pending_adjustments
from yidian.domains.dispute.queries import disputes_of, open_page
from yidian.domains.dispute.types import DisputeFacts
from yidian.platform.access.approvals import approvals
from yidian.platform.writing.types import Actor
from yidian.runs.disputes.raising import dispute
from yidian.runs.explain.bill import account_bill

BILL = f"/bills/a1/{SEPTEMBER}/"
SAYS = "I was abroad for half of the month"


def rent(town: Town, account: str = "a1") -> Any:
    bill = account_bill(tenant=town.tenant(), lake=town.home / "lake", account=account, cycle=SEPTEMBER)
    return next(one for one in bill.lines if one.item.code == "RENT" and one.amount_minor > 0)


def asked(town: Town) -> DisputeFacts:
    """c1 has questioned the rent of September in the hall."""
    where = f"{BILL}lines/{rent(town).place}/dispute/"
    assert "answer within 48 hours" in read(town.customer("c1"), where)
    answer = send(town.customer("c1"), where, amount="１５．００", says=SAYS)
    assert answer.status_code == 303, plain(answer)
    [found] = disputes_of(tenant=town.tenant(), accounts=["a1"])
    assert answer["Location"] == f"/disputes/{found.number}/"
    return found


def steps_of(who: Any, where: str) -> list[str]:
    """What the slip on a page says, step by step."""
    page = who.get(where, headers={"accept-language": "en"}).content.decode()
    [slip] = re.findall(r'<div class="y-slip">\s*<ol>(.*?)</ol>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", step).split()) for step in slip.split("<li")[1:]]


def given_back(town: Town) -> list[int]:
    return [one.amount_minor for one in pending_adjustments(tenant=town.tenant())]


def principal(town: Town) -> int:
    return sum(book.balance_minor for book in books(tenant=town.tenant(), account="a1") if book.refundable)


def test_from_the_question_to_the_money(town: Town) -> None:
    line = rent(town).place
    clerk, finance, customer = town.staff("clerk-north"), town.staff("finance"), town.customer("c1")
    assert f"{BILL}lines/{line}/dispute/" in customer.get(f"{BILL}lines/{line}/").content.decode()
    before, found = principal(town), asked(town)
    mine, desk = f"/disputes/{found.number}/", f"/desk/disputes/{found.number}/"
    assert "promised by" in read(customer, mine)
    assert found.number in read(clerk, "/desk/disputes/")
    assert SAYS in read(clerk, desk)
    assert steps_of(clerk, desk) == steps_of(customer, f"{BILL}lines/{line}/") != []
    assert send(clerk, f"{desk}examine/", examine_findings="the rent ran twice").status_code == 303
    assert "the rent ran twice" not in read(customer, mine), "what staff found is staff's"
    told = {"amount": "10.00", "uphold_answer": "ten yuan were counted twice"}
    assert send(clerk, f"{desk}uphold/", **told)["Location"] == desk
    assert (given_back(town), principal(town)) == ([], before)
    assert "We are looking into it" in read(customer, mine), "nothing is promised that a second person may refuse"
    [approval] = approvals(tenant=town.tenant())
    page = read(finance, f"/desk/approvals/{approval.id}/")
    assert "ten yuan were counted twice" in page
    assert "¥20.00" in page, "double"
    assert send(finance, f"/desk/approvals/{approval.id}/decide/", answer="yes").status_code == 303
    assert (given_back(town), principal(town) - before) == ([-1_000], 1_000)
    page = read(customer, mine)
    for words in ("You were right", "¥10.00 comes back on your next bill", "Another ¥10.00", "ten yuan were counted"):
        assert words in page
    assert "settled" in read(clerk, desk)
    assert found.number in read(clerk, "/desk/disputes/?tab=ended")
    assert found.number in read(customer, "/disputes/")


def test_other_peoples_bills_and_disputes_are_not_found(town: Town) -> None:
    place = rent(town, "a2").place
    for where in (f"/bills/a2/{SEPTEMBER}/dispute/", f"/bills/a2/{SEPTEMBER}/lines/{place}/dispute/"):
        assert town.customer("c1").get(where).status_code == 404
        assert send(town.customer("c1"), where, amount="1.00", says="no").status_code == 404
    found = asked(town)
    assert town.customer("c2").get(f"/disputes/{found.number}/").status_code == 404
    assert send(town.customer("c2"), f"/disputes/{found.number}/").status_code == 404
    desk = f"/desk/disputes/{found.number}/"
    for login, status in (("clerk-south", 404), ("security", 403), ("query", 200), ("finance", 200), ("nobody", 403)):
        assert town.staff(login).get(desk).status_code == status, login
    for login, status in (("clerk-south", 404), ("query", 403), ("finance", 403)):
        assert send(town.staff(login), f"{desk}examine/", examine_findings="x").status_code == status, login
    assert found.number not in read(town.staff("clerk-south"), "/desk/disputes/")
    [still] = open_page(tenant=town.tenant(), nodes=None)
    assert still.state == "raised"


def test_another_tenants_dispute_is_not_there(town: Town) -> None:
    beta = town.tenant(BETA)
    with scope(tenant=beta):
        theirs = dispute(
            tenant=beta, lake=town.home / "lake", actor=Actor("customer", "xc1"), key="theirs", now=NOW,
            account=named("a1", BETA), cycle=SEPTEMBER, place=0, amount_minor=100, says="x",
        )  # fmt: skip
    assert town.customer("c1").get(f"/disputes/{theirs.number}/").status_code == 404
    assert town.staff("finance").get(f"/desk/disputes/{theirs.number}/").status_code == 404
    assert theirs.number not in read(town.staff("finance"), "/desk/disputes/")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"amount": "9999.00"}, "no more than was charged"), ({"amount": "0"}, "above 0"),
        ({"amount": "much"}, "not an amount"), ({"says": ""}, "This is needed"),
        ({"says": "x" * 1001}, "at most 1,000"),
    ],
)  # fmt: skip
def test_a_wrong_form_says_why_and_keeps_what_was_typed(town: Town, typed: dict[str, str], told: str) -> None:
    """In the hall and at the counter."""
    place = rent(town).place
    fields = {"amount": "7.77", "says": SAYS} | typed
    for browser, where in (
        (town.customer("c1"), f"{BILL}lines/{place}/dispute/?lang=en"),
        (town.staff("clerk-north"), f"/desk/accounts/a1/bills/{SEPTEMBER}/dispute/raise/?line={place}&lang=en"),
    ):
        answer = send(browser, where, **fields)
        assert answer.status_code == 422
        assert told in plain(answer)
        assert fields["amount"] in answer.content.decode()
    assert disputes_of(tenant=town.tenant(), accounts=["a1"]) == []


def test_the_customer_takes_it_back_until_it_is_decided(town: Town) -> None:
    found, customer, clerk = asked(town), town.customer("c1"), town.staff("clerk-north")
    mine, desk = f"/disputes/{found.number}/", f"/desk/disputes/{found.number}/"
    again = send(customer, f"{BILL}lines/{found.place}/dispute/", amount="1.00", says="again")
    assert again.status_code == 422
    assert found.number in plain(again)
    send(clerk, f"{desk}examine/", examine_findings="nothing")
    assert send(clerk, f"{desk}reject/", reject_answer="").status_code == 422
    send(clerk, f"{desk}reject/", reject_answer="you were at home")
    late = send(customer, f"{mine}?lang=en")
    assert late.status_code == 409
    assert "decided already" in plain(late)
    assert "you were at home" in read(customer, mine)
    other = send(customer, f"{BILL}dispute/", amount="1.00", says="the whole")
    whole = str(other["Location"])
    assert send(customer, whole).status_code == 303
    assert "Taken back" in read(customer, whole)


def test_of_two_clerks_the_second_sees_what_the_first_did(town: Town) -> None:
    found, clerk, supervisor = asked(town), town.staff("clerk-north"), town.staff("supervisor")
    desk = f"/desk/disputes/{found.number}/"
    send(clerk, f"{desk}examine/", examine_findings="twice")
    send(supervisor, f"{desk}reject/", reject_answer="the bill is right")
    late = send(clerk, f"{desk}uphold/?lang=en", amount="10.00", uphold_answer="we were wrong")
    assert late.status_code == 409
    assert "Somebody was first" in plain(late)
    assert "the bill is right" in plain(late)
    assert approvals(tenant=town.tenant()) == []


def test_a_whole_bill_is_given_back_by_the_item_that_was_wrong(town: Town) -> None:
    clerk = town.staff("clerk-north")
    where = f"/desk/accounts/a1/bills/{SEPTEMBER}/dispute/"
    assert "The whole bill" in read(clerk, where)
    desk = str(send(clerk, f"{where}raise/", amount="5.00", says="all of it")["Location"])
    send(clerk, f"{desk}examine/", examine_findings="the rent")
    for item, status in (("", 422), ("NOTHING", 422), ("RENT", 303)):
        answer = send(clerk, f"{desk}uphold/", amount="5.00", uphold_answer="so it is", item=item)
        assert answer.status_code == status, item
    [approval] = approvals(tenant=town.tenant())
    send(town.staff("supervisor"), f"/desk/approvals/{approval.id}/decide/", answer="yes")
    assert given_back(town) == [-500]


def test_an_answer_that_is_late_comes_first_and_says_so(town: Town) -> None:
    for hours, account in ((1, "a2"), (49, "a1")):
        whose = Actor("customer", account.replace("a", "c"))
        dispute(
            tenant=town.tenant(), lake=town.home / "lake", actor=whose, key=account, now=NOW - timedelta(hours=hours),
            account=account, cycle=SEPTEMBER, place=0, amount_minor=100, says="all of it",
        )  # fmt: skip
    first, second = open_page(tenant=town.tenant(), nodes=None)
    assert (first.account, second.account) == ("a1", "a2")
    page = read(town.staff("clerk-north"), "/desk/disputes/")
    assert "one answer is overdue" in page
    assert page.index(first.number) < page.index(second.number)
    assert "the answer was promised by" in read(town.staff("clerk-north"), f"/desk/disputes/{first.number}/")
    assert "Our answer is late" in read(town.customer("c1"), f"/disputes/{first.number}/")
    assert open_page(tenant=town.tenant(), nodes=["south"]) == []
    after = (first.promised_at, first.id)
    assert open_page(tenant=town.tenant(), nodes=None, after=after) == [second]


def test_giving_money_back_takes_a_fresh_proof(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    found, clerk, finance = asked(town), town.staff("clerk-north"), town.staff("finance")
    desk = f"/desk/disputes/{found.number}/"
    send(clerk, f"{desk}examine/", examine_findings="twice")
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=10)).isoformat())
    assert "Confirm that it is you first" in read(clerk, desk)
    told = send(clerk, f"{desk}uphold/", amount="10.00", uphold_answer="yes")
    assert told["Location"].startswith("/desk/sign-in/again/")
    monkeypatch.setenv("YIDIAN_NOW", NOW.isoformat())
    send(clerk, f"{desk}uphold/", amount="10.00", uphold_answer="yes")
    [approval] = approvals(tenant=town.tenant())
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=10)).isoformat())
    told = send(finance, f"/desk/approvals/{approval.id}/decide/", answer="yes")
    assert told["Location"].startswith("/desk/sign-in/again/")
    assert given_back(town) == []
