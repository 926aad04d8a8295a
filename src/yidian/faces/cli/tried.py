"""A month billed anew, as tables: what `tariff try` and `correct` tell of it, and its workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yidian.faces.cli.money import amounts_in

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.runs.trial.run import Tried
    from yidian.runs.trial.types import Pair, Trial

SHOWN: Final = 12
SAMPLES: Final = 5  # of each kind
Money = Callable[[int | None], str]


def headed(code: str, trial: Trial, context: Context) -> None:
    """The sentence of a code, with what it comes to."""
    money = amounts_in(trial.currency)
    context.say(
        code, cycle=trial.cycle, source=trial.source, before=money(trial.before_minor), after=money(trial.after_minor),
        currency=trial.currency, difference=money(trial.difference_minor), accounts=trial.accounts, more=trial.more,
        less=trial.less, same=trial.same,
    )  # fmt: skip


def left_out(trial: Trial, context: Context) -> None:
    """What could not be priced or billed, where that differs from before."""
    for reason, events in trial.rejected_after.items():
        before = trial.rejected_before.get(reason, 0)
        if events != before:
            context.say("TRIAL_UNPRICED", events=events, reason=reason, before=before)
    if trial.parked_after != trial.parked_before:
        context.say("TRIAL_PARKED_MORE", count=trial.parked_after, before=trial.parked_before)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], context: Context) -> None:
    context.table(title, [f"TRIAL_COLUMN_{name}" for name in columns], rows)


def pairs(title: str, found: Sequence[Pair], money: Money, context: Context) -> None:
    """Sums by a code, before and after."""
    rows = [
        (one.code or "–", one.count, money(one.before_minor), money(one.after_minor), money(one.difference_minor))
        for one in found[:SHOWN]
    ]
    table(title, ("CODE", "COUNT", "BEFORE", "AFTER", "DIFFERENCE"), rows, context)


def samples(trial: Trial, money: Money, context: Context) -> None:
    """The accounts that change most."""
    rows = [
        (one.account, money(one.before_minor), money(one.after_minor), money(one.after_minor - one.before_minor))
        for one in (*trial.rises[:SAMPLES], *trial.falls[:SAMPLES])
    ]
    table("TRIAL_TABLE_SAMPLES", ("ACCOUNT", "BEFORE", "AFTER", "DIFFERENCE"), rows, context)


def write(path: Path | None, tried: Tried, context: Context) -> None:
    """The workbook, where one is wanted."""
    if path is None:
        return
    from yidian.kernel.faults import refuse
    from yidian.runs.trial.workbook import write_workbook

    if path.suffix.lower() != ".xlsx":
        raise refuse("EXPORT_FORMAT_UNKNOWN", file=str(path), value=path.suffix or path.name)
    write_workbook(path, tried, lang=context.lang)
    context.say("TRIAL_WRITTEN", file=path)
