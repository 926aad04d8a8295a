"""Types of books and the order of deduction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from yidian.domains.charging.defaults import TYPES
from yidian.domains.charging.models import BalanceType as TypeRow
from yidian.domains.charging.models import OrderRule, UseItem
from yidian.domains.charging.queries import deduction_order
from yidian.domains.charging.queries import types as known_types
from yidian.domains.charging.types import BalanceType
from yidian.kernel.ledger import DEFAULT_ORDER, in_order
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


class UnableToDefine(Exception):
    """BALANCE_TYPE_REFUNDS_GIFT: only principal is paid out. BALANCE_TYPE_PRINCIPAL_FIXED: what is principal stays."""

    def __init__(self, code: str, *, type: str) -> None:
        self.code, self.params = code, {"type": type}
        super().__init__(f"{code} {type}")


def seed(*, tenant: Tenant) -> None:
    """Give a tenant that has no types yet the default ones and the default order. Twice does nothing."""
    if TypeRow.objects.filter(tenant=tenant).exists():
        return
    for type_ in TYPES:
        _write(tenant, type_)
    rules = [OrderRule(tenant=tenant, place=n, rule=rule) for n, rule in enumerate(DEFAULT_ORDER)]
    OrderRule.objects.bulk_create(rules, ignore_conflicts=True)


def define_type(*, frame: Frame, type: BalanceType) -> None:
    """Make a type, or change one: books that exist follow it. UnableToDefine."""
    seed(tenant=frame.tenant)
    before = known_types(tenant=frame.tenant).get(type.code)
    if type.refundable and not type.principal:
        raise UnableToDefine("BALANCE_TYPE_REFUNDS_GIFT", type=type.code)
    if before is not None and before.principal != type.principal:
        raise UnableToDefine("BALANCE_TYPE_PRINCIPAL_FIXED", type=type.code)
    _write(frame.tenant, type)
    frame.changed(
        "balance_type", type.code, before=None if before is None else asdict(before), after=asdict(type)
    )  # fmt: skip


def set_order(*, frame: Frame, order: Sequence[str]) -> None:
    """Let books pay in another order (names of kernel.ledger RULES). UnableToOrder."""
    in_order([], order)
    before = deduction_order(tenant=frame.tenant)
    OrderRule.objects.filter(tenant=frame.tenant).delete()
    OrderRule.objects.bulk_create(OrderRule(tenant=frame.tenant, place=n, rule=rule) for n, rule in enumerate(order))
    frame.changed("deduction_order", "", before={"order": list(before)}, after={"order": list(order)})


def _write(tenant: Tenant, type_: BalanceType) -> None:
    told = asdict(type_)
    code, items = told.pop("code"), told.pop("items")
    TypeRow.objects.bulk_create(
        [TypeRow(tenant=tenant, code=code, **told)], update_conflicts=True, unique_fields=["tenant", "code"],
        update_fields=list(told),
    )  # fmt: skip
    row = TypeRow.objects.get(tenant=tenant, code=code)
    UseItem.objects.filter(tenant=tenant, type=row).exclude(item__in=items).delete()
    rows = [UseItem(tenant=tenant, type=row, item=item) for item in items]
    UseItem.objects.bulk_create(rows, ignore_conflicts=True)
