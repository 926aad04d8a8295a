"""Find anybody: one text, its type recognised, at most eight rows grouped by what matched, within somebody's reach.

Names and numbers are found by their beginning (names also further on), addresses, also those where lines come out, by
that of a part, everything else by its whole text. A whole identity number is looked for by its blind index, and that it
was is written to the audit before anything is shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, Final

from yidian.domains.customer_bill.queries import bill_named
from yidian.domains.party import queries as party
from yidian.domains.party.types import CustomerFacts, masked_number
from yidian.domains.payment.queries import owed_by, paid_accounts
from yidian.domains.product_inventory.queries import numbers_beginning, subscriber_owners
from yidian.domains.product_inventory.types import NumberFound
from yidian.domains.product_order.queries import orders_beginning
from yidian.domains.resource_inventory.queries import lines_at
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.access.queries import node_names
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

MOST: Final = 8
FIRST: Final = 40  # lines whose customers are looked for first; those of all others only where these are too few
LONGEST: Final = 64
SHORTEST_DIGITS: Final = 3
SHORTEST_LATIN: Final = 2
Reach = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `group`: what matched ("name", "msisdn", "document", "account" …), `text` the matching thing and
    `marked` where in it the match is, [from, to). `state`: "owes" (`owed_minor`), "ended" or "ok".
    `node`: what the organisation's part is called. Of the group "order" `text` is the order's number.
    """

    group: str
    text: str
    marked: tuple[int, int]
    customer: str
    name: str
    organisation: str
    detail: str = ""
    bill: int = 0
    state: str = "ok"
    owed_minor: int = 0
    node: str = ""

    @property
    def words(self) -> str:
        """The code of what is said of it, and its parameters (`told`)."""
        return f"FIND_BY_{self.group.upper()}"

    @property
    def told(self) -> dict[str, str]:
        return {"detail": self.detail, "customer": self.customer}

    @property
    def parts(self) -> tuple[str, str, str]:
        """Before the match, the match, after it."""
        begin, end = self.marked
        return self.text[:begin], self.text[begin:end], self.text[end:]


def find(
    *, tenant: Tenant, actor: Actor, asked: str, within: Reach, now: datetime, key: str, orders: Reach = frozenset()
) -> list[Row]:
    """At most MOST rows. `within`: codes of the nodes that the actor's right reaches, None everything; `orders`: those
    where the actor may see orders."""
    text = cleaned(asked)
    rows: list[Row] = []
    for row in chain(_orders(tenant, text, orders), _rows(tenant, actor, text, within, now, key)):
        rows.append(row)
        if len(rows) == MOST:
            break
    return _with_states(tenant, rows, now)


def cleaned(asked: str) -> str:
    """What was typed, as it is looked for: half width, no spaces at the ends, none between digits."""
    text = " ".join(unicodedata.normalize("NFKC", asked).split())[:LONGEST]
    bare = text.replace(" ", "").replace("-", "")
    return bare if bare.isascii() and bare.isdigit() else text


def is_enough(text: str) -> bool:
    """Whether a cleaned text is long enough to look for."""
    least = SHORTEST_DIGITS if text.isdigit() else SHORTEST_LATIN if text.isascii() else 1
    return len(text) >= least


def _rows(tenant: Tenant, actor: Actor, text: str, within: Reach, now: datetime, key: str) -> Iterator[Row]:
    if not is_enough(text):
        return
    yield from _by_document(tenant, actor, text, within, now, key)
    yield from _by_code(tenant, text, within)
    for number in numbers_beginning(tenant=tenant, asked=text, limit=MOST, within=within):
        yield _of_number(number, text, to_ms(now))
    if not text.isdigit():
        for found in party.customers_called(tenant=tenant, asked=text, limit=MOST, within=within):
            yield _of_customer("name", found.name, text, found, detail=found.code)
        if len(text) >= SHORTEST_LATIN:
            there = party.customers_at(tenant=tenant, asked=text, limit=MOST, within=within)
            for found in there:
                yield _of_customer("address", found.address, text, found, detail=found.code)
            yield from _by_line(tenant, text, within, but={found.code for found in there})


def _orders(tenant: Tenant, text: str, within: Reach) -> Iterator[Row]:
    """Orders whose number begins so."""
    for number, customer, name, node, state in orders_beginning(tenant=tenant, asked=text, limit=MOST, within=within):
        yield Row("order", number, (0, len(text)), customer, name, node, detail=state)


def _by_document(tenant: Tenant, actor: Actor, text: str, within: Reach, now: datetime, key: str) -> Iterator[Row]:
    """Customers with a document of just this number. That a whole one was looked for is written down, found or not."""
    whole = party.is_document_number(text)
    found = party.customers_with_document(tenant=tenant, number=text, within=within)
    if not (whole or found):
        return
    masked = masked_number(text.upper())

    def work(frame: Frame) -> dict[str, Any]:
        for one in [row.code for row in found] or [""]:
            frame.changed("identity", one, before=None, after={"looked_for": masked, "found": bool(found)})
        return {"found": len(found)}

    request = {"masked": masked, "found": sorted(row.code for row in found)}
    perform(tenant=tenant, actor=actor, operation="identity.search", key=key, request=request, now=now, work=work)
    for row in found:
        yield _whole("document", masked, row, detail=row.code)


def _by_line(tenant: Tenant, text: str, within: Reach, but: Collection[str]) -> Iterator[Row]:
    """Lines at an address, of customers who are not found by their own."""
    lines = lines_at(tenant=tenant, asked=text)
    for some in filter(None, (lines[:FIRST], lines[FIRST:])):
        owners = subscriber_owners(tenant=tenant, codes={one.subscriber for one in some})
        codes = {customer for customer, _ in owners.values()} - {*but}
        known = {row.code: row for row in party.customers(tenant=tenant, codes=codes, within=within)}
        for one in some:
            found = known.get(owners.get(one.subscriber, ("", ""))[0])
            if found is not None:
                yield _of_customer("installed", one.name, text, found, detail=one.subscriber)


def _by_code(tenant: Tenant, text: str, within: Reach) -> Iterator[Row]:
    """Things that have just this code or number: a customer, an account, a subscription, a receipt, a bill."""
    codes = {text, text.upper()}
    for row in party.customers(tenant=tenant, codes=codes, within=within):
        yield _whole("customer", row.code, row)
    whose: dict[str, tuple[str, str, str, int]] = {}  # customer → group, text, detail, bill
    for account in party.accounts(tenant=tenant, codes=codes):
        whose[account.customer] = ("account", account.code, "", 0)
    for code, (customer, _) in subscriber_owners(tenant=tenant, codes=codes).items():
        whose.setdefault(customer, ("subscriber", code, "", 0))
    paid = {name: account for name, account in paid_accounts(tenant=tenant, named=codes).items() if not name.isdigit()}
    for found in party.accounts(tenant=tenant, codes=set(paid.values()) - {""}):
        receipt = next(name for name, account in paid.items() if account == found.code)
        whose.setdefault(found.customer, ("receipt", receipt, found.code, 0))
    bill = bill_named(tenant=tenant, number=text)
    if bill is not None:
        whose.setdefault(bill.customer_code, ("bill", bill.number or text, bill.cycle, bill.id))
    for row in party.customers(tenant=tenant, codes=whose, within=within):
        group, told, detail, bill_id = whose[row.code]
        yield _whole(group, told, row, detail=detail, bill=bill_id)


def _of_number(number: NumberFound, text: str, now_ms: int) -> Row:
    state = "ok" if number.from_ms <= now_ms < number.to_ms else "ended" if number.to_ms <= now_ms else "later"
    return Row(
        number.kind, number.value, (0, len(text)), number.customer, number.name, number.organisation,
        detail=number.subscriber, state=state,
    )  # fmt: skip


def _of_customer(group: str, shown: str, text: str, row: CustomerFacts, *, detail: str = "") -> Row:
    begin = max(shown.casefold().find(text.casefold()), 0)
    end = begin + len(text) if text.casefold() in shown.casefold() else 0
    return Row(group, shown, (begin, end), row.code, row.name, row.organisation, detail=detail)


def _whole(group: str, text: str, row: CustomerFacts, *, detail: str = "", bill: int = 0) -> Row:
    return Row(group, text, (0, len(text)), row.code, row.name, row.organisation, detail=detail, bill=bill)


def _with_states(tenant: Tenant, rows: list[Row], now: datetime) -> list[Row]:
    """What is overdue of each customer: often the answer itself. And where each belongs, by name."""
    today = local_date(to_ms(now), tenant.zone)
    customers = {row.customer for row in rows}
    account_of = {
        account.code: account.customer for account in party.accounts_of_many(tenant=tenant, customers=customers)
    }
    overdue = dict.fromkeys(customers, 0)
    for account, owed in owed_by(tenant=tenant, accounts=account_of).items():
        overdue[account_of[account]] += sum(one.open_minor for one in owed if one.due_on < today)
    nodes = node_names(tenant=tenant, codes={row.organisation for row in rows if row.organisation})
    named = [replace(row, node=nodes.get(row.organisation, row.organisation)) for row in rows]
    return [
        replace(row, state="owes", owed_minor=overdue[row.customer])
        if row.state == "ok" and overdue[row.customer] else row
        for row in named
    ]  # fmt: skip
