"""A subscription as it will stand when the item of the same order that makes it is complete (BH-20: line and phone)."""

from __future__ import annotations

from yidian.domains.product_inventory.types import Held, Standing
from yidian.domains.product_order.types import DEEDS, ItemFacts, OrderFacts
from yidian.kernel.calendar import FOREVER_MS


def foreseen(order: OrderFacts, item: ItemFacts, accounts: tuple[str, ...], at_ms: int) -> Standing | None:
    """None where no item before this one makes its subscription; `id` 0: it is not there yet."""
    made = next((one for one in order.items if one.place == item.after and one.subscriber == item.subscriber), None)
    if made is None or not DEEDS[made.deed].makes:
        return None
    told = made.told
    account = str(told.get("account") or (accounts[0] if accounts else ""))
    numbers = {"msisdn": told.get("number"), "login": told.get("login"), "iccid": told.get("card")}
    add_ons = told.get("add_ons")
    codes = [str(told["plan"]), *(add_ons if isinstance(add_ons, list) else [])]
    return Standing(
        id=0, code=item.subscriber, customer=order.customer, home_area=str(told.get("area", "")), life="in_use",
        reasons=(), billing_state="active", account=account, unit=account,
        identifiers={kind: (str(value),) for kind, value in numbers.items() if value},
        holdings=tuple(Held(code, at_ms, FOREVER_MS) for code in codes),
    )  # fmt: skip
