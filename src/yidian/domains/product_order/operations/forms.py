"""The printed form (业务单): one good one at a time, of the cart as read back; a refill voids the old (BH-18).

What was printed is kept as it was, void or not: whoever asks later what a customer was shown gets that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Max

from yidian.domains.product_order.models import OrderForm
from yidian.domains.product_order.operations._rows import expect_cart, held, remember, void_forms
from yidian.domains.product_order.operations.capture import UnableToOrder
from yidian.platform.audit.canonical import sha256_of
from yidian.platform.writing.frame import Frame

NO_PAPER: Final[Mapping[str, Any]] = {}


def print_form(*, frame: Frame, order: str, content: Mapping[str, Any] = NO_PAPER) -> tuple[int, str]:
    """The form of the cart as it stands: its version and number. The one before is void. `content`: every word on it
    but its number ({}: it is not put on paper)."""
    row = held(frame, order)
    expect_cart(row)
    if row.read_back != row.revision:
        raise UnableToOrder("ORDER_NOT_READ_BACK", order=order)
    void_forms(frame, row)
    version = 1 + (OrderForm.objects.filter(order=row).aggregate(last=Max("version"))["last"] or 0)
    number = f"{order}-{version}"
    digest = sha256_of(dict(content)) if content else ""
    OrderForm.objects.create(
        tenant=frame.tenant, order=row, version=version, revision=row.revision, number=number, at=frame.now,
        content=dict(content), digest=digest, printed_by=f"{frame.actor.kind}:{frame.actor.id}",
    )  # fmt: skip
    remember(frame, row, "print", told={"form": number})
    told = {"state": "printed", "revision": row.revision, "digest": digest}
    frame.changed("order_form", number, before=None, after=told)
    return version, number


def sign_form(*, frame: Frame, order: str, version: int) -> None:
    """The customer signed it; ORDER_FORM_UNKNOWN if it is void: what was signed is not what is in the cart."""
    row = held(frame, order)
    expect_cart(row)
    form = OrderForm.objects.filter(order=row, version=version).exclude(state=OrderForm.State.VOID).first()
    if form is None or form.revision != row.revision:
        raise UnableToOrder("ORDER_FORM_UNKNOWN", order=order, form=version)
    form.state, form.signed_at = OrderForm.State.SIGNED, frame.now
    form.signed_by = f"{frame.actor.kind}:{frame.actor.id}"
    form.save(update_fields=["state", "signed_at", "signed_by"])
    remember(frame, row, "sign", told={"form": form.number})
    frame.changed("order_form", form.number, before={"state": "printed"}, after={"state": "signed"})
