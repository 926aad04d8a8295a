"""What a door refuses of an order, as messages at the fields of its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yidian.domains.party.operations import UnableToRegister
from yidian.domains.payment.operations import UnableToMoveOrderMoney, UnableToPay
from yidian.domains.product_inventory.types import UnableToChange
from yidian.domains.product_order.operations import UnableToOrder
from yidian.domains.product_order.types import UnableToChangeOrder
from yidian.domains.resource_inventory.operations import UnableToHold
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.telling import told
from yidian.journeys.ordering.doing import UnableToDo
from yidian.kernel.faults import BadInput
from yidian.platform.sign_in.types import UnableToSignIn
from yidian.platform.wording import entries, text
from yidian.runs.first_bill.types import UnableToQuote

REFUSALS: Final = (
    UnableToDo, UnableToOrder, UnableToChangeOrder, UnableToHold, UnableToRegister, UnableToChange, UnableToQuote,
    UnableToSignIn, UnableToMoveOrderMoney, UnableToPay, BadInput,
)  # fmt: skip
STALE: Final = frozenset({"ORDER_STALE", "ORDER_NOT_QUOTED", "ORDER_NOT_READ_BACK", "ORDER_FORM_UNKNOWN"})
WORDED: Final[Mapping[str, str]] = {  # parameters that are codes of their own, and where their words stand
    "kind": "TAKING_KIND_", "state": "TAKING_STATE_", "deed": "DEED_", "line": "TAKING_LINE_", "life": "LIFE_",
    "reason": "STOP_REASON_",
}  # fmt: skip
AT: Final[Mapping[str, str]] = {  # where a code that names no field belongs
    "DOCUMENT_KIND": "kind", "DOCUMENT_KIND_OTHER": "kind", "DOCUMENT_OF_OTHERS": "kind", "IDENTITY_FORM": "number",
    "IDENTITY_DATE": "number", "IDENTITY_CHECK": "number", "DOCUMENT_EXPIRED": "until", "DOCUMENT_NOT_THEIRS": "number",
    "DOCUMENT_KNOWN": "number", "DOCUMENT_KNOWN_ELSEWHERE": "number", "PROXY_NEEDED": "acting_name",
    "PROXY_IS_CUSTOMER": "acting_number", "PROXY_TOO_YOUNG": "acting_number", "MINOR_NEEDS_GUARDIAN": "acting_name",
    "RESPONSIBLE_NEEDED": "acting_name", "NAME_EMPTY": "name", "NAME_LONG": "name", "NAME_SIGN": "name",
    "ADDRESS_LONG": "address", "ADDRESS_SIGN": "address", "PHONE_INVALID": "phone", "SIGN_IN_WRONG": "password",
    "SIGN_IN_TOO_OFTEN": "password",
}  # fmt: skip


def faults_of(asked: Asked, error: Exception) -> list[FaultTold]:
    """(field, code, parameters) of each thing that is wrong; field "": the whole."""
    if isinstance(error, BadInput):
        params = [(one, {"value": one.value, **one.params}) for one in error.faults]
        return [(one.where.column or "", one.code, spoken(asked, more)) for one, more in params]
    code = str(getattr(error, "code", ""))
    params_of: Mapping[str, object] = getattr(error, "params", {})
    field = getattr(error, "field", "") or AT.get(code, "")
    if isinstance(error, UnableToHold):
        field = str(error.params["kind"])
    return [(field, code, spoken(asked, params_of))]


def is_stale(error: Exception) -> bool:
    """Somebody was first: the cart is another one than the page shows."""
    return getattr(error, "code", "") in STALE or isinstance(error, UnableToChangeOrder)


def spoken(asked: Asked, params: Mapping[str, object]) -> dict[str, str]:
    """Parameters in words: what is a code of an order's room by that room's words, the rest as everywhere."""
    found = {}
    for name, value in params.items():
        code = f"{WORDED[name]}{value}".upper() if name in WORDED else ""
        plain = name if name.endswith("_minor") else "value"
        found[name] = text(code, asked.lang) if code in entries() else told(asked, {plain: value})[plain]
    return found
