"""What a look at one law found: codes and parameters, never sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST: Final = 50  # remarks of one kind that are kept; the others are counted


@dataclass(frozen=True, slots=True)
class Remark:
    code: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Finding:
    """`query` names what was asked of `law`, `checked` counts what was looked at (files, rows, runs …).

    Violations break the law. Alarms are for people to look into and break nothing. Notes say what was looked at.
    `more`: violations that were found beyond those kept.
    """

    law: str
    query: str
    checked: int
    violations: tuple[Remark, ...]
    alarms: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    more: int

    @property
    def ok(self) -> bool:
        return not self.violations


class Look:
    """A finding in the making."""

    def __init__(self, law: str, query: str) -> None:
        self.law, self.query, self.checked, self.more = law, query, 0, 0
        self._violations: list[Remark] = []
        self._alarms: list[Remark] = []
        self._notes: list[Remark] = []

    def violation(self, code: str, /, **params: str | int) -> None:
        if len(self._violations) < MOST:
            self._violations.append(Remark(code, params))
        else:
            self.more += 1

    def alarm(self, code: str, /, **params: str | int) -> None:
        if len(self._alarms) < MOST:
            self._alarms.append(Remark(code, params))

    def note(self, code: str, /, **params: str | int) -> None:
        if len(self._notes) < MOST:
            self._notes.append(Remark(code, params))

    def finding(self) -> Finding:
        return Finding(
            self.law, self.query, self.checked, tuple(self._violations), tuple(self._alarms), tuple(self._notes),
            self.more,
        )  # fmt: skip
