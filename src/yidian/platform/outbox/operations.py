"""Writing down what happened, and who wants to hear it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from django.db import connection
from django.db.models import F

from yidian.kernel.faults import BadInput, Fault, refuse
from yidian.platform.database.kept import add
from yidian.platform.outbox import targets
from yidian.platform.outbox.models import Delivery, OutboxEvent, Subscription
from yidian.platform.outbox.numbering import last_number
from yidian.platform.outbox.queries import wants
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

MAX_ATTEMPTS: Final = 24  # with the relay's pauses more than three days
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
PATTERN: Final = re.compile(r"[a-z0-9_.*-]{1,64}")
SECRET_BYTES: Final = 24
AT_ONCE: Final = 500
STATES: Final = {"pause": ("active", "paused"), "resume": ("paused", "active")}


class UnableToSubscribe(Exception):
    """SUBSCRIPTION_NAME_TAKEN: there is one of that name."""

    def __init__(self, code: str, name: str) -> None:
        self.code, self.params = code, {"name": name}
        super().__init__(f"{code}: {name}")


class Who(Protocol):
    """Who acted: an Actor of platform.writing."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...


def append(
    *,
    tenant: Tenant,
    operation: str,
    event: str,
    aggregate: str,
    payload: Mapping[str, Any],
    at: datetime,
    actor: Who,
) -> None:
    """Write one event ("payment.taken" of "account/A1") in the caller's transaction: it is told if that commits.

    Events of one aggregate are told in the order of their ids; a writer that changes an aggregate holds its row, so two
    of them cannot overtake each other. RuntimeError outside a transaction: the event could outlive what it tells.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction that makes it true")
    row = OutboxEvent(
        tenant=tenant, operation=operation, event=event, aggregate=aggregate, payload=dict(payload), at=at,
        actor=f"{actor.kind}/{actor.id}",
    )  # fmt: skip
    add([row])


def append_many(
    *,
    tenant: Tenant,
    operation: str,
    event: str,
    told: Sequence[tuple[str, Mapping[str, Any]]],
    at: datetime,
    actor: Who,
) -> None:
    """`append` for each (aggregate, payload), in order, by few statements however many they are."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction that makes it true")
    who = f"{actor.kind}/{actor.id}"
    OutboxEvent.objects.bulk_create([
        OutboxEvent(
            tenant=tenant, operation=operation, event=event, aggregate=aggregate, payload=dict(payload), at=at,
            actor=who,
        )
        for aggregate, payload in told
    ])  # fmt: skip


def subscribe(
    *,
    frame: Frame,
    name: str,
    url: str,
    secret: str,
    events: Sequence[str] = (),
    system: str = "",
    to_private: bool = False,
    max_attempts: int = MAX_ATTEMPTS,
) -> int:
    """A consumer that from now on hears events ([]: all; `payment.*`), of a `system` only what it asked for. Answers
    the subscription's id.

    BadInput with every fault of what was told; UnableToSubscribe SUBSCRIPTION_NAME_TAKEN.
    """
    faults = [] if NAME.fullmatch(name) else [Fault("SUBSCRIPTION_NAME", value=name)]
    faults += [] if not system or NAME.fullmatch(system) else [Fault("SUBSCRIPTION_NAME", value=system)]
    faults += [Fault("SUBSCRIPTION_EVENTS", value=one) for one in events if not PATTERN.fullmatch(one)]
    faults += _secret_faults(secret)
    try:
        targets.read(url, to_private=to_private)
    except BadInput as error:
        faults += error.faults
    if faults:
        raise BadInput(faults)
    if Subscription.objects.filter(tenant=frame.tenant, name=name).exists():
        raise UnableToSubscribe("SUBSCRIPTION_NAME_TAKEN", name)
    last = last_number(tenant=frame.tenant)
    row = Subscription.objects.create(
        tenant=frame.tenant, name=name, url=url, secret=secret, events=list(events), system=system,
        max_attempts=max_attempts, made_at=frame.now, heard=last,
    )  # fmt: skip
    after = {"url": url, "events": list(events), "system": system, "state": row.state}
    frame.changed("subscription", name, before=None, after=after)
    return int(row.pk)


def change_secret(*, frame: Frame, name: str, secret: str) -> None:
    """A new secret; until the next change the former one signs too, so the consumer can change over in peace."""
    row = _named(frame.tenant, name)
    if faults := _secret_faults(secret):
        raise BadInput(faults)
    row.secret, row.former_secret = secret, row.secret
    row.save(update_fields=["secret", "former_secret"])
    frame.changed("subscription", name, before={"secret": "former"}, after={"secret": "new"})


def move(*, frame: Frame, name: str, event: str) -> None:
    """`pause`: nothing is sent, everything is kept. `resume`: it goes on, at once. `end`: it hears nothing more."""
    row = _named(frame.tenant, name)
    before, after = STATES.get(event, (row.state, Subscription.State.ENDED.value))
    if row.state not in (before, after) or (row.state == Subscription.State.ENDED and event != "end"):
        raise refuse("SUBSCRIPTION_ENDED", value=name)
    was, row.state = row.state, after
    row.silent, row.silent_since, row.next_at = 0, None, None
    row.save(update_fields=["state", "silent", "silent_since", "next_at"])
    frame.changed("subscription", name, before={"state": str(was)}, after={"state": str(after)})


def replay(*, frame: Frame, name: str, first: int, last: int) -> int:
    """Tell a subscription the events numbered first … last (inclusive) again, also those that died or were from before
    its time, in their order. Answers how many. BadInput REPLAY_RANGE, SUBSCRIPTION_UNKNOWN.
    """
    if not 1 <= first <= last:
        raise refuse("REPLAY_RANGE", value=f"{first}-{last}")
    row = Subscription.objects.select_for_update().filter(pk=_named(frame.tenant, name).pk).get()
    kept = Delivery.objects.filter(subscription=row, number__gte=first, number__lte=last)
    kept.exclude(state=Delivery.State.WAITING).update(
        state=Delivery.State.WAITING, attempts=0, delivered_at=None, replays=F("replays") + 1
    )
    kept.filter(state=Delivery.State.WAITING).update(next_at=None)
    _make_missing(row, first, min(last, row.heard))
    count = int(kept.count())
    frame.changed("subscription", name, before=None, after={"replay": [first, last], "events": count})
    return count


def delivery_of(row: Subscription, event: OutboxEvent, *, previous: int, replays: int = 0) -> Delivery:
    """A delivery not yet stored."""
    return Delivery(
        tenant_id=row.tenant_id, subscription=row, event=event, aggregate=event.aggregate, number=event.number or 0,
        previous=previous, replays=replays,
    )  # fmt: skip


def _make_missing(row: Subscription, first: int, last: int) -> None:
    """Deliveries of wanted events that were never meant for the subscription before: from before its time."""
    kept = Delivery.objects.filter(subscription=row)
    there = set(kept.filter(number__gte=first, number__lte=last).values_list("number", flat=True))
    earlier = kept.filter(number__lt=first).order_by("-number").values_list("number", flat=True).first()
    previous, made = int(earlier or 0), []
    events = OutboxEvent.objects.filter(tenant_id=row.tenant_id, number__gte=first, number__lte=last)
    for event in events.order_by("number"):
        number = int(event.number or 0)
        if number not in there:
            if not wants(row, event):
                continue
            made.append(delivery_of(row, event, previous=previous, replays=1))
        previous = number
    Delivery.objects.bulk_create(made, batch_size=AT_ONCE)


def _named(tenant: Tenant, name: str) -> Subscription:
    row: Subscription | None = Subscription.objects.filter(tenant=tenant, name=name).first()
    if row is None:
        raise refuse("SUBSCRIPTION_UNKNOWN", value=name)
    return row


def _secret_faults(secret: str) -> list[Fault]:
    fits = len(secret.encode()) >= SECRET_BYTES and secret.isascii() and secret.isprintable() and len(secret) <= 128
    return [] if fits else [Fault("SUBSCRIPTION_SECRET", value=str(len(secret)))]
