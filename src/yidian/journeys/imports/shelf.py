"""Where looks at files and what came of them are kept: a head and a row to a line, whole or not there at all.

Kept as long as uploads are (`platform.uploads`), and never with what a kind calls secret.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from yidian.platform.lake.wall import expect_serving, home_of
from yidian.platform.tenancy.models import Tenant
from yidian.platform.uploads.operations import KEPT
from yidian.platform.writing.types import Actor

FOLDER: Final = "imports"
PAGE: Final = 50
STATES: Final = ("new", "changed", "same", "possible", "taken", "refused", "unread")
Told = Mapping[str, Any]  # a fault as it is kept: column, value, code, params


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file. `state`: one of STATES; of an order its number and what its first bills come to."""

    line: int
    cells: tuple[str, ...]
    state: str
    faults: tuple[Told, ...] = ()
    order: str = ""
    total_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a look saw, or what came of a file. `counts`: rows by state; `sorts`: of customers, what by kind of thing.

    `wrong`: faults of the file itself (its columns, its form), and then it has no rows; `full`: there may be more
    faults; `gone`: stored rows that it ends; `seen` names what it would do; `match`: a delivery against card orders;
    `came_to`: what its job answered.
    """

    kind: str
    upload: str
    name: str
    at: str
    by: str
    header: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    sorts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    wrong: tuple[Told, ...] = ()
    gone: int = 0
    full: bool = False
    seen: str = ""
    match: tuple[Mapping[str, Any], ...] = ()
    came_to: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def refused(self) -> int:
        return self.counts.get("refused", 0)


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows are in each state, in the order in which they are told."""
    found = Counter(row.state for row in rows)
    return {state: found[state] for state in STATES if found[state]}


def look_name(*, kind: str, upload: str, actor: Actor) -> str:
    """Everybody has looks of their own: what one may see another may not."""
    whose = sha256(f"{actor.kind}/{actor.id}".encode()).hexdigest()[:16]
    return f"look-{kind}-{upload[:32]}-{whose}"


def result_name(*, job: int) -> str:
    return f"job-{job}"


class Shelf:
    """The shelf of a tenant in the folder of an installation's work."""

    def __init__(self, *, tenant: Tenant, work: Path) -> None:
        expect_serving(tenant)
        self._place = work / "import-results" / home_of(tenant)
        self.uploads = work / FOLDER

    def put(self, name: str, head: Head, rows: Iterable[Row]) -> None:
        """Keep it in place of what was there."""
        self._place.mkdir(parents=True, exist_ok=True)
        self._written(name, ".jsonl", (_line(row) for row in rows))
        self._written(name, ".json", [json.dumps(asdict(head), ensure_ascii=False)])

    def head(self, name: str) -> Head | None:
        try:
            told = json.loads((self._place / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        told["header"], told["wrong"] = tuple(told["header"]), tuple(told["wrong"])
        return Head(**told)

    def rows(self, name: str, *, after: int = 0, wrong: bool = False) -> Iterator[Row]:
        """Its rows after a line; `wrong`: only the refused ones. What is passed over is not read."""
        with (self._place / f"{name}.jsonl").open(encoding="utf-8") as file:
            for text in file:
                line, state, told = text.split("\t", 2)
                if int(line) > after and (not wrong or state == "refused"):
                    cells, faults, order, total = json.loads(told)
                    yield Row(int(line), tuple(cells), state, tuple(faults), order, total)

    def drop(self, name: str) -> None:
        """It is no more."""
        for ending in (".json", ".jsonl"):
            (self._place / f"{name}{ending}").unlink(missing_ok=True)

    def forget_old(self, now: datetime) -> None:
        """What is older than uploads are kept goes, as they do."""
        for path in self._place.glob("*.json"):
            head = self.head(path.stem)
            if head is not None and datetime.fromisoformat(head.at) + KEPT < now:
                self.drop(path.stem)

    def _written(self, name: str, ending: str, lines: Iterable[str]) -> None:
        beside = self._place / f".{name}{ending}.{os.getpid()}"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        os.replace(beside, self._place / f"{name}{ending}")


def _line(row: Row) -> str:
    told = json.dumps([row.cells, row.faults, row.order, row.total_minor], ensure_ascii=False, default=dict)
    return f"{row.line}\t{row.state}\t{told}"
