"""Changes made in a frame of a test, and everything of this domain as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from tests.inventory.files import OFFERS, stored

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory.changes.types import (
    Change,
    Effect,
    GiveIdentifier,
    GiveOffer,
    OpenSubscription,
    UnableToChange,
    as_json,
    change_of,
    effect_of,
)
from yidian.domains.product_inventory.models import Subscriber, SubscriberLife, SubscriberState, SubscriberStop
from yidian.domains.product_inventory.operations import apply_changes, undo_effects
from yidian.platform.wording import LANGUAGES, text
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
_keys = count(1)


def framed(tenant: Any, work: Any) -> Any:
    return perform(
        tenant=tenant, actor=system("test"), operation="test", key=f"k{next(_keys)}", request={}, now=NOW, work=work
    ).answer


def change(
    tenant: Any, *changes: Change, terms: Mapping[str, Terms] | None = None, held_back: Mapping[str, str] | None = None,
    **quotas: int,
) -> tuple[Effect, ...]:  # fmt: skip
    """As an order does it: changes and effects go through JSON."""
    told = [change_of(as_json(one)) for one in changes]

    def work(frame: Any) -> dict[str, Any]:
        effects = apply_changes(
            frame=frame, changes=told, known_offers=OFFERS, terms=terms or {}, quotas=quotas, held_back=held_back or {}
        )
        return {"effects": [effect.as_json() for effect in effects]}

    return tuple(effect_of(one) for one in framed(tenant, work)["effects"])


def undo(tenant: Any, effects: Sequence[Effect]) -> None:
    def work(frame: Any) -> dict[str, Any]:
        undo_effects(frame=frame, effects=effects)
        return {}

    framed(tenant, work)


def refused(tenant: Any, *changes: Change, **more: Any) -> str:
    """The code for which the changes are refused; nothing of them is left."""
    before = everything()
    with pytest.raises(UnableToChange) as refusal:
        change(tenant, *changes, **more)
    assert everything() == before
    assert {"subscriber", "change"} <= refusal.value.params.keys()
    for lang in LANGUAGES:
        told = text(refusal.value.code, lang, **refusal.value.params)
        assert told != refusal.value.code, "it has words"
        assert "{" not in told, "and all that they speak of"
    return refusal.value.code


def everything() -> dict[str, set[tuple[Any, ...]]]:
    """What the tenant in scope has, in natural keys."""
    period = ("from_ms", "to_ms")
    return stored() | {
        "subscribers": set(Subscriber.objects.values_list("id", "code", "customer__code", "home_area")),
        "lives": set(SubscriberLife.objects.values_list("subscriber__code", "life", *period)),
        "stops": set(SubscriberStop.objects.values_list("subscriber__code", "reason", "ways", *period)),
        "states": set(SubscriberState.objects.values_list("subscriber__code", "state", *period)),
    }


def opening(subscriber: str, at_ms: int, **more: str) -> OpenSubscription:
    told = {"customer": "C1", "account": "ACC1", "unit": "ACC1", **more}
    return OpenSubscription(subscriber=subscriber, at_ms=at_ms, **told)


def number(subscriber: str, value: str, at_ms: int, kind: str = "msisdn") -> GiveIdentifier:
    return GiveIdentifier(subscriber=subscriber, kind=kind, value=value, at_ms=at_ms)


def offer(subscriber: str, code: str, at_ms: int, to_ms: int | None = None) -> GiveOffer:
    return GiveOffer(subscriber=subscriber, offer=code, at_ms=at_ms, to_ms=to_ms)
