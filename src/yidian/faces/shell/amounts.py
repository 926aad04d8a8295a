"""An amount of money as somebody typed it into a form, full-width digits and a currency's sign among it."""

from __future__ import annotations

from typing import Final

from yidian.faces.shell.asked import Asked, FaultTold
from yidian.kernel.faults import BadInput
from yidian.kernel.money import currency, parse_minor

WIDE: Final = str.maketrans("０１２３４５６７８９．，－￥¥％", "0123456789.,-  %")  # as Chinese keyboards type them


def narrow(typed: str) -> str:
    """A number as it was typed, in narrow digits without thousands apart and without the currency's sign."""
    return typed.translate(WIDE).replace(",", "").strip()


def typed_amount(asked: Asked, name: str = "amount") -> tuple[int, list[FaultTold]]:
    """The field in minor units of the tenant's currency; 0 and what is wrong with it."""
    typed = asked.form.get(name, "")
    try:
        return parse_minor(narrow(typed), currency(asked.tenant.currency)), []
    except BadInput as error:
        return 0, [(name, one.code, {"value": typed, **one.params}) for one in error.faults]
