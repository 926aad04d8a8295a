"""The keys of writes: looked up before, stored with the rows.

Kept at least KEPT_AT_LEAST, longer than anybody repeats: gateways repeat a notice for a day, a clerk types last
quarter's command again. What must never happen twice at all has a unique constraint of its own beside the key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django_scopes import scope

from yidian.platform.audit.canonical import canonical
from yidian.platform.database.kept import Reading, add
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.models import IdempotencyKey
from yidian.platform.writing.types import Actor

LONGEST_KEY: Final = 200
LONGEST_OPERATION: Final = 64
KEPT_AT_LEAST: Final = timedelta(days=400)
_ANSWERED: Final = Reading(lambda **key: IdempotencyKey.objects.filter(**key).values_list("request_hash", "answer"))


class UnableToRepeat(Exception):
    """KEY_USED_OTHERWISE: the key was used for another request. Nothing was done."""

    code = "KEY_USED_OTHERWISE"

    def __init__(self, *, operation: str, key: str) -> None:
        self.params = {"operation": operation, "key": key}
        super().__init__(f"{operation} {key}: used for another request")


class UnableToForget(Exception):
    """KEYS_STILL_NEEDED: somebody may still repeat writes as young as these."""

    code = "KEYS_STILL_NEEDED"

    def __init__(self, *, days: int) -> None:
        self.params = {"days": days}
        super().__init__(f"keys are kept {days} days")


@dataclass(frozen=True, slots=True)
class Write:
    """Whose write it is, under which key, asking what."""

    tenant: Tenant
    actor: Actor
    operation: str
    key: str
    request_hash: str
    now: datetime

    def frame(self) -> Frame:
        return Frame(tenant=self.tenant, actor=self.actor, operation=self.operation, key=self.key, now=self.now)

    def natural_key(self) -> dict[str, Any]:
        return {
            "tenant": self.tenant, "actor_kind": self.actor.kind, "actor_id": self.actor.id,
            "operation": self.operation, "key": self.key,
        }  # fmt: skip


def plain(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as a repetition will read it, so that the first one is no different."""
    found: dict[str, Any] = json.loads(canonical(answer))
    return found


def answer_of(write: Write) -> dict[str, Any] | None:
    """The stored answer, None when the write is not done. UnableToRepeat when another request has the key."""
    rows = _ANSWERED.rows(
        tenant=write.tenant, actor_kind=write.actor.kind, actor_id=write.actor.id, operation=write.operation,
        key=write.key,
    )  # fmt: skip
    if not rows:
        return None
    [(request_hash, answer)] = rows
    if request_hash != write.request_hash:
        raise UnableToRepeat(operation=write.operation, key=write.key)
    found: dict[str, Any] = json.loads(answer)
    return found


def store(write: Write, answer: Mapping[str, Any]) -> None:
    """Store the answer inside the write's transaction."""
    row = IdempotencyKey(
        **write.natural_key(), request_hash=write.request_hash, answer=canonical(answer), at=write.now
    )  # fmt: skip
    add([row])


def touch(write: Write) -> None:
    """Write the row as it is, so that this transaction's COMMIT has something to sync."""
    IdempotencyKey.objects.filter(**write.natural_key()).update(request_hash=write.request_hash)


def forget(*, tenant: Tenant, before: datetime, now: datetime) -> int:
    """Forget the keys of writes before an instant; how many. UnableToForget what is younger than KEPT_AT_LEAST."""
    if before > now - KEPT_AT_LEAST:
        raise UnableToForget(days=KEPT_AT_LEAST.days)
    with transaction.atomic(), scope(tenant=tenant):
        count, _ = IdempotencyKey.objects.filter(at__lt=before).delete()
    return int(count)
