"""Every line of a bill opens on the desk to the slip that its customer sees."""

from __future__ import annotations

import re

from tests.cycles.world import SEPTEMBER
from tests.web.desk_month.office import plain
from tests.web.town import Town

from yidian.runs.explain.bill import account_bill

DESK, HALL = f"/desk/customers/c1/bills/a1/{SEPTEMBER}/", f"/bills/a1/{SEPTEMBER}/"


def slip_of(page: str) -> str:
    """What the only slip of a page says."""
    [slip] = re.findall(r'<div class="y-slip">\s*<ol>(.*?)</ol>', page, re.DOTALL)
    words = re.sub(r"<a [^>]*>[^<]*</a>", "", slip)  # the customer goes on to the events from here
    return " ".join(re.sub(r"<[^>]+>|·", " ", words).split())


def test_every_line_opens_to_what_the_customer_sees(town: Town) -> None:
    clerk, customer = town.staff("clerk-north"), town.customer("c1")
    bill = account_bill(tenant=town.tenant(), lake=town.home / "lake", account="a1", cycle=SEPTEMBER)
    page = clerk.get(DESK).content.decode()
    assert {one.kind for one in bill.lines} >= {"fee", "usage"}
    for line in bill.lines:
        where = f"lines/{line.place}/"
        assert f'hx-get="{DESK}{where}"' in page
        assert f'href="{DESK}{where}"' in page, "without a script it is a page"
        for lang in ("zh", "en"):
            told = {"accept-language": lang}
            whole = clerk.get(f"{DESK}{where}", headers=told).content.decode()
            part = clerk.get(f"{DESK}{where}", headers={**told, "HX-Request": "true"}).content.decode()
            seen = customer.get(f"{HALL}{where}", headers=told).content.decode()
            assert slip_of(part) == slip_of(whole) == slip_of(seen) != ""
            assert ("<html" in whole, "<html" in part) == (True, False)
            assert not re.search(r"\b(HALL|CUST|ADJUST)_[A-Z]", whole)
        to_dispute = f"/desk/accounts/a1/bills/{SEPTEMBER}/dispute/?line={line.place}"
        assert (f'href="{to_dispute}"' in part) == (line.amount_minor > 0)
        asks = town.staff("query").get(f"{DESK}{where}", headers={"HX-Request": "true"})
        assert slip_of(asks.content.decode())
        assert "/dispute/" not in asks.content.decode(), "who may not take disputes is not sent there"


def test_a_line_is_only_under_its_own_customer_and_bill(town: Town) -> None:
    finance = town.staff("finance")
    first = finance.get(f"{DESK}lines/1/")
    assert first.status_code == 200, plain(first)
    for where in (
        f"{DESK}lines/0/", f"{DESK}lines/999/", DESK.replace(SEPTEMBER, "2026-11") + "lines/1/",
        DESK.replace("/a1/", "/a5/") + "lines/1/", DESK.replace("/c1/", "/c5/") + "lines/1/",
    ):  # fmt: skip
        assert finance.get(where).status_code == 404, where
    assert town.staff("clerk-south").get(f"{DESK}lines/1/").status_code == 404
