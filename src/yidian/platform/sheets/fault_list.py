"""Faults are gathered, so that somebody with ten mistakes needs one round and not ten; the list is bounded."""

from __future__ import annotations

from typing import Final

from yidian.kernel.faults import BadInput, Fault, Where

MOST: Final = 100
VALUE_SHOWN: Final = 200


class FaultList:
    """The first faults of an input, `most` of them: a hundred for who mends it at once, more for a list to work off."""

    def __init__(self, *, most: int = MOST) -> None:
        self.faults: list[Fault] = []
        self.most = most

    @property
    def full(self) -> bool:
        return len(self.faults) >= self.most

    def add(
        self, code: str, *, file: str = "", sheet: str = "", line: int = 0, column: str = "", value: object = "",
        **params: str | int,
    ) -> None:  # fmt: skip
        if not self.full:
            self.faults.append(Fault(code, Where(file, sheet, line, column), str(value)[:VALUE_SHOWN], params))

    def extend(self, faults: tuple[Fault, ...] | list[Fault]) -> None:
        self.faults.extend(faults[: self.most - len(self.faults)])

    def raise_if_any(self) -> None:
        """Raise BadInput with what was gathered, in the order of sheets as found."""
        if self.faults:
            raise BadInput(self.faults)
