"""The bills of a quote: usage and fees, discounts, minimum, rounding and tax, by the kernel's own bill arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import Bills, Circumstances, Holdings, Usage, bill
from yidian.kernel.billing.book import BillingBook, compile_billing
from yidian.kernel.rating.quote import Subscriber
from yidian.runs.quote.quote import Month, Quote

PARKED = "UNIT_PARKED"
OVERFLOW = "AMOUNT_OVERFLOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line of a bill. `of_item`: the item that a discount reduces."""

    account: str
    subscriber: str
    kind: str
    item: str
    of_item: str
    amount_micro: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    tax_class: str
    rate_ppm: int
    base_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillOfAccount:
    account: str
    total_minor: int
    remainder_micro: int
    taxes: tuple[TaxLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthBills:
    """Bills of one month by account, their lines, and the accounts that could not be billed (account → reason)."""

    month: str
    bills: tuple[BillOfAccount, ...]
    lines: tuple[BillLine, ...]
    aside: dict[str, str]


def bills(quote: Quote, *, functions: SimpleNamespace | None = None) -> tuple[MonthBills, ...]:
    """One for each month of the quote. `functions`: the bill arithmetic to use; plain when not given."""
    return tuple(_of_month(quote, month, functions) for month in quote.months)


def _of_month(quote: Quote, month: Month, functions: SimpleNamespace | None) -> MonthBills:
    people = sorted(quote.usage.subscribers, key=lambda s: s.code)
    accounts = sorted({_payer(s) for s in people})
    aside = {
        _payer(s): PARKED for s in people if (s.units[0].code if s.units else f"unit:{s.code}") in month.priced.parked
    }
    book = compile_billing(quote.tariff, month.period)
    made = bill(
        book=book,
        usage=_usage(book, month, people, accounts),
        holdings=_holdings(book, people, accounts),
        subscribers=len(people),
        accounts=len(accounts),
        known=Circumstances(unit=_units(people)),
        wanted=np.array([int(code not in aside) for code in accounts], np.int64),
        functions=functions,
    )
    aside |= {code: OVERFLOW for n, code in enumerate(accounts) if made.too_large[n] and code not in aside}
    return MonthBills(
        month=month.name,
        bills=tuple(_header(book, made, n, code) for n, code in enumerate(accounts) if code not in aside),
        lines=tuple(_line(book, row, people, accounts) for row in made.rows.tolist()),
        aside=aside,
    )


def _payer(subscriber: Subscriber) -> str:
    return subscriber.accounts[0].code if subscriber.accounts else subscriber.code


def _units(people: Sequence[Subscriber]) -> at.Ints:
    """Numbers of the rating units, each a subscriber's last: whoever has none is alone."""
    codes = [s.units[-1].code if s.units else f"unit:{s.code}" for s in people]
    return np.array([codes.index(code) for code in codes], np.int64)


def _places(codes: Sequence[str]) -> dict[str, int]:
    return {code: n for n, code in enumerate(codes)}


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> list[Any]:
    return [np.array([row[n] for row in rows], np.int64) for n in range(width)]


def _usage(book: BillingBook, month: Month, people: Sequence[Subscriber], accounts: Sequence[str]) -> Usage:
    place, payer, item = _places([s.code for s in people]), _places(accounts), _places(book.items)
    rows = [
        (place[t.subscriber], payer[t.account], item[t.item], t.amount_micro, t.quantity, t.events)
        for t in month.priced.totals
    ]
    return Usage(*_columns(rows, 6))


def _holdings(book: BillingBook, people: Sequence[Subscriber], accounts: Sequence[str]) -> Holdings:
    payer, offer = _places(accounts), _places(book.offers)
    rows = [(n, payer[_payer(s)], offer[h.code], h.from_ms, h.to_ms) for n, s in enumerate(people) for h in s.holdings]
    return Holdings(*_columns(rows, 5))


def _header(book: BillingBook, made: Bills, n: int, account: str) -> BillOfAccount:
    taxes = tuple(
        TaxLine(
            tax_class=name, rate_ppm=int(book.rates_ppm[c]), base_minor=int(made.base_minor[n, c]),
            tax_minor=int(made.tax_minor[n, c]),
        )
        for c, name in enumerate(book.tax_classes)
        if made.base_minor[n, c]
    )  # fmt: skip
    return BillOfAccount(
        account=account, total_minor=int(made.total_minor[n]), remainder_micro=int(made.remainder_micro[n]), taxes=taxes
    )


def _line(book: BillingBook, row: list[int], people: Sequence[Subscriber], accounts: Sequence[str]) -> BillLine:
    return BillLine(
        account=accounts[row[at.ROW_ACCOUNT]], subscriber=people[row[at.ROW_SUBSCRIBER]].code,
        kind=at.KINDS[row[at.ROW_KIND]], item=book.items[row[at.ROW_ITEM]],
        of_item=book.items[row[at.ROW_OF_ITEM]] if row[at.ROW_OF_ITEM] >= 0 else "",
        amount_micro=row[at.ROW_MICRO], amount_minor=row[at.ROW_MINOR],
    )  # fmt: skip
