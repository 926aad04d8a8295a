"""What stands around every step of taking an order: the steps, what is held and until when, the mirror, the forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from yidian.domains.product_order.queries import history
from yidian.domains.product_order.types import OrderFacts
from yidian.faces.desk.views.orders.cart import Cart
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.held import kept_of, quote_of
from yidian.faces.shell.ordering.words import Told
from yidian.journeys import realname

STEPS: Final = ("identity", "items", "money", "read", "sign")


@dataclass(frozen=True, slots=True)
class Step:
    """`state`: done, now, open (can be gone to) or shut."""

    name: str
    place: int
    state: str

    @property
    def route(self) -> str:
        return f"desk:order_{self.name}"

    @property
    def words(self) -> str:
        return f"TAKING_STEP_{self.name}".upper()


@dataclass(frozen=True, slots=True)
class Version:
    """A printed form. `state`: printed, signed, void."""

    number: str
    version: int
    state: str
    at: Any


def around(asked: Asked, cart: Cart, step: str) -> dict[str, Any]:
    """For the template of a step."""
    told = Told(asked, cart.facts)
    return {
        "cart": cart, "order": cart.facts, "customer": cart.customer, "step": step,
        "steps": steps_of(cart.facts, step), "kept": kept_of(asked, cart.facts),
        "told": told, "items": [(item, told.item(item)) for item in cart.facts.items],
        "quote": quote_of(cart.facts), "versions": versions_of(asked, cart.facts),
        "room": realname.room_of(tenant=asked.tenant, customer=cart.customer.code, now=asked.now),
    }  # fmt: skip


def steps_of(facts: OrderFacts, now: str) -> list[Step]:
    signed = facts.form is not None and facts.form[2] == "signed"
    done = {
        "identity": True, "items": bool(facts.items), "money": facts.quoted, "read": facts.read_back, "sign": signed
    }  # fmt: skip
    open_ = {"identity": True, "items": True, "money": facts.quoted, "read": facts.quoted, "sign": facts.read_back}
    return [
        Step(name, place, "now" if name == now else "done" if done[name] else "open" if open_[name] else "shut")
        for place, name in enumerate(STEPS, 1)
    ]


def versions_of(asked: Asked, facts: OrderFacts) -> list[Version]:
    """Newest first: only the newest may stand, and it does not when the cart was changed after it was printed."""
    if facts.form is None:
        return []
    printed = [one for one in history(tenant=asked.tenant, number=facts.number) if one.event == "print"]
    newest, _, state = facts.form
    found = [
        Version(str(one.told.get("form", "")), place, state if place == newest else "void", one.at)
        for place, one in enumerate(printed, 1)
    ]
    return found[::-1]
