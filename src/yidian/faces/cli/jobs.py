"""`yidian jobs`: what waits, works, is done or is parked; asking for a job; trying one again; schedules."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "List jobs, ask for one, try a parked one again, set schedules (docs/howto/worker.md).",
    "zh": "查看作业、提交作业、重试搁置的作业、设置定时计划（见 docs/howto/worker.md）。",
}
COLUMNS: Final = ("JOB", "KIND", "KEY", "STATE", "ATTEMPTS", "DONE", "FOR", "OWNER", "REASON")
SCHEDULE_COLUMNS: Final = ("NAME", "KIND", "RULE", "ACTIVE", "NEXT", "LAST")


def declare(parser: Parser) -> None:
    words = parser.words
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help=words(en="list jobs, newest first", zh="列出作业，最新在前"))
    listing.add_argument("--state", choices=("queued", "working", "done", "failed", "parked"), default="")
    listing.add_argument("--limit", type=int, default=20, metavar="N")
    asking = actions.add_parser("run", help=words(en="ask for a job", zh="提交作业"))
    asking.add_argument("kind", metavar="KIND", help=words(en="rate, bill …", zh="rate、bill 等"))
    asking.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    key = words(
        en="the same key again is the same job (default: this instant)", zh="相同的键即同一作业（默认：当前时刻）"
    )
    asking.add_argument("--key", default="", metavar="KEY", help=key)
    again = actions.add_parser("retry", help=words(en="try a parked or failed job again", zh="重试搁置或失败的作业"))
    again.add_argument("job", type=int, metavar="JOB", help=words(en="its number", zh="作业号"))
    plan = actions.add_parser("schedule", help=words(en="list schedules, or set one", zh="列出或设置定时计划"))
    plan.add_argument("name", nargs="?", default="", metavar="NAME")
    plan.add_argument("kind", nargs="?", default="", metavar="KIND")
    rule = words(en='"hourly 05", "daily 02:30" or "monthly 31 23:50", local time', zh="本地时间，例如 daily 02:30")
    plan.add_argument("rule", nargs="?", default="", metavar="RULE", help=rule)
    plan.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    plan.add_argument("--off", action="store_true", help=words(en="it rests", zh="停用"))


def run(args: argparse.Namespace, context: Context) -> int:
    if args.action == "list":
        return _list(args, context)
    if args.action == "run":
        return _ask(args, context)
    if args.action == "retry":
        return _retry(args.job, context)
    return _schedule(args, context) if args.name else _schedules(context)


def _list(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.platform.jobs.queries import jobs
    from yidian.platform.wording import text

    rows = [
        (
            one.pk, one.kind, one.key, text(f"JOB_STATE_{one.state.upper()}", context.lang), one.attempts,
            f"{one.done:,}/{one.total:,}" if one.total else "", context.local(one.scheduled_for), one.owner,
            text(one.reason["code"], context.lang, **one.reason) if one.reason else "",
        )
        for one in jobs(tenant=tenant, state=args.state, limit=max(args.limit, 0))
    ]  # fmt: skip
    context.table("JOBS_TABLE", [f"JOBS_COLUMN_{name}" for name in COLUMNS], rows)
    return 0


def _ask(args: argparse.Namespace, context: Context) -> int:
    tenant, params = context.tenant, _params(args.param)
    from yidian.kernel.faults import refuse
    from yidian.platform.jobs.asking import ask
    from yidian.platform.jobs.kinds import RIGHTS

    if args.kind not in RIGHTS:
        raise refuse("JOB_KIND_UNKNOWN", value=args.kind, known=" ".join(sorted(RIGHTS)))
    outcome = ask(
        tenant=tenant, actor=context.actor, action=RIGHTS[args.kind], kind=args.kind, params=params,
        key=args.key or context.now.isoformat(), now=context.now,
    )  # fmt: skip
    said = "JOB_ASKED_BEFORE" if outcome.answer["found"] else "JOB_ASKED"
    context.say(said, job=outcome.answer["job"], kind=args.kind)
    return 0


def _retry(job: int, context: Context) -> int:
    tenant = context.tenant
    context.demand("jobs.manage")
    from yidian.platform.jobs.operations import retry
    from yidian.platform.writing.operations import perform

    perform(
        tenant=tenant, actor=context.actor, operation="job.retry", key=f"{job} {context.now.isoformat()}",
        request={"job": job}, now=context.now, work=lambda frame: {"state": retry(frame=frame, job=job)},
    )  # fmt: skip
    context.say("JOB_AGAIN", job=job)
    return 0


def _schedule(args: argparse.Namespace, context: Context) -> int:
    tenant, params = context.tenant, _params(args.param)
    from yidian.kernel.faults import refuse
    from yidian.platform.jobs.kinds import RIGHTS
    from yidian.platform.jobs.operations import set_schedule
    from yidian.platform.writing.operations import perform

    if args.kind not in RIGHTS:
        raise refuse("JOB_KIND_UNKNOWN", value=args.kind, known=" ".join(sorted(RIGHTS)))
    context.demand("jobs.manage")
    context.demand(RIGHTS[args.kind])
    told: dict[str, Any] = {
        "name": args.name, "kind": args.kind, "rule": args.rule, "params": params, "active": not args.off
    }  # fmt: skip
    outcome = perform(
        tenant=tenant, actor=context.actor, operation="schedule.set", key=f"{args.name} {context.now.isoformat()}",
        request=told, now=context.now,
        work=lambda frame: {"next": set_schedule(frame=frame, **told).isoformat()},
    )  # fmt: skip
    following = context.local(datetime.fromisoformat(outcome.answer["next"]))
    context.say("SCHEDULE_RESTS" if args.off else "SCHEDULE_SET", name=args.name, next=following)
    return 0


def _schedules(context: Context) -> int:
    tenant = context.tenant
    from yidian.platform.jobs.queries import schedules
    from yidian.platform.wording import text

    rows = [
        (
            one.name, one.kind, one.rule, text("YES" if one.active else "NO", context.lang),
            context.local(one.next_at), context.local(one.last_at),
        )
        for one in schedules(tenant=tenant)
    ]  # fmt: skip
    context.table("SCHEDULES_TABLE", [f"SCHEDULES_COLUMN_{name}" for name in SCHEDULE_COLUMNS], rows)
    return 0


def _params(told: list[str]) -> dict[str, str]:
    """NAME=VALUE … as a dict. BadInput JOB_PARAM_FORM."""
    from yidian.kernel.faults import refuse

    found = {}
    for one in told:
        name, equals, value = one.partition("=")
        if not name or not equals:
            raise refuse("JOB_PARAM_FORM", value=one)
        found[name] = value
    return found
