"""A tariff on its way to sale, by the pages: a fault named, a draft made, tried, confirmed, published, launched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scope
from tests.web.desk_month.office import job_of, read, send, work
from tests.web.desk_tariffs.office import drafted, waiting, workbook
from tests.web.town import Town

from yidian.domains.product_catalog import queries


def upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())


def facts(town: Town, number: int) -> Any:
    with scope(tenant=town.tenant()):
        return queries.tariff_draft(tenant=town.tenant(), number=number)


def step(town: Town, who: str, number: int, event: str, **fields: str) -> Any:
    return send(town.staff(who), f"/desk/tariffs/{number}/{event}/", **fields)


def test_from_a_faulty_workbook_to_an_offer_on_sale(town: Town, tmp_path: Path) -> None:
    product = town.staff("product")
    told = {"title": "涨五元", "policy": "月费加五元，因为成本"}
    wrong = send(
        product, "/desk/tariffs/new/send/?lang=en", **told, file=upload(workbook(tmp_path / "x.xlsx", wrong=True))
    )
    assert wrong.status_code == 422
    for word in ("prices", "about one", "price", "涨五元"):
        assert word in wrong.content.decode()
    sent = send(product, "/desk/tariffs/new/send/", **told, file=upload(workbook(tmp_path / "x.xlsx")))
    assert (sent.status_code, sent["Location"]) == (303, "/desk/tariffs/1/")
    page = read(product, "/desk/tariffs/1/")
    for word in ("涨五元", "31.00 → 36.00", "Confirm for the operator", "Try it"):
        assert word in page, page

    job = job_of(step(town, "product", 1, "try", cycle="2026-10"))
    work(town)
    assert "See the trial" in read(product, f"/desk/jobs/{job}/")
    page = read(product, "/desk/tariffs/1/trials/1/")
    assert "nothing was booked" in page
    assert "+" in page
    assert read(town.staff("finance"), "/desk/tariffs/1/trials/1/").count("a1") > 0
    assert " a1 " not in page, "who may not read bills is not told whose they are"

    assert step(town, "product", 1, "confirm-product").status_code == 303
    assert step(town, "product", 1, "confirm-partner").status_code == 409, "two people"
    assert step(town, "finance", 1, "confirm-partner").status_code == 303
    version = facts(town, 1).version
    assert step(town, "product", 1, "configure-crm", version="0" * 12).status_code == 409
    for system in ("catalogue", "crm", "billing"):
        assert step(town, "finance", 1, f"configure-{system}", version=version).status_code == 303
    asked = step(town, "product", 1, "publish")
    assert (asked.status_code, facts(town, 1).state) == (303, "configured"), "it takes a second person"


def test_a_second_person_publishes_by_agreeing_and_the_sample_blocks_or_opens_the_launch(town: Town) -> None:
    from tests.launch.way import LI, Way

    number = drafted(town)
    way = Way.__new__(Way)
    way.tenant, way.number = town.tenant(), number
    with scope(tenant=town.tenant()):
        way.do("confirm_product").do("confirm_partner", LI)
        for event in ("configure_catalogue", "configure_crm", "configure_billing"):
            way.do(event)
    answer = step(town, "product", number, "publish")
    assert answer.status_code == 303
    approval = waiting(town)
    agreed = send(town.staff("product-2"), f"/desk/approvals/{approval}/decide/", answer="yes")
    assert agreed.status_code == 303, agreed.content.decode()
    assert facts(town, number).state == "published"
    with scope(tenant=town.tenant()):
        assert queries.offers_held_back(tenant=town.tenant()) == {"PLAN": "OFFER_NOT_ON_SALE_YET"}
    assert step(town, "product", number, "launch").status_code == 409

    job_of(step(town, "finance", number, "test", cycle="2026-10", size="10", threshold="100", amount="1.00"))
    work(town)
    found = facts(town, number)
    assert (found.state, found.steps[-1].event) == ("published", "test_failed"), "the month costs five yuan more"
    assert "SAMPLE_BILL_CHANGES" in found.steps[-1].evidence["reasons"]
    assert "more than the tolerance" in read(town.staff("product"), f"/desk/tariffs/{number}/")
    job_of(step(town, "finance", number, "test", cycle="2026-10", size="10", threshold="１００％", amount="￥５０"))
    work(town)
    assert facts(town, number).state == "tested", facts(town, number).steps[-1].evidence
    assert step(town, "product", number, "launch").status_code == 303
    with scope(tenant=town.tenant()):
        assert queries.offers_held_back(tenant=town.tenant()) == {}
