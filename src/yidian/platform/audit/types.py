"""What an audited change is, and what the audit answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: what kind of thing, which one, its values before (None: new) and after (None: gone)."""

    kind: str
    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One audited write, as stored. `sequence` is None until it is sealed; `key` is empty for a chunk of a run."""

    sequence: int | None
    at: datetime
    actor_kind: str
    actor_id: str
    operation: str
    key: str
    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: `sequence` entries, the last one chained as `chain`. `sealed`: how many were sealed now."""

    sequence: int
    chain: str
    sealed: int = 0


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the audit is not as it was written: a code and its parameters."""

    code: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at a whole chain found. `entries` were sealed and checked, `unsealed` wait, `seals` were compared."""

    entries: int
    unsealed: int
    seals: int
    breaks: tuple[Break, ...]
