"""Adjusting a bill: alone within a limit, above it by two, a dispute always by two; entered once, never one's own."""

from __future__ import annotations

import pytest
from tests.web.desk_month.office import approval_of, plain, read, send
from tests.web.town import Town

from yidian.domains.customer_bill.queries import pending_adjustments
from yidian.domains.product_catalog.models import TariffItem

FORM = "/desk/accounts/a1/bills/2026-09/adjust/"
ENTER = f"{FORM}enter/"
FIELDS = {"item": "RENT", "way": "back", "reason": "goodwill"}


def entered(town: Town) -> list[tuple[str, int, str]]:
    return [(one.account_code, one.amount_minor, one.actor) for one in pending_adjustments(tenant=town.tenant())]


def test_within_the_limit_it_is_entered_at_once_and_once(town: Town) -> None:
    clerk = town.staff("clerk-north")
    assert "up to ¥50.00 alone" in read(clerk, FORM)
    for _ in range(2):
        answer = send(clerk, ENTER, key="the-same-form", amount="３０．００", **FIELDS)
        assert answer.status_code == 303
    assert entered(town) == [("a1", -3000, "staff/clerk-north")]
    assert "stands on the next bill of a1" in read(clerk, str(answer["Location"]))


def test_above_the_limit_somebody_else_agrees_and_it_is_done_once(town: Town) -> None:
    clerk, supervisor = town.staff("clerk-north"), town.staff("supervisor")
    asked = approval_of(send(clerk, ENTER, amount="80.00", **FIELDS))
    address = f"/desk/approvals/{asked}/"
    assert entered(town) == []
    assert "Nobody decides their own" in read(clerk, address)
    assert send(clerk, f"{address}decide/", answer="yes").status_code == 409
    assert "may do ¥50.00 alone" in read(supervisor, address)
    assert "Agree: give back ¥80.00" in read(supervisor, address)
    assert send(supervisor, f"{address}decide/", answer="yes").status_code == 303
    assert entered(town) == [("a1", -8000, "staff/clerk-north")]
    late = send(supervisor, f"{address}decide/", answer="yes")
    assert late.status_code == 409
    assert send(clerk, f"{address}decide/", answer="do").status_code == 303
    assert len(entered(town)) == 1


def test_a_refusal_needs_a_reason_and_nothing_is_entered(town: Town) -> None:
    clerk, supervisor = town.staff("clerk-north"), town.staff("supervisor")
    asked = approval_of(send(clerk, ENTER, amount="80.00", **FIELDS))
    decide = f"/desk/approvals/{asked}/decide/"
    assert send(supervisor, decide, answer="no").status_code == 422
    assert send(supervisor, decide, answer="no", reason="the bill is right").status_code == 303
    assert entered(town) == []
    assert "the bill is right" in read(clerk, f"/desk/approvals/{asked}/")


def test_what_a_customer_disputes_is_always_looked_at_by_two(town: Town) -> None:
    clerk = town.staff("clerk-north")
    assert "This line is wrong" in read(clerk, f"{FORM}?item=RENT&dispute=1")
    asked = approval_of(send(clerk, ENTER, amount="1.00", **FIELDS | {"reason": "disputed"}))
    assert "disputes it" in read(town.staff("supervisor"), f"/desk/approvals/{asked}/")
    assert entered(town) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"amount": "0"}, "above 0.00"), ({"amount": "-3"}, "above 0.00"), ({"amount": "12,3x"}, "not an amount"),
        ({"amount": "1.234"}, "more than 2 places"), ({"item": ""}, "Choose one"), ({"reason": "<b>"}, "Choose one"),
        ({"way": "sideways"}, "Choose one"), ({"item": "NOTHING"}, "NOTHING"), ({"amount": "9" * 40}, "too large"),
    ],
)  # fmt: skip
def test_a_wrong_form_says_why_and_keeps_what_was_typed(town: Town, typed: dict[str, str], told: str) -> None:
    answer = send(town.staff("clerk-north"), f"{ENTER}?lang=en", **{"amount": "7.77"} | FIELDS | typed)
    assert answer.status_code == 422
    assert told in plain(answer)
    assert f'value="{typed.get("amount", "7.77")}"' in answer.content.decode()
    assert entered(town) == []


def test_who_may_not_or_belongs_elsewhere_finds_nothing(town: Town) -> None:
    asked = approval_of(send(town.staff("clerk-north"), ENTER, amount="80.00", **FIELDS))
    for login, status in (("clerk-south", 404), ("query", 403), ("system", 403), ("finance", 200)):
        assert town.staff(login).get(FORM).status_code == status, login
    for login in ("clerk-south", "manager", "query", "system", "nobody"):
        assert town.staff(login).get(f"/desk/approvals/{asked}/").status_code == 404, login
        assert send(town.staff(login), f"/desk/approvals/{asked}/decide/", answer="yes").status_code == 404
    assert town.staff("clerk-north").get("/desk/accounts/a1/bills/2030-01/adjust/").status_code == 404
    assert entered(town) == []


def test_whoever_comes_second_sees_theirs_the_present_and_the_former(town: Town) -> None:
    clerk, first, second = town.staff("clerk-north"), town.staff("finance"), town.staff("finance-2")
    address = f"/desk/approvals/{approval_of(send(clerk, ENTER, amount='80.00', **FIELDS))}/"
    assert "Agree" in read(second, address)
    send(first, f"{address}decide/", answer="no", reason="the bill is right")
    late = send(second, f"{address}decide/?lang=en", answer="yes")
    assert late.status_code == 409
    told = plain(late)
    assert "Finance decided it before you" in told
    assert "Yours Now Before Decision agree refused asked" in told
    assert "the bill is right" in told
    assert "Agree:" not in told, "nothing is left to decide"
    assert entered(town) == []


def test_codes_are_told_by_their_names(town: Town) -> None:
    clerk = town.staff("clerk-north")
    TariffItem.objects.filter(code="RENT").update(name_zh="月租费", name_en="Monthly fee")
    send(clerk, ENTER, amount="30.00", **FIELDS)
    for lang, said in (("zh", ("月租费", "安抚客户")), ("en", ("Monthly fee", "Goodwill"))):
        block = read(clerk, "/desk/customers/c1/adjustments/", lang=lang)
        assert "RENT" not in block
        for words in said:
            assert words in block, block[-1500:]
    assert "城北分公司" in read(clerk, "/desk/customers/c1/")
    assert "Clerk-North" in block
