"""An order as a system sends it, as deeds: TM Forum's four actions are coarser than what is done at a counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from yidian.domains.party.types import GUARDIAN, ORGANISATION, PERSON, PROXY, RESPONSIBLE, Acting, Shown
from yidian.domains.product_order.types import DEEDS
from yidian.faces.openapi.asked import AskedItem, AskedOrder, RelatedParty
from yidian.faces.openapi.errors import UnableToServe, Wrong
from yidian.journeys.ordering.by_system import Asked, Want, Whose

ACTIONS: Final = {"proxy": PROXY, "guardian": GUARDIAN, "responsible": RESPONSIBLE}
NAMES: Final = {"msisdn": "number", "iccid": "card", "imei": "device"}  # characteristic → field of a deed
OWN: Final = frozenset({*NAMES.values(), "plan", "offer", "account", "customer", "check"})  # never a characteristic
MODIFIES: Final[Mapping[frozenset[str], str]] = {  # what alone is told of a subscription that is modified
    frozenset({"number"}): "number_change", frozenset({"card"}): "card_swap",
    frozenset({"address", "port"}): "relocation",
}  # fmt: skip
ADDS: Final = frozenset({"new", "port_in", "add_on", "contract"})
DELETES: Final = frozenset({"drop_on", "terminate", "port_out"})
DEEDS_OF: Final = {"add": ADDS, "delete": DELETES, "modify": DEEDS.keys() - ADDS - DELETES, "noChange": frozenset()}


def asked_of(order: AskedOrder, *, holder: Callable[[str], str]) -> Asked:
    """What is wanted. `holder`: whose a subscription (code) is, "" nobody's. UnableToServe 400 with every fault."""
    faults: list[Wrong] = []
    wants, names = [], set[str]()
    for n, item in enumerate(order.product_order_item):
        place = f"productOrderItem[{n}]"
        if item.id in names:
            faults.append(Wrong("API_ITEM_TWICE", f"{place}.id", {"id": item.id}))
        names.add(item.id)
        wants.append(_want(order, item, place, faults))
    whose = _whose(order, wants, holder, faults)
    if not any(one.deed for one in wants) and not faults:
        faults.append(Wrong("API_NOTHING_ASKED", "productOrderItem"))
    if faults:
        raise UnableToServe(400, *faults)
    return Asked(external_id=order.external_id, whose=whose, wants=tuple(wants))


def _want(order: AskedOrder, item: AskedItem, place: str, faults: list[Wrong]) -> Want:
    told = _characteristics(item, place, faults)
    after = next((one.id for one in item.product_order_item_relationship), "")
    subscriber = (item.product.id or "") if item.product else ""
    deed = item.deed or ("" if item.action == "noChange" else _deed(item, told, bool(subscriber or after)))
    if item.action != "noChange" and not deed:
        faults.append(Wrong("API_DEED_UNCLEAR", place, {"action": item.action}))
    elif deed and deed not in DEEDS_OF[item.action]:
        faults.append(Wrong("API_DEED_UNFIT", f"{place}.deed", {"deed": deed[:40], "action": item.action}))
    elif deed:
        _refer(order, item, deed, told)
    return Want(name=item.id, action=item.action, deed=deed, told=told, subscriber=subscriber, after=after)


def _characteristics(item: AskedItem, place: str, faults: list[Wrong]) -> dict[str, object]:
    told: dict[str, object] = {}
    for one in item.product.product_characteristic if item.product else ():
        name = NAMES.get(one.name, one.name)
        if one.name in OWN or name in told:
            where = f"{place}.product.productCharacteristic.{one.name}"
            faults.append(Wrong("API_CHARACTERISTIC", where, {"name": one.name}))
        told[name] = one.value if isinstance(one.value, list) else str(one.value)
    return told


def _deed(item: AskedItem, told: Mapping[str, object], exists: bool) -> str:
    """What action and product say by themselves; "" where they do not."""
    if item.action == "add":
        return "add_on" if exists else "port_in" if "donor" in told else "new"
    if item.action == "delete":
        return "drop_on" if item.product_offering else "terminate"
    if item.product_offering:
        return "plan_change"
    return MODIFIES.get(frozenset(told), "")


def _refer(order: AskedOrder, item: AskedItem, deed: str, told: dict[str, object]) -> None:
    """What TM Forum names beside the product goes into the fields of the deed that has them; what it has not is left
    to be refused there. An account of the whole order is of the items that take one."""
    fields = {one.name for one in DEEDS[deed].fields}
    if item.product_offering:
        told["offer" if "offer" in fields else "plan"] = item.product_offering.id
    account = item.billing_account or (order.billing_account if "account" in fields else None)
    if account:
        told["account"] = account.id
    party = item.product.related_party[0] if item.product and item.product.related_party else None
    if party is not None and party.role == "newCustomer" and party.id:
        told["customer"] = party.id


def _whose(order: AskedOrder, wants: list[Want], holder: Callable[[str], str], faults: list[Wrong]) -> Whose:
    parties = {one.role: (n, one) for n, one in enumerate(order.related_party)}
    if len(parties) < len(order.related_party) or "newCustomer" in parties:
        faults.append(Wrong("API_PARTIES", "relatedParty"))
        return Whose()
    acting = next((one for role, one in parties.items() if role in ACTIONS), None)
    if "customer" not in parties:
        codes = {holder(one.subscriber) for one in wants if one.subscriber} - {""}
        if len(codes) == 1:
            return Whose(code=codes.pop())
        faults.append(Wrong("API_CUSTOMER_UNTOLD", "relatedParty"))
        return Whose()
    n, party = parties["customer"]
    if not party.id and not (party.name and party.identification):
        faults.append(Wrong("API_CUSTOMER_UNTOLD", f"relatedParty[{n}]"))
    return Whose(
        code=party.id or "", shown=_shown(party), name=party.name or "", phone=party.phone or "",
        kind=ORGANISATION if party.party_type == "organisation" else PERSON, address=party.address or "",
        acting=_acting(*acting, faults) if acting else None,
    )  # fmt: skip


def _shown(party: RelatedParty) -> Shown | None:
    one = party.identification
    until: date | None = one.valid_until if one else None
    return Shown(one.identification_type, one.identification_id, until) if one else None


def _acting(n: int, party: RelatedParty, faults: list[Wrong]) -> Acting | None:
    shown = _shown(party)
    if shown is None:
        faults.append(Wrong("API_FIELD_MISSING", f"relatedParty[{n}].identification"))
        return None
    return Acting(ACTIONS[party.role], party.name or "", shown, party.phone or "")
