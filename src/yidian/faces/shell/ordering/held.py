"""What a cart holds for a while, and what it was said to cost."""

from __future__ import annotations

from dataclasses import dataclass

from yidian.domains.product_order.types import OrderFacts
from yidian.domains.resource_inventory.queries import resource, resources_of
from yidian.faces.shell.asked import Asked
from yidian.kernel.calendar import to_ms
from yidian.runs.first_bill.types import FirstBill


@dataclass(frozen=True, slots=True)
class Kept:
    """A resource that the cart holds, for `seconds` more (0: it ran out and may be another's)."""

    kind: str
    id: str
    seconds: int

    @property
    def label(self) -> str:
        """Its end, where nobody reads all of it."""
        return f"…{self.id[-8:]}" if self.kind in ("card", "device") else self.id

    @property
    def clock(self) -> str:
        return clock(self.seconds)


def quote_of(facts: OrderFacts) -> FirstBill | None:
    return FirstBill.from_json(facts.quote) if facts.quoted else None


def kept_of(asked: Asked, facts: OrderFacts) -> list[Kept]:
    """What a cart holds now, the shortest time first."""
    now_ms, found = to_ms(asked.now), []
    for kind, id_ in resources_of(tenant=asked.tenant, holder=facts.holder):
        one = resource(tenant=asked.tenant, kind=kind, id=id_)
        if one is not None:
            found.append(Kept(kind, id_, max(0, one.until_ms - now_ms) // 1000))
    return sorted(found, key=lambda one: (one.seconds, one.kind, one.id))


def clock(seconds: int) -> str:
    """Minutes and seconds that are left, as the page counts them on."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:02}:{rest:02}"
