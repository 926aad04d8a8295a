"""A tariff of more offers than a page can show: they are found by words, and what is chosen stays chosen."""

from __future__ import annotations

import re

import pytest
from tests.web.orders.counter import Counter

from yidian.faces.desk.views.orders import seeking
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering import offers


def options(body: str) -> list[str]:
    return re.findall(r'<option value="(\w+)"', body.partition('name="plan"')[2].partition("</select>")[0])


def test_of_many_offers_the_first_that_fit_what_is_typed(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    order = desk.cart()
    form = f"orders/{order}/items/add/?what=new.mobile"
    assert (options(desk.get(form).body), "find_plan" in desk.get(form).body) == (["M59", "M99", "SUB"], False)
    monkeypatch.setattr(seeking, "MOST", 1)
    page = desk.get(form)
    assert (options(page.body), "共 3 个" in page.text) == (["M59"], True), page.text
    assert options(desk.get(f"{form}&find_plan=m99").body) == ["M99"]
    kept = desk.get(f"{form}&find_plan=m9&plan=SUB").body
    assert (options(kept), 'value="SUB" selected' in kept) == (["SUB", "M99"], True)
    ticked = desk.get(f"{form}&find_add_ons=nothing+like+it&add_ons=NIGHT").body
    assert re.findall(r'name="add_ons" value="(\w+)"', ticked) == ["NIGHT"]
    assert desk.mobile(order, 0).status == 303, "what is chosen need not be listed"
    assert options(desk.get(f"orders/{order}/items/1/?find_plan=nothing").body) == ["M59"]


def test_only_what_is_shown_is_priced(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of tens of thousands of offers a page shows a few; what all of them cost would keep a clerk waiting."""
    monthly, priced = offers.monthly, set[str]()

    def counted(asked: Asked, offer: str) -> int | None:
        priced.add(offer)
        return monthly(asked, offer)

    monkeypatch.setattr(offers, "monthly", counted)
    order = desk.cart()
    form = f"orders/{order}/items/add/?what=new.mobile"
    desk.get(form)
    assert priced == {"M59", "M99", "SUB", "PACK", "NIGHT", "PHONE24"}, "of few all"
    priced.clear()
    monkeypatch.setattr(seeking, "MOST", 1)
    page = desk.get(f"{form}&find_plan=m99&plan=SUB").body
    ticks = re.findall(r'name="add_ons" value="(\w+)"', page)
    assert priced == {"M99", "SUB", *ticks}
    assert (len(ticks), "20" in page) == (1, True), "and what is shown is"
