"""One order on the desk: what it says, who may do what with it, and what comes of it."""

from __future__ import annotations

import re
from typing import Any

from tests.orders.hall import NUMBERS, broadband, mobile
from tests.web.desk_month.office import plain, read, send
from tests.web.order_work.shop import REFUSED, Shop
from tests.web.town import SOUTH

from yidian.domains.product_order.queries import history
from yidian.journeys.ordering import taking
from yidian.platform.access.approvals import approvals
from yidian.platform.audit.queries import entries

HOSTILE = "<script>alert(1)</script>{code}{% say %}'\";--"


def test_an_order_says_who_what_how_far_and_what_happened(shop: Shop) -> None:
    order = shop.fallen()
    page = read(shop.staff(), f"/desk/orders/{order}/")
    for words in (
        "李晓雨", "Fallen out", "New service", "13900771234", "Open in the network", "promised for", "Form signed",
        "signed", "Read back to the customer", "Completion", "Begin again", "Cancel the order",
    ):  # fmt: skip
        assert words in page, words
    assert "already" in page or "taken" in page, "the reason in words"
    assert REFUSED not in page
    assert "Reverse the order" not in page, "nothing is complete"
    shop.hall.later(hours=2)
    assert "was promised for" in read(shop.staff(), f"/desk/orders/{order}/")


def test_a_cart_leads_on_to_its_taking_and_says_what_it_costs(shop: Shop) -> None:
    shop.customer()
    cart = shop.hall.cart(("new", mobile(0, "M99")))
    clerk = shop.staff()
    assert f'href="/desk/orders/{cart}/items/"' in clerk.get(f"/desk/orders/{cart}/").content.decode()
    assert "as quoted" not in read(clerk, f"/desk/orders/{cart}/")
    quote = shop.hall.quoted(cart)
    taking.priced(**shop.hall.by, order=cart, revision=1, quote=quote.to_json())
    page = read(clerk, f"/desk/orders/{cart}/")
    assert "as quoted" in page
    assert f"{quote.this.total_minor // 100}.{quote.this.total_minor % 100:02}" in page
    assert "99.00" in page, "the next whole month"
    asked = shop.staff("query").get(f"/desk/orders/{cart}/").content.decode()
    assert f"/desk/orders/{cart}/items/" not in asked, "by whoever may take orders"


def test_what_fell_out_is_begun_again_or_was_done_past_us(shop: Shop) -> None:
    order, clerk = shop.fallen(), shop.staff()
    other = shop.act(clerk, order, "again", seen="NETWORK_DOWN")
    assert other.status_code == 409, "it fell out anew for another reason"
    assert shop.act(clerk, order, "again", seen=REFUSED, key="once-and-twice").status_code == 303
    assert shop.act(clerk, order, "again", seen=REFUSED, key="once-and-twice").status_code == 303, "the same form"
    assert shop.states(order) == ["waiting", "waiting"]
    late = shop.act(shop.staff("supervisor"), order, "by-hand", seen=REFUSED, **{"note-1-1": "done in the console"})
    assert late.status_code == 409
    assert "done in the console" not in str(history(tenant=shop.hall.tenant, number=order))
    shop.refused(order)
    for note in ("", "x" * 501, "a\x00b"):
        told = shop.act(clerk, order, "by-hand", seen=REFUSED, **{"note-1-1": note})
        assert told.status_code == 422, note[:3]
    assert shop.act(clerk, order, "by-hand", seen=REFUSED, **{"note-1-1": HOSTILE}).status_code == 303
    assert shop.hall.opened(order).state == "completed"
    page = clerk.get(f"/desk/orders/{order}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page, "kept as it was written"
    [entry] = entries(tenant=shop.hall.tenant, limit=9, operation="order.by_hand")
    assert (entry.actor_id, entry.reason) == ("clerk-north", HOSTILE)


def test_somebodys_work_is_done_or_cannot_be(shop: Shop) -> None:
    order, clerk = shop.submitted(("new", broadband())), shop.staff()
    page = read(clerk, f"/desk/orders/{order}/")
    assert "Installation on site" in page
    assert "Begin again" not in page
    for why in ("", "NETWORK_DOWN"):
        told = shop.act(clerk, order, "cannot", **{"why-1-1": why, "cannot-1-1": "no"})
        assert told.status_code == 422, why
    told = shop.act(clerk, order, "cannot", **{"why-1-1": "ORDER_CANNOT_NOBODY_THERE", "cannot-1-1": "rang twice"})
    assert told.status_code == 303
    page = read(clerk, f"/desk/orders/{order}/")
    assert "Nobody was there" in page
    assert "rang twice" in page
    assert shop.act(clerk, order, "again", seen="ORDER_CANNOT_NOBODY_THERE").status_code == 303
    assert shop.act(clerk, order, "by-hand", seen="", **{"note-1-1": "port tested"}).status_code == 303
    assert shop.hall.opened(order).state == "completed"


def test_the_page_asks_again_as_long_as_there_is_something_to_come(shop: Shop) -> None:
    def asks(page: Any) -> list[str]:
        """How often; and then by itself, so that nobody stays signed in by it."""
        body = page.content.decode()
        found = re.findall(r'<div id="order"[^>]*hx-trigger="([^"]*)"', body)
        assert body.count("X-Yidian-Alone") == len(found)
        return found

    order, clerk = shop.submitted(("new", broadband())), shop.staff()
    where = f"/desk/orders/{order}/"
    assert asks(clerk.get(where)) == ["every 30s, live"], "somebody has to go there first"
    refused = shop.act(clerk, order, "by-hand", seen="", **{"note-1-1": ""})
    assert (refused.status_code, asks(refused)) == (422, []), "what is wrong stays to be read, and what was typed"
    assert shop.act(clerk, order, "by-hand", seen="", **{"note-1-1": "port tested"}).status_code == 303
    assert asks(clerk.get(where)) == ["every 5s, live"], "the network is at it"
    shop.hall.opened(order)
    assert asks(clerk.get(where)) == []
    assert asks(clerk.get(f"/desk/orders/{shop.fallen(1)}/")) == ["every 30s, live"]


def test_who_may_do_what(shop: Shop) -> None:
    order = shop.fallen()
    note = {"seen": REFUSED, "note-1-1": "x", "why-1-1": "ORDER_CANNOT_OTHER", "cannot-1-1": "x"}
    reasons = {"cancel_reason": "x", "reverse_reason": "x"}
    for login, reading, working in (
        ("query", 200, 403), ("finance", 200, 403), ("manager", 404, 403), ("clerk-south", 404, 404),
        ("security", 403, 403), ("nobody", 403, 403),
    ):  # fmt: skip
        browser = shop.staff(login)
        assert browser.get(f"/desk/orders/{order}/").status_code == reading, login
        for act in ("again", "by-hand", "cannot", "cancel", "reverse"):
            assert shop.act(browser, order, act, **note, **reasons).status_code == working, (login, act)
    page = read(shop.staff("query"), f"/desk/orders/{order}/")
    assert "Begin again" not in page
    assert "Cancel the order" not in page
    clerk = shop.staff()
    for forged in ("O202611-999999", "o202611-000001", f"{order}x", "%00"):
        assert clerk.get(f"/desk/orders/{forged}/").status_code == 404, forged
    for step in ("1/9", "9/1", "1/2"):
        assert shop.act(clerk, order, "again", step=step, seen=REFUSED).status_code == 409, step
    assert shop.states(order) == ["fallen", "waiting"]


def test_an_order_is_cancelled_with_its_reason(shop: Shop) -> None:
    order, clerk = shop.fallen(), shop.staff()
    assert shop.act(clerk, order, "cancel", cancel_reason=" ").status_code == 422
    assert shop.act(clerk, order, "cancel", cancel_reason="changed\x07mind").status_code == 422
    assert shop.act(clerk, order, "cancel", cancel_reason=HOSTILE).status_code == 303
    assert shop.see(order).state == "cancelled", "it was refused: nothing is to be taken back"
    assert shop.act(clerk, order, "cancel", cancel_reason="again").status_code == 409
    page = clerk.get(f"/desk/orders/{order}/?lang=en")
    assert "<script>alert" not in page.content.decode()
    assert "alert(1)" in plain(page)
    assert "all it held is free" in plain(page)
    done = shop.hall.ordered(("new", mobile(1)))
    assert shop.act(clerk, done, "cancel", cancel_reason="late").status_code == 409


def test_an_order_is_reversed_by_two_people(shop: Shop) -> None:
    clerk, supervisor = shop.staff(), shop.staff("supervisor")
    shop.customer()
    order = shop.hall.ordered(("new", mobile()))
    shop.at_now()
    assert "Reverse the order" in read(clerk, f"/desk/orders/{order}/")
    assert shop.act(clerk, order, "reverse", reverse_reason="").status_code == 422
    assert shop.act(clerk, order, "reverse", reverse_reason="开错了").status_code == 303
    assert shop.see(order).state == "completed", "nobody has agreed yet"
    [asked] = approvals(tenant=shop.hall.tenant)
    page = read(clerk, f"/desk/orders/{order}/")
    assert "second person is asked" in page
    assert "Reverse the order" not in page, "asked once"
    shown = supervisor.get(f"/desk/approvals/{asked.id}/?lang=en")
    for words in ("开错了", order, "New service", "李晓雨"):
        assert words in plain(shown), words
    assert f'href="/desk/orders/{order}/"' in shown.content.decode()
    for login in ("clerk-north", "clerk-south", "finance"):
        told = send(shop.staff(login), f"/desk/approvals/{asked.id}/decide/", answer="yes")
        assert told.status_code in (404, 409), login
    assert shop.see(order).state == "completed"
    assert send(supervisor, f"/desk/approvals/{asked.id}/decide/", answer="yes").status_code == 303
    assert shop.see(order).state == "reversing"
    while shop.hall.worked(order).taken:
        pass
    assert shop.see(order).state == "reversed"
    [did] = [one for one in history(tenant=shop.hall.tenant, number=order) if (one.event, one.item) == ("reverse", 0)]
    assert (did.actor, did.told["reason"]) == ("staff:clerk-north", "开错了")
    assert [one.state for one in approvals(tenant=shop.hall.tenant, everything=True)] == ["used"]
    assert shop.act(clerk, order, "reverse", reverse_reason="again").status_code == 409
    assert approvals(tenant=shop.hall.tenant) == [], "nobody is asked for what cannot be"


def test_yesterdays_order_is_not_reversed(shop: Shop) -> None:
    shop.customer()
    order = shop.hall.ordered(("new", mobile()))
    asked = shop.act(shop.staff(), order, "reverse", reverse_reason="wrong")
    assert asked.status_code == 303
    [approval] = approvals(tenant=shop.hall.tenant)
    shop.hall.later(hours=15)
    told = send(shop.staff("supervisor"), f"/desk/approvals/{approval.id}/decide/", answer="yes")
    assert told.status_code == 303
    assert shop.see(order).state == "completed"
    assert [one.state for one in approvals(tenant=shop.hall.tenant)] == ["approved"], "the agreement is not used up"
    assert "Reverse the order" not in read(shop.staff(), f"/desk/orders/{order}/")


def test_another_branch_sees_its_own(shop: Shop) -> None:
    order = shop.fallen(who="gao", node=SOUTH)
    south = shop.staff("clerk-south")
    assert order in read(south, "/desk/orders/")
    assert read(south, f"/desk/orders/{order}/")
    assert order not in read(shop.staff(), "/desk/orders/")


def test_what_cannot_be_taken_back_is_taken_back_by_hand(shop: Shop) -> None:
    order, clerk = shop.submitted(("new", mobile())), shop.staff()
    shop.answered(order, "done")
    assert shop.act(clerk, order, "cancel", cancel_reason="no more").status_code == 303
    assert "being taken back" in read(clerk, f"/desk/orders/{order}/")
    shop.answered(order, "fall_out", reason=REFUSED)
    assert shop.states(order) == ["stuck", "spared"]
    assert "Mark as taken back" in read(clerk, f"/desk/orders/{order}/")
    assert order in read(clerk, "/desk/orders/")
    note = {"note-1-1": "closed in the console"}
    assert shop.act(clerk, order, "by-hand", seen=REFUSED, **note).status_code == 303
    assert shop.see(order).state == "cancelled"
    assert shop.hall.resource("number", NUMBERS[0])[1] == "", "what it held is free"
