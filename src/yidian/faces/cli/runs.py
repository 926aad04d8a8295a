"""`yidian runs`: what was run, when, and what came of it; newest first."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "List what was run and what came of it, newest first. An unfinished run goes on when typed again.",
    "zh": "列出运行记录及结果，最新在前。未完成的运行，再次输入其命令即可继续。",
}
COLUMNS: Final = ("RUN", "KIND", "SUBJECT", "STATE", "STARTED", "FINISHED", "COUNTS")
TOLD: Final = (  # the counts that are put into words, in this order
    "taken", "good", "rejected", "parked_events", "elsewhere", "amount_micro",
    "files", "accounts", "billed", "parked", "items", "total_minor",
)  # fmt: skip


def declare(parser: Parser) -> None:
    words = parser.words
    limit = words(en="at most so many runs", zh="最多列出的条数")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help=limit)
    as_json = words(en="one JSON document with every count", zh="输出 JSON，含全部计数")
    parser.add_argument("--json", action="store_true", help=as_json)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.platform.jobs.queries import runs

    found = runs(tenant=tenant, limit=max(args.limit, 0))
    if args.json:
        from yidian.faces.cli import terminal

        context.answer()
        terminal.write_line(json.dumps([_facts(one) for one in found], ensure_ascii=False, indent=1))
        return 0
    if not found:
        context.say("RUNS_NONE")
        return 0
    context.table("RUNS_TABLE", [f"RUNS_COLUMN_{name}" for name in COLUMNS], [_row(one, context) for one in found])
    return 0


def _facts(one: Any) -> dict[str, Any]:
    """A run for programs: instants in ISO 8601, UTC; counts as stored (…_micro, …_minor are money)."""
    finished = one.finished_at.isoformat() if one.finished_at else None
    return {
        "id": one.pk, "kind": one.kind, "subject": one.subject, "state": str(one.state),
        "started": one.started_at.isoformat(), "finished": finished, "counts": one.counts,
    }  # fmt: skip


def _row(one: Any, context: Context) -> tuple[str, ...]:
    from yidian.platform.wording import text

    counts = [_worded(name, one.counts[name], context) for name in TOLD if name in one.counts]
    return (
        str(one.pk), text(f"RUN_KIND_{one.kind.upper()}", context.lang), one.subject,
        text(f"RUN_STATE_{one.state.upper()}", context.lang),
        context.local(one.started_at), context.local(one.finished_at), " · ".join(counts),
    )  # fmt: skip


def _worded(name: str, value: Any, context: Context) -> str:
    from yidian.kernel.money import currency, format_micro, format_minor
    from yidian.platform.wording import text

    if isinstance(value, dict):
        value = sum(value.values())
    unit = currency(context.tenant.currency)
    if name.endswith("_micro"):
        told = format_micro(value, at_least=unit.minor_digits)
    else:
        told = format_minor(value, unit) if name.endswith("_minor") else f"{value:,}"
    return text(f"RUN_COUNT_{name.upper()}", context.lang, value=told)
