"""What every operator begins with: types of books (K1, K2, K9). The order of deduction is kernel.ledger's (K6)."""

from __future__ import annotations

from typing import Final

from yidian.domains.charging.types import BalanceType

GENERAL: Final = "general"
GIFT: Final = "gift"
COMPENSATION: Final = "compensation"

TYPES: Final = (
    # paid money: pays nearly everything, never lapses, may be paid out
    BalanceType(
        GENERAL, priority=500, refundable=True, invoiceable=True, revenue=True, may_pay_arrears=True,
        carries_over=True, principal=True,
    ),
    # paid money for named items only; the operator names them before the type can be used
    BalanceType(
        "special", priority=300, items=(), invoiceable=True, revenue=True, may_pay_arrears=True, carries_over=True,
        principal=True,
    ),
    BalanceType(GIFT, priority=200),
    # made good as a gift, never withdrawn (K9); it settles what is owed from before too
    BalanceType(COMPENSATION, priority=100, may_pay_arrears=True),
)  # fmt: skip
