"""Product orders as TMF622 tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from yidian.domains.product_order.queries import history, orders_named, origins_of
from yidian.domains.product_order.types import ItemFacts, OrderFacts, OriginFacts, lifecycle, waits_for_payment
from yidian.faces.openapi import answering
from yidian.faces.openapi.answering import CATALOG, INVENTORY, ORDERING
from yidian.faces.openapi.asking import Call
from yidian.faces.openapi.reading import ADDS, DELETES, NAMES

STATES: Final = {
    lifecycle.AT_WORK: "inProgress", lifecycle.HELD: "held", lifecycle.COMPLETED: "completed",
    lifecycle.CANCELLING: "pendingCancellation", lifecycle.CANCELLED: "cancelled",
    lifecycle.REVERSING: "pendingCancellation", lifecycle.REVERSED: "cancelled", lifecycle.PLANNED: "acknowledged",
}  # fmt: skip
PENDING: Final = "pending"  # at work, and waiting for its payment
SAID: Final = {field: name for name, field in NAMES.items()}
OFFERINGS: Final = ("plan", "offer")
UNTOLD: Final = (*OFFERINGS, "account", "customer", "check", "code")  # told elsewhere, or not to be told again
ORDER: Final = f"{ORDERING}/productOrder"
CANCEL: Final = f"{ORDERING}/cancelProductOrder"


def states_of(asked: str) -> tuple[frozenset[str], bool | None]:
    """Our states that are told by one of TM Forum's words (several with commas), none of a word there is not; and of
    those at work only (True) or not (False) those that wait for their payment, None: all."""
    named = {one.strip() for one in asked.split(",")}
    states = {ours for ours, theirs in STATES.items() if theirs in named and ours != lifecycle.PLANNED}
    waiting, at_work = PENDING in named, lifecycle.AT_WORK in states
    return frozenset(states | ({lifecycle.AT_WORK} if waiting else set())), None if waiting == at_work else waiting


def state_of(order: OrderFacts) -> str:
    """`partial`: what is complete stays, and the rest was cancelled; `pending`: it waits for its payment."""
    if order.state == lifecycle.COMPLETED and any(item.state == lifecycle.CANCELLED for item in order.items):
        return "partial"
    return PENDING if order.state == lifecycle.AT_WORK and order.waits_for_payment else STATES[order.state]


def told(call: Call, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Orders by number, the newest first."""
    found = orders_named(tenant=call.tenant, numbers=numbers)
    origins = origins_of(tenant=call.tenant, numbers=numbers)
    return [_order(call, one, origins.get(one.number)) for one in found]


def _order(call: Call, order: OrderFacts, origin: OriginFacts | None) -> dict[str, Any]:
    mine = origin is not None and origin.system == call.bearer.name
    cancelled = order.state in (lifecycle.CANCELLING, lifecycle.CANCELLED, lifecycle.REVERSING, lifecycle.REVERSED)
    ended = answering.instant(order.ended_at)
    return {
        "@type": "ProductOrder", "id": order.number, "href": answering.href(call, ORDER, order.number),
        "externalId": origin.external_id if origin and mine else None, "state": state_of(order),
        "lifecycleState": order.state, "orderDate": answering.instant(order.submitted_at or order.taken_at),
        "expectedCompletionDate": answering.instant(order.promised_at),
        "completionDate": ended if order.state == lifecycle.COMPLETED else None,
        "cancellationDate": ended if cancelled else None,
        "cancellationReason": reason_of(call, order.number)[0] if cancelled else None,
        "channel": [{"id": order.channel}],
        "relatedParty": [{"id": order.customer, "role": "customer", "@referredType": "Customer"}],
        "productOrderItem": _items(call, order, origin), "orderTotalPrice": [*_prices(order.quote), *_due(order)],
    }  # fmt: skip


def reason_of(call: Call, number: str) -> tuple[str, Any]:
    """(why, when) an order was cancelled or reversed; ("", None) where it was not."""
    for one in reversed(history(tenant=call.tenant, number=number)):
        if one.event in ("cancel", "reverse") and not one.item:
            return str(one.told.get("reason", "")), one.at
    return "", None


def _items(call: Call, order: OrderFacts, origin: OriginFacts | None) -> list[dict[str, Any]]:
    """Items as they were asked, under the ids they were asked by; of an order that people took, by their places."""
    by_place = {item.place: item for item in order.items}
    by_people = ({"id": str(one.place), "action": _action(one.deed), "place": one.place} for one in order.items)
    asked: Sequence[Mapping[str, Any]] = origin.items if origin else tuple(by_people)
    ids = {int(one["place"]): str(one["id"]) for one in asked}
    return [
        _item(call, one, by_place[one["place"]], ids) if one["place"] else _unchanged(one, order) for one in asked
    ]  # fmt: skip


def _action(deed: str) -> str:
    return "add" if deed in ADDS else "delete" if deed in DELETES else "modify"


def _unchanged(asked: Mapping[str, Any], order: OrderFacts) -> dict[str, Any]:
    return {
        "@type": "DeedItem", "@baseType": "ProductOrderItem", "id": asked["id"], "action": asked["action"],
        "quantity": 1, "state": STATES[order.state],
    }  # fmt: skip


def _item(call: Call, asked: Mapping[str, Any], item: ItemFacts, ids: Mapping[int, str]) -> dict[str, Any]:
    offering = next((str(item.told[name]) for name in OFFERINGS if item.told.get(name)), "")
    account = str(item.told.get("account", ""))
    fallen = [one for one in item.steps if one.reason]
    waits = any(waits_for_payment(one) for one in item.steps)
    state = "held" if item.state == lifecycle.AT_WORK and fallen else PENDING if waits else STATES[item.state]
    found: dict[str, Any] = {
        "@type": "DeedItem", "@baseType": "ProductOrderItem", "id": asked["id"], "action": asked["action"],
        "deed": item.deed, "quantity": 1, "state": state, "product": _product(call, item),
        "step": [
            {"name": one.name, "state": one.state} | ({"code": one.reason} if one.reason else {}) for one in item.steps
        ],
    }  # fmt: skip
    if offering:
        found["productOffering"] = answering.ref(call, f"{CATALOG}/productOffering", offering)
    if account:
        found["billingAccount"] = {"id": account}
    if item.after:
        found["productOrderItemRelationship"] = [{"id": ids[item.after], "relationshipType": "reliesOn"}]
    return found


def _product(call: Call, item: ItemFacts) -> dict[str, Any]:
    told = [
        {"name": SAID.get(name, name), "value": value, "valueType": "array" if isinstance(value, list) else "string"}
        for name, value in item.told.items()
        if name not in UNTOLD and value
    ]
    found = answering.ref(call, f"{INVENTORY}/product", item.subscriber)
    if told:
        found["productCharacteristic"] = told
    if item.told.get("customer"):
        heir = {"id": item.told["customer"], "role": "newCustomer", "@referredType": "Customer"}
        found["relatedParty"] = [heir]
    return found


def _prices(quote: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the next bills come to by the order, beside what they would be without it, by account."""
    unit = str(quote.get("currency", ""))
    found = []
    for name in ("this", "next"):
        month: Mapping[str, Any] = quote.get(name, {}) if unit else {}
        for one in month.get("accounts", []):
            difference = int(one["bill"]["total_minor"]) - int(one["now"]["total_minor"])
            found.append(
                {
                    "name": str(month["cycle"]), "priceType": "billDifference",
                    "price": {"taxIncludedAmount": answering.money(difference, unit)},
                    "billingAccount": {"id": str(one["account"])},
                }
            )  # fmt: skip
    return found


def _due(order: OrderFacts) -> list[dict[str, Any]]:
    """What is paid with the order before it begins, by account."""
    if order.due is None or not order.due.total_minor:
        return []
    sums: Counter[str] = Counter()
    for deposit in order.due.deposits:
        sums[deposit.account] += deposit.amount_minor
    for ahead in order.due.advances:
        sums[ahead.account] += ahead.amount_minor
    unit = str(order.quote.get("currency", ""))
    return [
        {
            "name": "due", "priceType": "dueWithOrder", "price": {"taxIncludedAmount": answering.money(amount, unit)},
            "billingAccount": {"id": account},
        }
        for account, amount in sorted(sums.items())
    ]  # fmt: skip


def cancellation(call: Call, order: OrderFacts) -> dict[str, Any] | None:
    """The cancellation of an order, None where nobody asked for one."""
    reason, at = reason_of(call, order.number)
    if at is None or order.state in (lifecycle.REVERSING, lifecycle.REVERSED):
        return None
    done = order.state != lifecycle.CANCELLING
    return {
        "@type": "CancelProductOrder", "id": order.number, "href": answering.href(call, CANCEL, order.number),
        "state": "done" if done else "inProgress", "cancellationReason": reason,
        "requestedCancellationDate": answering.instant(at),
        "effectiveCancellationDate": answering.instant(order.ended_at) if done else None,
        "productOrder": answering.ref(call, ORDER, order.number),
    }  # fmt: skip
