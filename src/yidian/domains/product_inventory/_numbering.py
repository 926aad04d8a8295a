"""Ids for new subscriptions and units: none is given twice, not even after what had it was taken back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max
from django_scopes import scopes_disabled

from yidian.domains.party.operations import next_sequence
from yidian.domains.product_inventory.models import RatingUnit, Subscriber, UndoneSubscriber
from yidian.platform.identity import make_id, sequence_of


def ids_of_subscribers(codes: Iterable[str]) -> dict[str, int]:
    """An id for each code, in their order; call it after `hold_numbering`."""
    with scopes_disabled():
        gone = UndoneSubscriber.objects.aggregate(newest=Max("id"))["newest"]
    first = max(next_sequence(Subscriber), 0 if gone is None else sequence_of(gone) + 1)
    return {code: make_id(n, code) for n, code in enumerate(codes, first)}


def ids_of_units(codes: Iterable[str]) -> dict[str, int]:
    """The same of rating units."""
    return {code: make_id(n, code) for n, code in enumerate(codes, next_sequence(RatingUnit))}
