"""What an operator sets of its books: a type, attribute by attribute, and the order in which books pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from yidian.domains.charging.operations._rules import define_type, set_order
from yidian.domains.charging.queries import types
from yidian.domains.charging.types import ALL_ITEMS, BalanceType
from yidian.domains.product_catalog.queries import current_tariff, newest_edition
from yidian.kernel.faults import refuse
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

LONGEST_CODE = 32


def change_type(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, code: str, told: Mapping[str, Any]
) -> BalanceType:
    """Set what is `told` of a type (attributes of BalanceType; `items` a list) and leave the rest; as it is then.

    A code that there is not yet is a new type, which needs its `priority`. Books that exist follow their type.
    UnableToDefine; BadInput BALANCE_TYPE_CODE, _PRIORITY, _ITEM_UNKNOWN (a tariff is loaded and has no such item).
    """
    if not code.strip() or len(code) > LONGEST_CODE:
        raise refuse("BALANCE_TYPE_CODE", value=code)
    _expect_items(tenant, told.get("items", ()))

    def work(frame: Frame) -> dict[str, Any]:
        hold_until_commit(f"balance types {tenant.pk}")  # two who set two attributes: neither is lost
        before = types(tenant=tenant).get(code)
        if before is None and "priority" not in told:
            raise refuse("BALANCE_TYPE_PRIORITY", value=code)
        attributes: dict[str, Any] = {name: tuple(value) if name == "items" else value for name, value in told.items()}
        after = replace(before or BalanceType(code, priority=0), **attributes)
        if after != before:
            define_type(frame=frame, type=after)
        return asdict(after)

    answer = perform(
        tenant=tenant, actor=actor, operation="balance_type.change", key=key, request={"code": code, **told}, now=now,
        work=work,
    ).answer  # fmt: skip
    return BalanceType(**{**answer, "items": tuple(answer["items"])})


def change_order(*, tenant: Tenant, actor: Actor, key: str, now: datetime, order: Sequence[str]) -> tuple[str, ...]:
    """Let books pay in another order (rules of kernel.ledger, first to last). UnableToOrder."""

    def work(frame: Frame) -> dict[str, Any]:
        hold_until_commit(f"balance types {tenant.pk}")
        set_order(frame=frame, order=order)
        return {"order": list(order)}

    answer = perform(
        tenant=tenant, actor=actor, operation="deduction_order.change", key=key, request={"order": list(order)},
        now=now, work=work,
    ).answer  # fmt: skip
    return tuple(answer["order"])


def _expect_items(tenant: Tenant, items: Sequence[str]) -> None:
    """A misspelt item would pay nothing, and nobody would notice."""
    if not newest_edition(tenant=tenant):
        return
    known = {item.code for item in current_tariff(tenant=tenant)[1].items} | {ALL_ITEMS}
    for item in items:
        if item not in known:
            raise refuse("BALANCE_TYPE_ITEM_UNKNOWN", value=item)
