"""The frame of one write: what it has changed and what it tells, until both are stored with its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from yidian.platform.audit.types import Change
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor


class Frame:
    """One write: one transaction of rows, audit, outbox and key. Made by `perform` and `chunk` only."""

    __slots__ = ("_changes", "_open", "actor", "key", "now", "operation", "tenant")

    def __init__(self, *, tenant: Tenant, actor: Actor, operation: str, key: str, now: datetime) -> None:
        self.tenant = tenant
        self.actor = actor
        self.operation = operation
        self.key = key
        self.now = now
        self._changes: list[Change] = []
        self._open = True

    def changed(
        self, kind: str, id: object, *, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        """Tell the audit one change: `before` None of a new thing, `after` None of one that is gone."""
        self._expect_open()
        self._changes.append(Change(kind, str(id), before, after))

    def emit(self, event: str, *, aggregate: str, payload: Mapping[str, Any]) -> None:
        """Put an event into the outbox, sent after commit: emit("payment.taken", aggregate="account/A1", …)."""
        self._expect_open()
        # Imported here: the outbox's operations write frames of their own.
        from yidian.platform.outbox.operations import append

        append(
            tenant=self.tenant, operation=self.operation, event=event, aggregate=aggregate, payload=payload,
            at=self.now, actor=self.actor,
        )  # fmt: skip

    def emit_many(self, event: str, *, told: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Put an event of each (aggregate, payload) into the outbox, by few statements."""
        self._expect_open()
        if not told:
            return
        from yidian.platform.outbox.operations import append_many

        append_many(
            tenant=self.tenant, operation=self.operation, event=event, told=told, at=self.now, actor=self.actor,
        )  # fmt: skip

    def end(self) -> list[Change]:
        """The changes that were told; nothing can be told after."""
        self._open = False
        return self._changes

    def _expect_open(self) -> None:
        if not self._open:
            raise RuntimeError(f"the write {self.operation} {self.key} has ended")
