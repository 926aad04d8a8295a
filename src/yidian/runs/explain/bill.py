"""A bill as its customer reads it: what is to pay, why it differs from the last, line by line, what paid it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from yidian.domains.customer_bill.queries import bills_of
from yidian.domains.customer_bill.types import Bill
from yidian.domains.party.queries import accounts_by_code, accounts_of
from yidian.domains.payment.queries import clearings, receivables_named, receivables_of
from yidian.domains.payment.types import Owed
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.found import BillFound, UnableToFindBill, fixed_cycles, with_lines
from yidian.runs.explain.reasons import reasons
from yidian.runs.explain.types import AccountBill, BillLine, MonthOfBills

SHOWN: Final = 6  # months beside a bill
MOST: Final = 36  # months in the list


def account_bill(*, tenant: Tenant, lake: Path, account: str, cycle: str) -> AccountBill:
    """The bill of an account (by code) of a cycle. UnableToFindBill, UnableToUseFile."""
    return told_and_found(tenant=tenant, lake=lake, account=account, cycle=cycle)[0]


def told_and_found(*, tenant: Tenant, lake: Path, account: str, cycle: str) -> tuple[AccountBill, BillFound]:
    """The same, and what its slips are made of (slip.slip_of)."""
    who = accounts_by_code(tenant=tenant, codes=[account]).get(account)
    cycles = {one.name: one for one in fixed_cycles(tenant=tenant)}
    if who is None or cycle not in cycles:
        raise UnableToFindBill(account=account, cycle=cycle)
    all_bills = bills_of(tenant=tenant, accounts=[who.id], cycles=[one.id for one in cycles.values()])
    names = [name for name, _ in all_bills][::-1]
    if cycle not in names:
        raise UnableToFindBill(account=account, cycle=cycle)
    at, by_name = names.index(cycle), dict(all_bills)
    shown = names[max(0, at - SHOWN + 1) : at + 1]
    found = with_lines(tenant=tenant, lake=lake, cycle=cycles[cycle], bill=by_name[cycle])
    before = names[at - 1] if at else ""
    past = with_lines(tenant=tenant, lake=lake, cycle=cycles[before], bill=by_name[before]) if before else None
    dues = _dues(tenant, [by_name[name] for name in shown])
    due = dues.get(found.bill.id)
    told = AccountBill(
        cycle=cycle, from_ms=found.cycle.from_ms, until_ms=found.cycle.to_ms - 1, account=account,
        customer=found.bill.customer_code, number=number_of(found.bill, cycle), currency=found.bill.currency,
        total_minor=found.bill.total_minor, tax_minor=found.bill.tax_minor, taxes=found.bill.taxes, lines=found.lines,
        paid=tuple(clearings(tenant=tenant, receivables=[due.id])) if due else (), due=due, before=before,
        before_minor=past.bill.total_minor if past else 0, reasons=reasons(found.lines, past.lines) if past else (),
        months=tuple(_month(name, by_name[name], dues) for name in shown),
        after=names[at + 1] if at + 1 < len(names) else "", digest=digest_of(found),
    )  # fmt: skip
    return told, found


def bills(*, tenant: Tenant, accounts: Sequence[str]) -> list[MonthOfBills]:
    """Every bill of some accounts (by code) that is in the books, newest first, of the last three years."""
    known = accounts_by_code(tenant=tenant, codes=accounts)
    cycles = fixed_cycles(tenant=tenant)[-MOST:]
    found = bills_of(tenant=tenant, accounts=[one.id for one in known.values()], cycles=[one.id for one in cycles])
    dues = _dues(tenant, [bill for _, bill in found])
    return [_month(name, bill, dues) for name, bill in found]


def bills_of_customer(*, tenant: Tenant, customer: str) -> list[MonthOfBills]:
    """Every bill of a customer's accounts, as `bills`."""
    return bills(tenant=tenant, accounts=[one.code for one in accounts_of(tenant=tenant, customer=customer)])


def number_of(bill: Bill, cycle: str) -> str:
    """The bill's number, as people tell it: what one is named by that was posted before bills had numbers is kept."""
    return bill.number or f"{cycle}/{bill.account_code}"


def digest_of(found: BillFound) -> str:
    """SHA-256 of what a bill says, whoever prints it."""
    head = [number_of(found.bill, found.cycle.name), found.bill.currency, found.bill.total_minor, found.bill.tax_minor]
    return hashlib.sha256(json.dumps([head, [_said(line) for line in found.lines]]).encode()).hexdigest()


def _said(line: BillLine) -> list[str | int]:
    return [
        line.kind, line.item.code, line.of_item.code, line.offer.code, line.discount, line.origin, line.number,
        line.quantity, line.amount_micro, line.amount_minor,
    ]  # fmt: skip


def _dues(tenant: Tenant, of: Sequence[Bill]) -> dict[int, Owed]:
    """What each bill (by id) opened in the receivables; nothing for one that was zero or below."""
    ids = receivables_named(tenant=tenant, kind="bill", names=[str(bill.id) for bill in of])
    opened = receivables_of(tenant=tenant, ids=list(ids.values()))
    return {int(name): opened[id_] for name, id_ in ids.items()}


def _month(cycle: str, bill: Bill, dues: dict[int, Owed]) -> MonthOfBills:
    due = dues.get(bill.id)
    return MonthOfBills(
        cycle=cycle, account=bill.account_code, number=number_of(bill, cycle), total_minor=bill.total_minor,
        open_minor=due.open_minor if due else 0, due_on=due.due_on if due else None,
    )  # fmt: skip
