"""A file of states taken whole or refused whole (docs/howto/customers.md)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.domains.party.operations import hold_numbering
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory.models import Subscriber
from yidian.domains.product_inventory.states.bulk import add_states, end_states
from yidian.domains.product_inventory.states.lifecycle import ACTIVE, STATES, can_become
from yidian.domains.product_inventory.states.reasons import restate
from yidian.domains.product_inventory.stops.bulk import add_stops, end_stops, stored_states, stored_stops
from yidian.kernel.faults import BadInput
from yidian.kernel.timeline import Line, Said, lay_out
from yidian.platform.database.asking import where
from yidian.platform.sheets import check_columns, read_table
from yidian.platform.sheets.instants import instant_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.files import FileTaken, take_file

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

REQUIRED: Final = ("subscriber", "state", "from")
Told = dict[str, list[Said]]  # by subscriber


def import_states(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of states (csv or xlsx: subscriber, state, from), or refuse it whole with BadInput.

    A state is good until the next one. The same bytes again do nothing; what is so already adds nothing.
    """
    sheet = read_table(path)
    faults = Faults(sheet=sheet, zone=tenant.zone)
    check_columns(sheet, required=REQUIRED, allowed=REQUIRED, faults=faults)
    faults.raise_if_any()
    told = _read(sheet.rows, tenant.zone, faults)
    return take_file(
        tenant=tenant, actor=actor, path=path, now=now, subject="states", kind="state_file",
        book=lambda frame: _book(frame, told, faults),
    )  # fmt: skip


def _read(rows: Any, zone: str, faults: Faults) -> Told:
    found: Told = defaultdict(list)
    for line, cells in rows:
        cell = {name: value.strip() for name, value in cells.items()}
        missing = [name for name in REQUIRED if not cell.get(name)]
        for name in missing:
            faults.note("VALUE_MISSING", line, name, "")
        if missing:
            continue
        if cell["state"] not in STATES:
            faults.note("VALUE_UNKNOWN", line, "state", cell["state"], allowed=", ".join(STATES))
            continue
        try:
            found[cell["subscriber"]].append(Said(instant_ms(cell["from"], zone), cell["state"], line))
        except BadInput as refusal:
            faults.note(refusal.faults[0].code, line, "from", cell["from"], local=cell["from"], zone=zone)
    faults.raise_if_any()
    return found


def _book(frame: Frame, told: Told, faults: Faults) -> dict[str, Any]:
    hold_numbering()
    ids = dict(where(Subscriber.objects.filter(tenant=frame.tenant), "code", told.keys(), "id"))
    kept = stored_states(tenant=frame.tenant, subscribers=set(ids.values()))
    stops = stored_stops(tenant=frame.tenant, subscribers=set(ids.values()))
    add: list[tuple[int, str, int, int]] = []
    end: list[tuple[int, int]] = []
    stopped: list[tuple[int, str, str, int, int]] = []
    opened: dict[int, int] = {}
    for code, said in sorted(told.items()):
        if code not in ids:
            for one in said:
                faults.note("SUBSCRIBER_UNKNOWN", one.line, "subscriber", code, subscriber=code)
            continue
        line = lay_out(kept[ids[code]], said, default=ACTIVE)
        restated = restate(line, kept[ids[code]], stops[ids[code]])
        _check(code, line, said, faults)
        if not restated.agrees:
            reasons = ", ".join(sorted({stop.reason for stop in stops[ids[code]]}))
            faults.note("STATE_HAS_REASONS", said[0].line, "state", said[0].what, subscriber=code, reasons=reasons)
        stopped += [(ids[code], *row) for row in restated.add]
        opened |= restated.end
        add += [(ids[code], *row) for row in line.add]
        end += line.end
    faults.raise_if_any()
    add_states(tenant=frame.tenant, rows=add)
    end_states(tenant=frame.tenant, ends=end)
    add_stops(tenant=frame.tenant, rows=stopped)
    end_stops(tenant=frame.tenant, ends=opened.items())
    return {"rows": sum(map(len, told.values())), "added": len(add), "ended": len(end)}


def _check(code: str, line: Line, said: list[Said], faults: Faults) -> None:
    """STATE_TWICE, STATE_IMPOSSIBLE."""
    for one, other in line.against:
        faults.note("STATE_TWICE", one.line, "state", one.what, subscriber=code, other=other)
    before, fresh_before = ACTIVE, False
    lines, added = {one.from_ms: one.line for one in said}, {from_ms for _, from_ms, _ in line.add}
    for from_ms, state in line.steps:
        fresh = from_ms in added  # what stops drew (kept, then stopped) is as it is
        if (fresh or fresh_before) and not can_become(before, state):
            at = lines.get(from_ms, said[0].line)
            faults.note("STATE_IMPOSSIBLE", at, "state", state, subscriber=code, before=before)
        before, fresh_before = state, fresh
