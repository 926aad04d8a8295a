"""BER elements of a TAP file → trees by field name: groups are dicts, lists lists, leaves texts and integers."""

from __future__ import annotations

from typing import Any, Final

from yidian.domains.usage.readers.tap.ber import APPLICATION, Element, UnableToWalk, children
from yidian.domains.usage.readers.tap.tags import CHOICE, DIGITS, GROUP, LIST, NUMBER, OCTETS, TAGS, TEXT

LONGEST_LEAF: Final = 1024
WIDEST_NUMBER: Final = 9  # octets: 64 bits and a sign
DIGIT_LETTERS: Final = "0123456789abcde"


def decode(data: bytes, element: Element, depth: int) -> Any:
    """The value of one element."""
    kind = _kind(element)
    if element.constructed:
        inner = list(children(data, element, depth + 1))
        if kind == LIST:
            return [decode(data, child, depth + 1) for child in inner]
        return _group(data, inner, depth)
    if kind in (GROUP, LIST, CHOICE):
        raise UnableToWalk("primitive group", element.start)
    return _leaf(data[element.start : element.end], kind, element.start)


def name_of(element: Element) -> str:
    known = TAGS.get(element.number) if element.tag_class == APPLICATION else None
    return known[0] if known else f"tag{element.number}"


def _kind(element: Element) -> str:
    known = TAGS.get(element.number) if element.tag_class == APPLICATION else None
    if known:
        return known[1]
    return GROUP if element.constructed else OCTETS


def _group(data: bytes, inner: list[Element], depth: int) -> dict[str, Any]:
    group: dict[str, Any] = {}
    for child in inner:
        name, value = name_of(child), decode(data, child, depth + 1)
        if name not in group:
            group[name] = value
        elif _kind(child) in (GROUP, CHOICE, LIST) or (child.tag_class == APPLICATION and child.number in TAGS):
            raise UnableToWalk(f"{name} twice", child.start)
    return group


def _leaf(content: bytes, kind: str, offset: int) -> str | int:
    if len(content) > LONGEST_LEAF:
        raise UnableToWalk("long leaf", offset)
    if kind == NUMBER:
        if not 1 <= len(content) <= WIDEST_NUMBER:
            raise UnableToWalk("number", offset)
        return int.from_bytes(content, "big", signed=True)
    if kind == DIGITS:
        return _digits(content, offset)
    if kind == TEXT:
        return content.decode("latin-1").strip(" ")
    return content.hex()


def _digits(content: bytes, offset: int) -> str:
    """Two digits per octet, left half first; one f at the very end fills up."""
    text = content.hex()
    digits = text.removesuffix("f")
    if any(digit not in DIGIT_LETTERS for digit in digits):
        raise UnableToWalk("digits", offset)
    return digits
