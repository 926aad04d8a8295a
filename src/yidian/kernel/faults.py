"""What is wrong with an input, as codes and parameters; the words are made where somebody reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a value in somebody's file. `line` counts from 1, as an editor shows it."""

    file: str = ""
    sheet: str = ""
    line: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: a stable reason code, where it stands, the value as received, and parameters."""

    code: str
    where: Where = Where()
    value: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


class BadInput(Exception):
    """An input is refused as a whole; nothing of it was taken. Carries every fault that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.code}({f.value!r}) at {f.where}" for f in self.faults[:5]))


def refuse(
    code: str,
    *,
    file: str = "",
    sheet: str = "",
    line: int = 0,
    column: str = "",
    value: object = "",
    **params: str | int,
) -> BadInput:
    """A refusal with a single fault, ready to raise."""
    return BadInput([Fault(code, Where(file, sheet, line, column), str(value)[:200], params)])
