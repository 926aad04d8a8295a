"""Values that cross the border of the usage room: what a record is, what became of it, what an event looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

LAKE_KIND: Final = "usage"
DIRECTIONS: Final = ("out", "in", "forward")
# Columns whose few values repeat: kept dictionary-encoded in the lake.
DICTIONARY_COLUMNS: Final = ("service", "direction", "identifier_kind", "place", "rating_group")

# Values of a record as a reader hands them on: cells by position, or a tree by name.
Values = Sequence[str] | Mapping[str, Any]


class Reject(Exception):
    """One record cannot become an event: a reason code and its parameters. Kept in suspense, never in the lake."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Ignore(Exception):
    """The mapping says this record is not wanted: counted under its reason, not kept."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Record:
    """One record of a source file. `number` counts records from 1, `line` is where it stands (0: not in lines).

    `raw` is its text as received, enough to read it again when `whole`; a cut or unreadable one is not.
    """

    number: int
    line: int
    values: Values | Reject
    raw: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class TakenFile:
    """What became of one file. records = good + sum(rejected) + duplicates; `outcome` is a code.

    COLLECTED: its events are in the lake. ALREADY_COLLECTED: the same content was taken before, nothing was added.
    """

    name: str
    outcome: str
    source: str = ""
    file_id: int = 0
    sha256: str = ""
    records: int = 0
    good: int = 0
    duplicates: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refed:
    """What became of open suspense records that were run again. records = good + duplicates + ignored + still_open."""

    records: int
    good: int
    duplicates: int
    ignored: int
    still_open: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file that was taken, and its row law. `collected_at` is aware UTC."""

    id: int
    source: str
    name: str
    sha256: str
    records: int
    good: int
    rejected: int
    ignored: int
    duplicates: int
    reasons: Mapping[str, int]
    sequence: str
    warnings: tuple[str, ...]
    collected_at: datetime


@dataclass(frozen=True, slots=True)
class SuspenseGroup:
    """Open records of one source and reason; `oldest` is when the first of them came."""

    source: str
    code: str
    records: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class SuspenseFacts:
    """A record in suspense. `line` is 0 where a file has no lines."""

    id: int
    source: str
    file: str
    record_no: int
    line: int
    code: str
    params: Mapping[str, str | int]
    raw: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LawBreak:
    """A law that does not hold, as a code with parameters."""

    law: str
    code: str
    params: Mapping[str, str | int]


def event_schema() -> pa.Schema:
    """The columns of a usage event in the lake, in this order and with these types."""
    import pyarrow as pa

    coded = pa.dictionary(pa.int32(), pa.string())
    whole = pa.int64()
    return pa.schema(
        [
            ("event_id", whole),
            ("event_check", whole),
            ("start_ms", whole),
            ("service", coded),
            ("direction", coded),
            ("identifier_kind", coded),
            ("place", coded),
            ("rating_group", coded),
            ("identifier", pa.string()),
            ("other_party", pa.string()),
            ("duration_s", whole),
            ("bytes_up", whole),
            ("bytes_down", whole),
            ("count", whole),
            ("file_id", whole),
            ("record_no", whole),
            ("carried", pa.string()),
        ]
    )
