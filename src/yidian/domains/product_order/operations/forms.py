"""The printed form (业务单): one good one at a time, of the cart as read back; a refill voids the old (BH-18)."""

from __future__ import annotations

from django.db.models import Max

from yidian.domains.product_order.models import OrderForm
from yidian.domains.product_order.operations._rows import expect_cart, held, remember
from yidian.domains.product_order.operations.capture import UnableToOrder
from yidian.platform.writing.frame import Frame


def print_form(*, frame: Frame, order: str) -> tuple[int, str]:
    """The form of the cart as it stands: its version and number. The one before is void."""
    row = held(frame, order)
    expect_cart(row)
    if row.read_back != row.revision:
        raise UnableToOrder("ORDER_NOT_READ_BACK", order=order)
    OrderForm.objects.filter(order=row).exclude(state=OrderForm.State.VOID).update(state=OrderForm.State.VOID)
    version = 1 + (OrderForm.objects.filter(order=row).aggregate(last=Max("version"))["last"] or 0)
    number = f"{order}-{version}"
    OrderForm.objects.create(
        tenant=frame.tenant, order=row, version=version, revision=row.revision, number=number, at=frame.now
    )
    remember(frame, row, "print", told={"form": number})
    frame.changed("order_form", number, before=None, after={"state": "printed", "revision": row.revision})
    return version, number


def sign_form(*, frame: Frame, order: str, version: int) -> None:
    """The customer signed it; ORDER_FORM_UNKNOWN if it is void: what was signed is not what is in the cart."""
    row = held(frame, order)
    expect_cart(row)
    form = OrderForm.objects.filter(order=row, version=version).exclude(state=OrderForm.State.VOID).first()
    if form is None or form.revision != row.revision:
        raise UnableToOrder("ORDER_FORM_UNKNOWN", order=order, form=version)
    form.state = OrderForm.State.SIGNED
    form.save(update_fields=["state"])
    remember(frame, row, "sign", told={"form": form.number})
    frame.changed("order_form", form.number, before={"state": "printed"}, after={"state": "signed"})
