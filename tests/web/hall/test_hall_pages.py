"""The hall through its real addresses: what a customer sees of a month, line by line, and nothing of anybody else."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope
from tests.cycles.world import SEPTEMBER
from tests.web.town import Town

from yidian.domains.customer_bill.models import CustomerBill
from yidian.domains.customer_bill.queries import bills
from yidian.kernel.money import parse_micro
from yidian.platform.papers import fonts
from yidian.runs.explain.bill import account_bill
from yidian.runs.explain.slip import slip
from yidian.runs.explain.types import AccountBill

LANGUAGES = ("zh", "en")
BILL = f"/bills/a1/{SEPTEMBER}/"


def text(browser: Client, where: str, lang: str = "en", **headers: str) -> str:
    answer = browser.get(where, headers={"accept-language": lang, **headers})
    assert answer.status_code == 200, (where, answer.status_code)
    return answer.content.decode()


def told(page: str) -> str:
    """What is read of a page: without tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def bill_of(town: Town, account: str = "a1") -> AccountBill:
    with scope(tenant=town.tenant()):
        return account_bill(tenant=town.tenant(), lake=town.home / "lake", account=account, cycle=SEPTEMBER)


def yuan(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02}"


def test_home_says_what_is_to_pay_what_the_month_has_come_to_and_what_is_left(town: Town) -> None:
    with scope(tenant=town.tenant()):
        now = {one.account_code: one.total_minor for one in bills(tenant=town.tenant(), cycle="2026-10")}
    for lang, granted in (("zh", "共 60 分钟"), ("en", "of 60 min")):
        page = told(text(town.customer("c2"), "/", lang))
        assert f"¥{yuan(now['a2'])}" in page, "October is rated and not in the books: what it has come to"
        assert granted in page, "s2 and s3 share twice thirty minutes"
        assert "HALL_" not in page


def test_the_bill_adds_up_on_the_page_and_every_line_opens(town: Town) -> None:
    for lang in LANGUAGES:
        opened(town.customer("c1"), bill_of(town), lang)


def opened(browser: Client, found: AccountBill, lang: str) -> None:
    page = text(browser, BILL, lang)
    assert f"¥{yuan(found.total_minor)}" in told(page)
    assert "HALL_" not in page
    for line in found.lines:
        where = f"{BILL}lines/{line.place}/"
        assert where in page
        whole, part = text(browser, where, lang), text(browser, where, lang, **{"HX-Request": "true"})
        assert "<html" in whole
        assert "<html" not in part
        sum_of = f"¥{yuan(abs(line.amount_minor))}"
        assert sum_of in told(part)
        assert told(part) in told(whole), "the fragment is the page's own slip"
        assert "HALL_" not in whole


def test_the_events_of_a_line_are_paged_and_lead_back(town: Town) -> None:
    browser = town.customer("c1")
    found = bill_of(town)
    line = next(one for one in found.lines if one.kind == "usage" and one.events > 1)
    page = text(browser, f"{BILL}lines/{line.place}/events/")
    assert page.count('<li class="y-two">') == line.events
    assert f"{line.events} records" in told(page)
    fee = next(one for one in found.lines if one.kind == "fee")
    assert browser.get(f"{BILL}lines/{fee.place}/events/").status_code == 404


def test_the_other_number_is_shown_only_when_it_is_asked_for(town: Town) -> None:
    browser = town.customer("c1")
    assert "13900000000" not in text(browser, f"/usage/?month={SEPTEMBER}")
    assert "13900000000" in text(browser, f"/usage/?month={SEPTEMBER}&others=1&service=voice") or "13900000000" in text(
        browser, f"/usage/?month={SEPTEMBER}&others=1"
    )


def test_usage_is_filtered_by_amount_and_refuses_what_is_none(town: Town) -> None:
    browser = town.customer("c1")
    every = text(browser, f"/usage/?month={SEPTEMBER}")
    dear = text(browser, f"/usage/?month={SEPTEMBER}&least=１．００")
    assert 0 < dear.count('<li class="y-two">') < every.count('<li class="y-two">')
    wrong = browser.get(f"/usage/?month={SEPTEMBER}&least=abc", headers={"accept-language": "en"})
    assert wrong.status_code == 422
    assert "is no amount" in wrong.content.decode()
    assert text(browser, f"/usage/?month={SEPTEMBER}&least=99999").count("No usage fits") == 1


def test_usage_is_saved_as_csv_and_for_excel_with_a_name_in_any_script(town: Town) -> None:
    browser = town.customer("c1")
    answer = browser.get(f"/usage/export/?month={SEPTEMBER}&as=csv", headers={"accept-language": "zh"})
    assert answer["Content-Disposition"] == (
        f"attachment; filename=\"usage-{SEPTEMBER}.csv\"; filename*=UTF-8''%E8%AF%A6%E5%8D%95-{SEPTEMBER}.csv"
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    usage = [line for line in bill_of(town).lines if line.kind == "usage"]
    assert len(rows) == sum(line.events for line in usage)
    assert sum(parse_micro(row["amount"]) for row in rows) == sum(line.amount_micro for line in usage)
    book = browser.get(f"/usage/export/?month={SEPTEMBER}&as=xlsx")
    assert zipfile.ZipFile(io.BytesIO(book.content)).testzip() is None


def test_a_bill_is_printed_and_its_square_tells_that_it_is_ours(town: Town, client: Client) -> None:
    answer = town.customer("c1").get(f"{BILL}pdf/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    found = bill_of(town)
    assert re.fullmatch(r"B202609-\d{8}", found.number)
    assert found.number in town.customer("c1").get(BILL).content.decode()
    ask = {"no": found.number, "total": str(found.total_minor), "code": found.digest[:20]}
    spoken = ask | {"total": yuan(found.total_minor), "code": " ".join(re.findall(".{5}", found.digest[:20].upper()))}
    for good in (ask, spoken):
        page = client.get("/check/", good, headers={"accept-language": "en"}).content.decode()
        assert "ours and unchanged" in page
        assert yuan(found.total_minor) in page
    for wrong in (
        {"total": str(found.total_minor + 1)},
        {"code": "0" * 20},
        {"no": f"{SEPTEMBER}/a2"},
        {"no": f"{SEPTEMBER}/a1"},
        {"code": "1"},
    ):
        page = client.get("/check/", ask | wrong, headers={"accept-language": "en"}).content.decode()
        assert "No bill of ours" in page, wrong


def test_a_bill_that_was_printed_before_bills_had_numbers_keeps_its_name(town: Town, client: Client) -> None:
    CustomerBill.objects.filter(account__code="a1").update(number="")
    found = bill_of(town)
    assert found.number == f"{SEPTEMBER}/a1"
    ask = {"no": found.number, "total": str(found.total_minor), "code": found.digest[:20]}
    assert "ours and unchanged" in client.get("/check/", ask, headers={"accept-language": "en"}).content.decode()


def test_without_a_font_the_page_says_what_to_type(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidian.platform.papers.folders", lambda: ())
    answer = town.customer("c1").get(f"{BILL}pdf/")
    assert answer.status_code == 503
    assert fonts.REMEDY in answer.content.decode()


def test_paying_is_told_honestly_with_the_account_to_name(town: Town) -> None:
    page = told(text(town.customer("c2"), "/pay/"))
    assert "not possible yet" in page
    assert [account for account in ("a1", "a2", "a3") if account in page] == ["a2", "a3"]


def test_what_is_not_theirs_not_out_yet_or_not_there_is_the_same_page(town: Town) -> None:
    browser = town.customer("c1")
    nothing = browser.get("/no-such-page/")
    assert nothing.status_code == 404
    bills_of_others = ("", "pdf/", "lines/1/", "lines/1/events/")
    asked = [f"/bills/{account}/{SEPTEMBER}/{what}" for account in ("a2", "nobody") for what in bills_of_others]
    asked += ["/bills/a1/2026-10/", f"{BILL}lines/999/", "/bills/a1/nothing/pdf/", "/usage/?month=2099-01"]
    asked += ["/usage/?n=s2", "/usage/export/?as=exe", "/usage/export/?n=s5"]
    for where in asked:
        answer = browser.get(where)
        assert answer.status_code == 404, where
        assert told(answer.content.decode()) == told(nothing.content.decode()), where


def test_who_pays_for_a_number_of_somebody_else_does_not_read_along(town: Town) -> None:
    """s3 is made somebody else's: c2 still pays for it and sees the line, but not who was called."""
    from yidian.domains.party.models import Customer
    from yidian.domains.product_inventory.models import Subscriber

    with scope(tenant=town.tenant()):
        Subscriber.objects.filter(code="s3").update(customer=Customer.objects.get(code="c5"))
    found = bill_of(town, "a3")
    line = next(one for one in found.lines if one.kind == "usage")
    where = f"/bills/a3/{SEPTEMBER}/lines/{line.place}/"
    with scope(tenant=town.tenant()):
        lake = town.home / "lake"
        assert slip(tenant=town.tenant(), lake=lake, account="a3", cycle=SEPTEMBER, place=line.place).events
    browser = town.customer("c2")
    assert "another customer" in text(browser, f"{where}events/")
    assert text(browser, f"{where}events/").count('<li class="y-two">') == 0


BUDGETS = {"/": 60, "/bills/": 12, BILL: 20, f"{BILL}lines/1/": 48, f"/usage/?month={SEPTEMBER}": 24, "/pay/": 6}


def test_a_page_asks_the_database_no_more_than_its_budget(town: Town, django_assert_max_num_queries: Any) -> None:
    browser = town.customer("c1")
    for where, most in BUDGETS.items():
        browser.get(where)  # the tariff is read once a process
        with django_assert_max_num_queries(most, info=where) as asked:
            assert browser.get(where).status_code == 200, where
        assert len(asked) > most // 2, f"{where} asks {len(asked)}: lower its budget"
