"""I3: balances are projections: each is the sum of its postings, above its floor; no principal ever lapses."""

from __future__ import annotations

from yidian.domains.charging import queries as charging
from yidian.domains.ledger import queries as ledger
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def balances(on: Visit) -> Finding:
    """Every stored balance rebuilt from its postings, every book's reserve, every transaction that made money lapse."""
    look = Look("I3", "BALANCES")
    stored, differences = ledger.stored_count(tenant=on.tenant), ledger.rebuild_differences(tenant=on.tenant)
    look.checked = stored
    for one in differences:
        look.violation(
            "BALANCE_DIFFERS", kind=one.account.kind, account=one.account.owner, code=one.account.code,
            stored=one.stored_minor, posted=one.posted_minor,
        )  # fmt: skip
    for key, amount, floor in ledger.below_floor(tenant=on.tenant):
        look.violation(
            "BALANCE_BELOW_FLOOR", kind=key.kind, account=key.owner, code=key.code, stored=amount, floor=floor
        )
    for key, book, balance, reserved in charging.book_balances(tenant=on.tenant):
        look.checked += 1
        if not 0 <= reserved <= balance:
            look.violation("BOOK_RESERVE", account=key.owner, book=book, balance=balance, reserved=reserved)
    principal = charging.principal_types(tenant=on.tenant)
    for transaction, key, amount in ledger.debits_against(tenant=on.tenant, kind="book", against="gift_cost"):
        if key.code.partition("/")[0] in principal:
            look.violation("PRINCIPAL_LAPSED", transaction=transaction, account=key.owner, code=key.code, amount=amount)
    return look.finding()
