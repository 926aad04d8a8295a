"""Conditions of a mapping as closures. Values are compared without the blanks at both ends."""

from __future__ import annotations

from collections.abc import Callable

from yidian.domains.usage.mapping.rows import Test, When
from yidian.domains.usage.normalise.access import Access
from yidian.domains.usage.types import Values

Fits = Callable[[Values], bool]


def compile_when(when: When, access: Access) -> Fits:
    checks = [(access.get(column), [_compile(test) for test in tests]) for column, tests in when]

    def fits(values: Values) -> bool:
        for get, tests in checks:
            text = get(values).strip()
            if not all(test(text) for test in tests):
                return False
        return True

    return fits


def _compile(test: Test) -> Callable[[str], bool]:
    name, given = test
    if name == "in":
        return lambda text: text in given
    if name == "not_in":
        return lambda text: text not in given
    if name == "empty":
        return lambda text: not text
    if name == "filled":
        return bool
    beginnings = tuple(given)
    return lambda text: text.startswith(beginnings)
