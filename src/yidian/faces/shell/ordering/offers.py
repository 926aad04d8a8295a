"""Offers to choose from when something is ordered: what is on sale, fits the line, and is paid by the month.

Of tens of thousands of offers a page shows a few: what fits is told as it stands in the catalogue, and only what is
shown is named and priced (`options`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from yidian.domains.product_catalog.types import OfferForOrder
from yidian.domains.product_inventory.types import Standing
from yidian.faces.shell import figures
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.prices import by_month, monthly

Offers = Mapping[str, OfferForOrder]


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: what is sent, what it is called, what it costs a month ("": nothing is said of that)."""

    value: str
    label: str
    monthly: str = ""


def options(asked: Asked, offers: Iterable[OfferForOrder]) -> list[Option]:
    """As they are shown."""
    return [_option(asked, one) for one in offers]


def called(asked: Asked, offer: OfferForOrder) -> str:
    """What an offer is called in the reader's language."""
    return (offer.name_en if asked.lang == "en" else offer.name_zh) or offer.name_zh or offer.code


def plans(offers: Offers, stands: Standing | None, line: str = "") -> list[OfferForOrder]:
    """Main offers for a line of business, that of the subscription where none is named; not those it has."""
    held = held_by(stands)
    fit = _fitting(offers, "main", line or line_of(offers, stands))
    return [one for one in fit if one.code not in held]


def sells(offers: Offers, line: str) -> bool:
    """Whether there is a main offer to choose for a line of business."""
    return any(True for _ in _fitting(offers, "main", line))


def add_ons(asked: Asked, offers: Offers, stands: Standing | None, line: str = "") -> list[OfferForOrder]:
    """What goes beside a main offer; what is only asked for once, as the fees of deeds are, is none of it."""
    fit = _fitting(offers, "addon", line or line_of(offers, stands))
    return [one for one in fit if by_month(asked, one.code)]


def more(asked: Asked, offers: Offers, stands: Standing | None) -> list[OfferForOrder]:
    """Add-ons that a subscription can be given now."""
    held = held_by(stands)
    return [one for one in add_ons(asked, offers, stands) if one.code not in held or one.terms.stacks]


def droppable(offers: Offers, stands: Standing | None) -> list[OfferForOrder]:
    """Add-ons that a subscription has."""
    return [offers[code] for code in sorted(held_by(stands)) if code in offers and offers[code].role == "addon"]


def held_by(stands: Standing | None) -> set[str]:
    return {one.offer for one in stands.holdings} if stands else set()


def line_of(offers: Offers, stands: Standing | None) -> str:
    """The line of business of a subscription: that of the main offer it has, else mobile."""
    held = [offers[one.offer] for one in stands.holdings if one.offer in offers] if stands else []
    return next((one.line_of_business for one in held if one.role == "main" and one.line_of_business), "mobile")


def _fitting(offers: Offers, role: str, line: str) -> Iterator[OfferForOrder]:
    """Of a role, on sale, for a line of business."""
    return (one for one in offers.values() if one.role == role and one.line_of_business in ("", line) and one.on_sale())


def _option(asked: Asked, offer: OfferForOrder) -> Option:
    amount = monthly(asked, offer.code)
    told = "" if amount is None else figures.money(amount, asked.tenant.currency)
    return Option(offer.code, called(asked, offer), told)
