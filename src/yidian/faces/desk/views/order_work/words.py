"""An order in words: what was told of an item, why a step fell out, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from yidian.domains.product_order.types import EventFacts, ItemFacts
from yidian.faces.shell import figures
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.telling import told as as_read
from yidian.journeys.ordering.looking import OFFERS, Looked
from yidian.platform.wording import entries, text

SECRET: Final = frozenset({"code"})  # the donor's code is the customer's
WORDED: Final[Mapping[str, str]] = {
    "way": "STOP_WAYS_", "reason": "STOP_REASON_", "when": "ORDER_WHEN_",
    "line": "TAKING_LINE_", "donor": "TAKING_NETWORK_", "recipient": "TAKING_NETWORK_",
}  # fmt: skip
TONES: Final[Mapping[str, str]] = {
    "hold": "bad", "step.fall_out": "bad", "cancel": "bad", "reverse": "bad", "complete": "ok", "step.done": "ok",
    "step.by_hand": "act", "step.again": "act", "submit": "act", "undone": "bad", "paid": "ok", "money_returned": "act",
}  # fmt: skip
ASKS: Final = frozenset({"item.add", "item.change"})  # what they tell are fields of an item
ITEMS: Final = frozenset({"submit", "complete", "cancel", "reverse", "undone"})  # happen to items and to the whole
MONEY: Final = frozenset({"paid", "money_returned", "advance"})
Told = list[tuple[str, str]]  # label (a code), value


def reason_said(asked: Asked, reason: str, params: Mapping[str, Any]) -> str:
    """Why a step fell out. What the network's own codes say without words of ours is shown as it came."""
    if not reason:
        return ""
    if reason not in entries():
        return reason
    return text(reason, asked.lang, **as_read(asked, {name: one for name, one in params.items() if name != "note"}))


def told_of(asked: Asked, item: ItemFacts, looked: Looked) -> Told:
    """The fields of an item, each with its label."""
    return [(f"ORDER_TOLD_{name}".upper(), _value(asked, name, value, looked)) for name, value in item.told.items()]


def happened(asked: Asked, event: EventFacts, looked: Looked) -> dict[str, Any]:
    """An event: its words, of which item and step, who, and everything that was told with it."""
    items = {item.place: item for item in looked.facts.items}
    item = items.get(event.item)
    step = next((one for one in item.steps if one.place == event.step), None) if item else None
    of = "_ITEM" if event.item and not event.step and event.event in ITEMS else ""
    told, asks = event.told, event.event in ASKS
    more: Told = []
    if asks:
        fields = [(name, value) for name, value in told.items() if name not in ("deed", "subscriber")]
        more = [(f"ORDER_TOLD_{name}".upper(), _value(asked, name, value, looked)) for name, value in fields]
    if event.event in MONEY:
        more = _of_money(asked, event)
    # Why a step fell out stands at the step's own event, with what it is about.
    reason = "" if asks or event.event == "hold" else str(told.get("reason", ""))
    return {
        "at": event.at, "who": event.actor.replace(":", "/", 1),
        "words": f"ORDER_DID_{event.event}{of}".upper().replace(".", "_"),
        "item": event.item, "deed": item.deed if item else str(told.get("deed", "")),
        "step": step.name if step else str(told.get("step", "")),
        "why": reason_said(asked, reason, told), "note": str(told.get("note", "")),
        "revision": told.get("revision"), "form": told.get("form"), "more": more,
        "tone": TONES.get(event.event, ""),
    }  # fmt: skip


def _of_money(asked: Asked, event: EventFacts) -> Told:
    """The receipt or the voucher, the amount, and how it was paid."""
    told, currency = event.told, asked.tenant.currency
    paper = "ORDER_TOLD_RECEIPT" if event.event == "paid" else "ORDER_TOLD_VOUCHER"
    found: Told = [(paper, str(told["number"]))] if "number" in told else []
    if "amount_minor" in told:
        found.append(("ORDER_TOLD_AMOUNT", figures.money(int(told["amount_minor"]), currency)))
    if told.get("method"):
        found.append(("ORDER_TOLD_METHOD", text(f"PAY_BY_{told['method']}".upper(), asked.lang)))
    ahead = told.get("advances", ())
    return found + [("ORDER_TOLD_AMOUNT", f"{account} {figures.money(minor, currency)}") for account, minor in ahead]


def _value(asked: Asked, name: str, value: Any, looked: Looked) -> str:
    if isinstance(value, list):
        return ("、" if asked.lang == "zh" else ", ").join(_value(asked, name, one, looked) for one in value)
    if name in SECRET:
        return figures.masked(str(value))
    if name in OFFERS:
        zh, en = looked.offers.get(str(value), ("", ""))
        return (en if asked.lang == "en" else zh) or zh or en or str(value)
    if name == "deposit" and str(value).isdecimal():
        return figures.money(int(value), asked.tenant.currency)
    code = f"{WORDED[name]}{value}".upper() if name in WORDED else ""
    return text(code, asked.lang) if code in entries() else str(value)
