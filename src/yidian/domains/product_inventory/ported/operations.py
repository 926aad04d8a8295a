"""Ported numbers: a file taken whole or refused whole (docs/howto/customers.md), or one told by an order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from django.db.models import F

from yidian.domains.party.operations import hold_numbering
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._spans import Spans
from yidian.domains.product_inventory.models import InventoryVersion, PortedNumber
from yidian.domains.product_inventory.ported.bulk import add_ported, end_ported, stored_ported
from yidian.domains.product_inventory.ported.plan import Plan, Rows, plan
from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.sheets import check_columns, read_table
from yidian.platform.writing.files import FileTaken, take_file

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

REQUIRED: Final = ("number", "network", "from")
ALLOWED: Final = (*REQUIRED, "to")
RESERVED: Final = ("own", "other", "none", "*")  # words of rules


class _Told:
    """What a file says, column by column; the places of networks are in `codes`."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.networks: list[int] = []
        self.periods: list[tuple[int, int]] = []
        self.lines: list[int] = []
        self.codes: dict[str, int] = {}

    def rows(self) -> Rows:
        when = np.array(self.periods, np.int64).reshape(-1, 2)
        keys = -1 - np.arange(len(self.lines), dtype=np.int64)
        return Rows(np.array(self.numbers, "S20"), np.array(self.networks, np.int64), when[:, 0], when[:, 1], keys)


def import_ported(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of ported numbers (csv or xlsx: number, network, from, to), or refuse it whole with BadInput.

    A row without an end is good until the next of its number. The same bytes again do nothing; what is so already
    adds nothing.
    """
    sheet = read_table(path)
    faults = Faults(sheet=sheet, zone=tenant.zone)
    check_columns(sheet, required=REQUIRED, allowed=ALLOWED, faults=faults)
    faults.raise_if_any()
    told = _read(sheet.rows, Spans(tenant.zone, faults), faults)
    sheet.rows.clear()  # a million of them need not be twice in memory
    return take_file(
        tenant=tenant, actor=actor, path=path, now=now, subject="ported", kind="ported_file",
        book=lambda frame: _book(frame, told, faults),
    )  # fmt: skip


def _read(rows: Iterable[tuple[int, dict[str, str]]], spans: Spans, faults: Faults) -> _Told:
    told = _Told()
    for line, written in rows:
        cells = {name: value.strip() for name, value in written.items()}
        number, network = spans.number(line, cells, "number"), spans.code(line, cells, "network")
        if network in RESERVED:
            faults.note("CODE_RESERVED", line, "network", network)
        told.numbers.append(number)
        told.networks.append(told.codes.setdefault(network, len(told.codes)))
        told.periods.append(spans.period(line, cells))
        told.lines.append(line)
        if faults.full:
            break
    faults.raise_if_any()
    return told


def _book(frame: Frame, told: _Told, faults: Faults) -> dict[str, Any]:
    hold_numbering()
    made = plan(_stored(frame.tenant, told.codes), told.rows())
    _refuse(made, told, faults)
    codes = list(told.codes)
    new = made.add
    columns = (new.number, new.network, new.from_ms, new.to_ms)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    add_ported(tenant=frame.tenant, rows=((number.decode(), codes[to], begin, end) for number, to, begin, end in rows))
    end_ported(tenant=frame.tenant, ends=made.end)
    if made.end or len(made.add.key):
        _count_change(frame)
    return {"rows": len(told.lines), "added": len(made.add.key), "ended": len(made.end)}


def _stored(tenant: Tenant, codes: dict[str, int]) -> Rows:
    """Everything stored, its networks numbered as those of the file, others after them."""
    found = stored_ported(tenant=tenant)
    network = found["network"].combine_chunks().dictionary_encode()
    place = [codes.setdefault(name, len(codes)) for name in network.dictionary.to_pylist()] or [0]
    number = found["number"].combine_chunks()
    longest = np.array(number.cast(pa.binary()).to_numpy(zero_copy_only=False), "S20")
    numbers = (found[name].to_numpy().copy() for name in ("from_ms", "to_ms", "id"))
    places = np.array(place, np.int64)[network.indices.to_numpy(zero_copy_only=False)]
    return Rows(longest, places, *numbers)


def _refuse(made: Plan, told: _Told, faults: Faults) -> None:
    """PORTED_TWICE, at the line that says otherwise than another of this file or one that is stored."""
    for place in made.against:
        faults.note("PORTED_TWICE", told.lines[max(place, 0)], "number", told.numbers[max(place, 0)])
    faults.raise_if_any()


def tell_network(*, frame: Frame, number: str, network: str, at_ms: int) -> None:
    """From an instant (UTC ms) on a number is in a network. What is stored to begin later ends it as ever."""
    hold_numbering()
    mine = PortedNumber.objects.filter(tenant=frame.tenant, number=number)
    later = mine.filter(from_ms__gt=at_ms).order_by("from_ms").values_list("from_ms", flat=True).first()
    mine.filter(from_ms__lt=at_ms, to_ms__gt=at_ms).update(to_ms=at_ms)
    PortedNumber.objects.create(
        tenant=frame.tenant, number=number, network=network, from_ms=at_ms, to_ms=FOREVER_MS if later is None else later
    )
    frame.changed("ported", number, before=None, after={"network": network, "from_ms": at_ms})
    _count_change(frame)


def untell_network(*, frame: Frame, number: str, network: str, at_ms: int) -> None:
    """As if `tell_network` had never been called; nothing where that is not what is stored."""
    hold_numbering()
    mine = PortedNumber.objects.filter(tenant=frame.tenant, number=number)
    told = mine.filter(network=network, from_ms=at_ms).first()
    if told is None:
        return
    until_ms = told.to_ms
    told.delete()
    mine.filter(to_ms=at_ms).update(to_ms=until_ms)
    frame.changed("ported", number, before={"network": network, "from_ms": at_ms}, after=None)
    _count_change(frame)


def _count_change(frame: Frame) -> None:
    InventoryVersion.objects.get_or_create(tenant=frame.tenant)
    InventoryVersion.objects.filter(tenant=frame.tenant).update(ported=F("ported") + 1)
