"""I2 of money in: what the ledger says an account owes is what is open of its receivables."""

from __future__ import annotations

from yidian.domains.ledger.queries import balances
from yidian.domains.payment.queries import open_by_account
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def receivables(on: Visit) -> Finding:
    """Account by account, also those that owe nothing any more."""
    look = Look("I2", "RECEIVABLES")
    open_minor = open_by_account(tenant=on.tenant)
    booked = {key.owner: amount for key, amount in balances(tenant=on.tenant, kind="receivable").items()}
    for account in sorted(open_minor.keys() | booked.keys()):
        look.checked += 1
        here, there = booked.get(account, 0), open_minor.get(account, 0)
        if here != there:
            look.violation("RECEIVABLE_CONTROL_DIFFERS", account=account, booked=here, summed=there)
    return look.finding()
