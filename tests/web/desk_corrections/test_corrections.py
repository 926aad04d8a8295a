"""A correction by the pages: looked at, asked for, agreed on by a second person, borne, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django_scopes import scope
from tests.cycles.world import TARIFF
from tests.web.desk_month.office import job_of, plain, read, send, work
from tests.web.town import ALPHA, NOW, Town

from yidian.domains.customer_bill.queries import corrections
from yidian.domains.product_catalog.operations import load_tariff

NEW = "/desk/corrections/new/send/"
WHAT = {"cycle": "2026-09", "edition": "2", "offers": "PACK", "reason": "wrong_price", "comment": "typed wrongly"}


@pytest.fixture
def dearer(town: Town) -> Town:
    prices = tuple(replace(one, price_micro=3 * one.price_micro) for one in TARIFF.prices)
    with scope(tenant=town.tenant()):
        load_tariff(tenant=town.tenant(), tariff=replace(TARIFF, prices=prices), source="right.xlsx", now=NOW)
    return town


def previewed(town: Town, **fields: str) -> str:
    job_of(send(town.staff("finance"), NEW, **(WHAT | fields)))
    work(town)
    with scope(tenant=town.tenant()):
        return corrections(tenant=town.tenant())[0].number


def test_from_the_form_to_the_bill_and_back(dearer: Town) -> None:
    finance, second = dearer.staff("finance"), dearer.staff("finance-2")
    assert "Nothing was corrected" in read(finance, "/desk/corrections/")
    assert "What is corrected" in read(finance, "/desk/corrections/new/?cycle=2026-09")
    job = job_of(send(finance, NEW, **WHAT))
    work(dearer)
    assert "To the correction" in read(finance, f"/desk/jobs/{job}/")
    with scope(tenant=dearer.tenant()):
        [row] = corrections(tenant=dearer.tenant())
    assert (row.state, row.reason, row.comment) == ("previewed", "wrong_price", "typed wrongly")
    page = f"/desk/corrections/{row.number}/"
    assert row.number in read(finance, "/desk/corrections/?state=previewed")
    told = read(finance, page)
    for word in ("What it comes to", "should be", "A price was wrong", "Ask a second person"):
        assert word in told
    assert finance.get(f"{page}xlsx/").content[:2] == b"PK"
    assert send(finance, f"{page}ask/").status_code == 303
    assert "It waits for a second person" in read(finance, page)
    with scope(tenant=dearer.tenant()):
        from yidian.platform.access.approvals import approvals

        [asked] = [one for one in approvals(tenant=dearer.tenant()) if one.action == "bill.correct"]
    address = f"/desk/approvals/{asked.id}/"
    told = read(second, address)
    for word in (row.number, "correct a month", "A price was wrong", "typed wrongly"):
        assert word in told
    assert send(finance, f"{address}decide/", answer="yes").status_code == 409, "not by whoever asked"
    assert send(second, f"{address}decide/", answer="yes").status_code == 303
    assert "It counts" in read(finance, page)
    assert "更正" in read(finance, page, lang="zh")
    answer = send(finance, f"{page}withdraw/")
    assert answer.status_code == 303
    assert "It counts" in read(finance, page), "a second person is asked"
    assert send(finance, f"{page}ask/").status_code == 409


def test_what_is_only_looked_at_is_withdrawn_at_once(dearer: Town) -> None:
    finance = dearer.staff("finance")
    page = f"/desk/corrections/{previewed(dearer)}/"
    assert send(finance, f"{page}withdraw/").status_code == 303
    assert "withdrawn" in read(finance, page)
    assert send(finance, f"{page}ask/").status_code == 409


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"offers": ""}, "nothing says which bills"),
        ({"everybody": "yes"}, "everybody, and some"),
        ({"cycle": ""}, "Choose"),
        ({"reason": ""}, "Choose"),
        ({"edition": "new"}, "no edition"),
        ({"on": "soon"}, "no date"),
        ({"since": "soon"}, "no instant"),
        ({"destinations": "+852"}, "first digits"),
    ],
)
def test_what_is_left_out_or_wrong_is_said_beside_its_field(town: Town, fields: dict[str, str], words: str) -> None:
    finance = town.staff("finance")
    finance.get("/desk/?lang=en")
    answer: Any = send(finance, f"{NEW}?lang=en", **(WHAT | fields))
    assert answer.status_code == 422
    assert words.lower() in plain(answer).lower()


def test_a_job_that_chooses_nobody_says_so(town: Town) -> None:
    finance = town.staff("finance")
    nobody = {"edition": "", "offers": "PLAN", "items": "LOCAL", "until": "2026-09-01"}
    job = job_of(send(finance, NEW, **(WHAT | nobody)))
    work(town)
    assert "choose nobody" in read(finance, f"/desk/jobs/{job}/")


def test_who_may_not_correct_sees_no_form_and_no_button(dearer: Town) -> None:
    page = f"/desk/corrections/{previewed(dearer)}/"
    for login, status in (("clerk-north", 403), ("product", 403)):
        assert dearer.staff(login).get("/desk/corrections/new/").status_code == status, login
        assert dearer.staff(login).get(page).status_code in (403, 404), login
    assert ALPHA
