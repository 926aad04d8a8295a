"""A service opened, changed and closed by another system, each by one order, up to what the network was told."""

from __future__ import annotations

from collections import Counter

from tests.openapi.shop import CANCEL, NUMBER, ORDER, PRODUCT, RESERVATION, Shop, item, mobile
from tests.orders.hall import CARDS, NUMBERS

from yidian.journeys.ordering import paying
from yidian.journeys.ordering.paying import Tender
from yidian.platform.audit.models import AuditEntry
from yidian.platform.outbox.models import OutboxEvent
from yidian.platform.outbox.numbering import number_committed
from yidian.platform.outbox.operations import replay, subscribe


def test_a_line_is_opened_changed_and_closed(shop: Shop) -> None:
    me = shop.hall.customer("li")
    taken = shop.order(mobile(), name="first")
    assert (taken.status, taken.told["state"], taken.told["externalId"]) == (201, "inProgress", "first")
    assert taken.headers["Location"].endswith(f"/tmf-api/{ORDER}/{taken.told['id']}")
    [price, later] = taken.told["orderTotalPrice"]
    assert price["billingAccount"]["id"] == shop.hall.account("li")
    assert (price["price"]["taxIncludedAmount"], later["name"]) == ({"unit": "CNY", "value": 41.3}, "2026-12")

    done = shop.opened(taken)
    assert (done["state"], done["channel"], done["completionDate"][-1]) == ("completed", [{"id": "reseller"}], "Z")
    [got] = done["productOrderItem"]
    line = got["product"]["id"]
    assert (got["deed"], got["state"], [one["state"] for one in got["step"]]) == ("new", "completed", ["done", "done"])
    assert shop.hall.open_lines() == {line: (NUMBERS[0], "none")}
    facts = shop.hall.see(done["id"])
    assert (facts.channel, facts.actor, facts.organisation) == ("reseller", "partner:shop", "north")

    shop.opened(shop.order(item("modify", "M99", line)))
    shop.opened(shop.order(item("add", "PACK", line), customer=None))  # whose it is, the subscription says
    shop.opened(shop.order(item("modify", subscriber=line, iccid=CARDS[3])))
    shop.opened(shop.order(item("modify", subscriber=line, deed="stop", way="one")))
    now = shop.get(f"{PRODUCT}/{line}").told
    assert (now["status"], now["stopReason"], now["name"]) == ("suspended", ["on_request"], "M99")
    assert sorted(one["productOffering"]["id"] for one in now["product"]) == ["M99", "PACK"]
    assert {"name": "iccid", "value": CARDS[3], "valueType": "string"} in now["productCharacteristic"]
    assert shop.hall.open_lines()[line][1] == "one"

    shop.opened(shop.order(item("modify", subscriber=line, deed="resume")))
    shop.opened(shop.order(item("delete", "PACK", line)))
    shop.opened(shop.order(item("delete", subscriber=line)))
    assert shop.hall.open_lines() == {}
    assert shop.get(f"{PRODUCT}/{line}").told["status"] == "terminated"
    assert [one["id"] for one in shop.get(f"{PRODUCT}?relatedParty.id={me}").told] == [line]
    verbs = Counter(one.command.verb for one in shop.hall.network.commands())
    assert (verbs["open"], verbs["modify"], verbs["close"]) == (1, 3, 1)


def test_states_reach_whoever_listens_under_the_name_the_system_gave(shop: Shop) -> None:
    done = shop.opened(shop.order(mobile(), name="named"))
    told = OutboxEvent.objects.filter(aggregate=f"order/{done['id']}").order_by("id")
    assert [one.event for one in told] == ["order.submitted", "order.item.completed", "order.completed"]
    for one in told:
        assert (one.payload["system"], one.payload["external_id"]) == ("shop", "named")
    assert told[2].payload["state"] == "completed"
    hooks = {name: _heard(shop, name) for name in ("shop", "south", "")}
    assert hooks == {"shop": True, "south": False, "": True}  # its own, nobody else's; the operator's hears all
    entry = AuditEntry.objects.filter(operation="order.by_system").latest("id")
    assert (entry.actor_kind, entry.actor_id) == ("partner", "shop")


def test_somebody_new_is_registered_with_the_order_by_the_document_that_was_read(shop: Shop) -> None:
    new = {
        "role": "customer", "name": "陈晓明", "phone": "13800138001", "@referredType": "Individual",
        "identification": {"identificationType": "resident_id", "identificationId": "11010519491231002X"},
    }  # fmt: skip
    line, pack = mobile(plan="M99"), item("add", "PACK") | {"productOrderItemRelationship": [{"id": "1"}]}
    done = shop.opened(shop.order(line, pack, {"action": "noChange"}, relatedParty=[new], name="newcomer"))
    [first, second, third] = done["productOrderItem"]
    assert [one["action"] for one in (first, second, third)] == ["add", "add", "noChange"]
    assert (second["deed"], second["product"]["id"]) == ("add_on", first["product"]["id"])
    assert second["productOrderItemRelationship"] == [{"id": "1", "relationshipType": "reliesOn"}]
    assert shop.hall.held(first["product"]["id"]) == ["M99", "PACK"]
    facts = shop.hall.see(done["id"])
    assert facts.check is not None
    assert shop.get(f"{ORDER}?relatedParty.id={facts.customer}").told[0]["id"] == done["id"]
    known = shop.order(mobile(1), relatedParty=[new])
    assert (known.status, known.code) == (422, "DOCUMENT_KNOWN")


def test_before_completion_an_order_is_cancelled_and_all_it_kept_is_free(shop: Shop) -> None:
    asked = shop.order(mobile())
    number = asked.told["id"]
    told = {"cancellationReason": "客户改主意", "productOrder": {"id": number}}
    first = shop.send("POST", CANCEL, told)
    assert (first.status, first.told["state"], first.told["id"]) == (201, "done", number), first.told
    assert shop.send("POST", CANCEL, told).told == first.told
    assert shop.get(f"{CANCEL}/{number}").told == first.told
    now = shop.get(f"{ORDER}/{number}").told
    assert (now["state"], now["cancellationReason"]) == ("cancelled", "客户改主意")
    assert shop.hall.resource("number", NUMBERS[0])[0] != "reserved"
    done = shop.opened(shop.order(mobile(1)))
    late = shop.send("POST", CANCEL, {"cancellationReason": "late", "productOrder": {"id": done["id"]}})
    assert (late.status, late.code) == (409, "ORDER_NOT_IN_STATE")
    assert shop.get(f"{CANCEL}/{done['id']}").status == 404


def test_a_number_is_chosen_kept_and_ordered(shop: Shop) -> None:
    found = shop.get(f"{NUMBER}?pattern=1390077****&limit=3").told
    assert [one["@type"] for one in found] == ["AvailableNumber"] * 3
    number = NUMBERS[2]
    asked = {"reservationItem": [{"appliedCapacityAmount": {"resource": [{"id": number}]}}]}
    kept = shop.send("POST", RESERVATION, asked)
    assert (kept.status, kept.told["reservationState"]) == (201, "reserved")
    assert number not in [one["id"] for one in shop.get(f"{NUMBER}?pattern={number}").told]
    assert [one["id"] for one in shop.get(RESERVATION).told] == [number]
    other = shop.at("all")
    assert (other.send("POST", RESERVATION, asked).code, other.get(f"{RESERVATION}/{number}").status) == (
        "RESOURCE_TAKEN", 404,
    )  # fmt: skip
    assert other.order(mobile(2)).code == "RESOURCE_TAKEN"
    assert shop.send("DELETE", f"{RESERVATION}/{number}").status == 204
    shop.hall.later(seconds=1)
    assert shop.send("POST", RESERVATION, asked).status == 201
    done = shop.opened(shop.order(mobile(2)))
    assert shop.hall.resource("number", number) == ("in_use", done["productOrderItem"][0]["product"]["id"])
    assert shop.get(RESERVATION).told == []


def _heard(shop: Shop, system: str) -> bool:
    """Whether a hook of a system is told of the newest event, when it is told again what it missed."""
    events = OutboxEvent.objects.order_by("-id")
    number_committed(tenant=shop.hall.tenant)
    last = int(events[0].number or 0)
    told = {"name": f"hook-{system}", "url": "https://hook.example/x", "secret": "s" * 24, "events": ["order.*"]}
    shop.hall.do(subscribe, system=system, **told)
    return int(shop.hall.do(replay, name=told["name"], first=last, last=last)) == 1


def test_an_order_with_a_deposit_waits_until_it_is_paid_at_a_till(shop: Shop) -> None:
    """The system sees that it waits, and for how much; only then it is opened."""
    hall = shop.hall
    hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, offer="LEVEL7")
    dear = item("add", "M59", line="mobile", msisdn="13900770011", iccid=CARDS[0])
    taken = shop.order(dear, mobile(1), name="dear")
    assert (taken.status, taken.told["state"], taken.told["lifecycleState"]) == (201, "pending", "at_work"), taken.told
    [due] = [one for one in taken.told["orderTotalPrice"] if one["priceType"] == "dueWithOrder"]
    assert (due["price"]["taxIncludedAmount"], due["billingAccount"]) == (
        {"unit": "CNY", "value": 200.0}, {"id": hall.account("li")}
    )  # fmt: skip
    items = taken.told["productOrderItem"]
    assert [(one["state"], one["step"][0]) for one in items] == [
        ("pending", {"name": "payment", "state": "waiting"})
    ] * 2
    order = taken.told["id"]
    assert (hall.worked().taken, hall.open_lines()) == (0, {}), "neither of the two is opened"
    for state, sees in (("pending", True), ("inProgress", False), ("pending,inProgress", True), ("held", False)):
        found = [one["id"] for one in shop.get(f"{ORDER}?state={state}").told]
        assert (order in found) == sees, (state, found)
    assert shop.order(dear, mobile(1), name="dear").told["id"] == order, "asked again it is the same order"
    paid = paying.pay(**hall.by, order=order, tender=Tender(20_000, "cash"))
    assert shop.get(f"{ORDER}/{order}").told["state"] == "inProgress"
    told = OutboxEvent.objects.get(event="order.paid").payload
    assert (told["external_id"], told["number"], told["amount_minor"]) == ("dear", paid["number"], 20_000)
    assert shop.opened(taken)["state"] == "completed"


def test_an_order_that_was_paid_and_is_cancelled_tells_that_the_money_went_back(shop: Shop) -> None:
    hall = shop.hall
    hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, offer="LEVEL7")
    order = shop.order(item("add", "M59", line="mobile", msisdn="13900770011", iccid=CARDS[0])).told["id"]
    paying.pay(**hall.by, order=order, tender=Tender(20_000, "cash"))
    asked = {"productOrder": {"id": order}, "cancellationReason": "not wanted"}
    assert shop.send("POST", CANCEL, asked).status in (200, 201)
    told = OutboxEvent.objects.get(event="order.money_returned").payload
    assert (told["order"], told["amount_minor"], told["system"]) == (order, 20_000, "shop")
