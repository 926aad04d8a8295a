"""Readers against garbage: whatever the bytes, a file is taken by the row law or refused by BadInput, and soon."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.usage.told import FIELDS, HEADER, calls, mapping

from yidian.domains.usage.mapping.load import read_mapping
from yidian.domains.usage.normalise.event import Normaliser
from yidian.domains.usage.readers.open import open_reader, reread
from yidian.domains.usage.readers.source_file import SourceFile
from yidian.domains.usage.types import Ignore, Reject
from yidian.kernel.faults import BadInput

BOUNDED = settings(
    max_examples=120, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
COLUMNS = "columns: [who, whom, at, seconds]"
PLAIN = {
    "delimited": mapping(),
    "delimited-gbk": mapping(reader=f"{{kind: delimited, encoding: gbk, {COLUMNS}, undecodable: record}}"),
    "delimited-bare": mapping(reader=f"{{kind: delimited, quote: none, {COLUMNS}, max_line_bytes: 64}}"),
    "fixed": mapping(reader="{kind: fixed, columns: {who: [1, 3], whom: [4, 3], at: [7, 19], seconds: [26, 3]}}"),
    "fixed-bytes": mapping(
        reader="{kind: fixed, count: bytes, encoding: gb18030, undecodable: record, columns: {who: [1, 3],"
        " whom: [4, 3],"
        " at: [7, 19], seconds: [26, 3]}}"
    ),
    "fixed-bars": mapping(reader='{kind: fixed, separator: "|", columns: [who, whom, at, seconds]}'),
    "jsonl": mapping(reader="{kind: jsonl}", fields=FIELDS.replace("from: whom", "from: [a.0.b, whom]")),
    "json": mapping(reader="{kind: json}"),
    "json-list": mapping(reader="{kind: json, records: a}"),
    "tap3": mapping(reader="{kind: tap3}"),
}  # fmt: skip
SEED = {
    "delimited": (HEADER + calls(3)).encode(),
    "json": b'{"who": "1", "whom": null, "at": "2026-10-05 08:30:00", "seconds": 5, "a": [{"b": 1.5e9}]}\n',
    "tap3": bytes.fromhex("6117630669045f3e01056f095f831f01055f2b010166015f"),
    "fixed": b"1  2  2026-10-05 08:30:00  5\n1|2|2026-10-05 08:30:00|5|\n",
}


def through(kind: str, data: bytes) -> tuple[int, int, int]:
    """Read all of it; (records, good, rejected). Anything but BadInput is a fault of the reader."""
    given_mapping = PLAIN[kind]
    good = rejected = 0
    reader = open_reader(io.BytesIO(data), given_mapping.reader, file="fuzz")
    normaliser = Normaliser(given_mapping, reader.columns)
    number = 0
    for number, record in enumerate(reader, 1):
        assert record.number == number
        try:
            if isinstance(record.values, Reject):
                raise record.values
            event = normaliser.event(record.values)
            assert event.identifier
            assert min(event.duration_s, event.bytes_up, event.pieces) >= 0
            again = reread(record.raw, reader.columns, given_mapping.reader)
            assert not isinstance(again, Reject)
            assert normaliser.event(again) == event
            good += 1
        except (Reject, Ignore):
            rejected += 1
    return number, good, rejected


def survives(kind: str, data: bytes) -> None:
    try:
        records, good, rejected = through(kind, data)
    except BadInput:
        pass  # a refusal carries at least one fault, or it could not be told
    else:
        assert records == good + rejected


@pytest.mark.parametrize("kind", sorted(PLAIN))
@BOUNDED
@given(data=st.binary(max_size=400))
def test_garbage_is_refused_or_counted(kind: str, data: bytes) -> None:
    survives(kind, data)


@pytest.mark.parametrize("kind", sorted(PLAIN))
@BOUNDED
@given(
    edits=st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=6), st.integers(0, 4)), max_size=5), data=st.data()
)
def test_a_good_file_that_was_damaged_is_refused_or_counted(kind: str, edits: list[Any], data: st.DataObject) -> None:
    seed = next((SEED[name] for name in SEED if kind.startswith(name)), b"")
    for place, new, gone in edits:
        seed = seed[:place] + new + seed[place + gone :]
    survives(kind, seed)


@pytest.mark.parametrize("kind", ["delimited-bare", "fixed-bars", "jsonl"])
@BOUNDED
@given(text=st.text(st.sampled_from('"\\{}[]:,|\n\r\t\0 19aé中\ud800'), max_size=120))
def test_lines_of_awkward_characters_are_refused_or_counted(kind: str, text: str) -> None:
    survives(kind, text.encode("utf-8", "surrogatepass"))


@BOUNDED
@given(data=st.binary(max_size=200), cut=st.integers(0, 60))
def test_gzip_of_anything_cut_anywhere_is_read_or_refused(tmp_path: Path, data: bytes, cut: int) -> None:
    packed = gzip.compress(data, mtime=0)
    path = tmp_path / "x.gz"
    path.write_bytes(packed[: len(packed) - cut])
    refused, read = False, b""
    try:
        with SourceFile(path) as source:
            read = source.stream().read()
            source.check_unchanged()
    except BadInput:
        refused = True
    assert refused == (cut > 0)
    assert refused or read == data


@BOUNDED
@given(text=st.text(st.sampled_from("abc:{}[]&*!|>-#'\"\n 1"), max_size=80))
def test_any_text_as_mapping_is_refused_in_our_words(text: str) -> None:
    with pytest.raises(BadInput):
        read_mapping(text=text, file="m.yaml")
