"""The first stage of a rate run: one usage file of the lake → records by part, and rejects with their reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa

from yidian.kernel.rating import batch
from yidian.kernel.rating.arrays import I32, I64, U8, array
from yidian.kernel.rating.batch import RECORD, Columns, Places
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.classify import OUT_OF_CYCLE, REASONS
from yidian.kernel.rating.identify import WORDS, Identities
from yidian.platform.lake.queries import read_columns
from yidian.platform.points import point
from yidian.runs.rate.others import NOTHING_KNOWN, NUMBER, Circles, Known, Ported, circles, ported
from yidian.runs.rate.people import People, identities
from yidian.runs.rate.spill import Records, Spilled, write_records

NAMES = ("service", "direction", "identifier_kind", "place", "rating_group")  # few distinct texts: read as dictionaries
NUMBERS = ("start_ms", "event_id", "duration_s", "bytes_up", "bytes_down")
TEXTS = ("identifier", "other_party")
READ = (*NUMBERS, "count", *TEXTS, *NAMES)  # exactly what a rate run reads of the lake
REJECT = np.dtype(
    [("event_id", "<i8"), ("start_ms", "<i8"), ("reason", "<i8"), ("usage_file", "<i8"), ("usage_row", "<i8"),
     ("identifier", "S64"), ("other_party", "S64")]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """What every file is classified with."""

    classifier: Classifier
    ids: Identities
    kinds: dict[str, int]
    people: People
    numbers: batch.People
    engine: SimpleNamespace
    scratch: Path
    nets: Ported | None  # None: no rule asks for networks
    circles: Circles | None  # likewise


def stage(
    *, classifier: Classifier, people: People, engine: SimpleNamespace, scratch: Path, known: Known = NOTHING_KNOWN
) -> Stage:
    """Number the people for the classifier, and fill the table of identifiers. `known`: of other parties."""
    ids, kind, kinds = identities(people)
    engine.fill_identities(ids, kind, np.zeros(WORDS, np.int64))
    numbers = batch.People(_home_areas(classifier, people), people.part)
    return Stage(
        classifier, ids, kinds, people, numbers, engine, scratch,
        nets=ported(classifier, known, engine) if classifier.nets.asked else None,
        circles=circles(people, known, engine) if classifier.circles > 1 else None,
    )  # fmt: skip


def _home_areas(classifier: Classifier, people: People) -> I64:
    """Areas are few, subscribers are not: each name is looked up once."""
    named = pa.array(people.reference.home_area, pa.string()).dictionary_encode()
    area = array([classifier.area(code) for code in named.dictionary.to_pylist()])
    found: I64 = array(area[named.indices.to_numpy(zero_copy_only=False)][people.old])
    return found


def read_usage(path: Path) -> pa.Table:
    """What classification asks of a usage file."""
    return read_columns(path, READ, coded=NAMES)


def classify_file(on: Stage, path: Path, name: str, file: int) -> Spilled:
    """Classify one file of the lake (by its id) and spill it under `name`; rejects go beside it as `name`.rejects."""
    return classify_usage(on, read_usage(path), name, file)


def classify_usage(on: Stage, table: pa.Table, name: str, file: int) -> Spilled:
    """The same of a file whose columns are read."""
    made = classified(on, table)
    records, first, verdict, columns = made.records, made.first, made.verdict, made.columns
    write_records(on.scratch, name, records)
    rejected = np.flatnonzero((verdict < 0) & (verdict != OUT_OF_CYCLE))
    if len(rejected):
        write_records(on.scratch, f"{name}.rejects", _rejects(file, table, verdict, rejected))
    point("rate.classified")
    elsewhere = int((verdict == OUT_OF_CYCLE).sum())
    taken = columns.event_id[verdict != OUT_OF_CYCLE] if elsewhere else columns.event_id
    return Spilled(
        name=name, first=first.tolist(), taken=table.num_rows - elsewhere, elsewhere=elsewhere,
        sums=[int(records["event_id"][a:b].sum(dtype=np.int64)) for a, b in pairwise(first)],
        taken_sum=int(taken.sum(dtype=np.int64)),
        reasons={code: int((verdict == n).sum()) for n, code in REASONS.items() if (verdict[rejected] == n).any()},
        rejected_sum=int(columns.event_id[rejected].sum(dtype=np.int64)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Classified:
    """`records` stand by part, those of part *n* from `first[n]` on; `verdict`: an item, or a reason below zero."""

    records: Records
    first: I64
    verdict: I32
    columns: Columns


def classified(on: Stage, table: pa.Table) -> Classified:
    """Usage in memory → records in memory."""
    columns, places = _columns(on, table)
    count = table.num_rows
    verdict, sub_of = np.zeros(count, np.int32), np.zeros(count, np.int32)
    counts = np.zeros(on.people.parts, np.int64)
    cycle, measure = on.classifier.compiled.cycle, on.classifier.compiled.book.item_measure
    destination = np.zeros(count, np.int32)
    scratch = batch.block()
    on.engine.identify_batch(on.ids, columns, cycle.start_ms, cycle.end_ms, verdict, sub_of, scratch)
    on.engine.destination_batch(on.classifier.tables, columns, verdict, destination)
    other_party = _other_parties(on, columns, destination, sub_of, scratch)
    on.engine.item_batch(
        on.classifier.tables, on.numbers, places, columns, destination, other_party, verdict, sub_of, counts
    )
    first = np.concatenate([[0], np.cumsum(counts)])
    records = np.empty(int(first[-1]), RECORD)
    on.engine.scatter(on.numbers, measure, columns, verdict, sub_of, first[:-1].copy(), records)
    return Classified(records, array(first), verdict, columns)


def _other_parties(on: Stage, columns: Columns, destination: I32, sub_of: I32, scratch: batch.Block) -> I32:
    """Classes of other parties by event; of no length where no rule asks for them, and nothing is looked up then."""
    asked = on.nets is not None or on.circles is not None
    found = np.zeros(len(destination) if asked else 0, np.int32)
    tables, nets, told = on.classifier.tables, on.nets, on.circles
    if told is not None:
        kind = on.kinds.get(NUMBER, -1)
        on.engine.friend_batch(told.friends, tables, columns, sub_of, destination, found, scratch)
        on.engine.tie_batch(on.ids, kind, told.units, told.groups, tables, columns, sub_of, destination, found, scratch)
    if nets is not None:
        circles = on.classifier.circles
        on.engine.net_batch(nets.nets, nets.numbers, tables, columns, destination, circles, found, scratch)
    return found


def _rejects(file: int, table: pa.Table, verdict: I32, rejected: I64) -> Records:
    """Where the rejected events stand in the lake and whom they name, for whoever looks into them."""
    made = np.empty(len(rejected), REJECT)
    made["reason"] = verdict[rejected]
    for name in ("event_id", "start_ms"):
        made[name] = table[name].to_numpy()[rejected]
    for name in TEXTS:
        made[name] = [text.encode()[:64] for text in table[name].take(pa.array(rejected)).to_pylist()]
    made["usage_file"], made["usage_row"] = file, rejected
    return made


def _columns(on: Stage, table: pa.Table) -> tuple[Columns, Places]:
    classifier = on.classifier
    identifier, other = (_text(table[name]) for name in TEXTS)
    named = {name: _dictionary(table[name]) for name in NAMES}

    def numbered(name: str, number: Callable[[str], int]) -> I64:
        indices, texts = named[name]
        found: I64 = array(np.array([number(t) for t in texts] or [0], np.int64)[indices])
        return found

    place, place_texts = named["place"]
    codes = {text: n + 1 for n, text in enumerate(t for t in place_texts if t)}
    columns = Columns(
        **{name: _numbers(table[name]) for name in NUMBERS}, counted=_numbers(table["count"]),
        identifier_first=identifier[0], identifier=identifier[1], other_first=other[0], other=other[1],
        kind=numbered("identifier_kind", lambda t: on.kinds.get(t, -1)),
        service=numbered("service", classifier.service), direction=numbered("direction", classifier.direction),
        group=numbered("rating_group", classifier.group),
        place=array(np.array([codes.get(t, 0) for t in place_texts] or [0], np.int64)[place]),
    )  # fmt: skip
    return columns, _places(classifier, list(codes))


def _places(classifier: Classifier, texts: list[str]) -> Places:
    epochs = len(classifier.compiled.epochs)
    made = Places(*(np.zeros((epochs, len(texts) + 1), np.int64) for _ in Places._fields))
    made.visited[:, 0] = -2
    for epoch in range(epochs):
        for n, text in enumerate(texts):
            found = classifier.place(epoch, text)
            made.visited[epoch, n + 1] = -1 if found is None else classifier.visited(found.zone)
            if found is not None:
                made.area[epoch, n + 1], made.domestic[epoch, n + 1] = found.area, int(found.domestic)
    return made


def _numbers(column: pa.ChunkedArray) -> I64:
    made = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return np.frombuffer(made.buffers()[1] or b"", np.int64, len(made), made.offset * 8) if len(made) else _NOTHING


def _text(column: pa.ChunkedArray) -> tuple[I32, U8]:
    made = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    _, offsets, data = made.buffers()
    first = np.frombuffer(offsets, np.int32)[made.offset : made.offset + len(made) + 1] if len(made) else _NO_TEXT
    return first, np.frombuffer(data, np.uint8) if data else _NO_BYTES


def _dictionary(column: pa.ChunkedArray) -> tuple[I32, list[str]]:
    one = column.unify_dictionaries().combine_chunks()
    one = one.chunk(0) if isinstance(one, pa.ChunkedArray) else one
    return one.indices.to_numpy(zero_copy_only=False), one.dictionary.to_pylist()


_NOTHING = np.frombuffer(b"", np.int64)
_NO_TEXT = np.frombuffer(bytes(4), np.int32)
_NO_BYTES = np.frombuffer(bytes(1), np.uint8)
