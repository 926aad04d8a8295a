"""Taking payments inside the caller's write: a counter's one, or a file's chunk. One way for both.

Cash is debited; receivables are credited in the agreed order; what is left becomes principal of the general book.
Where nobody knows the payer all of it stands on suspense.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from yidian.domains.charging.operations import credit_many
from yidian.domains.charging.types import Credit
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.domains.payment.bulk import insert_allocations, insert_payments, move_cleared
from yidian.domains.payment.lifecycle import SUSPENDED, TAKEN
from yidian.domains.payment.models import Allocation, Payment
from yidian.domains.payment.operations.holding import hold_open
from yidian.domains.payment.queries import known_payments
from yidian.domains.payment.types import NewPayment, Owed, Receipt
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.ledger.clearing import Open, Part, clear
from yidian.platform.database.keys import next_keys
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

UNKNOWN_PAYER = "unknown_payer"
PRINCIPAL = "general"


Numbering = Callable[[Frame], str]


def unnumbered(_: Frame) -> str:
    """Receipts of files carry the channel's own id only."""
    return ""


class UnableToTakePayment(Exception):
    """PAYMENT_TXN_TAKEN (the channel's id came before with another payer or amount) or RECEIVABLE_NOT_OPEN (named)."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(slots=True)
class _Plan:
    """One payment, what it clears, and what is left of it."""

    given: NewPayment
    parts: list[Part] = field(default_factory=list)
    rest_minor: int = 0

    @property
    def cleared_minor(self) -> int:
        return self.given.amount_minor - self.rest_minor


def take(*, frame: Frame, payment: NewPayment, number: Numbering = unnumbered) -> tuple[Receipt, bool]:
    """Take one payment: the receipt, and whether it was taken before (then nothing is done). UnableToTakePayment."""
    key = (payment.channel, payment.channel_txn)
    known = known_payments(tenant=frame.tenant, keys=[key]).get(key)
    if known is not None:
        if not same(known, payment):
            raise UnableToTakePayment("PAYMENT_TXN_TAKEN", channel=key[0], txn=key[1], amount_minor=known.amount_minor)
        return known, True
    (row,) = take_new(frame=frame, payments=[payment], number=number)
    frame.changed("payment", row.pk, before=None, after=told(row))
    return receipt_of(row), False


def same(known: Receipt | NewPayment, payment: NewPayment) -> bool:
    """Whether a channel's id that came before came with the same money."""
    return known.amount_minor == payment.amount_minor


def take_new(
    *, frame: Frame, payments: Sequence[NewPayment], number: Numbering = unnumbered, file: int | None = None
) -> list[Payment]:
    """Take payments whose channel ids are not there yet (IntegrityError otherwise), in their order.

    A number is taken as the last thing: whoever else wants one waits until this write ends.
    """
    if not payments:
        return []
    tenant, on = frame.tenant, business_day(frame)
    plans = _plan(payments)
    ids = next_keys(Payment, count=len(plans))
    rows = [_row(tenant, id_, plan, on, file) for id_, plan in zip(ids, plans, strict=True)]
    _post(frame, rows, on)
    for row in rows:
        row.number = number(frame)
    insert_payments(rows)
    parts = [(row, part) for plan, row in zip(plans, rows, strict=True) for part in plan.parts]
    allocate(tenant=tenant, on=on, parts=parts)
    frame.emit_many("payment.taken", told=[(f"account/{row.account or '-'}", told(row)) for row in rows])
    return rows


def business_day(frame: Frame) -> date:
    """The operator's local day of a write."""
    return local_date(to_ms(frame.now), frame.tenant.zone)


def value_day(payment: NewPayment | Receipt | Payment, zone: str, on: date) -> date:
    """The day from which a payment counts against arrears: its payer's, but never later than it is booked."""
    return min(local_date(to_ms(payment.paid_at), zone), on)


def _plan(payments: Sequence[NewPayment]) -> list[_Plan]:
    """Cut each payment in its turn over what the ones before it left open."""
    owed = hold_open(accounts={one.account for one in payments if one.account})
    left = {row.id: row.open_minor for rows in owed.values() for row in rows}
    plans = []
    for one in payments:
        mine = owed.get(one.account, [])
        _refuse_foreign(one, mine)
        openings = [Open(row.id, row.due_on, left[row.id]) for row in mine if left[row.id]]
        parts, rest = clear(amount_minor=one.amount_minor, owed=openings, named=one.named)
        for part in parts:
            left[part.id] -= part.amount_minor
        plans.append(_Plan(one, parts, rest))
    return plans


def _refuse_foreign(payment: NewPayment, owed: Sequence[Owed]) -> None:
    known = {row.id for row in owed}
    for id_ in payment.named:
        if id_ not in known:
            raise UnableToTakePayment("RECEIVABLE_NOT_OPEN", receivable=id_, account=payment.account)


def _row(tenant: Tenant, id_: int, plan: _Plan, on: date, file: int | None) -> Payment:
    one = plan.given
    return Payment(
        tenant=tenant, id=id_, channel=one.channel, channel_txn=one.channel_txn, account=one.account,
        payer=one.payer, method=one.method, amount_minor=one.amount_minor, currency=tenant.currency,
        paid_at=one.paid_at, business_on=on, state=TAKEN if one.account else SUSPENDED,
        cleared_minor=plan.cleared_minor if one.account else 0, credited_minor=plan.rest_minor if one.account else 0,
        suspense_minor=0 if one.account else one.amount_minor, file_id=file, line=one.line,
    )  # fmt: skip


def allocate(*, tenant: Tenant, on: date, parts: Sequence[tuple[Payment, Part]]) -> None:
    """Write which receipt clears what, and move the receivables."""
    cleared: defaultdict[int, int] = defaultdict(int)
    for _, part in parts:
        cleared[part.id] += part.amount_minor
    insert_allocations([
        Allocation(
            tenant=tenant, receivable_id=part.id, source="payment", payment=row, amount_minor=part.amount_minor,
            made_on=on, value_on=value_day(row, tenant.zone, on),
        )
        for row, part in parts
    ])  # fmt: skip
    move_cleared(tenant=tenant, by_receivable=cleared)


def _post(frame: Frame, rows: Sequence[Payment], on: date) -> None:
    """One ledger transaction for what is cleared or suspended, one by the book for the rest."""
    booked = [row for row in rows if row.cleared_minor or row.suspense_minor]
    entries = [entry(row, kind="payment", against=AccountKey("cash", code=row.channel), on=on) for row in booked]
    for row, transaction in zip(booked, post_many(frame=frame, entries=entries), strict=True):
        row.transaction = transaction
    to_principal(frame=frame, on=on, rows=[
        (row, AccountKey("cash", code=row.channel)) for row in rows if row.credited_minor
    ])  # fmt: skip


def to_principal(*, frame: Frame, rows: Sequence[tuple[Payment, AccountKey]], on: date) -> None:
    """The rest of each receipt, from where it stands, becomes principal of its account's general book, then noted."""
    credits = [
        Credit(row.account, PRINCIPAL, row.credited_minor, against, refers=f"payment/{row.pk}") for row, against in rows
    ]
    books = credit_many(frame=frame, credits=credits, on=on, kind="payment")
    for (row, _), book in zip(rows, books, strict=True):
        row.book = book


def entry(row: Payment, *, kind: str, against: AccountKey, on: date) -> Entry:
    """The ledger's side of what a receipt clears, or of what it leaves on suspense."""
    if row.suspense_minor:
        place, amount = AccountKey("suspense", code=UNKNOWN_PAYER), row.suspense_minor
    else:
        place, amount = AccountKey("receivable", owner=row.account), row.cleared_minor
    return Entry(kind=kind, legs=(Leg(against, amount), Leg(place, -amount)), refers=f"payment/{row.pk}", on=on)


def told(row: Payment) -> dict[str, object]:
    """A receipt as audit and events tell it."""
    return {
        "id": row.pk, "channel": row.channel, "channel_txn": row.channel_txn, "number": row.number,
        "account": row.account, "amount_minor": row.amount_minor, "currency": row.currency, "state": str(row.state),
        "cleared_minor": row.cleared_minor, "credited_minor": row.credited_minor,
        "suspense_minor": row.suspense_minor, "returned_minor": row.returned_minor,
        **({"order": row.order, "kept_minor": row.kept_minor, "deposited_minor": row.deposited_minor}
           if row.order else {}),
    }  # fmt: skip


def receipt_of(row: Payment) -> Receipt:
    """A receipt's row as a value."""
    return Receipt(**{name: getattr(row, name) for name in Receipt.__dataclass_fields__})
