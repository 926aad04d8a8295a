"""I11 of disputes: what was found to be too much is given back, and made good, to the last unit."""

from __future__ import annotations

from yidian.domains.customer_bill.queries import adjusted_minor
from yidian.domains.dispute.queries import settled
from yidian.domains.ledger.queries import balances
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

CHUNK = 500


def disputes(on: Visit) -> Finding:
    """Each settled dispute has its adjustment of just that amount; the ledger's cost of over-charges is their sum."""
    look = Look("I11", "DISPUTES")
    found = settled(tenant=on.tenant)
    look.checked = len(found)
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        given_back = adjusted_minor(tenant=on.tenant, ids=[one.adjustment for one in part if one.adjustment])
        for one in part:
            back = -given_back.get(one.adjustment or 0, 0)
            if back != one.over_minor:
                look.violation("DISPUTE_NOT_GIVEN_BACK", dispute=one.number, over=one.over_minor or 0, back=back)
    booked = sum(
        amount for key, amount in balances(tenant=on.tenant, kind="compensation").items() if key.code == "over_charge"
    )
    summed = sum(one.compensation_minor for one in found)
    if booked != summed:
        look.violation("COMPENSATION_DIFFERS", booked=booked, summed=summed)
    return look.finding()
