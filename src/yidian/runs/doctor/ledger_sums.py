"""I2: every transaction sums to zero per currency, so does the ledger; a control account is its sub-ledger's sum."""

from __future__ import annotations

from typing import Final

from yidian.domains.charging import queries as charging
from yidian.domains.ledger import queries as ledger
from yidian.domains.ledger.types import AccountKey
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

SUB_LEDGERS: Final = ("book", "deposit")


def ledger_sums(on: Visit) -> Finding:
    """All postings by their transactions, all accounts by their kinds, and the triggers that keep both."""
    look = Look("I2", "LEDGER_SUMS")
    for name in ledger.guards_missing():
        look.violation("LEDGER_GUARD_MISSING", guard=name)
    look.checked = ledger.transaction_count(tenant=on.tenant)
    for transaction, currency, amount in ledger.unbalanced(tenant=on.tenant):
        look.violation("TRANSACTION_UNBALANCED", transaction=transaction, currency=currency, amount=amount)
    for transaction in ledger.postings_astray(tenant=on.tenant):
        look.violation("POSTING_ASTRAY", transaction=transaction)
    totals: dict[str, int] = {}
    for line in ledger.trial_balance(tenant=on.tenant):
        totals[line.currency] = totals.get(line.currency, 0) + line.balance_minor
    for currency, amount in sorted(totals.items()):
        if amount:
            look.violation("LEDGER_NOT_ZERO", currency=currency, amount=amount)
    _sub_ledgers(on, look)
    return look.finding()


def _sub_ledgers(on: Visit, look: Look) -> None:
    """The books and deposits that charging keeps, against their accounts here, one by one."""
    books = {key: balance for key, _, balance, _ in charging.book_balances(tenant=on.tenant)}
    deposits = dict(charging.deposit_balances(tenant=on.tenant))
    for kind, kept in zip(SUB_LEDGERS, (books, deposits), strict=True):
        stored = ledger.balances(tenant=on.tenant, kind=kind)
        for key in sorted(stored.keys() | kept.keys(), key=_place):
            if -stored.get(key, 0) != kept.get(key, 0):
                look.violation(
                    "SUB_LEDGER_DIFFERS", kind=kind, account=key.owner, code=key.code, control=-stored.get(key, 0),
                    kept=kept.get(key, 0),
                )  # fmt: skip


def _place(key: AccountKey) -> tuple[str, str]:
    return key.owner, key.code
