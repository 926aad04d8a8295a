"""What the worker can do: a line per kind of job, a line per duty. Like every face, each makes one call.

A kind's work may be tried again at any time: runs resume and find what is done, writes are performed with `hold.key`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.platform.clock import Clock
from yidian.platform.jobs.hold import Hold
from yidian.platform.jobs.kinds import NARROWED, RIGHTS
from yidian.platform.jobs.worker import Duty, Kind, Tell
from yidian.platform.tenancy.queries import Tenant
from yidian.platform.writing.types import Actor

if TYPE_CHECKING:
    from yidian.journeys.imports.looking import Looking
    from yidian.platform.network.types import Adapter
    from yidian.runs.launch.trying import Asked as TriedOn
    from yidian.runs.rate.inputs import Places

TURN_S: Final = 5.0  # so long orders are worked at before other duties have their turn


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
    network_to_private: bool = False


def kinds(on: Surroundings) -> Mapping[str, Kind]:
    """Every kind of job by its name, ready for a worker."""
    return {name: Kind(partial(_permitted, on, name)) for name in WORK}


def _permitted(on: Surroundings, name: str, hold: Hold) -> dict[str, Any]:
    """The kind's work, if whoever asked for it may do so now: rights may have gone since. UnableToAct."""
    from yidian.platform.jobs.asking import admit

    if name not in NARROWED:
        admit(
            tenant=on.tenant, actor=_asker(on, hold), action=RIGHTS[name], kind=name, params=hold.params,
            key=hold.key, now=hold.now,
        )  # fmt: skip
    return WORK[name](on, hold)


def duties(on: Surroundings, tell: Tell) -> list[Duty]:
    """What a worker does every few seconds besides its jobs."""
    from yidian.platform.audit.sealer import seal
    from yidian.platform.clock import MachineClock, set_by_hand
    from yidian.platform.jobs.schedules import tick
    from yidian.platform.jobs.timekeeping import Timekeeper
    from yidian.runs.rate.by_number import keep_by_number

    real = isinstance(on.clock, MachineClock) and not set_by_hand()
    keeper = Timekeeper(tenant=on.tenant, clock=on.clock, tell=tell, against_database=real)
    return [
        Duty("clock", keeper.look),
        Duty("scheduler", lambda: tick(tenant=on.tenant, now=on.clock.now())),
        Duty("audit.seal", lambda: seal(tenant=on.tenant, now=on.clock.now()).sealed, every_s=5.0),
        Duty("outbox.relay", lambda: _relay(on), every_s=1.0),
        Duty("orders", lambda: _orders(on), every_s=1.0),
        Duty("resources", lambda: _resources(on), every_s=60.0),
        Duty("usage.by_number", lambda: keep_by_number(tenant=on.tenant, places=_places(on)), every_s=60.0),
    ]


def _relay(on: Surroundings) -> int:
    from yidian.platform.outbox.relay import Relay

    did = Relay(tenant=on.tenant, clock=on.clock, owner=on.owner, to_private=on.webhooks_to_private, stop=on.stop).run()
    return did.moved


def _orders(on: Surroundings) -> int:
    """Steps of orders that are due, one after the other: one that fails keeps no other from its turn. How many."""
    from yidian.journeys.ordering.opening import advance
    from yidian.platform.network.choosing import network_of

    def network(begun: datetime) -> Adapter:
        return network_of(
            tenant=on.tenant, clock=on.clock, work=on.scratch, to_private=on.network_to_private, begun=begun
        )

    taken, until_s = 0, on.clock.elapsed_s() + TURN_S
    while not on.stop.is_set() and on.clock.elapsed_s() < until_s:
        if not advance(tenant=on.tenant, network=network, now=on.clock.now(), limit=1).taken:
            break
        taken += 1
    return taken


def _resources(on: Surroundings) -> int:
    """What was kept for too long is free again: reservations, quarantines, carts that nobody came back to."""
    from yidian.domains.resource_inventory.operations import release_expired
    from yidian.journeys.ordering.tidying import let_old_carts_go
    from yidian.platform.writing.types import system

    worker, now = system("worker"), on.clock.now()
    gone = let_old_carts_go(tenant=on.tenant, actor=worker, now=now)
    return gone + release_expired(tenant=on.tenant, actor=worker, now=now)


def _seal(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.platform.audit.sealer import seal

    head = seal(tenant=on.tenant, now=hold.now)
    return {"sequence": head.sequence, "chain": head.chain}


def _rate(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.rate.inputs import steps
    from yidian.runs.rate.run import rate

    cycle = _param(hold, "cycle")
    hold.expect(steps(tenant=on.tenant, cycle=cycle))
    told = rate(
        tenant=on.tenant, places=_places(on), cycle=cycle, now=hold.now, threads=on.threads, advance=hold.advance
    )
    return {
        "taken": told.taken, "good": told.good, "rejected": sum(told.rejected.values()),
        "parked": told.parked_events, "amount_micro": told.amount_micro, "again": told.again,
    }  # fmt: skip


def _cut(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.domains.customer_bill.operations import cut_cycle

    cycle = cut_cycle(tenant=on.tenant, name=_param(hold, "cycle"), now=hold.now, actor=_asker(on, hold))
    return {"cutoff_file": cycle.cutoff_file}


def _collect(on: Surroundings, hold: Hold) -> dict[str, Any]:
    """What lies in the inbox of a source, through the mapping last used for it."""
    from yidian.runs.collect.inbox import collect_inbox

    told = collect_inbox(
        tenant=on.tenant, lake=on.lake, source=_param(hold, "source"), now=hold.now, expect=hold.expect,
        advance=hold.advance,
    )  # fmt: skip
    return {
        "files": len(told.files), "records": told.records, "good": told.good, "duplicates": told.duplicates,
        "rejected": sum(told.rejected.values()), "refused": len(told.faults), "late": sum(told.late.values()),
    }  # fmt: skip


def _refeed(on: Surroundings, hold: Hold) -> dict[str, Any]:
    """The open suspense of a source once more, through the mapping last used for it."""
    from yidian.domains.usage.operations import mapping_in_use, refeed

    mapping = mapping_in_use(tenant=on.tenant, source=_param(hold, "source"))
    told = refeed(tenant=on.tenant, lake=on.lake, mapping=mapping, now=hold.now)
    return {
        "records": told.records, "good": told.good, "duplicates": told.duplicates, "ignored": told.ignored,
        "still_open": told.still_open,
    }  # fmt: skip


def _bill(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.bill.run import bill

    told = bill(
        tenant=on.tenant, place=_places(on), cycle_name=_param(hold, "cycle"), now=hold.now, threads=on.threads,
        accounts=_accounts(hold), progress=_told_total(hold),
    )  # fmt: skip
    return {
        "accounts": told.accounts, "billed": told.billed, "parked": sum(told.parked.values()),
        "total_minor": told.total_minor, "again": told.again,
    }  # fmt: skip


def _bill_again(on: Surroundings, hold: Hold) -> dict[str, Any]:
    """What was parked and is put right: some accounts rated and billed once more, without the rest of the month."""
    from yidian.runs.bill.run import bill
    from yidian.runs.rate.partial import rerate

    cycle, accounts = _param(hold, "cycle"), _accounts(hold, needed=True) or []
    rerate(tenant=on.tenant, places=_places(on), cycle=cycle, accounts=accounts, now=hold.now, threads=on.threads)
    told = bill(
        tenant=on.tenant, place=_places(on), cycle_name=cycle, now=hold.now, threads=on.threads, accounts=accounts,
        progress=_told_total(hold),
    )  # fmt: skip
    return {
        "accounts": told.accounts, "billed": told.billed, "parked": sum(told.parked.values()),
        "total_minor": told.total_minor, "again": told.again,
    }  # fmt: skip


def _post(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.domains.customer_bill.queries import count_bills
    from yidian.runs.post.run import post

    cycle = _param(hold, "cycle")
    hold.expect(count_bills(tenant=on.tenant, cycle=cycle))
    told = post(
        tenant=on.tenant, places=_places(on), cycle=cycle, now=hold.now, actor=_asker(on, hold),
        leave_parked=_flag(hold, "leave_parked"), advance=hold.advance,
    )  # fmt: skip
    return {"bills": told.bills, "total_minor": told.total_minor, "again": told.again}


def _close(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.post.close import close

    close(
        tenant=on.tenant, places=_places(on), cycle=_param(hold, "cycle"), now=hold.now, actor=_asker(on, hold),
        leave_parked=_flag(hold, "leave_parked"),
    )  # fmt: skip
    return {"cycle": _param(hold, "cycle")}


def _clear(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.domains.payment.queries import accounts_owing
    from yidian.runs.clear.run import clear_cycle

    cycle = _param(hold, "cycle")
    hold.expect(len(accounts_owing(tenant=on.tenant, cycle=cycle)))
    told = clear_cycle(
        tenant=on.tenant, actor=_asker(on, hold), cycle=cycle, now=hold.now, lake=on.lake,
        locks=on.scratch / "locks", advance=hold.advance,
    )  # fmt: skip
    return {"accounts": told.accounts, "cleared_minor": told.cleared_minor, "open_minor": told.open_minor}


def _payments(on: Surroundings, hold: Hold) -> dict[str, Any]:
    """An uploaded file of payments, through the mapping last used for its channel."""
    from yidian.domains.payment.operations import import_uploaded
    from yidian.platform.uploads.operations import opened

    upload = opened(tenant=on.tenant, folder=on.scratch / "uploads", id=_param(hold, "upload"))
    told = import_uploaded(
        tenant=on.tenant, actor=_asker(on, hold), path=upload.path, name=upload.name, channel=_param(hold, "channel"),
        now=hold.now, locks=on.scratch / "locks", expect=hold.expect, advance=hold.advance,
    )  # fmt: skip
    return {
        "state": told.state, "rows": told.rows, "good": told.good, "duplicates": told.duplicates,
        "suspended": told.suspended, "rejected": told.rejected, "amount_minor": told.amount_minor, "again": told.again,
    }  # fmt: skip


def _look(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.journeys.imports.taking import look_as_job

    return look_as_job(_import(on, hold))


def _take_file(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.journeys.imports.taking import take

    return take(_import(on, hold), job=hold.held.job, seen=str(hold.params.get("seen") or ""))


def _import(on: Surroundings, hold: Hold) -> Looking:
    """Which uploaded file, as what, for whom."""
    from yidian.journeys.imports.kinds import KINDS
    from yidian.journeys.imports.looking import Looking
    from yidian.journeys.imports.receiving import received
    from yidian.journeys.imports.shelf import Shelf
    from yidian.runs.first_bill.pricing import priced_at

    shelf = Shelf(tenant=on.tenant, work=on.scratch)
    return Looking(
        tenant=on.tenant, actor=_asker(on, hold), shelf=shelf, kind=KINDS[_param(hold, "import")], now=hold.now,
        upload=received(tenant=on.tenant, shelf=shelf, id=_param(hold, "upload")), expect=hold.expect,
        advance=hold.advance, price=priced_at(tenant=on.tenant, places=_places(on), now=hold.now),
    )  # fmt: skip


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


def _correct_preview(on: Surroundings, hold: Hold) -> dict[str, Any]:
    """What a correction would come to, kept with whom it is about; nobody is asked by it."""
    from yidian.runs.correct.ask import asked_by_job, keep_preview

    kept, seen = keep_preview(
        tenant=on.tenant, places=_places(on), actor=_asker(on, hold), key=hold.key, now=hold.now,
        asked=asked_by_job(dict(hold.params)), threads=on.threads,
    )  # fmt: skip
    return {
        "correction": kept.number, "accounts": seen.tried.trial.accounts, "difference_minor": kept.difference_minor
    }  # fmt: skip


def _tariff_trial(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.launch.trying import try_draft

    number, trial = try_draft(
        tenant=on.tenant, places=_places(on), actor=_asker(on, hold), key=hold.key, now=hold.now,
        number=int(_param(hold, "draft")), asked=_tried_on(hold), threads=on.threads, progress=_told_total(hold),
    )  # fmt: skip
    return {
        "draft": int(_param(hold, "draft")), "trial": number, "accounts": trial.accounts,
        "before_minor": trial.before_minor, "after_minor": trial.after_minor,
    }  # fmt: skip


def _tariff_test(on: Surroundings, hold: Hold) -> dict[str, Any]:
    from yidian.runs.launch.trying import sample_draft
    from yidian.runs.trial.sample import Measure

    whole = {name: int(hold.params[name]) for name in Measure.__dataclass_fields__ if hold.params.get(name)}
    told = sample_draft(
        tenant=on.tenant, places=_places(on), actor=_asker(on, hold), key=hold.key, now=hold.now,
        number=int(_param(hold, "draft")), asked=_tried_on(hold), measure=Measure(**whole), threads=on.threads,
        progress=_told_total(hold),
    )  # fmt: skip
    return {
        "draft": int(_param(hold, "draft")), "passed": told.passed, "cases": told.cases,
        "passed_cases": told.passed_cases,
    }  # fmt: skip


def _best_plans(on: Surroundings, hold: Hold) -> dict[str, Any]:
    """Everybody's best plan over the last months; `offers` with commas between, none: all on sale."""
    from yidian.runs.best.many import Asked, best_plans

    offers = tuple(code for code in str(hold.params.get("offers") or "").split(",") if code)
    run, told = best_plans(
        tenant=on.tenant, places=_places(on), now=hold.now, threads=on.threads, progress=_told_total(hold),
        asked=Asked(months=int(hold.params.get("months") or 3), offers=offers),
    )  # fmt: skip
    return {"run": run, "subscribers": told.subscribers, "savers": told.savers, "saving_minor": told.saving_minor}


def _tried_on(hold: Hold) -> TriedOn:
    """The month of a trial, `on` a day, `moves` as HELD=NEW with commas between."""
    from yidian.runs.launch.trying import Asked

    on, moves = str(hold.params.get("on") or ""), str(hold.params.get("moves") or "")
    return Asked(
        cycle=_param(hold, "cycle"), on=date.fromisoformat(on) if on else None,
        moves=dict(pair.split("=", 1) for pair in moves.split(",") if "=" in pair),
    )  # fmt: skip


def _asker(on: Surroundings, hold: Hold) -> Actor:
    """Who asked for a job: what it writes is theirs."""
    from yidian.platform.access.queries import user_id_of

    kind, _, login = hold.held.actor.partition("/")
    return Actor(kind, login, user_id_of(tenant=on.tenant, login=login) if kind == "staff" else None)


def _places(on: Surroundings) -> Places:
    from yidian.runs.rate.inputs import Places

    return Places(lake=on.lake, work=on.scratch)


def _told_total(hold: Hold) -> Callable[[int], Callable[[int], None]]:
    def progress(total: int) -> Callable[[int], None]:
        hold.expect(total)
        return hold.advance

    return progress


def _accounts(hold: Hold, *, needed: bool = False) -> list[str] | None:
    """Codes of the accounts a job is for, told with commas between; None: all."""
    told = _param(hold, "accounts") if needed else str(hold.params.get("accounts") or "")
    return [code for code in told.split(",") if code] or None


def _flag(hold: Hold, name: str) -> bool:
    return str(hold.params.get(name, "")) == "yes"


def _param(hold: Hold, name: str) -> str:
    """A parameter that must be there. BadInput JOB_PARAM_MISSING: such a job is parked at once."""
    from yidian.kernel.faults import refuse

    if not hold.params.get(name):
        raise refuse("JOB_PARAM_MISSING", value=name)
    return str(hold.params[name])


# Name → the work; the right it takes stands in platform/jobs/kinds.py. A new kind is a line in each.
WORK: Final[Mapping[str, Callable[[Surroundings, Hold], dict[str, Any]]]] = {
    "collect": _collect,
    "suspense.refeed": _refeed,
    "cut": _cut,
    "rate": _rate,
    "bill": _bill,
    "bill.again": _bill_again,
    "post": _post,
    "close": _close,
    "clear": _clear,
    "dun": _dun,
    "books": _expire,
    "payments": _payments,
    **dict.fromkeys(("look.customers", "look.resources", "look.orders"), _look),
    **dict.fromkeys(("import.customers", "import.resources", "import.orders"), _take_file),
    "correct.preview": _correct_preview,
    "tariff.trial": _tariff_trial,
    "tariff.test": _tariff_test,
    "best.plans": _best_plans,
    "ledger.rebuild": _rebuild,
    "audit.seal": _seal,
    "outbox.relay": lambda on, _: {"moved": _relay(on)},
}
