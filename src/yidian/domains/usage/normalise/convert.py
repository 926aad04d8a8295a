"""Texts and quantities of an event: the transforms of a field, compiled into one closure each."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from yidian.domains.usage.mapping.rows import FieldSpec
from yidian.domains.usage.mapping.schema import UNITS
from yidian.domains.usage.normalise.access import Access, Get
from yidian.domains.usage.normalise.conditions import Fits, compile_when
from yidian.domains.usage.types import Reject, Values

LONGEST_TEXT: Final = 128
LONGEST_NUMBER: Final = 40
SHOWN: Final = 64
Quantity = Callable[[Values], int]
Step = Callable[[str], str]
Found = TypeVar("Found", str, int)


def compile_text(specs: Sequence[FieldSpec], access: Access) -> Get:
    """A closure: record → text of a field, "" when absent."""
    return _choose([(compile_when(s.when, access) if s.when else None, _text(s, access)) for s in specs], specs[0], "")


def compile_quantity(specs: Sequence[FieldSpec], access: Access, limit: int) -> Quantity:
    """A closure: record → whole quantity ≥ 0 and ≤ limit, 0 when absent."""
    ways = [(compile_when(s.when, access) if s.when else None, _quantity(s, access, limit)) for s in specs]
    return _choose(ways, specs[0], 0)


def _choose(
    ways: Sequence[tuple[Fits | None, Callable[[Values], Found]]], spec: FieldSpec, absent: Found
) -> Callable[[Values], Found]:
    """The first way whose condition holds; a lone unconditional way is itself."""
    if len(ways) == 1 and ways[0][0] is None:
        return ways[0][1]

    def choose(values: Values) -> Found:
        for fits, way in ways:
            if fits is None or fits(values):
                return way(values)
        if spec.required:
            raise Reject(f"{spec.name.upper()}_MISSING")
        return absent

    return choose


def _text(spec: FieldSpec, access: Access) -> Get:
    if spec.const is not None:
        const = spec.const
        return lambda _: const
    get = access.first_filled(spec.sources)
    steps = _steps(spec)
    trim = spec.trim
    name, default, required = spec.name, spec.default or "", spec.required

    def text(values: Values) -> str:
        found = get(values)
        if trim:
            found = found.strip()
        for step in steps:
            found = step(found)
        if not found:
            if not default and required:
                raise Reject(f"{name.upper()}_MISSING")
            return default
        if not found.isprintable():
            _check_characters(found, name)
        if len(found) > LONGEST_TEXT:
            raise Reject("VALUE_TOO_LONG", field=name, length=len(found), value=found[:SHOWN])
        return found

    return text


def _steps(spec: FieldSpec) -> list[Step]:
    steps: list[Step] = []
    if spec.table:
        steps.append(_by_table(spec))
    if spec.digits_only:
        steps.append(_digits)
    if spec.strip_prefix:
        steps.append(_without_prefix(spec.strip_prefix))
    if spec.add_prefix:
        steps.append(lambda text: spec.add_prefix + text if text else text)
    return steps


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdecimal() else "".join(c for c in text if c in "0123456789")


def _by_table(spec: FieldSpec) -> Step:
    table = spec.table

    def replace(text: str) -> str:
        found = table.get(text)
        if found is None:
            if spec.refuse_unmapped and text:
                raise Reject("VALUE_NOT_MAPPED", field=spec.name, value=text[:SHOWN])
            return text
        return found

    return replace


def _without_prefix(prefixes: Sequence[str]) -> Step:
    def strip(text: str) -> str:
        for prefix in prefixes:
            if prefix and text.startswith(prefix):
                return text[len(prefix) :]
        return text

    return strip


def _check_characters(text: str, name: str) -> None:
    """Controls and lone halves of surrogate pairs can be stored nowhere; other odd blanks may stay."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise Reject("CHARACTER_FORBIDDEN", field=name, character=f"U+{ord(character):04X}")


def _quantity(spec: FieldSpec, access: Access, limit: int) -> Quantity:
    if spec.const is not None:
        number = _checked(_number(spec.const, spec), limit, spec)
        return lambda _: number
    get = access.first_filled(spec.sources)
    times, per = UNITS.get(spec.unit, (1, 1))
    plain = spec.unit != "hms" and per == 1
    times *= spec.scale
    name, default, required = spec.name, spec.default, spec.required

    def quantity(values: Values) -> int:
        text = get(values).strip() or default or ""
        if not text:
            if required:
                raise Reject(f"{name.upper()}_MISSING")
            return 0
        if plain and len(text) < 19 and text.isdecimal() and text.isascii():
            number = int(text) * times
            if number <= limit:
                return number
        return _checked(_number(text, spec), limit, spec)

    return quantity


def _checked(number: int, limit: int, spec: FieldSpec) -> int:
    if number < 0:
        raise Reject("QUANTITY_NEGATIVE", field=spec.name, value=number)
    if number > limit:
        raise Reject("QUANTITY_ABSURD", field=spec.name, value=str(number)[:SHOWN], limit=limit)
    return number


def _number(text: str, spec: FieldSpec) -> int:
    """A decimal number (or h:m:s) in the field's unit → whole seconds, bytes or pieces, by the field's rounding."""
    times, per = UNITS.get(spec.unit, (1, 1))
    if spec.unit == "hms":
        return _hms(text, spec) * spec.scale
    sign, digits, decimals = _parts(text, spec)
    top: int = sign * int(digits or "0") * times * spec.scale
    bottom: int = per * 10**decimals
    number, rest = top // bottom, top % bottom
    if not rest or spec.rounding == "down":
        return number
    if spec.rounding == "refuse":
        raise Reject("QUANTITY_NOT_WHOLE", field=spec.name, value=text[:SHOWN])
    return number + 1 if spec.rounding == "up" or 2 * rest >= bottom else number


def _parts(text: str, spec: FieldSpec) -> tuple[int, str, int]:
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    before, _, after = unsigned.partition(".")
    digits = before + after
    if not (digits.isascii() and digits.isdecimal() and before) or len(digits) > LONGEST_NUMBER:
        raise Reject("QUANTITY_NOT_A_NUMBER", field=spec.name, value=text[:SHOWN])
    return -1 if text[0] == "-" else 1, digits, len(after)


def _hms(text: str, spec: FieldSpec) -> int:
    parts = text.split(":")
    if len(parts) != 3 or not all(p.isascii() and p.isdecimal() and len(p) <= 6 for p in parts):
        raise Reject("QUANTITY_NOT_A_NUMBER", field=spec.name, value=text[:SHOWN])
    hours, minutes, seconds = map(int, parts)
    if minutes > 59 or seconds > 59:
        raise Reject("QUANTITY_NOT_A_NUMBER", field=spec.name, value=text[:SHOWN])
    return hours * 3600 + minutes * 60 + seconds
