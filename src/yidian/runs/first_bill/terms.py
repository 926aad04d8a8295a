"""What is promised with an offer that is given, and whether it may be given at all, as far as the catalogue says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory.types import Change, GiveOffer
from yidian.kernel.calendar import local_date
from yidian.kernel.rating.tariff import Fee, Offer, Tariff
from yidian.runs.first_bill.carried_out import CarriedOut
from yidian.runs.first_bill.people import Crowd, Had
from yidian.runs.first_bill.types import Least, OfferTerms, Penalty, UnableToQuote

PLAIN: Final = Terms()


def check_on_sale(tariff: Tariff, changes: Sequence[Change], *, held_back: Mapping[str, str]) -> None:
    """UnableToQuote OFFER_UNKNOWN, OFFER_NOT_ON_SALE, or why an offer is held back; of the first that is."""
    known = {row.code: row for row in tariff.offers}
    for place, change in enumerate(changes):
        if not isinstance(change, GiveOffer):
            continue
        row, on = known.get(change.offer), local_date(change.at_ms, tariff.zone)
        told: dict[str, str | int] = {"change": place, "subscriber": change.subscriber, "offer": change.offer}
        if row is None:
            raise UnableToQuote("OFFER_UNKNOWN", **told)
        if not row.in_force(on):
            begin, end = (str(edge or "…") for edge in (row.valid_from, row.valid_to))
            raise UnableToQuote("OFFER_NOT_ON_SALE", date=on.isoformat(), begin=begin, end=end, **told)
        if row.code in held_back:
            raise UnableToQuote(held_back[row.code], **told)


def check_needs(done: CarriedOut, terms: Mapping[str, Terms]) -> None:
    """UnableToQuote OFFER_NEEDS where at no time of it anybody of the unit holds what an offer is given beside."""
    for place, subscriber, had in done.given:
        needs = terms.get(had.what, PLAIN).needs
        if needs and not any(_beside(done.crowd, subscriber, had, need) for need in needs):
            units = [unit.what for unit in done.crowd.people[subscriber].units if unit.holds(had.from_ms)]
            raise UnableToQuote(
                "OFFER_NEEDS", change=place, subscriber=subscriber, offer=had.what, needs=", ".join(sorted(needs)),
                unit=", ".join(units),
            )  # fmt: skip


def _beside(crowd: Crowd, subscriber: str, had: Had, need: str) -> bool:
    units = [unit.what for unit in crowd.people[subscriber].units if unit.holds(had.from_ms)]
    return any(
        row.what == need and unit.what in units and max(row.from_ms, unit.from_ms, had.from_ms)
        < min(row.to_ms, unit.to_ms, had.to_ms)
        for one in crowd.people.values() for unit in one.units for row in one.holdings
    )  # fmt: skip


def terms_given(tariff: Tariff, done: CarriedOut, terms: Mapping[str, Terms]) -> tuple[OfferTerms, ...]:
    """Of each holding that the changes begin, in order of time."""
    known = {row.code: row for row in tariff.offers}
    return tuple(
        _terms(tariff, known[had.what], terms.get(had.what, PLAIN), subscriber, had)
        for _, subscriber, had in done.given
    )  # fmt: skip


def _terms(tariff: Tariff, row: Offer, told: Terms, subscriber: str, had: Had) -> OfferTerms:
    on = local_date(had.from_ms, tariff.zone)
    return OfferTerms(
        subscriber=subscriber, offer=row.code, name_zh=row.name_zh, name_en=row.name_en, from_ms=had.from_ms,
        to_ms=had.to_ms, months=told.months, ends_with=told.ends_with, stacks=told.stacks,
        needs=tuple(sorted(told.needs)), least=_least(tariff, row.code, on), penalties=_penalties(tariff, row.code, on),
    )  # fmt: skip


def _least(tariff: Tariff, offer: str, on: date) -> tuple[Least, ...]:
    return tuple(
        Least(item=row.item, amount_micro=row.amount_micro, free_cycles=row.free_cycles)
        for row in tariff.minimums if row.offer == offer and row.in_force(on)
    )  # fmt: skip


def _penalties(tariff: Tariff, offer: str, on: date) -> tuple[Penalty, ...]:
    return tuple(
        Penalty(item=row.item, amount_micro=row.amount_micro, cycles=row.term_cycles, counted=row.proration)
        for row in tariff.fees if row.offer == offer and row.charged == "leaving" and row.in_force(on)
    )  # fmt: skip


def one_off_items(tariff: Tariff) -> frozenset[str]:
    """Items that fees charge once, or on leaving, and no fee each cycle."""
    once, monthly = set[str](), set[str]()
    parts: dict[tuple[str, str], list[str]] = {}
    for part in tariff.parts:
        parts.setdefault((part.offer, part.item), []).append(part.part_item)
    for fee in tariff.fees:
        (monthly if fee.charged == "cycle" else once).update(_shown(fee, parts))
    return frozenset(once - monthly)


def _shown(fee: Fee, parts: Mapping[tuple[str, str], Sequence[str]]) -> Sequence[str]:
    return [fee.item, *parts.get((fee.offer, fee.item), ())]
