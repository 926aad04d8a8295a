"""The lines of a file against what is there: new, duplicate, refused. The preview and the import sort alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from yidian.domains.payment.intake.judge import Judged
from yidian.domains.payment.intake.mapping import PaymentMapping
from yidian.domains.payment.operations.taking import same
from yidian.domains.payment.queries import known_payments
from yidian.domains.payment.types import NewPayment, Receipt
from yidian.platform.tenancy.models import Tenant

MOST_REJECTS: Final = 1_000  # that are kept with their place; all are counted
Known = dict[str, NewPayment | Receipt]


@dataclass(frozen=True, slots=True)
class Sorted:
    """`rejects`: [line, column, value, code, params]."""

    fresh: list[NewPayment]
    rejects: list[list[Any]]
    duplicates: int


def sort(
    *, tenant: Tenant, mapping: PaymentMapping, part: Sequence[Judged], named: Mapping[int, NewPayment],
    before: Known | None = None,
) -> Sorted:  # fmt: skip
    """Some lines of a file; `named` are their payments by line, `before` those of lines that came before these."""
    known = {} if before is None else before
    known |= _there(tenant, mapping.channel, [one for one in named.values() if one.channel_txn not in known])
    fresh, rejects, duplicates = [], [], 0
    for one in part:
        payment = named.get(one.line)
        if payment is None:
            rejects.append([one.line, one.column, one.value, one.code, dict(one.params)])
        elif payment.channel_txn not in known:
            known[payment.channel_txn] = payment
            fresh.append(payment)
        elif same(known[payment.channel_txn], payment):
            duplicates += 1
        else:
            rejects.append(_taken(payment, mapping, known[payment.channel_txn].amount_minor))
    return Sorted(fresh, rejects, duplicates)


def _there(tenant: Tenant, channel: str, payments: Iterable[NewPayment]) -> Known:
    found = known_payments(tenant=tenant, keys=[(channel, one.channel_txn) for one in payments])
    return {txn: receipt for (_, txn), receipt in found.items()}


def _taken(payment: NewPayment, mapping: PaymentMapping, amount_minor: int) -> list[Any]:
    params = {"channel": mapping.channel, "txn": payment.channel_txn, "amount_minor": amount_minor}
    return [payment.line, mapping.fields["txn"], payment.channel_txn, "PAYMENT_TXN_TAKEN", params]
