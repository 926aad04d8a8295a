"""`yidian tariff try DRAFT --cycle 2026-10`: what a month that was rated would have billed under another tariff."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from yidian.faces.cli import tried
from yidian.faces.cli.money import amounts_in
from yidian.faces.cli.tariff_diff import tariff_told

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.runs.trial.types import Trial


def declare(parser: Parser) -> None:
    words = parser.words
    draft = words(en="an .xlsx, a folder of .csv, or the number of an edition", zh=".xlsx、.csv 文件夹或版本号")
    parser.add_argument("draft", metavar="DRAFT", help=draft)
    cycle = words(en="a rated cycle whose usage is priced again: 2026-10", zh="已批价的账期，用其话单重新批价：2026-10")
    parser.add_argument("--cycle", required=True, metavar="CYCLE", help=cycle)
    on = words(
        en="take the rows in force on this day, as if they always had been (for prices that begin later)",
        zh="按该日生效的行试算，如同一直有效（用于将来生效的价格）",
    )
    parser.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help=on)
    move = words(
        en="whoever holds the one offer is tried with the other (repeatable)", zh="持有前者的用户改按后者试算（可重复）"
    )
    parser.add_argument("--move", action="append", default=[], metavar="OFFER=OFFER", help=move)
    target = words(en="also write a workbook (.xlsx) with every account", zh="另写工作簿（.xlsx），含全部账户")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=target)


def run(args: argparse.Namespace, context: Context) -> int:
    """0 done; 2 where the draft is refused; 3 where the cycle is not rated."""
    moves = moves_told(args.move, context)
    if moves is None:
        return 2
    tenant = context.tenant
    context.demand("tariff.read")
    from yidian.runs.rate.inputs import Places
    from yidian.runs.trial.run import try_tariff

    place = Places(lake=context.installation.lake, work=context.installation.work)
    with ExitStack() as bars:

        def progress(total: int) -> Callable[[int], None]:
            return bars.enter_context(context.progress(total, "TRIAL_PROGRESS")).advance

        told = try_tariff(
            tenant=tenant, places=place, cycle=args.cycle, draft=tariff_told(args.draft, context), source=args.draft,
            on=args.on, moves=moves, threads=context.installation.threads, progress=progress,
        )  # fmt: skip
    _show(told.trial, context)
    tried.write(args.output, told, context)
    return 0


def moves_told(told: Sequence[str], context: Context) -> dict[str, str] | None:
    moves: dict[str, str] = {}
    for value in told:
        old, _, new = value.partition("=")
        if not old or not new:
            context.complain("TRIAL_MOVE_INVALID", value=value)
            return None
        moves[old] = new
    return moves


def _show(trial: Trial, context: Context) -> None:
    from yidian.kernel.money import currency
    from yidian.runs.trial.workbook import step_words

    digits, money = currency(trial.currency).minor_digits, amounts_in(trial.currency)
    tried.headed("TRIAL_DONE", trial, context)
    tried.left_out(trial, context)
    steps = [
        (step_words(step, context.lang, digits), step.accounts, money(step.difference_minor)) for step in trial.steps
    ]
    tried.table("TRIAL_TABLE_STEPS", ("CHANGE", "ACCOUNTS", "DIFFERENCE"), steps, context)
    for title, found in (("TRIAL_TABLE_OFFERS", trial.offers), ("TRIAL_TABLE_ITEMS", trial.items)):
        tried.pairs(title, found, money, context)
    tried.samples(trial, money, context)
