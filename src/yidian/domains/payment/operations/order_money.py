"""Money paid with an order: one receipt, kept for it until its items are complete, given back where they never are.

Kept, it stands on the order's own account of the ledger (`order_money`). A deposit is taken from there, an advance goes
from there into the book of its account, and what is given back leaves from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from yidian.domains.charging.operations import UnableToUndo, credit, give_deposit_back, take_deposit, undo
from yidian.domains.ledger import operations as ledger
from yidian.domains.ledger.queries import statement
from yidian.domains.ledger.types import AccountKey, Leg
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.payment import lifecycle
from yidian.domains.payment.models import OrderPart, Payment, Refund
from yidian.domains.payment.operations.counter import UnableToPay, receipt_number
from yidian.domains.payment.operations.taking import PRINCIPAL, business_day, told
from yidian.domains.payment.types import NewPart
from yidian.kernel.money import AMOUNT_LIMIT
from yidian.platform.numbering.operations import next_number
from yidian.platform.points import point
from yidian.platform.writing.frame import Frame

KEPT, DEPOSITED, CREDITED, RETURNED = OrderPart.State.values
COLUMNS: Final = ("kept_minor", "deposited_minor", "credited_minor", "returned_minor")


class UnableToMoveOrderMoney(Exception):
    """ORDER_PAID_BEFORE (names the receipt), ORDER_NOT_PAID (an item's deposit is not kept), ORDER_ADVANCE_SPENT."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def take_for_order(
    *, frame: Frame, order: str, parts: Sequence[NewPart], method: str, channel: str = "counter"
) -> tuple[int, str]:
    """Take what is paid with an order and keep it for it: the receipt's id and number. An order is paid once.

    UnableToPay (PAYMENT_AMOUNT_WRONG, ACCOUNT_UNKNOWN), UnableToMoveOrderMoney ORDER_PAID_BEFORE.
    """
    amount_minor = sum(one.amount_minor for one in parts)
    if not 0 < amount_minor < AMOUNT_LIMIT:
        raise UnableToPay("PAYMENT_AMOUNT_WRONG", amount_minor=amount_minor)
    known = accounts_by_code(tenant=frame.tenant, codes={one.account for one in parts})
    unknown = next((one.account for one in parts if one.account not in known), None)
    if unknown is not None:
        raise UnableToPay("ACCOUNT_UNKNOWN", account=unknown)
    before = _held(frame, order)
    if before is not None:
        raise UnableToMoveOrderMoney("ORDER_PAID_BEFORE", order=order, number=before.number)
    on = business_day(frame)
    row = Payment.objects.create(
        tenant=frame.tenant, channel=channel, channel_txn=f"order/{order}", account=parts[0].account,
        payer=parts[0].account, method=method, amount_minor=amount_minor, currency=frame.tenant.currency,
        paid_at=frame.now, business_on=on, state=lifecycle.FOR_ORDER, kept_minor=amount_minor, order=order,
    )  # fmt: skip
    OrderPart.objects.bulk_create(
        OrderPart(
            tenant=frame.tenant, payment=row, item=one.item, account=one.account, amount_minor=one.amount_minor,
            months=one.months,
        )
        for one in parts
    )  # fmt: skip
    legs = [Leg(AccountKey("cash", code=channel), amount_minor), Leg(_place(order), -amount_minor)]
    row.transaction = ledger.post(frame=frame, kind="order_payment", legs=legs, refers=f"payment/{row.pk}", on=on)
    row.number = receipt_number(frame)  # the last thing: whoever else wants one waits until this write ends
    row.save(update_fields=["transaction", "number"])
    frame.changed("payment", row.pk, before=None, after=told(row))
    frame.emit("payment.taken", aggregate=f"account/{row.account}", payload=told(row))
    point("payment.take")
    return int(row.pk), row.number


def deposit_of_item(
    *, frame: Frame, order: str, item: int, account: str, subscriber: str, first_on: date, amount_minor: int
) -> int:
    """What is kept for an item becomes its deposit, which comes back from `first_on` on; the deposit's id.

    UnableToMoveOrderMoney ORDER_NOT_PAID where it is not kept; UnableToTakeDeposit.
    """
    row = _held(frame, order)
    part = OrderPart.objects.filter(payment=row, item=item, state=KEPT).first() if row else None
    if row is None or part is None or part.amount_minor != amount_minor:
        raise UnableToMoveOrderMoney("ORDER_NOT_PAID", order=order, amount_minor=amount_minor)
    part.deposit = take_deposit(
        frame=frame, account=account, amount_minor=part.amount_minor, months=part.months, first_on=first_on,
        against=_place(order), on=business_day(frame), subscriber=subscriber,
    )  # fmt: skip
    part.state, part.account = DEPOSITED, account
    part.save(update_fields=["state", "account", "deposit"])
    _sum_up(frame, row)
    return int(part.deposit)


def credit_advances(*, frame: Frame, order: str, account: str = "") -> int:
    """What is kept of advances, on one account or ("") all, becomes principal; how much."""
    row = _held(frame, order)
    if row is None or not row.kept_minor:
        return 0
    parts = OrderPart.objects.filter(payment=row, item=0, state=KEPT).order_by("id")
    some = list(parts.filter(account=account) if account else parts)
    for part in some:
        refers = f"order_part/{part.pk}"
        row.book = credit(
            frame=frame, account=part.account, type=PRINCIPAL, amount_minor=part.amount_minor, against=_place(order),
            on=business_day(frame), kind="payment", refers=refers,
        )  # fmt: skip
        # After a reversal a part is given back: it is booked once.
        lines = statement(tenant=frame.tenant, key=AccountKey("book", part.account, f"{PRINCIPAL}/{row.book}"))
        part.transaction = next(line.transaction for line in lines if line.refers == refers)
        part.state = CREDITED
        part.save(update_fields=["state", "transaction"])
    if some:
        _sum_up(frame, row)
    return sum(part.amount_minor for part in some)


def keep_again(*, frame: Frame, order: str, reason: str) -> tuple[int, ...]:
    """An order is to be as if it had never been (返销): its deposits and advances are kept for it again, so that nobody
    spends them meanwhile; ids of the deposits that were.

    UnableToTakeDeposit DEPOSIT_BEGUN, UnableToMoveOrderMoney ORDER_ADVANCE_SPENT: part of it is gone.
    """
    row = _held(frame, order)
    if row is None:
        return ()
    on, deposits = business_day(frame), list[int]()
    for part in OrderPart.objects.filter(payment=row, state__in=(DEPOSITED, CREDITED)).order_by("id"):
        if part.deposit is not None:
            give_deposit_back(frame=frame, deposit=part.deposit, against=_place(order), on=on)
            deposits.append(part.deposit)
        else:
            _take_out(frame, order, part, reason, on)
        part.state, part.deposit, part.transaction = KEPT, None, None
        part.save(update_fields=["state", "deposit", "transaction"])
    _sum_up(frame, row)
    return tuple(deposits)


def _take_out(frame: Frame, order: str, part: OrderPart, reason: str, on: date) -> None:
    assert part.transaction is not None
    try:
        undo(frame=frame, transaction=part.transaction, reason=reason, on=on)
    except UnableToUndo as spent:
        raise UnableToMoveOrderMoney(
            "ORDER_ADVANCE_SPENT", order=order, account=part.account, amount_minor=part.amount_minor
        ) from spent


def give_back(*, frame: Frame, order: str) -> tuple[str, int]:
    """All that is still kept for an order, given back from where it was paid, under a voucher without a gap: its number
    and how much; ("", 0) where nothing is."""
    row = _held(frame, order)
    if row is None or not row.kept_minor:
        return "", 0
    amount, on = row.kept_minor, business_day(frame)
    legs = [Leg(_place(order), amount), Leg(AccountKey("cash", code=row.channel), -amount)]
    ledger.post(frame=frame, kind="order_money_returned", legs=legs, refers=f"payment/{row.pk}", on=on)
    number = next_number(frame=frame, series=f"refund/{on:%Y%m}", form=f"F{on:%Y%m}-{{:06d}}")
    voucher = Refund.objects.create(
        tenant=frame.tenant, account=row.account, number=number, channel=row.channel, amount_minor=amount,
        business_on=on, payment=row,
    )  # fmt: skip
    OrderPart.objects.filter(payment=row, state=KEPT).update(state=RETURNED, voucher=voucher)
    _sum_up(frame, row)
    after = {"account": row.account, "number": number, "amount_minor": amount, "order": order, "payment": row.pk}
    frame.changed("refund", voucher.pk, before=None, after=after)
    frame.emit("payment.refunded", aggregate=f"account/{row.account}", payload=after)
    return number, amount


def _place(order: str) -> AccountKey:
    return AccountKey("order_money", owner=order)


def _held(frame: Frame, order: str) -> Payment | None:
    """The receipt of an order, held until the transaction ends."""
    rows = Payment.objects.select_for_update(no_key=True).filter(tenant=frame.tenant, order=order)
    found: Payment | None = rows.first()
    return found


def _sum_up(frame: Frame, row: Payment) -> None:
    """The receipt says where its parts stand now."""
    before = told(row)
    sums = dict.fromkeys(OrderPart.State.values, 0)
    for state, amount in OrderPart.objects.filter(payment=row).values_list("state", "amount_minor"):
        sums[state] += amount
    for column, state in zip(COLUMNS, OrderPart.State.values, strict=True):
        setattr(row, column, sums[state])
    if sums[RETURNED] == row.amount_minor:
        row.state = lifecycle.after(payment=row.number, state=row.state, event="give_back")
    row.save(update_fields=[*COLUMNS, "state", "book"])
    frame.changed("payment", row.pk, before=before, after=told(row))
