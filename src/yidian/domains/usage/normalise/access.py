"""How a named value is found in a record: by position in cells, by path in a tree."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from yidian.domains.usage.types import Reject, Values

Get = Callable[[Values], str]


class Access:
    """Finders for records of one shape: `columns` names the cells, None means a tree."""

    def __init__(self, columns: Sequence[str] | None) -> None:
        self._positions = None if columns is None else {name: i for i, name in enumerate(columns)}

    def knows(self, name: str) -> bool:
        return self._positions is None or name in self._positions

    def get(self, name: str) -> Get:
        """The text at `name`, as received; "" where there is none. Reject when it is no single value."""
        if self._positions is not None:
            position = self._positions[name]
            return lambda values: values[position]  # type: ignore[index]
        return _by_path(name)

    def first_filled(self, names: Sequence[str]) -> Get:
        """The first text that is not blank."""
        gets = [self.get(name) for name in names]
        if len(gets) == 1:
            return gets[0]

        def first(values: Values) -> str:
            for get in gets:
                text = get(values)
                if text and not text.isspace():
                    return text
            return ""

        return first

    def all_values(self, values: Values) -> list[str]:
        """The whole record, for a key: its cells, or its tree in one canonical text."""
        if self._positions is not None:
            return [str(value) for value in values]
        return [json.dumps(values, sort_keys=True, separators=(",", ":"))]


def _by_path(path: str) -> Get:
    steps = path.split(".")

    def walk(values: Values) -> str:
        place: Any = values
        for step in steps:
            if isinstance(place, dict):
                place = place.get(step)
            elif isinstance(place, list):
                place = place[int(step)] if step.isascii() and step.isdecimal() and int(step) < len(place) else None
            else:
                return ""
        return _scalar(place, path)

    return walk


def _scalar(value: Any, path: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raise Reject("VALUE_NOT_SINGLE", column=path)
