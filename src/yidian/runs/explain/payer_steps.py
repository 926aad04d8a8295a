"""A line that others have taken, in whole or in part, as steps: what was charged, and who pays it (§8.1, D4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yidian.kernel.billing import layout as at
from yidian.runs.explain.month import Month
from yidian.runs.explain.subscriber import Alone
from yidian.runs.explain.types import BillLine, Step

Gross = Callable[[int], list[Step]]  # the steps of what was charged on an account (id)


def paid_by(month: Month, line: BillLine, *, account: int, gross: Gross) -> list[Step]:
    """`gross` of the line's own account; where somebody else takes of it, of all accounts it was charged on, and then
    one step of who pays what. [] where the inventory does not say what the bill says."""
    taken = _payers(month, line)
    if not taken:
        return gross(account)
    alone = Alone(month, line.subscriber)
    charged = _sums(alone, line, alone.rows(paid=False))
    steps = [step for own in sorted(charged) for step in gross(own)]
    whole = sum(charged.values())
    if sum(step.amount_micro for step in steps) != whole:
        return []
    if _sums(alone, line, alone.rows(paid=True)).get(account, 0) != line.amount_micro:
        return []
    mine = [row for row in taken if row["account_id"] == account]
    told = {"whole_micro": whole, "mine": tuple(mine), "others": tuple(row for row in taken if row not in mine)}
    return [*steps, Step(code="PAID_BY", amount_micro=line.amount_micro - whole, told=told)]


def _sums(alone: Alone, line: BillLine, rows: Any) -> dict[int, int]:
    """Micro-units of the line's kind, item and offer by account."""
    found: dict[int, int] = {}
    items, offers = alone.book.items, ("", *alone.book.offers)
    for row in rows.tolist():
        named = at.KINDS[row[at.ROW_KIND]], items[row[at.ROW_ITEM]], offers[row[at.ROW_OFFER] + 1]
        if named == (line.kind, line.item.code, line.offer.code):
            account = alone.account_ids[row[at.ROW_ACCOUNT]]
            found[account] = found.get(account, 0) + row[at.ROW_MICRO]
    return found


def _payers(month: Month, line: BillLine) -> list[dict[str, Any]]:
    """Who takes lines of this item from the subscriber, in order."""
    inputs = month.inputs
    known, book, reference = inputs.known, inputs.book, inputs.reference
    if line.item.code not in book.items:
        return []
    item = book.items.index(line.item.code)
    found = []
    for row in range(len(known.pay_sub)):
        theirs = int(reference.subscriber_id[known.pay_sub[row]]) == line.subscriber
        if theirs and known.pay_items[known.pay_set[row], item]:
            mode, value, account = (int(known.pay_mode[row]), int(known.pay_value[row]), int(known.pay_account[row]))
            found.append({
                "account": reference.account_code[account], "account_id": int(reference.account_id[account]),
                "mode": at.MODES[mode], "limit_micro": value if mode == at.MODE_LIMIT else 0,
                "rate_ppm": value if mode == at.MODE_SHARE else 0,
            })  # fmt: skip
    return found
