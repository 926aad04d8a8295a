"""A payment file taken once: judged as a whole, then booked in chunks that a killed import goes on with."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db.utils import IntegrityError, OperationalError
from django_scopes import scope

from yidian.domains.payment.intake.judge import Judged, find_payers, held_by_trailer, judge
from yidian.domains.payment.intake.lines import PaymentLines, read_lines
from yidian.domains.payment.intake.mapping import PaymentMapping, load_payment_mapping
from yidian.domains.payment.models import PaymentFile
from yidian.domains.payment.operations.channels import mapping_of_channel, remember_mapping
from yidian.domains.payment.operations.sorting import MOST_REJECTS, sort
from yidian.domains.payment.operations.taking import take_new
from yidian.domains.payment.queries import file_known, report_of
from yidian.domains.payment.types import FileReport, NewPayment
from yidian.kernel.money import currency
from yidian.platform.backoff import wait_before
from yidian.platform.jobs.engine import alone, finish, open_run, record
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.jobs.pace import Pace
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import chunk
from yidian.platform.writing.types import Actor

CHUNK, FEWEST, MOST = 25, 50, 500  # lines in one transaction: the first, then by the time it took
ATTEMPTS: Final = 4
PAUSE: Final = timedelta(milliseconds=50)
RUN: Final = "payments"


def import_payments(
    *, tenant: Tenant, actor: Actor, path: Path, mapping_path: Path, now: datetime, locks: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> FileReport:  # fmt: skip
    """Take a file of payments through a mapping. The same bytes again add nothing (`again`).

    A file whose trailer is missing or promises something else is held: nothing of it is taken. A line that is refused
    stops no other. BadInput where it is no file of the mapping; UnableToRun while somebody else imports the same.
    """
    mapping = load_payment_mapping(path=mapping_path, zone=tenant.zone)
    return _import(tenant, actor, path, path.name, mapping, now, locks, lambda _: None, advance)


def import_uploaded(
    *, tenant: Tenant, actor: Actor, path: Path, name: str, channel: str, now: datetime, locks: Path,
    expect: Callable[[int], None] = lambda _: None, advance: Callable[[int], None] = lambda _: None,
) -> FileReport:  # fmt: skip
    """As `import_payments`, of a file called `name` through the mapping last used for the channel.

    `expect` is told how many lines there are. BadInput PAYMENT_CHANNEL_UNKNOWN.
    """
    mapping = mapping_of_channel(tenant=tenant, channel=channel)
    return _import(tenant, actor, path, name, mapping, now, locks, expect, advance)


def _import(
    tenant: Tenant, actor: Actor, path: Path, name: str, mapping: PaymentMapping, now: datetime, locks: Path,
    expect: Callable[[int], None], advance: Callable[[int], None],
) -> FileReport:  # fmt: skip
    unit = currency(tenant.currency)
    lines = read_lines(path=path, mapping=mapping, currency=unit)
    with alone(tenant=tenant, subject=f"payments {lines.sha256}", folder=locks):
        known = file_known(tenant=tenant, sha256=lines.sha256)
        if known is not None:
            return known
        judged = judge(lines=lines, mapping=mapping, currency=unit, now=now)
        reason, params = held_by_trailer(lines=lines, judged=judged, mapping=mapping)
        intake = _Intake(tenant, actor, now, name, lines, mapping, judged)
        expect(len(judged))
        point("payments.judged")
        return intake.hold(reason, params) if reason else intake.take(advance)


class _Intake:
    """One file on its way in."""

    def __init__(
        self, tenant: Tenant, actor: Actor, now: datetime, name: str, lines: PaymentLines, mapping: PaymentMapping,
        judged: Sequence[Judged],
    ) -> None:  # fmt: skip
        self._tenant, self._actor, self._now, self._name = tenant, actor, now, name[:255]
        self._sha256, self._mapping, self._judged = lines.sha256, mapping, judged

    def hold(self, reason: str, params: dict[str, str | int]) -> FileReport:
        """Keep that the file came and why nothing of it was taken; a better one has other bytes."""
        with self._write("payment.file.hold", count=0, subject=self._sha256) as frame:
            row = self._row(state="held", reason=reason, params=params, rows=len(self._judged))
            frame.emit("payment.file_held", aggregate=self._aggregate, payload={"reason": reason})
        return report_of(row)

    def take(self, advance: Callable[[int], None]) -> FileReport:
        """Chunk by chunk; what a run before this one has done stays done."""
        run = open_run(tenant=self._tenant, kind=RUN, subject=self._sha256, input_digest=self._sha256, now=self._now)
        file = self._begun()
        done = dict(RunTask.objects.filter(tenant=self._tenant, run=run).values_list("name", "result"))
        pace, start = Pace(first=CHUNK, fewest=FEWEST, most=MOST), 0
        while start < len(self._judged):
            name = f"{start:07d}"
            if name not in done:
                done[name] = self._until_done(run, file, name, self._judged[start : start + pace.size], pace)
            lines = min(done[name].get("lines", CHUNK), len(self._judged) - start)
            advance(lines)
            start += lines
        return self._end(run, file, [done[name] for name in sorted(done)])

    def _begun(self) -> int:
        with scope(tenant=self._tenant):
            found = PaymentFile.objects.filter(sha256=self._sha256, state="loading").values_list("id", flat=True)
            if (known := found.first()) is not None:
                return int(known)
        with self._write("payment.file.begin", count=len(self._judged), subject=self._sha256):
            return int(self._row(state="loading", rows=len(self._judged)).pk)

    def _row(self, **columns: Any) -> PaymentFile:
        """The row of this file, with the row of an attempt that was held."""
        columns |= {"name": self._name, "channel": self._mapping.channel, "imported_at": self._now}
        remember_mapping(tenant=self._tenant, mapping=self._mapping, now=self._now)
        row: PaymentFile
        row, _ = PaymentFile.objects.update_or_create(
            tenant=self._tenant, sha256=self._sha256, state="held",
            defaults=columns, create_defaults={"reason": "", "params": {}} | columns,
        )  # fmt: skip
        return row

    @property
    def _aggregate(self) -> str:
        return f"payment_file/{self._sha256[:16]}"

    def _write(self, operation: str, *, count: int, subject: str) -> Any:
        return chunk(
            tenant=self._tenant, actor=self._actor, operation=operation, now=self._now, digest=self._sha256,
            count=count, subject=subject,
        )  # fmt: skip

    def _until_done(self, run: Run, file: int, name: str, part: Sequence[Judged], pace: Pace) -> dict[str, Any]:
        """A chunk may lose a race against a counter that takes the same channel's id: then it looks again."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._chunk(run, file, name, part, pace)
            except (IntegrityError, OperationalError):
                if attempt == ATTEMPTS:
                    raise
            time.sleep(wait_before(attempt=attempt, seed=name, first=PAUSE, most=4 * PAUSE).total_seconds())
        raise AssertionError("unreachable")

    def _chunk(self, run: Run, file: int, name: str, part: Sequence[Judged], pace: Pace) -> dict[str, Any]:
        payments = [one.payment for one in part if one.payment is not None]
        named = find_payers(tenant=self._tenant, mapping=self._mapping, payments=payments)
        digest = hashlib.sha256(repr(named).encode()).hexdigest()
        with pace.chunk(len(part)), chunk(
            tenant=self._tenant, actor=self._actor, operation="payment.import", now=self._now, digest=digest,
            count=len(part), subject=f"{self._sha256[:16]}/{name}",
        ) as frame:  # fmt: skip
            result = self._book(frame, file, part, {one.line: one for one in named})
            record(run, name, result)
            point("payments.chunk")
        point("payments.chunk.committed")
        return result

    def _book(self, frame: Frame, file: int, part: Sequence[Judged], named: dict[int, NewPayment]) -> dict[str, Any]:
        """Sort a chunk's lines into new, duplicate and refused, and take the new ones."""
        sorted_ = sort(tenant=self._tenant, mapping=self._mapping, part=part, named=named)
        rows = take_new(frame=frame, payments=sorted_.fresh, file=file)
        suspended = sum(not row.account for row in rows)
        return {
            "lines": len(part), "good": len(rows) - suspended, "suspended": suspended, "duplicates": sorted_.duplicates,
            "rejected": len(sorted_.rejects), "amount_minor": sum(row.amount_minor for row in rows),
            "rejects": sorted_.rejects,
        }  # fmt: skip

    def _end(self, run: Run, file: int, results: Sequence[dict[str, Any]]) -> FileReport:
        counts = {
            name: sum(one[name] for one in results)
            for name in ("good", "suspended", "duplicates", "rejected", "amount_minor")
        }
        rejects = [reject for one in results for reject in one["rejects"]][:MOST_REJECTS]
        with self._write("payment.file.end", count=len(self._judged), subject=self._sha256) as frame:
            PaymentFile.objects.filter(pk=file).update(state="loaded", rejects=rejects, **counts)
            finish(run, counts={"taken": len(self._judged)} | counts, now=self._now)
            frame.emit("payment.file_loaded", aggregate=self._aggregate, payload=counts)
            row = PaymentFile.objects.get(pk=file)
            point("payments.end")
        point("payments.ended")
        return replace(report_of(row), again=False)
