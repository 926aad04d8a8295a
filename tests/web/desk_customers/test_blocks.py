"""The blocks of the customer's page with a month behind them (the other tests of the page need none)."""

from __future__ import annotations

from tests.web.town import Town

from yidian.runs.explain.bill import bills

FRAGMENT = {"HTTP_HX_REQUEST": "true"}


def test_the_blocks_tell_what_the_domains_hold(town: Town) -> None:
    clerk = town.staff("clerk-north")

    def block(name: str) -> str:
        return clerk.get(f"/desk/customers/c1/{name}/?lang=en", **FRAGMENT).content.decode()

    assert [offer for offer in ("PLAN", "PACK") if offer not in block("products")] == []
    assert [code for code in (">a1<", "s1") if code not in block("accounts")] == []
    assert "September 2026" in block("bills")
    assert "30.00" in block("payments"), "3,000 minor units at the counter"
    assert "y-table" in block("usage")
    assert "October 2026" in block("usage"), "the newest month that is rated"
    assert "y-spark" in block("months")
    assert "took a payment" in block("trail")
    assert "No adjustment" in block("adjustments")
    page = clerk.get("/desk/customers/c1/bills/a1/2026-09/?lang=en")
    assert page.status_code == 200
    assert "Lines" in page.content.decode()
    for where in ("c1/bills/a2/2026-09", "c2/bills/a1/2026-09", "c1/bills/a1/2026-13", "c1/bills/nobody/2026-09"):
        assert clerk.get(f"/desk/customers/{where}/").status_code == 404, "a bill only beside its own customer"
    bill = bills(tenant=town.tenant(), accounts=["a1"])[0]
    assert bill.number.startswith("B202609-")
    assert bill.number in block("bills")
    assert bill.number in page.content.decode()
    for asked in (bill.number, bill.number.lower(), f"{bill.cycle}/a1"):
        found = clerk.post("/desk/find/", {"q": asked}, **FRAGMENT).content.decode()
        assert '/desk/customers/c1/"' in found, "a bill's number is found"
    beyond = town.staff("clerk-south").post("/desk/find/", {"q": bill.number}, **FRAGMENT).content.decode()
    assert "/desk/customers/" not in beyond, "and nothing beyond one's reach"
