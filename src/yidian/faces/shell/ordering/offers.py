"""Offers to choose from when something is ordered: what is on sale, fits the line, and is paid by the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yidian.domains.product_catalog.types import OfferForOrder
from yidian.domains.product_inventory.types import Standing
from yidian.faces.shell import figures
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.prices import monthly

Offers = Mapping[str, OfferForOrder]


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: what is sent, what it is called, what it costs a month ("": nothing is said of that)."""

    value: str
    label: str
    monthly: str = ""


def plans(asked: Asked, offers: Offers, stands: Standing | None, line: str = "") -> list[Option]:
    """Main offers for a line of business, that of the subscription where none is named; not those it has."""
    fit, held = line or line_of(offers, stands), held_by(stands)
    return [
        _option(asked, one) for one in offers.values()
        if one.role == "main" and one.on_sale() and one.line_of_business in ("", fit) and one.code not in held
    ]  # fmt: skip


def add_ons(asked: Asked, offers: Offers, stands: Standing | None, line: str = "") -> list[Option]:
    """What goes beside a main offer; what is only asked for once, as the fees of deeds are, is none of it."""
    fit = line or line_of(offers, stands)
    found = (
        _option(asked, one) for one in offers.values()
        if one.role == "addon" and one.on_sale() and one.line_of_business in ("", fit)
    )  # fmt: skip
    return [one for one in found if one.monthly]


def more(asked: Asked, offers: Offers, stands: Standing | None) -> list[Option]:
    """Add-ons that a subscription can be given now."""
    held = held_by(stands)
    return [one for one in add_ons(asked, offers, stands) if one.value not in held or offers[one.value].terms.stacks]


def droppable(asked: Asked, offers: Offers, stands: Standing | None) -> list[Option]:
    """Add-ons that a subscription has."""
    mine = [offers[code] for code in sorted(held_by(stands)) if code in offers and offers[code].role == "addon"]
    return [_option(asked, one) for one in mine]


def held_by(stands: Standing | None) -> set[str]:
    return {one.offer for one in stands.holdings} if stands else set()


def line_of(offers: Offers, stands: Standing | None) -> str:
    """The line of business of a subscription: that of the main offer it has, else mobile."""
    held = [offers[one.offer] for one in stands.holdings if one.offer in offers] if stands else []
    return next((one.line_of_business for one in held if one.role == "main" and one.line_of_business), "mobile")


def _option(asked: Asked, offer: OfferForOrder) -> Option:
    name = (offer.name_en if asked.lang == "en" else offer.name_zh) or offer.name_zh or offer.code
    amount = monthly(asked, offer.code)
    return Option(offer.code, name, "" if amount is None else figures.money(amount, asked.tenant.currency))
