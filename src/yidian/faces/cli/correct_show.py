"""What `yidian correct` shows: a preview, the list, one correction."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from yidian.faces.cli import tried
from yidian.faces.cli.money import amounts_in
from yidian.platform.wording import entries, text

if TYPE_CHECKING:
    from yidian.domains.customer_bill.types import CorrectionRow
    from yidian.faces.cli.context import Context
    from yidian.runs.trial.run import Tried

HEADS: Final = ("NUMBER", "CYCLE", "EDITION", "UNITS", "DIFFERENCE", "MOVED", "REASON", "STATE", "MADE")


def previewed(told: Tried, events_before: int, events_after: int, context: Context) -> None:
    """What it would come to: whole, by item, and the accounts that change most."""
    trial, money = told.trial, amounts_in(told.trial.currency)
    tried.headed("CORRECTION_SEEN", trial, context)
    if events_before != events_after:
        context.say("CORRECTION_EVENTS", before=events_before, after=events_after)
    tried.left_out(trial, context)
    tried.pairs("TRIAL_TABLE_ITEMS", trial.items, money, context)
    tried.samples(trial, money, context)


def bearing(cycle: str, context: Context) -> None:
    """Which bills would bear it."""
    from yidian.domains.customer_bill.queries import cycles, takes_late_usage

    tenant = context.tenant
    found = [one.name for one in cycles(tenant=tenant) if takes_late_usage(tenant=tenant, cycle=one)]
    if found:
        context.say("CORRECTION_BASIS", bearing=found[0], cycle=cycle)
    else:
        context.say("CORRECTION_NO_BEARER")


def listed(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    context.demand("cycle.read")
    from yidian.domains.customer_bill.queries import corrections

    money = amounts_in(context.tenant.currency)
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
    lang, money = context.lang, amounts_in(tenant.currency)
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
    told, before, after = kept_preview(tenant=tenant, number=args.number)
    previewed(told, before, after, context)
    tried.write(args.output, told, context)
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
