"""The language of mapping files as data: every section, every option, what it may be and what it means.

The reader of mappings takes the allowed names from here; a test holds docs/howto/collect.md to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FORMAT: Final = 1
DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Option:
    """One option: what may be written, what holds when nothing is, what it does. `kinds`: readers it belongs to."""

    values: str
    meaning: str
    default: str = ""
    required: bool = False
    kinds: tuple[str, ...] = ()


KINDS: Final = ("delimited", "fixed", "jsonl", "json", "tap3")
IN_LINES: Final = ("delimited", "fixed", "jsonl")
IN_CELLS: Final = ("delimited", "fixed")
# Encodings in which a line feed is always one byte of its own.
ENCODINGS: Final = ("utf-8", "gb18030", "gbk", "gb2312", "big5", "ascii", "latin-1", "cp1251", "cp1252", "koi8-r")
UNITS: Final[Mapping[str, tuple[int, int]]] = {
    "s": (1, 1), "ms": (1, 1000), "us": (1, 1_000_000), "min": (60, 1), "hms": (1, 1),
    "B": (1, 1), "KB": (1024, 1), "MB": (1024**2, 1), "GB": (1024**3, 1),
}  # fmt: skip
ROUNDINGS: Final = ("refuse", "up", "down", "half_up")
EPOCHS: Final[Mapping[str, tuple[int, int]]] = {"epoch_s": (1000, 1), "epoch_ms": (1, 1), "epoch_us": (1, 1000)}
TEXT_FIELDS: Final = (
    "service", "direction", "identifier", "identifier_kind", "other_party", "place", "rating_group",
)  # fmt: skip
QUANTITY_FIELDS: Final = ("duration", "bytes_up", "bytes_down", "count")
FIELDS: Final = (*TEXT_FIELDS, "start", *QUANTITY_FIELDS)
ALWAYS_REQUIRED: Final = ("service", "direction", "identifier", "start")
# Reasons a mapping may give for leaving a record out; their words are in the wording of this room.
RULE_REASONS: Final = ("NOT_CHARGEABLE", "NOT_ANSWERED", "TEST_TRAFFIC", "NOT_OURS", "PARTIAL_RECORD", "SUMMARY_RECORD")

SECTIONS: Final[Mapping[str, Mapping[str, Option]]] = {
    "mapping": {
        "format": Option("1", "version of this language", required=True),
        "source": Option("a-z 0-9 - _ .", "name of the source; part of every event's identity", required=True),
        "reader": Option("section reader", "how the file is read", required=True),
        "zone": Option("IANA name", "time zone of local times in the file", required=True),
        "repeated": Option("first, second, refuse", "which of the two hours when clocks go back", "refuse"),
        "missing": Option("later, earlier, refuse", "what a time in the skipped hour means", "refuse"),
        "fields": Option("section fields", "where each column of an event comes from", required=True),
        "records": Option("list of section rule", "records to leave out; the first rule that fits decides"),
        "key": Option("columns, or whole_row", "what makes two records the same event", required=True),
        "window": Option("30d, 12h …", "same key further apart than this is another event", "30d"),
        "carry": Option("list of columns", "columns kept as received beside the event (charges only ever live here)"),
        "sequence": Option("section sequence", "running number of files, to notice a missing one"),
        "limits": Option("section limits", "largest credible quantities"),
        "max_suspense": Option("number", "more rejected records than this refuse the whole file", "100000"),
    },
    "reader": {
        "kind": Option("delimited, fixed, jsonl, json, tap3", "kind of file", required=True),
        "encoding": Option(", ".join(ENCODINGS), "characters of the file", "utf-8", kinds=(*IN_LINES, "json")),
        "undecodable": Option(
            "file, record", "what is refused when a byte does not fit the encoding", "file", kinds=IN_LINES
        ),
        "delimiter": Option("one character", "between cells", "','", kinds=("delimited",)),
        "quote": Option("one character, or none", "around cells", "'\"'", kinds=("delimited",)),
        "header": Option(
            "yes, no", "is the first line (after skip_lines) the names of columns", "yes", kinds=("delimited",)
        ),
        "columns": Option(
            "list of names; fixed without separator: name: [first, width]", "names of cells, in order", kinds=IN_CELLS
        ),
        "separator": Option("one character", "between padded cells", kinds=("fixed",)),
        "count": Option("characters, bytes", "what positions count", "characters", kinds=("fixed",)),
        "skip_lines": Option("number", "lines to pass over at the start", "0", kinds=IN_LINES),
        "max_line_bytes": Option("number", "a longer line is rejected", "1048576", kinds=IN_LINES),
        "records": Option(
            "path", "where the list of records is; without it the document is one record", kinds=("json",)
        ),
        "max_document_bytes": Option("number", "a bigger document is refused", "67108864", kinds=("json", "tap3")),
    },
    "fields": {name: Option("section field, or a list of them", "") for name in FIELDS},
    "field": {
        "const": Option("text", "the same for every record"),
        "from": Option("column or path, or a list", "where the value stands; of a list the first that is not empty"),
        "when": Option("section when", "this way only for records that fit; in a list the first that fits is used"),
        "default": Option("text", "when the value is empty"),
        "required": Option("yes, no", "an empty value rejects the record", "no"),
        "trim": Option("yes, no", "take blanks off both ends", "yes"),
        "digits_only": Option("yes, no", "keep digits only", "no"),
        "strip_prefix": Option("text or list", "take the first of these off the front that fits"),
        "add_prefix": Option("text", "put this in front of a value that is not empty"),
        "map": Option("value: replacement", "replace whole values by table"),
        "unmapped": Option("keep, refuse", "what a value outside the table does", "keep"),
        "time": Option("formats, iso, epoch_s, epoch_ms, epoch_us; or a list", "how start is written; tried in order"),
        "offset": Option("column or path", "column with the UTC offset of this record, as +0800 or +08:00"),
        "unit": Option(", ".join(UNITS), "unit of a quantity; KB is 1024 bytes", "s, B"),
        "scale": Option("number", "multiply the quantity by this", "1"),
        "round": Option(", ".join(ROUNDINGS), "when the quantity is not whole in seconds or bytes", "refuse"),
    },
    "rule": {
        "when": Option("section when", "which records", required=True),
        "take": Option("yes", "these are events: stop looking at rules"),
        "ignore": Option(", ".join(RULE_REASONS), "count under this reason, keep nothing"),
        "reject": Option(", ".join(RULE_REASONS), "put into suspense with this reason"),
    },
    "when": {},
    "test": {
        "not": Option("text or list", "is none of these"),
        "empty": Option("yes, no", "is empty, is not empty"),
        "starts_with": Option("text or list", "begins with one of these"),
    },
    "sequence": {
        "from": Option("column or path", "taken from the first record"),
        "from_name": Option("last_digits", "the last run of digits in the file's name"),
    },
    "limits": {
        "duration_s": Option("seconds", "longest credible duration", "2678400"),
        "bytes": Option("bytes", "largest credible volume in one direction", "1125899906842624"),
        "count": Option("number", "largest credible count", "1000000"),
    },
}
