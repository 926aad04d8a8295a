"""I11: the books of every month add up, each sum from its own source."""

from __future__ import annotations

from yidian.domains.customer_bill.queries import cycles
from yidian.runs.books.month import month_books
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def month_equation(on: Visit) -> Finding:
    """Every equation of every cycle that has bills; of one that is posted, the ledger's and the receivables' too."""
    look = Look("I11", "MONTH_EQUATION")
    for cycle in cycles(tenant=on.tenant):
        if cycle.bill_run is None:
            continue
        books = month_books(tenant=on.tenant, lake=on.places.lake, cycle=cycle.name)
        look.checked += len(books.equations)
        for one in books.broken:
            look.violation("EQUATION_BROKEN", cycle=cycle.name, equation=one.code, left=one.left, right=one.right)
    return look.finding()
