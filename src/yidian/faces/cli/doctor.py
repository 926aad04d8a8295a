"""`yidian doctor`: whether the laws that must always hold do hold. Reads only.

Exit codes: 0 every law that was asked holds, 1 unforeseen, 2 bad input, 4 a law is broken.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.runs.doctor.finding import Finding, Remark

HELP = {
    "en": "Check the laws that must always hold (docs/howto/doctor.md). Changes nothing; ends with 4 if one is broken.",
    "zh": "检查必须始终成立的规律（见 docs/howto/doctor.md）。不作任何改动；有规律被破坏时以 4 结束。",
}
BROKEN: Final = 4
UNITS: Final = {False: 20, True: 200}  # rating units priced again, by --deep


def declare(parser: Parser) -> None:
    words = parser.words
    deep = words(en="read every byte, rate and bill a sample of parts again", zh="读取全部字节，并抽样重新批价、出账")
    parser.add_argument("--deep", action="store_true", help=deep)
    law = words(en="ask this law only, wholly (repeatable): I1 I4 I6 I10 I13 I14 I15 ENV", zh="只检查该规律（可重复）")
    parser.add_argument("--law", action="append", default=[], metavar="LAW", help=law)
    parts = words(en="parts to rate and bill again (default 2)", zh="重新批价、出账的分片数（默认 2）")
    parser.add_argument("--parts", type=int, default=2, metavar="N", help=parts)
    units = words(
        en="rating units to price again (default 20, with --deep 200)",
        zh="重新计价的批价单元数（默认 20，--deep 时 200）",
    )
    parser.add_argument("--units", type=int, default=None, metavar="N", help=units)
    as_json = words(en="one JSON document, for programs", zh="输出 JSON，供程序使用")
    parser.add_argument("--json", action="store_true", help=as_json)


def run(args: argparse.Namespace, context: Context) -> int:
    tenant, installation = context.tenant, context.installation
    from yidian.platform.clock import MachineClock
    from yidian.platform.network.choosing import network_of
    from yidian.runs.doctor.examine import examine, queries_of
    from yidian.runs.doctor.visit import Visit
    from yidian.runs.rate.inputs import Places

    asked = queries_of(laws=args.law, deep=args.deep)
    on = Visit(
        tenant=tenant, home=installation.home, places=Places(lake=installation.lake, work=installation.work),
        now=context.now, deep=args.deep, parts=max(args.parts, 1), units=max(args.units or UNITS[args.deep], 1),
        money=installation.money, network=lambda: network_of(
            tenant=tenant, clock=MachineClock(), work=installation.work, to_private=installation.network_to_private
        ),
    )  # fmt: skip
    with context.progress(len(asked), "DOCTOR_PROGRESS") as bar:
        found = examine(on, asked, bar.advance)
    if args.json:
        _show_json(found, context)
    else:
        _show(found, context)
    broken = sorted({finding.law for finding in found if not finding.ok})
    if broken:
        context.complain("DOCTOR_BROKEN", laws=", ".join(broken))
        return BROKEN
    if not args.json:
        context.say("DOCTOR_HEALTHY", count=len(found))
    return 0


def _show_json(found: list[Finding], context: Context) -> None:
    """Codes and parameters as they are found, without words."""
    from yidian.faces.cli import terminal

    context.answer()
    terminal.write_line(json.dumps([asdict(f) | {"ok": f.ok} for f in found], ensure_ascii=False, indent=1))


def _show(found: list[Finding], context: Context) -> None:
    from yidian.platform.wording import text

    def words(code: str) -> str:
        return text(code, context.lang)

    rows = [
        (f.law, words(f"DOCTOR_QUERY_{f.query}"), words(_verdict(f)), f.checked, _told(f.notes, context)) for f in found
    ]
    columns = [f"DOCTOR_COLUMN_{name}" for name in ("LAW", "QUERY", "VERDICT", "CHECKED", "NOTES")]
    context.table("DOCTOR_TABLE", columns, rows)
    for title, kind in (("DOCTOR_VIOLATIONS", "violations"), ("DOCTOR_ALARMS", "alarms")):
        remarks = [row for f in found for row in _remarks(f, getattr(f, kind), context)]
        remarks += [(f.law, "", text("DOCTOR_MORE", context.lang, count=f.more), "") for f in found if f.more] * (
            kind == "violations"
        )
        if remarks:
            context.table(title, [f"DOCTOR_COLUMN_{name}" for name in ("LAW", "CODE", "WHAT", "REMEDY")], remarks)


def _verdict(finding: Finding) -> str:
    if not finding.ok:
        return "DOCTOR_VERDICT_BROKEN"
    if not finding.checked and any(alarm.code == "INPUTS_CHANGED" for alarm in finding.alarms):
        return "DOCTOR_VERDICT_NOT_COMPARED"
    return "DOCTOR_VERDICT_REMARKS" if finding.alarms else "DOCTOR_VERDICT_HOLDS"


def _told(notes: Iterable[Remark], context: Context) -> str:
    from yidian.platform.wording import text

    return "; ".join(text(note.code, context.lang, **note.params) for note in notes)


def _remarks(finding: Finding, remarks: Iterable[Remark], context: Context) -> list[tuple[str, str, str, str]]:
    from yidian.platform.wording import remedy, text

    return [
        (finding.law, r.code, text(r.code, context.lang, **r.params), remedy(r.code, context.lang, **r.params))
        for r in remarks
    ]
