"""A TAP3 file as records: one per call event, its codes resolved by the file's own tables, its audit block held to it.

A record is the event's own tree plus: `event` (its name), `batch` (sender, recipient, fileSequenceNumber, tapCurrency,
tapDecimalPlaces, …), `charge` (the sum of its charges of type 00, in units of 10^-tapDecimalPlaces), and beside every
utcTimeOffsetCode and recEntityCode what the code stands for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.readers.tap.ber import APPLICATION, Element, UnableToWalk, children, element_at
from yidian.domains.usage.readers.tap.decode import decode, name_of
from yidian.domains.usage.readers.tap.tags import CALL_EVENTS, EVENTS
from yidian.domains.usage.types import Record
from yidian.kernel.faults import BadInput, refuse

TOTAL_CHARGE_TYPE: Final = "00"
FIRST_OCTETS: Final = (b"\x61", b"\x62")  # a transfer batch, a notification without events
BATCH_FACTS: Final = ("batchControlInfo", "accountingInfo")


class TapReader:
    """Records of one batch. BadInput TAP_TRUNCATED, _BROKEN, _NOT_A_BATCH, _COUNT_MISMATCH, _CHARGE_MISMATCH."""

    columns = None

    def __init__(self, stream: BinaryIO, spec: ReaderSpec, file: str) -> None:
        self._file = file
        self._data = stream.read(spec.max_document_bytes + 1)
        if len(self._data) > spec.max_document_bytes:
            raise refuse("FILE_TOO_BIG", file=file, limit=spec.max_document_bytes)
        self._events: Element | None = None
        self._parts: dict[str, Any] = {}
        try:
            self._read_batch()
        except UnableToWalk as fault:
            raise self._refusal(fault) from fault
        self._offsets = _table(self._parts, "utcTimeOffsetInfo", "utcTimeOffsetCode")
        self._entities = _table(self._parts, "recEntityInfo", "recEntityCode")
        self._batch = _batch_facts(self._parts)

    def _read_batch(self) -> None:
        data = self._data
        if data[:1] not in FIRST_OCTETS:
            raise refuse("TAP_NOT_A_BATCH", file=self._file, value=data[:8].hex(" "))
        batch = element_at(data, 0, len(data))
        if batch.after != len(data):
            raise UnableToWalk("bytes after the batch", batch.after)
        for part in children(data, batch, 1):
            if part.tag_class == APPLICATION and part.number == CALL_EVENTS:
                self._events = part
            else:
                self._parts[name_of(part)] = decode(data, part, 1)

    def _refusal(self, fault: UnableToWalk) -> BadInput:
        code = "TAP_TRUNCATED" if fault.truncated else "TAP_BROKEN"
        return refuse(code, file=self._file, value=fault.reason, offset=fault.offset)

    def __iter__(self) -> Iterator[Record]:
        number = charges = 0
        try:
            for element in children(self._data, self._events, 2) if self._events else ():
                number += 1
                values = self._record(element)
                charges += values["charge"]
                yield Record(number, 0, values, json.dumps(values, separators=(",", ":")))
        except UnableToWalk as fault:
            raise self._refusal(fault) from fault
        self._check_audit(number, charges)

    def _record(self, element: Element) -> dict[str, Any]:
        if element.tag_class != APPLICATION or element.number not in EVENTS:
            raise UnableToWalk(f"event tag{element.number}", element.start)
        tree = decode(self._data, element, 2)
        if not isinstance(tree, dict):
            raise UnableToWalk("event", element.start)
        self._resolve(tree)
        return {**tree, "event": name_of(element), "batch": self._batch, "charge": _charges(tree)}

    def _resolve(self, place: Any) -> None:
        """Set beside each code what it stands for in this file. Depth is bounded by the walker."""
        if isinstance(place, dict):
            for inner in list(place.values()):
                self._resolve(inner)
            if "utcTimeOffsetCode" in place:
                place.update(self._offsets.get(place["utcTimeOffsetCode"], {}))
            if "recEntityCode" in place:
                place.update(self._entities.get(place["recEntityCode"], {}))
        elif isinstance(place, list):
            for inner in place:
                self._resolve(inner)

    def _check_audit(self, count: int, charges: int) -> None:
        audit = self._parts.get("auditControlInfo")
        if not isinstance(audit, dict):
            if self._events is not None:
                raise refuse("TAP_AUDIT_MISSING", file=self._file)
            return
        said = audit.get("callEventDetailsCount", 0)
        if said != count:
            raise refuse("TAP_COUNT_MISMATCH", file=self._file, said=said, found=count)
        said = audit.get("totalCharge", 0)
        if said != charges:
            raise refuse("TAP_CHARGE_MISMATCH", file=self._file, said=said, found=charges)


def _table(parts: dict[str, Any], name: str, code: str) -> dict[int, dict[str, Any]]:
    """One of the file's own tables: code → what it stands for."""
    network = parts.get("networkInfo")
    rows = network.get(name) if isinstance(network, dict) else None
    entries = [row for row in rows if isinstance(row, dict) and code in row] if isinstance(rows, list) else []
    return {row[code]: {key: value for key, value in row.items() if key != code} for row in entries}


def _batch_facts(parts: dict[str, Any]) -> dict[str, Any]:
    groups = [parts[name] for name in BATCH_FACTS if isinstance(parts.get(name), dict)]
    return {key: value for group in groups for key, value in group.items() if isinstance(value, str | int)}


def _charges(place: Any) -> int:
    """The sum of all charges of type 00 (totals) in an event; a charge without a type is a total, too."""
    if isinstance(place, list):
        return sum(_charges(inner) for inner in place)
    if not isinstance(place, dict):
        return 0
    inner = sum(_charges(value) for value in place.values())
    if isinstance(place.get("charge"), int) and place.get("chargeType", TOTAL_CHARGE_TYPE) == TOTAL_CHARGE_TYPE:
        return inner + int(place["charge"])
    return inner
