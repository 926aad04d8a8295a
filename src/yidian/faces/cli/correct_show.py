"""What `yidian correct` shows: a preview, the list, one correction; and its workbook."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.platform.wording import entries, text

if TYPE_CHECKING:
    from yidian.domains.customer_bill.types import CorrectionRow
    from yidian.faces.cli.context import Context
    from yidian.runs.trial.run import Tried
    from yidian.runs.trial.types import Pair

SHOWN: Final = 12
HEADS: Final = ("NUMBER", "CYCLE", "EDITION", "UNITS", "DIFFERENCE", "MOVED", "REASON", "STATE", "MADE")


def previewed(tried: Tried, events_before: int, events_after: int, context: Context) -> None:
    """What it would come to: whole, by item, and the accounts that change most."""
    trial, money = tried.trial, _money(context)
    context.say(
        "CORRECTION_SEEN", cycle=trial.cycle, edition=trial.source, before=money(trial.before_minor),
        after=money(trial.after_minor), currency=trial.currency, difference=money(trial.difference_minor),
        accounts=trial.accounts, more=trial.more, less=trial.less, same=trial.same,
    )  # fmt: skip
    if events_before != events_after:
        context.say("CORRECTION_EVENTS", before=events_before, after=events_after)
    for reason, events in trial.rejected_after.items():
        context.say("TRIAL_UNPRICED", events=events, reason=reason, before=0)
    if trial.parked_after:
        context.say("TRIAL_PARKED_MORE", count=trial.parked_after, before=0)
    context.table(
        "TRIAL_TABLE_ITEMS", _columns("CODE", "COUNT", "BEFORE", "AFTER", "DIFFERENCE"), _pairs(trial.items, money)
    )
    samples = [
        (one.account, money(one.before_minor), money(one.after_minor), money(one.after_minor - one.before_minor))
        for one in (*trial.rises[:5], *trial.falls[:5])
    ]
    context.table("TRIAL_TABLE_SAMPLES", _columns("ACCOUNT", "BEFORE", "AFTER", "DIFFERENCE"), samples)


def bearing(cycle: str, context: Context) -> None:
    """Which bills would bear it."""
    from yidian.domains.customer_bill.queries import cycles, takes_late_usage

    tenant = context.tenant
    found = [one.name for one in cycles(tenant=tenant) if takes_late_usage(tenant=tenant, cycle=one)]
    if found:
        context.say("CORRECTION_BASIS", bearing=found[0], cycle=cycle)
    else:
        context.say("CORRECTION_NO_BEARER")


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


def listed(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("cycle.read")
    from yidian.domains.customer_bill.queries import corrections

    money = _money(context)
    rows = [
        (
            one.number, one.cycle, edition_words(one, context.lang), one.units, money(one.difference_minor),
            money(one.moved_minor), because(one.reason, context.lang), state_words(one.state, context.lang),
            context.local(one.made_at, "minutes"),
        )
        for one in corrections(tenant=tenant, cycle=args.cycle, state=args.state, limit=500)
    ]  # fmt: skip
    context.table("CORRECTION_TABLE", [f"CORRECTION_COLUMN_{name}" for name in HEADS], rows)
    return 0


def one(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("cycle.read")
    from yidian.domains.customer_bill.queries import correction
    from yidian.runs.correct.kept import kept_preview

    found = correction(tenant=tenant, number=args.number)
    lang, money = context.lang, _money(context)
    facts: list[tuple[str, Any]] = [
        ("CYCLE", found.cycle), ("EDITION", edition_words(found, lang)), ("AS_OF", found.as_of or ""),
        ("CRITERIA", criteria_words(found, lang)), ("UNITS", found.units),
        ("DIFFERENCE", money(found.difference_minor)), ("MOVED", money(found.moved_minor)),
        ("REASON", because(found.reason, lang)), ("COMMENT", found.comment), ("STATE", state_words(found.state, lang)),
        ("MADE_BY", found.made_by), ("ASKED_BY", found.asked_by), ("AGREED_AT", context.local(found.agreed_at)),
        ("WITHDRAWN_BY", found.withdrawn_by),
    ]  # fmt: skip
    rows = [(text(f"CORRECTION_FACT_{name}", lang), str(value)) for name, value in facts if value not in ("", None)]
    context.say("CORRECTION_FACTS", number=found.number)
    context.table("CORRECTION_TABLE", [f"CORRECTION_COLUMN_{name}" for name in ("WHAT", "VALUE")], rows)
    tried, before, after = kept_preview(tenant=tenant, number=args.number)
    previewed(tried, before, after, context)
    write(args.output, tried, context)
    return 0


def edition_words(row: CorrectionRow, lang: str) -> str:
    return str(row.edition) if row.edition else text("CORRECTION_OWN", lang)


def state_words(state: str, lang: str) -> str:
    return text(f"CORRECTION_STATE_{state.upper()}", lang)


def because(reason: str, lang: str) -> str:
    """The words of a reason; reasons of an operator's own are told as they are."""
    code = f"CORRECTION_BECAUSE_{reason.upper()}"
    return text(code, lang) if code in entries() else reason


def criteria_words(row: CorrectionRow, lang: str) -> str:
    """Whose bills, in a line."""
    found = []
    for name, value in row.criteria.items():
        words = text(f"CORRECTION_CRITERION_{name.upper()}", lang)
        told = " ".join(value) if isinstance(value, list) else "" if value is True else str(value)
        found.append(f"{words} {told}".strip())
    return "; ".join(found)


def _money(context: Context) -> Callable[[int], str]:
    from yidian.kernel.money import currency, format_minor

    unit = currency(context.tenant.currency)
    return lambda amount_minor: format_minor(amount_minor, unit)


def _pairs(found: Sequence[Pair], money: Callable[[int], str]) -> list[tuple[object, ...]]:
    return [
        (one.code or "–", one.count, money(one.before_minor), money(one.after_minor), money(one.difference_minor))
        for one in found[:SHOWN]
    ]


def _columns(*names: str) -> list[str]:
    return [f"TRIAL_COLUMN_{name}" for name in names]
