"""What the worker can do: a line per kind of job, a line per duty. Like every face, each makes one call.

A kind's work may be tried again at any time: runs resume and find what is done, writes are performed with `hold.key`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from yidian.platform.clock import Clock
from yidian.platform.jobs.hold import Hold
from yidian.platform.jobs.worker import Duty, Kind, Tell
from yidian.platform.tenancy.queries import Tenant
from yidian.platform.writing.types import Actor


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The installation a worker works for, and what is common to all it does."""

    tenant: Tenant
    lake: Path
    scratch: Path
    threads: int
    webhooks_to_private: bool
    clock: Clock
    owner: str
    stop: threading.Event


def kinds(on: Surroundings) -> Mapping[str, Kind]:
    """Every kind of job by its name, ready for a worker."""
    return {name: Kind(partial(_permitted, on, name)) for name in KINDS}


def _permitted(on: Surroundings, name: str, hold: Hold) -> dict[str, Any]:
    """The kind's work, if whoever asked for it may do so now: rights may have gone since. UnableToAct."""
    from yidian.platform.access.gate import admit

    action, work = KINDS[name]
    admit(tenant=on.tenant, actor=_asker(on, hold), action=action, now=hold.now)
    return work(on, hold)


def duties(on: Surroundings, tell: Tell) -> list[Duty]:
    """What a worker does every few seconds besides its jobs."""
    from yidian.platform.audit.sealer import seal
    from yidian.platform.clock import MachineClock, set_by_hand
    from yidian.platform.jobs.schedules import tick
    from yidian.platform.jobs.timekeeping import Timekeeper

    real = isinstance(on.clock, MachineClock) and not set_by_hand()
    keeper = Timekeeper(tenant=on.tenant, clock=on.clock, tell=tell, against_database=real)
    return [
        Duty("clock", keeper.look),
        Duty("scheduler", lambda: tick(tenant=on.tenant, now=on.clock.now())),
        Duty("audit.seal", lambda: seal(tenant=on.tenant, now=on.clock.now()).sealed, every_s=5.0),
        Duty("outbox.relay", lambda: _relay(on), every_s=1.0),
    ]


def _relay(on: Surroundings) -> int:
    from yidian.platform.outbox.relay import Relay

    did = Relay(tenant=on.tenant, clock=on.clock, owner=on.owner, to_private=on.webhooks_to_private, stop=on.stop).run()
    return did.moved


def _seal(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.platform.audit.sealer import seal

    head = seal(tenant=on.tenant, now=hold.now)
    return {"sequence": head.sequence, "chain": head.chain}


def _rate(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.rate.inputs import Places
    from yidian.runs.rate.run import rate

    told = rate(
        tenant=on.tenant, places=Places(lake=on.lake, work=on.scratch), cycle=_param(hold, "cycle"), now=hold.now,
        threads=on.threads, advance=hold.advance,
    )  # fmt: skip
    return {"taken": told.taken, "good": told.good, "amount_micro": told.amount_micro, "again": told.again}


def _bill(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.bill.run import bill
    from yidian.runs.rate.inputs import Places

    def progress(total: int) -> Callable[[int], None]:
        hold.expect(total)
        return hold.advance

    told = bill(
        tenant=on.tenant, place=Places(lake=on.lake, work=on.scratch), cycle_name=_param(hold, "cycle"), now=hold.now,
        threads=on.threads, accounts=None, progress=progress,
    )  # fmt: skip
    return {"accounts": told.accounts, "billed": told.billed, "total_minor": told.total_minor, "again": told.again}


def _post(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.post.run import post
    from yidian.runs.rate.inputs import Places

    told = post(
        tenant=on.tenant, places=Places(lake=on.lake, work=on.scratch), cycle=_param(hold, "cycle"), now=hold.now,
        actor=_asker(on, hold), advance=hold.advance,
    )  # fmt: skip
    return {"bills": told.bills, "again": told.again}


def _clear(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.clear.run import clear_cycle

    told = clear_cycle(
        tenant=on.tenant, actor=_asker(on, hold), cycle=_param(hold, "cycle"), now=hold.now, lake=on.lake,
        locks=on.scratch / "locks", advance=hold.advance,
    )  # fmt: skip
    return {"accounts": told.accounts, "cleared_minor": told.cleared_minor}


def _dun(on: Surroundings, hold: Hold) -> dict[str, Any]:
    """Late fees and the list of a day: `on`, or the day on which the job works."""
    from yidian.kernel.calendar import local_date, to_ms
    from yidian.runs.dun.run import dun

    day = date.fromisoformat(str(hold.params.get("on") or local_date(to_ms(hold.now), on.tenant.zone)))
    told = dun(
        tenant=on.tenant, actor=_asker(on, hold), on=day, now=hold.now, locks=on.scratch / "locks",
        advance=hold.advance,
    )  # fmt: skip
    return {"on": day.isoformat(), "listed": told.listed, "fees": told.fees, "fee_minor": told.fee_minor}


def _rebuild(on: Surroundings, _: Hold) -> dict[str, Any]:
    """Every stored balance against its postings; differences are told, and `yidian doctor` names them."""
    from yidian.domains.ledger.queries import rebuild_differences, stored_count

    differences = rebuild_differences(tenant=on.tenant)
    return {"accounts": stored_count(tenant=on.tenant), "differences": len(differences)}


def _expire(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.domains.charging.operations import expire_books, return_deposits
    from yidian.kernel.calendar import local_date, to_ms

    day, actor = local_date(to_ms(hold.now), on.tenant.zone), _asker(on, hold)
    lapsed = expire_books(tenant=on.tenant, actor=actor, now=hold.now, on=day)
    returned = return_deposits(tenant=on.tenant, actor=actor, now=hold.now, on=day)
    return {"books": lapsed.books, "lapsed_minor": lapsed.lapsed_minor, "returned_minor": returned.amount_minor}


def _asker(on: Surroundings, hold: Hold) -> Actor:
    """Who asked for a job: what it writes is theirs."""
    from yidian.platform.access.queries import user_id_of

    kind, _, login = hold.held.actor.partition("/")
    return Actor(kind, login, user_id_of(tenant=on.tenant, login=login) if kind == "staff" else None)


def _param(hold: Hold, name: str) -> str:
    """A parameter that must be there. BadInput JOB_PARAM_MISSING: such a job is parked at once."""
    from yidian.kernel.faults import refuse

    if not hold.params.get(name):
        raise refuse("JOB_PARAM_MISSING", value=name)
    return str(hold.params[name])


# Name → (the right it takes, the work). `yidian jobs run KIND --param NAME=VALUE` asks for one. A new kind is one line.
KINDS: Final[Mapping[str, tuple[str, Callable[[Surroundings, Hold], dict[str, Any]]]]] = {
    "rate": ("cycle.rate", _rate),
    "bill": ("cycle.bill", _bill),
    "post": ("cycle.post", _post),
    "clear": ("credit.run", _clear),
    "dun": ("credit.run", _dun),
    "books": ("credit.run", _expire),
    "ledger.rebuild": ("ledger.read", _rebuild),
    "audit.seal": ("jobs.manage", _seal),
    "outbox.relay": ("jobs.manage", lambda on, _: {"moved": _relay(on)}),
}
