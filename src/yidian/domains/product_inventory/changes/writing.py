"""What was drawn, written row by row; each is told as an effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._numbering import ids_of_subscribers, ids_of_units
from yidian.domains.product_inventory.changes import bulk
from yidian.domains.product_inventory.changes.known import Known
from yidian.domains.product_inventory.changes.planning import Drawn
from yidian.domains.product_inventory.changes.types import Change, Effect, OpenSubscription
from yidian.domains.product_inventory.stops.bulk import redraw_states
from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.tenancy.models import Tenant


class _New(NamedTuple):
    """A row to add, in codes; `replaces` -1: whatever row of its kind ends where it begins, if just one does."""

    subscriber: str
    kind: str
    what: str
    from_ms: int
    to_ms: int
    replaces: int = -1


def write(*, tenant: Tenant, changes: Sequence[Change], known: Known, drawn: Drawn) -> list[Effect]:
    """In a frame of the caller."""
    return _Writing(tenant, known, drawn).write(changes)


class _Writing:
    def __init__(self, tenant: Tenant, known: Known, drawn: Drawn) -> None:
        self.tenant, self.known, self.drawn = tenant, known, drawn
        self.ids = {code: row.id for code, row in known.stored.subscribers.items()}
        self.effects: list[Effect] = []

    def write(self, changes: Sequence[Change]) -> list[Effect]:
        drawn, stored = self.drawn, self.known.stored
        for line, table, pk in drawn.so_already:
            self._keep(changes[line - 1], table, pk)
        self._open([change for change in changes if isinstance(change, OpenSubscription)])
        units = stored.units | self._units(drawn.plan.new_units, drawn.plan.memberships)
        accounts = {code: row.id for code, row in stored.accounts.items()}
        self._history("payers", drawn.plan.payers, ids=accounts)
        self._history("memberships", drawn.plan.memberships, ids=units)
        for kind, planned in sorted(drawn.plan.identifiers.items()):
            self._history("identifiers", planned, kind)
        self._history("holdings", drawn.plan.holdings)
        for code, life in drawn.lives.items():
            lived = [_New(code, "", *one) for one in life.add]
            self._table("lives", [(row.pk, to_ms) for row, to_ms in life.end], lived)
        self._stops()
        return self.effects

    def _keep(self, change: Change, table: str, pk: int) -> None:
        row = bulk.stored(tenant=self.tenant, table=table, pks=[pk]).get(pk)
        if row is None:  # a life that no row says
            row = bulk.Dated(0, change.subscriber, "", getattr(change, "life", ""), change.at_ms, FOREVER_MS)
        self._tell("keep", table, row, row.to_ms)

    def _open(self, opened: Sequence[OpenSubscription]) -> None:
        given = ids_of_subscribers([one.subscriber for one in opened]) if opened else {}
        for one in opened:
            id_, customer = given[one.subscriber], self.known.stored.customers[one.customer].id
            bulk.add_subscriber(
                tenant=self.tenant, id=id_, code=one.subscriber, customer=customer, home_area=one.home_area
            )
            row = bulk.Dated(id_, one.subscriber, "", one.customer, one.at_ms, FOREVER_MS)
            self._tell("add", "subscribers", row, FOREVER_MS)
        self.ids |= given

    def _units(self, codes: Sequence[str], memberships: Changes) -> dict[str, int]:
        given = ids_of_units(codes) if codes else {}
        for code, id_ in given.items():
            bulk.add_unit(tenant=self.tenant, id=id_, code=code)
            first = next(new for new in memberships.add if new.what == code)
            self._tell(
                "add", "units", bulk.Dated(id_, first.subscriber, "", code, first.from_ms, FOREVER_MS), FOREVER_MS
            )
        return given

    def _history(
        self, table: str, planned: Changes, kind: str = "", ids: Mapping[str, int] | None = None
    ) -> None:  # fmt: skip
        rows = [_New(new.subscriber, kind, new.what, new.from_ms, new.to_ms) for new in planned.add]
        self._table(table, planned.end, rows, ids)

    def _stops(self) -> None:
        for code, reasons in self.drawn.reasons.items():
            added, ended = reasons.changed()
            fresh = [
                _New(code, row.ways, row.reason, row.from_ms, row.to_ms, reasons.replaced.get(row, 0)) for row in added
            ]
            self._table("stops", [(before.pk, after.to_ms) for before, after in ended], fresh)
        codes = {self.ids[code]: code for code in self.drawn.reasons}
        self.effects += redraw_states(tenant=self.tenant, subscribers=codes)

    def _table(
        self, table: str, ends: Iterable[tuple[int, int]], rows: Sequence[_New], ids: Mapping[str, int] | None = None
    ) -> None:
        """Ends first: what begins may begin where they end."""
        to_end = dict(ends)
        ended = bulk.stored(tenant=self.tenant, table=table, pks=to_end.keys())
        for pk, row in sorted(ended.items()):
            bulk.end(tenant=self.tenant, table=table, pk=pk, was_to_ms=row.to_ms, to_ms=to_end[pk])
            self._tell("modify", table, row, to_end[pk])
        written = [
            bulk.Row(self.ids[row.subscriber], row.kind, row.what if ids is None else ids[row.what], *row[3:5])
            for row in rows
        ]
        keys = bulk.add(tenant=self.tenant, table=table, rows=written)
        for pk, new in zip(keys, rows, strict=True):
            before = [k for k, one in ended.items() if _gives_way(one, new, to_end[k])]
            replaces = (before[0] if len(before) == 1 else 0) if new.replaces < 0 else new.replaces
            self._tell("add", table, bulk.Dated(pk, *new[:5]), new.to_ms, replaces)

    def _tell(self, action: Any, table: str, row: bulk.Dated, to_ms: int, replaces: int = 0) -> None:
        self.effects.append(
            Effect(
                action=action, table=table, row=row.pk, subscriber=row.subscriber, what=row.what, kind=row.kind,
                from_ms=row.from_ms, to_ms=to_ms, replaces=replaces, was_to_ms=row.to_ms if action == "modify" else 0,
            )
        )  # fmt: skip


def _gives_way(ended: bulk.Dated, new: _New, to_ms: int) -> bool:
    return ended.subscriber == new.subscriber and ended.kind == new.kind and to_ms == new.from_ms
