"""What a line of a payment file says: a payment, or a reason why it is none. Nothing of the database but who pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from yidian.domains.party.queries import accounts_by_code
from yidian.domains.payment.intake.lines import PaymentLines, Row
from yidian.domains.payment.intake.mapping import PaymentMapping
from yidian.domains.payment.types import NewPayment
from yidian.domains.product_inventory.queries import payers_at
from yidian.kernel.calendar import from_ms, local_to_ms, to_ms
from yidian.kernel.faults import BadInput
from yidian.kernel.money import Currency, parse_minor
from yidian.platform.tenancy.models import Tenant

LONGEST: Final = 64  # of a channel's id, and of a payer
NOT_COLLECTED: Final = "PAYMENT_NOT_COLLECTED"
AHEAD: Final = timedelta(minutes=5)  # clocks of channels may go before ours a little


@dataclass(frozen=True, slots=True)
class Judged:
    """One line judged: a payment, or a code with column, value and parameters. `amount_minor` None: unreadable."""

    line: int
    payment: NewPayment | None = None
    code: str = ""
    column: str = ""
    value: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    amount_minor: int | None = None


class _Refused(Exception):
    def __init__(self, code: str, field_: str, **params: str | int) -> None:
        self.code, self.field, self.params = code, field_, params
        super().__init__(code)


def judge(*, lines: PaymentLines, mapping: PaymentMapping, currency: Currency, now: datetime) -> list[Judged]:
    """Every line judged by itself. Who the payer is is not asked yet: `payer` is as received, `account` empty."""
    return [_judge(row, mapping, currency, now) for row in lines.rows]


def held_by_trailer(
    *, lines: PaymentLines, judged: Sequence[Judged], mapping: PaymentMapping
) -> tuple[str, dict[str, str | int]]:
    """Why the file must be held ("": it need not): its trailer promises another count or sum than its lines have."""
    if lines.held:
        return lines.held, lines.params
    only_taken = mapping.trailer is not None and mapping.trailer.of == "taken"
    counted = [one for one in judged if not (only_taken and one.code == NOT_COLLECTED)]
    if lines.told_count is not None and lines.told_count != len(counted):
        return "TRAILER_COUNT_DIFFERS", {"told": lines.told_count, "found": len(counted)}
    total = sum(one.amount_minor or 0 for one in counted)
    if lines.told_total_minor is not None and lines.told_total_minor != total:
        return "TRAILER_TOTAL_DIFFERS", {"told": lines.told_total_minor, "found": total}
    return "", {}


def find_payers(*, tenant: Tenant, mapping: PaymentMapping, payments: Sequence[NewPayment]) -> list[NewPayment]:
    """The payments with their accounts, as of the instant each was paid; unknown payers keep an empty one."""
    if mapping.payer == "account":
        known = accounts_by_code(tenant=tenant, codes={one.payer for one in payments})
        return [replace(one, account=one.payer if one.payer in known else "") for one in payments]
    asked = {(one.payer, to_ms(one.paid_at)) for one in payments}
    payers = payers_at(tenant=tenant, kind=mapping.payer, asked=asked)
    return [replace(one, account=payers.get((one.payer, to_ms(one.paid_at)), "")) for one in payments]


def _judge(row: Row, mapping: PaymentMapping, currency: Currency, now: datetime) -> Judged:
    if row.fault:
        return Judged(row.line, code=row.fault)
    told = {name: row.cells.get(column, "") for name, column in mapping.fields.items()}
    amount: int | None = None
    try:
        amount = _amount(told["amount"], mapping, currency)
        _expect(told, mapping, currency, amount)
        paid_at = _instant(told["when"], mapping)
        if paid_at > now + AHEAD:
            raise _Refused("PAYMENT_IN_FUTURE", "when")
    except _Refused as why:
        column = mapping.fields.get(why.field, why.field)
        return Judged(row.line, None, why.code, column, told.get(why.field, "")[:200], why.params, amount)
    payment = NewPayment(
        channel=mapping.channel, channel_txn=told["txn"], account="", amount_minor=amount, paid_at=paid_at,
        payer=told["payer"], method=told.get("method") or mapping.method, line=row.line,
    )  # fmt: skip
    return Judged(row.line, payment, amount_minor=amount)


def _amount(text: str, mapping: PaymentMapping, currency: Currency) -> int:
    try:
        if mapping.unit == "minor":
            return parse_minor(text, Currency(currency.code, 0))
        return parse_minor(text, currency)
    except BadInput as error:
        raise _Refused(error.faults[0].code, "amount", **error.faults[0].params) from error


def _expect(told: Mapping[str, str], mapping: PaymentMapping, currency: Currency, amount: int) -> None:
    if "result" in told and told["result"] not in mapping.taken:
        raise _Refused(NOT_COLLECTED, "result")
    for name in ("txn", "payer"):
        if not told[name] or len(told[name]) > LONGEST:
            raise _Refused("PAYMENT_CELL_WRONG", name, most=LONGEST)
    if len(told.get("method", "")) > 16:
        raise _Refused("PAYMENT_CELL_WRONG", "method", most=16)
    if told.get("currency", currency.code) != currency.code:
        raise _Refused("PAYMENT_CURRENCY_WRONG", "currency", currency=currency.code)
    if amount <= 0:
        raise _Refused("PAYMENT_NOT_POSITIVE", "amount")
    if amount > mapping.largest_minor:
        raise _Refused("PAYMENT_ABSURD", "amount", most=mapping.largest_minor)


def _instant(text: str, mapping: PaymentMapping) -> datetime:
    try:
        read = datetime.strptime(text, mapping.time)  # noqa: DTZ007 - its zone is the mapping's
    except ValueError as error:
        raise _Refused("PAYMENT_TIME_WRONG", "when", form=mapping.time) from error
    if read.tzinfo is not None:
        return read.astimezone(tz=from_ms(0).tzinfo)
    return from_ms(local_to_ms(read, mapping.zone, repeated="first", missing="later"))
