"""Faults are gathered, so that somebody with ten mistakes needs one round and not ten; the list is bounded."""

from __future__ import annotations

from typing import Final

from yidian.kernel.faults import BadInput, Fault, Where

MOST: Final = 100
VALUE_SHOWN: Final = 200


class FaultList:
    """The first 100 faults of an input."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    @property
    def full(self) -> bool:
        return len(self.faults) >= MOST

    def add(
        self, code: str, *, file: str = "", sheet: str = "", line: int = 0, column: str = "", value: object = "",
        **params: str | int,
    ) -> None:  # fmt: skip
        if not self.full:
            self.faults.append(Fault(code, Where(file, sheet, line, column), str(value)[:VALUE_SHOWN], params))

    def extend(self, faults: tuple[Fault, ...] | list[Fault]) -> None:
        self.faults.extend(faults[: MOST - len(self.faults)])

    def raise_if_any(self) -> None:
        """Raise BadInput with what was gathered, in the order of sheets as found."""
        if self.faults:
            raise BadInput(self.faults)
