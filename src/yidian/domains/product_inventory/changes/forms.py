"""What can be wrong with a change in itself, before anything is looked up: what is wrong in a row of a file too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._rows import IDENTIFIER, LONGEST, not_on_sale
from yidian.domains.product_inventory.changes.types import (
    Change,
    GiveIdentifier,
    GiveOffer,
    MovePayer,
    OpenSubscription,
)
from yidian.domains.product_inventory.types import KINDS, POOL, KnownOffers
from yidian.kernel.calendar import FOREVER_MS, local_date

Wrong = tuple[str, str, dict[str, str | int]]  # code, column, parameters
TEXTS: Final = ("subscriber", "customer", "account", "home_area", "offer")


def note_forms(changes: Sequence[Change], known_offers: KnownOffers, faults: Faults) -> None:
    """Of each change the first thing wrong, at its place counted from 1."""
    for line, change in enumerate(changes, 1):
        for code, column, params in _wrong(change, known_offers, faults.zone):
            faults.note(code, line, column, str(getattr(change, column, "")), **params)
            break


def _wrong(change: Change, known_offers: KnownOffers, zone: str) -> Iterator[Wrong]:
    """VALUE_MISSING, TEXT_TOO_LONG, UNIT_IMPOSSIBLE, VALUE_UNKNOWN, IDENTIFIER_INVALID, OFFER_UNKNOWN,
    OFFER_NOT_ON_SALE, PERIOD_EMPTY, INSTANT_IMPOSSIBLE."""
    if not -FOREVER_MS < change.at_ms < FOREVER_MS:
        yield "INSTANT_IMPOSSIBLE", "at_ms", {}
    for name in TEXTS:
        text = getattr(change, name, None)
        if text == "" and name != "home_area":
            yield "VALUE_MISSING", name, {}
        elif text is not None and len(text) > LONGEST[name]:
            yield "TEXT_TOO_LONG", name, {"most": LONGEST[name]}
    if isinstance(change, OpenSubscription | MovePayer):
        if change.account.startswith(POOL):
            yield "ACCOUNT_CODE_RESERVED", "account", {"prefix": POOL}
        pool = change.unit.removeprefix(POOL)
        if change.unit != change.account and not (change.unit.startswith(POOL) and 0 < len(pool) <= LONGEST["pool"]):
            yield "UNIT_IMPOSSIBLE", "unit", {"unit": change.unit, "account": change.account}
    if isinstance(change, GiveIdentifier):
        if change.kind not in IDENTIFIER:
            yield "VALUE_UNKNOWN", "kind", {"allowed": ", ".join(KINDS)}
        elif not IDENTIFIER[change.kind].fullmatch(change.value):
            yield "IDENTIFIER_INVALID", "value", {"kind": change.kind}
    if isinstance(change, GiveOffer):
        wrong = not_on_sale(known_offers, change.offer, local_date(change.at_ms, zone))
        if wrong is not None:
            yield wrong[0], "offer", dict(wrong[1])
        if change.to_ms is not None and change.to_ms <= change.at_ms:
            yield "PERIOD_EMPTY", "to_ms", {"begin": str(change.at_ms)}
