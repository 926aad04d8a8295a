"""Offers given and ended by changes."""

from __future__ import annotations

from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._holdings import plan_holdings
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory._stored import Kept
from yidian.domains.product_inventory.changes.known import statement
from yidian.domains.product_inventory.changes.paying import paying_at
from yidian.domains.product_inventory.changes.telling import Telling
from yidian.domains.product_inventory.changes.types import EndOffer, GiveOffer, MovePayer


def plan_offers(telling: Telling) -> tuple[Changes, list[Statement]]:
    """Changes of holdings, and the statements that give them. OFFER_NOT_HELD, OFFER_HELD_SEVERAL_TIMES,
    ENDS_WHERE_IT_BEGINS, HOLDING_SAME_BEGIN, HOLDING_OVERLAP."""
    ends = [end for line, change in telling.of(EndOffer) if (end := _end(telling, line, change)) is not None]
    given = [one for line, change in telling.of(GiveOffer) if (one := _given(telling, line, change)) is not None]
    planned = plan_holdings(given, telling.stored, telling.terms, telling.faults)
    planned.end.extend(ends)
    return planned, given


def _end(telling: Telling, line: int, change: EndOffer) -> tuple[int, int] | None:
    rows = telling.stored.holdings.get(change.subscriber, [])

    def mine(row: Kept) -> bool:
        return row.what == change.offer and change.began_ms in (None, row.from_ms)

    if sum(mine(row) and row.from_ms < change.at_ms < row.to_ms for row in rows) > 1:
        telling.note(line, "OFFER_HELD_SEVERAL_TIMES", change.offer, offer=change.offer)
        return None
    return telling.end(line, rows, "holdings", "OFFER_NOT_HELD", mine)


def _given(telling: Telling, line: int, change: GiveOffer) -> Statement | None:
    """As a row of a file says it; None where it is held so already."""
    code, terms, to_ms = change.subscriber, telling.terms.get(change.offer), change.to_ms
    known = telling.stored.subscribers.get(code)
    one = statement(
        change, line, customer=known.customer if known else telling.opened[code].customer, offer=change.offer,
        account=paying_at(telling, code, change.at_ms, "payers"),
        unit=paying_at(telling, code, change.at_ms, "memberships"),
        ends_ms=terms.end_ms(change.at_ms, telling.faults.zone) if terms and terms.months and to_ms is None else None,
        **({} if to_ms is None else {"to_ms": to_ms}),
    )  # fmt: skip
    rows = telling.stored.holdings.get(code, ())
    same = next((row for row in rows if row.what == change.offer and row.from_ms == change.at_ms), None)
    if same is None:
        return one
    if same.to_ms == one.held_to_ms:
        telling.so_already.append((line, "holdings", same.pk))
    else:
        begin, end = telling.faults.told(same.from_ms), telling.faults.told(same.to_ms)
        telling.note(line, "HOLDING_SAME_BEGIN", change.offer, offer=change.offer, begin=begin, end=end, other_line=0)
    return None


def offers_brought(telling: Telling) -> list[Statement]:
    """Offers held by who comes into a unit, as rows of it: others may need them beside theirs."""
    return [
        statement(change, 0, offer=row.what, from_ms=max(row.from_ms, change.at_ms), to_ms=row.to_ms)
        for _, change in telling.of(MovePayer)
        for row in telling.stored.holdings.get(change.subscriber, ())
        if row.to_ms > change.at_ms
    ]
