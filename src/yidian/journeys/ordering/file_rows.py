"""Rows of a file of orders taken one after the other, each in a write of its own; what a room refuses is the row's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from yidian.domains.party.queries import customers
from yidian.journeys.ordering import at_once
from yidian.journeys.ordering.at_once import Price, Taken, Wish
from yidian.journeys.ordering.files import HEIR, Row, settled
from yidian.kernel.faults import BadInput
from yidian.platform.access.queries import within
from yidian.platform.tenancy.models import Tenant
from yidian.platform.wording import entries
from yidian.platform.writing.types import Actor

RIGHT: Final = "order.take"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a row. `result`: taken, before, possible, refused; `total_minor`: the first bills, all accounts."""

    line: int
    wish: Wish
    result: str
    order: str = ""
    subscriber: str = ""
    total_minor: int | None = None
    column: str = ""
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


class Taking:
    """The same content of one `batch` is taken once by one actor, however often it comes. `node`: where the orders
    are taken, None: where each customer is looked after. `only_try`: find out whether it could be, and do nothing.
    """

    def __init__(
        self, *, tenant: Tenant, actor: Actor, now: datetime, channel: str, price: Price, batch: str,
        node: str | None = None, only_try: bool = False,
    ) -> None:  # fmt: skip
        self.tenant, self.actor, self.now, self.channel, self.price = tenant, actor, now, channel, price
        self.batch, self.node, self.only_try = batch, node, only_try
        self.within = within(tenant=tenant, actor=actor, action=RIGHT, now=now)

    def row(self, row: Row) -> Result:
        if row.twice:
            return _refused(row.line, row.wish, "", "ORDER_ROW_TWICE", {"line": row.twice})
        wish, node = settled(tenant=self.tenant, wish=row.wish, now=self.now)
        if not wish.customer:
            return _refused(row.line, wish, "customer", "ORDER_WHOSE_UNTOLD", {})
        if self.within is not None and node not in self.within:
            return _refused(row.line, wish, "customer", "ORDER_CUSTOMER_UNKNOWN", {"customer": wish.customer})
        heir = str(wish.told.get("customer", ""))
        if heir and not self._reaches(heir):
            return _refused(row.line, wish, HEIR, "ORDER_CUSTOMER_UNKNOWN", {"customer": heir})
        try:
            made = self.take(wish, f"{self.batch}/{row.key}"[-200:], node)
        except Exception as error:
            return _of_error(row.line, wish, error)
        result = "possible" if self.only_try else "before" if made.repeated else "taken"
        return Result(row.line, wish, result, made.order, made.subscriber, _total(made.quote))

    def _reaches(self, customer: str) -> bool:
        """Whether who takes it may know a customer: it is there, and where their right reaches."""
        found = customers(tenant=self.tenant, codes=[customer])
        return bool(found) and (self.within is None or found[0].organisation in self.within)

    def take(self, wish: Wish, key: str, node: str | None = "") -> Taken:
        """One wish of a customer who is looked after at a node."""
        place = (node or "") if self.node is None else self.node
        return at_once.take(
            tenant=self.tenant, actor=self.actor, key=key, now=self.now, channel=self.channel,
            wish=replace(wish, organisation=place), price=self.price, within=self.within, only_try=self.only_try,
        )  # fmt: skip


def _of_error(line: int, wish: Wish, error: Exception) -> Result:
    """What a room refuses is the row's; anything else is not foreseen, and ends the work."""
    if isinstance(error, BadInput):
        fault = error.faults[0]
        return _refused(line, wish, fault.where.column, fault.code, {"value": fault.value, **fault.params})
    code = getattr(error, "code", "")
    if not (isinstance(code, str) and code in entries()):
        raise error
    params: Mapping[str, object] = getattr(error, "params", {})
    column = getattr(error, "field", "") or str(params.get("kind", "") if code.startswith("RESOURCE_") else "")
    return _refused(line, wish, column, code, params)


def _refused(line: int, wish: Wish, column: str, code: str, params: Mapping[str, object]) -> Result:
    return Result(line, wish, "refused", "", wish.subscriber, None, column, code, dict(params))


def _total(quote: Mapping[str, Any]) -> int | None:
    accounts = quote.get("this", {}).get("accounts", [])
    return sum(one["bill"]["total_minor"] for one in accounts) if accounts else None
