"""One write: one transaction of rows, audit, outbox and key. Every business write goes through here.

Done once: the key is stored with the rows, so whoever does not know how a write ended asks again with the same key.
`docs/decisions/0010-one-write.md` says why.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.utils import DatabaseError, InterfaceError
from django_scopes import scope

from yidian.platform.audit.canonical import sha256_of
from yidian.platform.audit.operations import enter
from yidian.platform.audit.types import Change
from yidian.platform.locks import hold_until_commit
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing import keys
from yidian.platform.writing.endings import is_busy, is_passing, is_undone
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.types import Actor, Outcome
from yidian.platform.writing.watch import Watch, watching

Work = Callable[[Frame], dict[str, Any]]
RETRIES: Final = 3
PAUSE_S: Final = 0.02
_at_work: ContextVar[str] = ContextVar("_at_work", default="")


class UnableToWrite(Exception):
    """ERROR_SWALLOWED, FRAME_NESTED, KEY_UNUSABLE, BUSY: nothing was done. `params`: operation, key, why."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


class OutcomeUnknown(Exception):
    """The database did not answer whether the write is done. Asked again with the same `key`, it will say."""

    code = "OUTCOME_UNKNOWN"

    def __init__(self, *, operation: str, key: str) -> None:
        self.key, self.params = key, {"operation": operation, "key": key}
        super().__init__(f"{operation} {key}: not known whether it is done")


class _Unanswered(Exception):
    """A COMMIT was sent and nobody knows what came of it."""


def perform(
    *, tenant: Tenant, actor: Actor, operation: str, key: str, request: Mapping[str, Any], now: datetime, work: Work,
    reason: str = "",
) -> Outcome:  # fmt: skip
    """Do `work` once in one transaction with its audit entry, its events and its key, and answer what it answers.

    The same (tenant, actor, operation, key) again answers what was stored, `repeated`, and does nothing; with another
    `request` UnableToRepeat. A lost race is run again, up to three times; a COMMIT that failed or was not answered is
    settled by the key on a new connection, else OutcomeUnknown. UnableToWrite when `work` swallowed a database error.
    `work` may be called more than once: it has no effects outside the database. `answer` is JSON data.
    """
    if not 0 < len(key) <= keys.LONGEST_KEY or not 0 < len(operation) <= keys.LONGEST_OPERATION:
        raise UnableToWrite("KEY_UNUSABLE", operation=operation[:64], key=key[:200])
    write = keys.Write(tenant, actor, operation, key, sha256_of(request), now)
    with _alone(operation, key), scope(tenant=tenant):
        return _until_known(write, lambda sure: _once(write, work, reason, sure))


def _until_known(write: keys.Write, attempt: Callable[[bool], Outcome]) -> Outcome:
    """Attempt until it is done, refused or known. After an unanswered COMMIT the key is looked up before anything."""
    sure = True
    for tries_left in range(RETRIES, -1, -1):
        try:
            return attempt(sure)
        except _Unanswered as unanswered:
            sure = False
            _reconnect()
            if not tries_left:
                return _settle(write, unanswered)
        except (DatabaseError, InterfaceError) as error:
            if is_busy(error) or (is_passing(error) and not tries_left):
                raise _given_up(write, sure) from error
            if not is_passing(error):
                if sure:
                    raise
                raise OutcomeUnknown(operation=write.operation, key=write.key) from error
            _reconnect(only_if_lost=True)
        time.sleep(PAUSE_S * (RETRIES + 1 - tries_left))
    raise AssertionError("unreachable")


def _given_up(write: keys.Write, sure: bool) -> Exception:
    if sure:
        return UnableToWrite("BUSY", operation=write.operation, key=write.key)
    return OutcomeUnknown(operation=write.operation, key=write.key)


def _settle(write: keys.Write, unanswered: _Unanswered) -> Outcome:
    """The last COMMIT was not answered either: only the key can tell. What is certainly not done fails as it failed."""
    try:
        with transaction.atomic(durable=True):
            answer = _looked_up(write, sure=False)
    except (DatabaseError, InterfaceError) as error:
        raise OutcomeUnknown(operation=write.operation, key=write.key) from error
    if answer is not None:
        return Outcome(answer, repeated=False)
    assert unanswered.__cause__ is not None
    raise unanswered.__cause__


def _once(write: keys.Write, work: Work, reason: str, sure: bool) -> Outcome:
    commit_sent = False
    frame = write.frame()
    try:
        with transaction.atomic(durable=True), watching() as watch:
            known = _looked_up(write, sure=sure)
            if known is not None:
                outcome = Outcome(known, repeated=sure)
            else:
                answer = keys.plain(work(frame))
                changes = frame.end()
                _refuse_swallowed(watch, write.operation, write.key)
                keys.store(write, answer)
                _enter(frame, changes, write.key, reason)
                _refuse_swallowed(watch, write.operation, write.key)
                outcome = Outcome(answer, repeated=False)
                point("write.commit")
            commit_sent = True
    except (DatabaseError, InterfaceError) as error:
        if commit_sent and not is_undone(error):
            raise _Unanswered from error
        raise
    if not outcome.repeated:
        point("write.committed")
    return outcome


def _looked_up(write: keys.Write, *, sure: bool) -> dict[str, Any] | None:
    """The stored answer. Whoever has the same key waits until this transaction ends, also a COMMIT still under way.

    After an unanswered COMMIT the row is written once more: what was found but not synced is then synced, or fails.
    """
    hold_until_commit(f"write {write.tenant.pk} {write.actor.kind} {write.actor.id} {write.operation} {write.key}")
    answer = keys.answer_of(write)
    if answer is not None and not sure:
        keys.touch(write)
    return answer


@contextmanager
def chunk(
    *, tenant: Tenant, actor: Actor, operation: str, now: datetime, digest: str, count: int, subject: str
) -> Iterator[Frame]:
    """A run's bulk write: one transaction, one audit entry with the rows' digest and count, events. No key.

    The run's task row, written inside, is what makes it happen once. A swallowed database error refuses to commit.
    """
    frame = Frame(tenant=tenant, actor=actor, operation=operation, key=subject, now=now)
    with _alone(operation, subject), scope(tenant=tenant), transaction.atomic(durable=True), watching() as watch:
        yield frame
        changes = [Change("chunk", subject, None, {"digest": digest, "count": count}), *frame.end()]
        _refuse_swallowed(watch, operation, subject)
        _enter(frame, changes, "", "")
        point("write.commit")
    point("write.committed")


def _enter(frame: Frame, changes: list[Change], key: str, reason: str) -> None:
    actor = frame.actor
    enter(
        tenant=frame.tenant, actor_kind=actor.kind, actor_id=actor.id, user_id=actor.user_id,
        operation=frame.operation, key=key, reason=reason, changes=changes, at=frame.now,
    )  # fmt: skip


def _refuse_swallowed(watch: Watch, operation: str, key: str) -> None:
    why = watch.complaint()
    if why:
        raise UnableToWrite("ERROR_SWALLOWED", operation=operation, key=key, why=why)


@contextmanager
def _alone(operation: str, key: str) -> Iterator[None]:
    """One write at a time on a thread: a frame inside a frame would commit with it and not by itself."""
    outer = _at_work.get()
    if outer:
        raise UnableToWrite("FRAME_NESTED", operation=operation, key=key, outer=outer)
    token = _at_work.set(f"{operation} {key}")
    try:
        yield
    finally:
        _at_work.reset(token)


def _reconnect(*, only_if_lost: bool = False) -> None:
    """A new connection at the next use. Inside a test's own transaction there is none to be had."""
    if connection.in_atomic_block:
        return
    if only_if_lost:
        connection.close_if_unusable_or_obsolete()
    else:
        connection.close()
