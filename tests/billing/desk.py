"""A billing desk for tests: a tariff, some subscribers, and the bill read back as words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import Bills, Holdings, Usage, bill
from yidian.kernel.billing.book import BillingBook, compile_billing
from yidian.kernel.calendar import FOREVER_MS, month_period
from yidian.kernel.rating.tariff import Item, Tariff, Tax

YUAN = 1_000_000
FEN = 10_000
ZONE = "Asia/Shanghai"
MONTH = "2026-10"

ITEMS = (
    Item(code="DATA", measure="volume", tax_class="value_added"),
    Item(code="LOCAL", measure="duration", tax_class="basic"),
    Item(code="LONG", measure="duration", tax_class="basic"),
    Item(code="RENT", kind="recurring", tax_class="basic"),
    Item(code="OFF", kind="discount", tax_class="value_added"),
    Item(code="LEAST", kind="minimum", tax_class="value_added"),
)
TAXES = (Tax(tax_class="basic", rate_ppm=90_000), Tax(tax_class="value_added", rate_ppm=60_000))
TARIFF = Tariff(currency="CNY", zone=ZONE, items=ITEMS, taxes=TAXES)


def tariff(**rows: Any) -> Tariff:
    return replace(TARIFF, **rows)


def ms(local: str, zone: str = ZONE) -> int:
    """ "2026-10-04" or "2026-10-04T12:00" on the wall of the zone → UTC ms."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


@dataclass
class Desk:
    """Usage and holdings by name; `read()` gives the bill."""

    tariff: Tariff
    month: str = MONTH
    used: list[tuple[str, str, str, int]] = field(default_factory=list)
    held: list[tuple[str, str, str, int, int]] = field(default_factory=list)

    @property
    def book(self) -> BillingBook:
        return compile_billing(self.tariff, month_period(self.month, self.tariff.zone))

    def usage(self, item: str, micro: int, *, subscriber: str = "s1", account: str = "a1") -> Desk:
        self.used.append((subscriber, account, item, micro))
        return self

    def hold(
        self,
        offer: str,
        since: str = "2020-01-01",
        until: str | None = None,
        *,
        subscriber: str = "s1",
        account: str = "a1",
    ) -> Desk:
        end = FOREVER_MS if until is None else ms(until, self.tariff.zone)
        self.held.append((subscriber, account, offer, ms(since, self.tariff.zone), end))
        return self

    def read(self, functions: SimpleNamespace | None = None) -> Paper:
        book = self.book
        subscribers = sorted({row[0] for row in self.used} | {row[0] for row in self.held})
        accounts = sorted({row[1] for row in self.used} | {row[1] for row in self.held})
        bills = bill(
            book=book,
            usage=Usage(
                *_columns(
                    [
                        (subscribers.index(s), accounts.index(a), book.items.index(i), m, 60, 1)
                        for s, a, i, m in self.used
                    ],
                    6,
                )
            ),
            holdings=Holdings(
                *_columns(
                    [
                        (subscribers.index(s), accounts.index(a), book.offers.index(o), f, t)
                        for s, a, o, f, t in self.held
                    ],
                    5,
                )
            ),
            subscribers=len(subscribers),
            accounts=len(accounts),
            functions=functions,
        )
        return Paper(book, accounts, subscribers, bills)


def _columns(rows: list[tuple[int, ...]], width: int) -> list[Any]:
    return [np.array([row[n] for row in rows], np.int64) for n in range(width)]


@dataclass
class Paper:
    book: BillingBook
    accounts: list[str]
    subscribers: list[str]
    bills: Bills

    @property
    def lines(self) -> list[tuple[str, str, str, int]]:
        """(account, kind, item, minor); a discount's item is the one it reduces."""
        found = []
        for row in self.bills.rows.tolist():
            item = row[at.ROW_OF_ITEM] if row[at.ROW_OF_ITEM] >= 0 else row[at.ROW_ITEM]
            kind = at.KINDS[row[at.ROW_KIND]]
            found.append((self.accounts[row[at.ROW_ACCOUNT]], kind, self.book.items[item], row[at.ROW_MINOR]))
        return found

    def micro(self, kind: str) -> int:
        rows = self.bills.rows
        return int(rows[rows[:, at.ROW_KIND] == at.KINDS.index(kind), at.ROW_MICRO].sum())

    def total(self, account: str = "a1") -> int:
        return int(self.bills.total_minor[self.accounts.index(account)])

    def tax(self, tax_class: str, account: str = "a1") -> int:
        return int(self.bills.tax_minor[self.accounts.index(account), self.book.tax_classes.index(tax_class)])


def on(text: str) -> date:
    return date.fromisoformat(text)
