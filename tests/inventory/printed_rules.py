"""docs/numbers/states.md from the table of rules: `python -m tests.inventory.printed_rules` writes it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from yidian.domains.product_inventory.changes import lifecycle
from yidian.domains.product_inventory.rules import (
    BY_CREDIT,
    BY_LIFE,
    BY_REASON,
    DEEDS,
    IN_USE,
    LIVES,
    Verdict,
    permitted,
    permitted_to_credit,
)
from yidian.domains.product_inventory.stops.lines import StopRow, steps_of_stops
from yidian.domains.product_inventory.stops.types import REASONS
from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.wording import text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "numbers" / "states.md"
SIGNS = {"yes": "✓", "warn": "!", "no": "·"}
HEAD = """# States of a subscription, and what may be done

Printed from the tables in `product_inventory` (`python -m tests.inventory.printed_rules`); a test says when it is not
what they are. What each cell must be, and by which fact, is in `tests/inventory/tables/rules.csv`. Why it is so: ADR
[0032](../decisions/0032-changes-of-subscriptions.md).
"""


def page() -> str:
    parts = [HEAD, "## Lives\n", _lives(), "## Reasons of a stop\n", _reasons(), "## What may be done\n", _rules()]
    parts += ["## What credit control may do\n", _credit()]
    return "\n".join([*parts, "## Why not, or what to mind\n", _codes()])


def _lives() -> str:
    rows = [f"| {life} | {event} | {lifecycle.TABLE.get((life, event), '·')} |" for life in lifecycle.LIVES
            for event in lifecycle.EVENTS]  # fmt: skip
    return "\n".join(["| life | event | becomes |", "|---|---|---|", *rows]) + "\n"


def _reasons() -> str:
    """What billing makes of each."""
    rows = []
    for reason, ways in REASONS.items():
        for way in sorted(ways):
            steps = steps_of_stops([StopRow(0, reason, way, 0, FOREVER_MS)])
            state = steps[0].state if steps else "active"
            rows.append(f"| {reason} | {text(f'STOP_REASON_{reason.upper()}', 'zh')} | {way} | {state} |")
    told = (
        "Of several at once: kept if one of them keeps the number, else stopped if one bars both ways, else active.\n"
    )
    return "\n".join(["| reason | 中文 | ways | billed as |", "|---|---|---|---|", *rows, "", told])


def _rules() -> str:
    """One column for each life and reason; ✓ yes, ! with a warning, · no."""
    standings = [(life, "") for life in LIVES] + [(IN_USE, reason) for reason in BY_REASON]
    heads = [reason or life or "(none yet)" for life, reason in standings]
    rows = []
    for deed in DEEDS:
        cells = [SIGNS[_asked(deed, life, reason).kind] for life, reason in standings]
        rows.append(f"| {deed} | {' | '.join(cells)} |")
    told = (
        "✓ yes, ! yes, but mind what is said, · no. A reason stands for a line that is in use and stopped for it. Of\n"
        "several reasons the strictest counts; to resume from one of them only that one is asked.\n"
    )
    return "\n".join([f"| deed | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|", *rows, "", told])


def _credit() -> str:
    """The same columns; expected in tests/inventory/tables/credit.csv."""
    standings = [(life, "") for life in LIVES] + [(IN_USE, reason) for reason in BY_REASON]
    heads = [reason or life or "(none yet)" for life, reason in standings]
    rows = []
    for act in BY_CREDIT:
        asked = (permitted_to_credit(act=act, life=life, reasons=[one] if one else []) for life, one in standings)
        rows.append(f"| {act} | {' | '.join(SIGNS[verdict.kind] for verdict in asked)} |")
    told = "It stops for arrears and resumes from them, whatever other reasons there are. Expected: `credit.csv`.\n"
    return "\n".join([f"| act | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|", *rows, "", told])


def _asked(deed: str, life: str, reason: str) -> Verdict:
    return permitted(deed=deed, life=life, reasons=[reason] if reason else [])


def _codes() -> str:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for life in BY_LIFE:
        for deed in DEEDS:
            found[_asked(deed, life, "").code].add(life or "(none yet)")
    for reason in BY_REASON:
        for deed in DEEDS:
            found[_asked(deed, IN_USE, reason).code].add(reason)
    rows = [f"| {code} | {text(code, 'en')} | {', '.join(sorted(found[code]))} |" for code in sorted(found) if code]
    return "\n".join(["| code | says | where |", "|---|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
