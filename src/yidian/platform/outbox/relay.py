"""The relay: committed events → deliveries of each subscription → the consumers, in order per aggregate.

At least once: an event that was taken but whose record is lost (killed in between) is sent again with the same id. Of
one aggregate only the first waiting event is tried, so the later ones never overtake it. A consumer that does not
answer makes the whole subscription wait, longer each time and for as many days as it takes; nothing dies of that. An
event that is answered with a refusal counts its attempts and dies at `max_attempts`; then those behind it go on.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from yidian.platform.backoff import wait_before
from yidian.platform.clock import Clock
from yidian.platform.leases import from_now
from yidian.platform.outbox import cloudevents, posting, signing
from yidian.platform.outbox.models import Delivery, OutboxEvent, Subscription
from yidian.platform.outbox.numbering import number_committed
from yidian.platform.outbox.operations import delivery_of
from yidian.platform.outbox.posting import Answer, Kind
from yidian.platform.outbox.queries import wants
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant

LEASE: Final = timedelta(seconds=60)  # more than the longest exchange: renewed before each
FIRST: Final = timedelta(seconds=5)
MOST_EVENT: Final = timedelta(hours=6)  # 24 attempts with these span more than three days
MOST_SILENT: Final = timedelta(minutes=30)
AT_ONCE: Final = 200


@dataclass(slots=True)
class Relayed:
    """What one pass did. `silent` counts subscriptions whose consumer did not answer."""

    numbered: int = 0
    taken: int = 0
    refused: int = 0
    dead: int = 0
    silent: int = 0

    @property
    def moved(self) -> int:
        return self.numbered + self.taken + self.refused + self.dead


class UnableToServe(Exception):
    """SUBSCRIPTION_TAKEN_OVER: another relay serves the subscription; what this one learned is not recorded."""

    code = "SUBSCRIPTION_TAKEN_OVER"

    def __init__(self, name: str) -> None:
        self.params = {"subscription": name}
        super().__init__(f"{name}: another relay serves it")


@dataclass(frozen=True, slots=True)
class Relay:
    """`owner` names this process; `budget_s` bounds what one pass gives to one subscription."""

    tenant: Tenant
    clock: Clock
    owner: str
    to_private: bool
    stop: threading.Event
    budget_s: float = 20.0
    deadline_s: float = posting.DEADLINE_S

    def run(self) -> Relayed:
        """One pass over all active subscriptions."""
        did = Relayed(numbered=number_committed(tenant=self.tenant))
        active = Subscription.objects.filter(tenant=self.tenant, state=Subscription.State.ACTIVE)
        for row in active.order_by("id"):
            if self.stop.is_set():
                break
            mine = self._claim(row)
            if mine is not None:
                try:
                    self._serve(mine, did)
                    self._let_go(mine)
                except UnableToServe:
                    continue
        return did

    def _claim(self, row: Subscription) -> Subscription | None:
        """Take the subscription's lease; None while another relay holds it."""
        free = Subscription.objects.filter(pk=row.pk, fence=row.fence, state=Subscription.State.ACTIVE).filter(
            Q(relay_until__isnull=True) | Q(relay_until__lt=Now())
        )
        if not free.update(relay=self.owner, relay_until=from_now(LEASE), fence=F("fence") + 1):
            return None
        row.refresh_from_db()
        return row

    def _let_go(self, row: Subscription) -> None:
        Subscription.objects.filter(pk=row.pk, fence=row.fence).update(relay_until=None)

    def _serve(self, row: Subscription, did: Relayed) -> None:
        while self._hear(row):
            pass
        until_s = self.clock.elapsed_s() + self.budget_s
        while not (row.silent and row.next_at and row.next_at > self.clock.now()):
            due = self._due(row)
            for delivery in due:
                if self.stop.is_set() or self.clock.elapsed_s() > until_s:
                    return
                self._record(row, delivery, self._send(row, delivery), did)
                if row.silent:
                    did.silent += 1
                    return
            if not due:
                return

    def _hear(self, row: Subscription) -> bool:
        """Make deliveries of the events numbered since the last look; False when all are considered."""
        with transaction.atomic():
            self._own(row)
            # In the order of numbers: below a number that is there nothing appears later.
            rows = OutboxEvent.objects.filter(tenant=self.tenant, number__gt=row.heard).order_by("number")
            new = list(rows[:AT_ONCE])
            made = []
            for event in new:
                number = int(event.number or 0)
                if wants(row, event):
                    made.append(delivery_of(row, event, previous=row.latest))
                    row.latest = number
                row.heard = number
            Delivery.objects.bulk_create(made)
            self._keep(row, heard=row.heard, latest=row.latest)
        return len(new) == AT_ONCE

    def _due(self, row: Subscription) -> list[Delivery]:
        """The first waiting delivery of each aggregate, where its pause is over: the longest untried first."""
        waiting = Delivery.objects.filter(subscription=row, state=Delivery.State.WAITING)
        earlier = waiting.filter(aggregate=OuterRef("aggregate"), number__lt=OuterRef("number"))
        heads = waiting.filter(~Exists(earlier)).filter(Q(next_at__isnull=True) | Q(next_at__lte=self.clock.now()))
        ordered = heads.select_related("event").order_by(F("tried_at").asc(nulls_first=True), "number")
        return list(ordered[:AT_ONCE])

    def _send(self, row: Subscription, delivery: Delivery) -> Answer:
        self._keep(row)
        body = cloudevents.body_of(tenant=self.tenant, delivery=delivery)
        secrets = [secret for secret in (row.secret, row.former_secret) if secret]
        headers = {
            "Content-Type": cloudevents.CONTENT_TYPE,
            "User-Agent": "Yidian-Webhook/1",
            "Yidian-Attempt": str(delivery.attempts + 1),
            signing.HEADER: signing.signature(secrets=secrets, body=body, at=self.clock.now()),
        }
        answer = posting.post(
            row.url, body=body, headers=headers, to_private=self.to_private, deadline_s=self.deadline_s
        )
        point("outbox.sent")
        return answer

    def _record(self, row: Subscription, delivery: Delivery, answer: Answer, did: Relayed) -> None:
        now = self.clock.now()
        changed: dict[str, Any] = {"tried_at": now, "answer": answer.code}
        if answer.kind is Kind.TAKEN:
            changed |= {"state": Delivery.State.DELIVERED, "delivered_at": now}
        else:
            # Silence counts against the event only if the consumer answered until now: what makes it fall over dies at
            # last, what merely waits for a consumer that is away does not.
            counted = answer.kind is Kind.REFUSED or row.silent == 0
            attempts = delivery.attempts + counted
            pause = wait_before(attempt=max(attempts, 1), seed=f"delivery {delivery.pk}", first=FIRST, most=MOST_EVENT)
            changed |= {"attempts": attempts, "next_at": now + pause}
            if attempts >= row.max_attempts:
                changed |= {"state": Delivery.State.DEAD, "next_at": None}
        if answer.kind is Kind.SILENT:
            row.silent += 1
            row.silent_since = row.silent_since or now
            row.next_at = now + wait_before(
                attempt=row.silent, seed=f"subscription {row.pk}", first=FIRST, most=MOST_SILENT
            )
        else:
            row.silent, row.silent_since, row.next_at = 0, None, None
        with transaction.atomic():
            self._keep(row, silent=row.silent, silent_since=row.silent_since, next_at=row.next_at)
            Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING).update(**changed)
        _count(did, answer, changed)

    def _keep(self, row: Subscription, **changed: Any) -> None:
        """Renew the lease, and write with it; UnableToServe where another relay has taken over."""
        mine = Subscription.objects.filter(pk=row.pk, fence=row.fence)
        if not mine.update(relay_until=from_now(LEASE), **changed):
            raise UnableToServe(row.name)

    def _own(self, row: Subscription) -> None:
        """Hold the subscription's row until the transaction ends: a replay moves its numbers as well."""
        locked = Subscription.objects.select_for_update().filter(pk=row.pk, fence=row.fence).first()
        if locked is None:
            raise UnableToServe(row.name)
        row.heard, row.latest = locked.heard, locked.latest


def _count(did: Relayed, answer: Answer, changed: Mapping[str, Any]) -> None:
    if answer.kind is Kind.TAKEN:
        did.taken += 1
    elif changed.get("state") == Delivery.State.DEAD:
        did.dead += 1
    elif answer.kind is Kind.REFUSED:
        did.refused += 1
