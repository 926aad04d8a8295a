"""Classified events on scratch: one file per usage file of the lake, its records grouped by part.

Scratch is not durable on purpose: whoever reads it checks its size and each part's sum of event ids, and what does not
agree is classified again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yidian.kernel.rating.batch import RECORD

Records = np.ndarray[Any, np.dtype[np.void]]  # of RECORD


@dataclass(frozen=True, slots=True)
class Spilled:
    """What classifying one usage file gave. Sums of event ids are modulo 2⁶⁴, signed."""

    name: str
    first: list[int]  # where each part begins (parts + 1)
    sums: list[int]  # per part
    taken: int  # events of this cycle in the file
    taken_sum: int
    elsewhere: int  # events of other cycles
    reasons: dict[str, int]
    rejected_sum: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class ScratchLost(Exception):
    """A scratch file is not what its task said it was: the classification has to be done again."""


def write_records(folder: Path, name: str, records: np.ndarray[Any, Any]) -> None:
    """Write records under a temporary name and rename."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{name}.part"
    records.tofile(temporary)
    temporary.replace(folder / name)


def intact(folder: Path, spilled: Spilled) -> bool:
    """Whether the file is there with its full length."""
    path = folder / spilled.name
    return path.is_file() and path.stat().st_size == spilled.first[-1] * RECORD.itemsize


def read_part(folder: Path, files: list[Spilled], part: int) -> Records:
    """The records of one part from all files. Raises ScratchLost where length or sum differ."""
    made = np.empty(sum(f.first[part + 1] - f.first[part] for f in files), RECORD)
    at = 0
    for file in files:
        count = file.first[part + 1] - file.first[part]
        if not count:
            continue
        try:
            with (folder / file.name).open("rb") as f:
                f.seek(file.first[part] * RECORD.itemsize)
                if f.readinto(made[at : at + count].view(np.uint8).reshape(-1).data) != count * RECORD.itemsize:
                    raise ScratchLost(file.name)
        except OSError as error:
            raise ScratchLost(file.name) from error
        if int(made["event_id"][at : at + count].sum(dtype=np.int64)) != file.sums[part]:
            raise ScratchLost(file.name)
        at += count
    return made


def people_name(digest: str) -> str:
    return f"{digest[:16]}.people"


def write_people(folder: Path, digest: str, ids: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    """Keep which subscriber each number of the records stands for."""
    write_records(folder, people_name(digest), ids)


def read_people(folder: Path, digest: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Subscriber ids by number; ScratchLost when the file is gone."""
    try:
        return np.fromfile(folder / people_name(digest), np.int64)
    except OSError as error:
        raise ScratchLost(people_name(digest)) from error
