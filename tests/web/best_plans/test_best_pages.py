"""The best plan by the pages: what a customer sees, what the desk sees of them, and everybody's by a job."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django_scopes import scope
from tests.billing.desk import YUAN
from tests.cycles.world import TARIFF
from tests.web.desk_month.office import job_of, read, send, work
from tests.web.town import NOW, Town

from yidian.domains.product_catalog.operations import load_tariff
from yidian.kernel.rating.tariff import Fee, Offer, Price
from yidian.runs.best.many import kept

SINCE = date(2026, 11, 1)
CHEAPER = replace(
    TARIFF,
    offers=(*TARIFF.offers, Offer(code="NEW", name_zh="新套餐", name_en="New plan", valid_from=SINCE)),
    prices=(*TARIFF.prices,
            *(Price(offer="NEW", item=item, price_micro=1_000, per=1000, block=1, valid_from=SINCE)
              for item in ("LOCAL", "DATA"))),
    fees=(*TARIFF.fees, Fee(offer="NEW", item="RENT", amount_micro=YUAN, valid_from=SINCE)),
)  # fmt: skip


@pytest.fixture
def shop(town: Town) -> Town:
    """The town with an offer on sale since November that is cheaper than what people hold."""
    with scope(tenant=town.tenant()):
        load_tariff(tenant=town.tenant(), tariff=CHEAPER, source="t", now=NOW)
    return town


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("更合适的套餐", "新套餐", "可少付")), ("en", ("New plan", "less"))]
)
def test_a_customer_sees_what_another_offer_would_have_cost(shop: Town, lang: str, words: tuple[str, ...]) -> None:
    told = shop.customer("c1").get("/plans/", headers={"accept-language": lang})
    assert told.status_code == 200
    page = told.content.decode()
    for word in words:
        assert word in page
    home = shop.customer("c1").get("/", headers={"accept-language": lang}).content.decode()
    assert "/plans/?n=s1" in home


def test_another_customers_number_is_not_there(shop: Town) -> None:
    assert shop.customer("c1").get("/plans/?n=s2").status_code == 404
    assert shop.staff("clerk-north").get("/desk/customers/c1/plans/s2/").status_code == 404


def test_who_has_no_plan_is_told_so(shop: Town) -> None:
    assert "held no main offer" in read(shop.customer("c5"), "/plans/")


def test_the_desk_sees_the_same_from_the_customers_products(shop: Town) -> None:
    clerk = shop.staff("clerk-north")
    assert "/desk/customers/c1/plans/s1/" in clerk.get("/desk/customers/c1/products/").content.decode()
    assert "New plan" in read(clerk, "/desk/customers/c1/plans/s1/")


@pytest.mark.parametrize(("lang", "words"), [("zh", "须依附其他套餐办理"), ("en", "given only beside another offer")])
def test_a_sub_card_is_told_with_its_reason_to_who_is_alone(shop: Town, lang: str, words: str) -> None:
    card = Offer(code="CARD", name_zh="副卡", name_en="Sub card", needs=("NEW",))
    with scope(tenant=shop.tenant()):
        tariff = replace(CHEAPER, offers=(*CHEAPER.offers, card))
        load_tariff(tenant=shop.tenant(), tariff=tariff, source="t", now=NOW)
    for who, address in ((shop.customer("c1"), "/plans/"), (shop.staff("clerk-north"), "/desk/customers/c1/plans/s1/")):
        assert words in who.get(address, headers={"accept-language": lang}).content.decode()


def test_everybodys_by_a_job_and_the_list_by_a_right_of_its_own(shop: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    product = shop.staff("product")
    assert "Nobody has compared yet" in read(product, "/desk/tariffs/best/")
    assert send(product, "/desk/tariffs/best/", months="0").status_code == 422
    assert send(shop.staff("finance"), "/desk/tariffs/best/", months="2").status_code == 403
    job = job_of(send(product, "/desk/tariffs/best/", months="2"))
    work(shop)
    with scope(tenant=shop.tenant()):
        [found] = kept(tenant=shop.tenant())
    assert f"/desk/tariffs/best/{found.run}/" in product.get(f"/desk/jobs/{job}/").content.decode()
    page = read(product, f"/desk/tariffs/best/{found.run}/")
    for word in ("New plan", "revenue at risk", f"{found.told.savers}"):
        assert word in page
    assert "13800000001" not in page, "sums name nobody"
    address = f"/desk/tariffs/best/{found.run}/xlsx/"
    assert shop.staff("finance").get(address).status_code == 403
    assert "13800000001" in sheets(product.get(address))
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=10)).isoformat())
    assert product.get(address)["Location"].startswith("/desk/sign-in/again/")
    assert product.get("/desk/tariffs/best/999999/").status_code == 404


@pytest.mark.parametrize(("lang", "words"), [("zh", "套餐的业务类型不同"), ("en", "sold for another line of business")])
def test_of_whom_nothing_can_be_said_is_told_in_words(shop: Town, lang: str, words: str) -> None:
    """Everybody holds a mobile plan, and only one of fixed lines is on sale."""
    line = {"NEW": "fixed"}
    offers = tuple(
        replace(o, line_of_business=line.get(o.code, "mobile"), valid_to=None if o.code in line else SINCE)
        for o in CHEAPER.offers
    )
    with scope(tenant=shop.tenant()):
        load_tariff(tenant=shop.tenant(), tariff=replace(CHEAPER, offers=offers), source="t", now=NOW)
    product = shop.staff("product")
    send(product, "/desk/tariffs/best/", months="1")
    work(shop)
    with scope(tenant=shop.tenant()):
        [found] = kept(tenant=shop.tenant())
    assert found.told.unanswered == {"OTHER_LINE": found.told.subscribers}
    address = f"/desk/tariffs/best/{found.run}/"
    page = product.get(address, headers={"accept-language": lang}).content.decode()
    book = sheets(product.get(f"{address}xlsx/", headers={"accept-language": lang}))
    for told in (page, book):
        assert words in told
        assert "OTHER_LINE" not in told


def sheets(answer: Any) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
