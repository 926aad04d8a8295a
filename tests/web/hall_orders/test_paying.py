"""A premium number ordered on the web: what is due is told and signed, paid in a hall, and only then opened."""

from __future__ import annotations

from tests.web.hall_orders.visitor import Visitor, cart_at

NEW = "/do/new/mobile/"


def test_a_number_with_a_deposit_waits_for_the_till(li: Visitor) -> None:
    li.hall.level("7", min_spend="88", months="24", deposit="200", deposit_months="12", penalty_ppm="300000",
                  kept_pays="no", transfer_restarts="yes", name="AABB", offer="LEVEL7")  # fmt: skip
    dear = li.get(f"{NEW}?pattern=AABB").body
    order = cart_at(li.send(NEW, plan="M59", number=dear.split('name="number" value="')[1][:11]))
    page = li.get(f"/orders/{order}/check/").text
    assert [one for one in ("To be paid now: ¥200.00", "in a business hall", "12") if one not in page] == [], page
    assert li.signs(order).where == f"/orders/{order}/"
    facts = li.see(order)
    assert [step.name for step in facts.items[0].steps][:2] == ["payment", "accept"]
    mine = li.get(f"/orders/{order}/").text
    assert ("Waiting for your payment of ¥200.00" in mine, "waiting for your payment" in mine) == (True, True), mine
    assert "等您缴费 ¥200.00" in _zh(li, order)
    assert li.hall.worked(order).taken == 0
    paper = li.get(f"/orders/{order}/form/")
    assert (paper.status, paper.kind) == (200, "application/pdf")
    desk = li.counter.get(f"orders/{order}/")
    assert "订单等待收款 ¥200.00" in desk.text
    assert li.counter.send(f"orders/{order}/pay/", method="cash", amount="200", again="200").status == 303
    mine = li.get(f"/orders/{order}/").text
    assert ("You paid ¥200.00" in mine, "R202611-" in mine) == (True, True), mine
    assert li.hall.opened(order).state == "completed"
    assert [one[2:] for one in li.hall.deposits()] == [(20_000, 12)]


def test_who_changes_their_mind_gets_it_back(li: Visitor) -> None:
    li.hall.level("7", min_spend="88", months="24", deposit="200", deposit_months="12", penalty_ppm="300000",
                  kept_pays="no", transfer_restarts="yes", name="AABB", offer="LEVEL7")  # fmt: skip
    dear = li.get(f"{NEW}?pattern=AABB").body
    order = cart_at(li.send(NEW, plan="M59", number=dear.split('name="number" value="')[1][:11]))
    li.signs(order)
    assert li.counter.send(f"orders/{order}/pay/", method="cash", amount="200", again="200").status == 303
    assert li.send(f"/orders/{order}/cancel/").status == 303
    mine = li.get(f"/orders/{order}/").text
    assert ("¥200.00 was given back" in mine, "F202611-000001" in mine) == (True, True), mine
    again = li.counter.send(f"orders/{order}/pay/", method="cash", amount="200", again="200")
    assert again.status == 409, again.text


def _zh(li: Visitor, order: str) -> str:
    return li.get(f"/orders/{order}/", **{"accept-language": "zh"}).text


def test_what_the_office_does_not_accept_is_given_back(li: Visitor) -> None:
    li.hall.level("7", min_spend="88", months="24", deposit="200", deposit_months="12", penalty_ppm="300000",
                  kept_pays="no", transfer_restarts="yes", name="AABB", offer="LEVEL7")  # fmt: skip
    dear = li.get(f"{NEW}?pattern=AABB").body
    order = cart_at(li.send(NEW, plan="M59", number=dear.split('name="number" value="')[1][:11]))
    li.signs(order)
    assert li.counter.send(f"orders/{order}/pay/", method="cash", amount="200", again="200").status == 303
    told = {"why-1-2": "ORDER_CANNOT_IDENTITY", "cannot-1-2": "证件不清"}
    assert li.counter.send(f"orders/{order}/steps/1/2/cannot/", **told).status == 303
    assert li.see(order).state == "cancelled"
    assert "¥200.00 was given back" in li.get(f"/orders/{order}/").text
