"""I11 of money in: every receipt stands somewhere, and the ledger's cash and suspense say the same."""

from __future__ import annotations

from yidian.domains.ledger.queries import balances
from yidian.domains.payment.queries import cleared_differences, files_against_payments, totals
from yidian.domains.payment.types import Totals
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def receipts(on: Visit) -> Finding:
    """Σ receipts = cleared + principal + suspense + returned + kept for orders + deposits; cash = receipts - refunds;
    files = their payments."""
    look = Look("I11", "RECEIPTS")
    said = totals(tenant=on.tenant)
    if said.taken_minor != said.placed_minor:
        look.violation(
            "RECEIPTS_DO_NOT_SUM", taken=said.taken_minor, cleared=said.cleared_minor, credited=said.credited_minor,
            suspense=said.suspense_minor, returned=said.returned_minor, kept=said.kept_minor,
            deposited=said.deposited_minor,
        )  # fmt: skip
    for kind, id_, stored, summed in cleared_differences(tenant=on.tenant):
        look.violation("CLEARED_DIFFERS", kind=kind, id=id_, stored=stored, summed=summed)
    _cash(on, look, said)
    _suspense(on, look, said)
    _files(on, look)
    look.checked = said.receipts
    return look.finding()


def _cash(on: Visit, look: Look, said: Totals) -> None:
    """Only channels that have receipts or refunds: other money has its own rooms."""
    booked = {key.code: amount for key, amount in balances(tenant=on.tenant, kind="cash").items()}
    for channel in sorted(said.by_channel.keys() | said.refunded_by_channel.keys()):
        summed = said.by_channel.get(channel, 0) - said.refunded_by_channel.get(channel, 0)
        if booked.get(channel, 0) != summed:
            look.violation("CASH_DIFFERS", channel=channel, booked=booked.get(channel, 0), summed=summed)


def _suspense(on: Visit, look: Look, said: Totals) -> None:
    held = balances(tenant=on.tenant, kind="suspense")
    booked = -sum(amount for key, amount in held.items() if key.code == "unknown_payer")
    if booked != said.suspense_minor:
        look.violation("SUSPENSE_DIFFERS", booked=booked, summed=said.suspense_minor)


def _files(on: Visit, look: Look) -> None:
    for one in files_against_payments(tenant=on.tenant):
        if one.state == "loading":
            look.alarm("PAYMENT_FILE_UNFINISHED", file=one.name)
        elif (one.told, one.told_minor) != (one.rows, one.minor):
            look.violation(
                "PAYMENT_FILE_DIFFERS", file=one.name, told=one.told, minor=one.told_minor, rows=one.rows,
                summed=one.minor,
            )  # fmt: skip
