"""Wall times of somebody's clock → instants; the hour that repeats and the hour left out each follow a rule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from yidian.kernel.calendar.instants import EPOCH, whole_ms
from yidian.kernel.calendar.zones import wall_offsets_ms, zone_named
from yidian.kernel.faults import refuse

Repeated = Literal["first", "second", "refuse"]
Missing = Literal["later", "earlier", "refuse"]


def local_to_ms(local: datetime, zone: str, *, repeated: Repeated = "refuse", missing: Missing = "refuse") -> int:
    """A naive wall time of an IANA zone → UTC milliseconds.

    repeated: a wall time that comes twice is the `first` or the `second`, else LOCAL_TIME_REPEATED.
    missing: a wall time that the clock jumped over is moved by the gap, forward (`later`: 02:30 → 03:30) or backward
    (`earlier`: 02:30 → 01:30), else LOCAL_TIME_MISSING. ZONE_UNKNOWN for a name that is no zone.
    """
    before, after = wall_offsets_ms(zone_named(zone), local)
    wall_ms = whole_ms(local.replace(tzinfo=UTC) - EPOCH)
    if before == after:
        return wall_ms - before
    if before > after:
        if repeated not in ("first", "second"):
            raise refuse("LOCAL_TIME_REPEATED", value=local, local=str(local), zone=zone)
        return wall_ms - (before if repeated == "first" else after)
    if missing not in ("later", "earlier"):
        raise refuse("LOCAL_TIME_MISSING", value=local, local=str(local), zone=zone)
    return wall_ms - (before if missing == "later" else after)
