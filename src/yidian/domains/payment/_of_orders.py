"""Reading what was paid with orders: whose receipt, for what, and where each part of it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django_scopes import scope

from yidian.domains.payment.models import OrderPart, Payment, Refund
from yidian.domains.payment.types import OrderPaid, PartFacts
from yidian.platform.tenancy.models import Tenant

MOST: Final = 100
CHUNK: Final = 10_000
_PAID: Final = ("id", "order", "number", "method", "channel", "amount_minor", "paid_at")
_PART: Final = ("payment_id", "item", "account", "amount_minor", "months", "state", "deposit", "voucher__number")
_COLUMNS: Final = {
    "kept": "kept_minor", "deposited": "deposited_minor", "credited": "credited_minor", "returned": "returned_minor"
}  # fmt: skip


class Astray(NamedTuple):
    """A receipt of an order whose stored sum of a state is not that of its parts."""

    order: str
    state: str
    stored: int
    summed: int


def orders_paid(*, tenant: Tenant, orders: Collection[str]) -> dict[str, OrderPaid]:
    """What was paid with some orders (numbers); those with which nothing was are left out. Two statements."""
    with scope(tenant=tenant):
        rows = list(Payment.objects.filter(tenant=tenant, order__in=sorted(orders)).values_list(*_PAID))
        parts: defaultdict[int, list[PartFacts]] = defaultdict(list)
        if rows:
            some = OrderPart.objects.filter(payment__in=[row[0] for row in rows]).order_by("-item", "id")
            for payment, item, account, amount, months, state, deposit, voucher in some.values_list(*_PART):
                parts[payment].append(
                    PartFacts(
                        item=item, account=account, amount_minor=amount, months=months, state=state, deposit=deposit,
                        voucher=voucher or "",
                    )
                )  # fmt: skip
    return {
        order: OrderPaid(
            order=order, payment=id_, number=number, method=method, channel=channel, amount_minor=amount,
            paid_at=paid_at, parts=tuple(sorted(parts[id_], key=lambda one: (one.item == 0, one.item, one.account))),
        )
        for id_, order, number, method, channel, amount, paid_at in rows
    }  # fmt: skip


def kept_by_order(*, tenant: Tenant) -> dict[str, int]:
    """What is kept of receipts for orders now, by the order's number, where it is anything."""
    with scope(tenant=tenant):
        rows = Payment.objects.filter(tenant=tenant).exclude(order="").filter(kept_minor__gt=0)
        return dict(rows.order_by("order").values_list("order", "kept_minor"))


def order_deposits(*, tenant: Tenant) -> Iterator[tuple[str, int, int]]:
    """What was paid with orders and is a deposit now: (order, the deposit's id, how much was paid)."""
    with scope(tenant=tenant):
        rows = OrderPart.objects.filter(tenant=tenant, state="deposited").order_by("id")
        told = rows.values_list("payment__order", "deposit", "amount_minor")
        yield from told.iterator(chunk_size=CHUNK)


def order_parts_astray(*, tenant: Tenant) -> list[Astray]:
    """Receipts of orders that say of a state another sum than their parts; of returned also than their vouchers."""
    with scope(tenant=tenant):
        found: list[Astray] = []
        for state, column in _COLUMNS.items():
            parts = OrderPart.objects.filter(payment=OuterRef("pk"), state=state)
            found += _differ(tenant, state, column, parts)
        found += _differ(tenant, "voucher", "returned_minor", Refund.objects.filter(payment=OuterRef("pk")))
        whole = OrderPart.objects.filter(payment=OuterRef("pk"))
        return (found + _differ(tenant, "all", "amount_minor", whole))[:MOST]


def _differ(tenant: Tenant, name: str, column: str, parts: Any) -> list[Astray]:
    summed = parts.order_by().values("payment").annotate(sum=Sum("amount_minor")).values("sum")
    rows = Payment.objects.filter(tenant=tenant).filter(~Q(order="")).annotate(summed=Coalesce(Subquery(summed), 0))
    wrong = rows.exclude(**{column: F("summed")}).order_by("id").values_list("order", column, "summed")[:MOST]
    return [Astray(order, name, stored, sum_) for order, stored, sum_ in wrong]
