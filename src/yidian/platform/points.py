"""Named points at which a fault can be put. In production a point costs one look at an empty dict.

YIDIAN_POINTS="rate.part.renamed:3=kill;bill.chunk.booked=raise" acts at the 3rd hit (default: 1st) of a point;
YIDIAN_POINTS_LOG=FILE appends the name of every point passed, so that a test can count hits.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Final

POINTS: Final[dict[str, str]] = {
    "collect.intent": "the file is checked and its source is locked, nothing is stored",
    "collect.read": "all records were read and normalised",
    "lake.written": "a lake file is written under its temporary name",
    "lake.synced": "its bytes are on the disk",
    "lake.renamed": "it has its final name, no row points at it yet",
    "collect.commit": "the file's rows are about to be committed",
    "collect.committed": "they are committed, nobody was told",
    "run.opened": "a run is recorded",
    "run.task": "a task has done its work, its row is not committed",
    "run.task.committed": "the task's row is committed",
    "run.publish": "all tasks are done, the result is about to become visible",
    "run.published": "the result is visible, nobody was told",
    "rate.classified": "the events of one lake file are classified and spilled",
    "rate.rated": "one part is rated in memory",
    "bill.computed": "the bills of one part are computed",
    "bill.chunk": "a chunk of bill headers is about to be committed",
    "bill.chunk.committed": "it is committed",
    "post.chunk": "a chunk of bills is in the books, not committed",
    "post.chunk.committed": "it is committed",
    "close.commit": "the cycle is about to be closed",
    "import.commit": "an imported file is about to be committed",
    "import.committed": "it is committed, nobody was told",
    "schema.migration": "the tables are about to be changed by a migration",
    "schema.migrated": "they are changed",
    "upgrade.backed_up": "the database is copied, nothing of it is changed yet",
    "write.commit": "a write has done its work, nothing of it is committed",
    "write.committed": "it is committed, nobody was told",
    "audit.seal": "a lot of audit entries is about to be sealed",
    "audit.sealed": "a lot is sealed, others wait",
    "outbox.numbered": "events have their numbers, not committed",
    "outbox.sent": "a consumer has answered, nothing of it is recorded",
    "job.taken": "a worker owns a job and has done nothing of it",
    "job.finish": "a job's effects are committed, that it is done is not recorded",
    "job.finished": "it is recorded",
    "schedule.started": "a schedule that was due has its job",
    "payments.judged": "a payment file is read and judged, nothing of it is stored",
    "payments.chunk": "a chunk of its payments is booked, not committed",
    "payments.chunk.committed": "it is committed, others wait",
    "payments.end": "all chunks are in, that the file is loaded is not committed",
    "payments.ended": "it is committed, nobody was told",
    "payment.take": "a counter's payment is booked, not committed",
    "clear.chunk": "some accounts are cleared from their books, not committed",
    "clear.chunk.committed": "it is committed, others wait",
    "clear.end": "all accounts are cleared, that the run is done is not committed",
    "clear.ended": "it is committed, nobody was told",
    "dun.chunk": "fees and proposals of some accounts are booked, not committed",
    "dun.chunk.committed": "it is committed, others wait",
    "dun.end": "the list is complete, that it is the day's is not committed",
    "dun.ended": "it is committed, nobody was told",
    "resource.swap": "a number, card, port or terminal was read and is about to be moved to another state",
    "answer": "the command is about to answer",
    "order.sent": "the network was told a step of an order, its answer is not written down",
    "order.complete": "an order's item is about to be completed",
}


class PlantedFault(Exception):
    """Raised at a point that was told to raise."""


_plan: dict[str, tuple[int, str]] = {}
_hits: dict[str, int] = {}
_lock = threading.Lock()
_log: str | None = None


def configure(plan: str, log: str | None = None) -> None:
    """Read a plan in the form of YIDIAN_POINTS; an empty one switches every point off."""
    global _log
    _plan.clear()
    _hits.clear()
    _log = log
    for part in filter(None, (p.strip() for p in plan.split(";"))):
        place, _, act = part.partition("=")
        name, _, hit = place.partition(":")
        if name not in POINTS or act not in ("kill", "raise", "delay"):
            raise ValueError(f"unknown point or act: {part}")
        _plan[name] = (int(hit or 1), act)


def point(name: str) -> None:
    """Pass a named point; does nothing unless a plan or a log was configured."""
    if not _plan and _log is None:
        return
    with _lock:
        _hits[name] = hit = _hits.get(name, 0) + 1
        if _log is not None:
            with open(_log, "a", encoding="ascii") as f:
                f.write(name + "\n")
    if name in _plan and _plan[name][0] == hit:
        _act(name, _plan[name][1])


def _act(name: str, act: str) -> None:
    if act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if act == "delay":
        time.sleep(1)
        return
    raise PlantedFault(name)


configure(os.environ.get("YIDIAN_POINTS", ""), os.environ.get("YIDIAN_POINTS_LOG"))
