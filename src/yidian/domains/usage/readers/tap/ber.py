"""A walker over BER: tag, length, content. Every length is held against what is there; depth and size are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

DEEPEST: Final = 24
BIGGEST_TAG: Final = 1 << 21
APPLICATION: Final = 1


class UnableToWalk(Exception):
    """The bytes are no BER. `truncated`: they end before what was announced. `offset` counts from the file's start."""

    def __init__(self, reason: str, offset: int, *, truncated: bool = False) -> None:
        super().__init__(f"{reason} at {offset}")
        self.reason, self.offset, self.truncated = reason, offset, truncated


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its class and number, whether it holds others, and where its content is in the data."""

    tag_class: int
    number: int
    constructed: bool
    start: int
    end: int
    after: int


def element_at(data: bytes, offset: int, end: int, depth: int = 0) -> Element:
    """The element that begins at `offset` and must end by `end`."""
    if depth > DEEPEST:
        raise UnableToWalk("depth", offset)
    tag_class, number, constructed, place = _tag(data, offset, end)
    length, start = _length(data, place, end)
    if length is not None:
        if length > end - start:
            raise UnableToWalk("length", start, truncated=True)
        return Element(tag_class, number, constructed, start, start + length, start + length)
    if not constructed:
        raise UnableToWalk("indefinite primitive", offset)
    stop = _end_of_contents(data, start, end, depth)
    return Element(tag_class, number, constructed, start, stop, stop + 2)


def children(data: bytes, parent: Element, depth: int) -> Iterator[Element]:
    """The elements inside one that holds others."""
    offset = parent.start
    while offset < parent.end:
        child = element_at(data, offset, parent.end, depth)
        yield child
        offset = child.after


def _end_of_contents(data: bytes, offset: int, end: int, depth: int) -> int:
    """Where an element of indefinite length ends: at the two zeros that belong to it."""
    while True:
        if offset + 2 > end:
            raise UnableToWalk("end of contents", offset, truncated=True)
        if data[offset] == 0 and data[offset + 1] == 0:
            return offset
        offset = element_at(data, offset, end, depth + 1).after


def _tag(data: bytes, offset: int, end: int) -> tuple[int, int, bool, int]:
    if offset >= end:
        raise UnableToWalk("tag", offset, truncated=True)
    first = data[offset]
    number, place = first & 0x1F, offset + 1
    if number == 0x1F:
        number = 0
        while True:
            if place >= end:
                raise UnableToWalk("tag", place, truncated=True)
            octet = data[place]
            number, place = number << 7 | octet & 0x7F, place + 1
            if number > BIGGEST_TAG:
                raise UnableToWalk("tag number", offset)
            if octet < 0x80:
                break
    return first >> 6, number, bool(first & 0x20), place


def _length(data: bytes, place: int, end: int) -> tuple[int | None, int]:
    """The content's length (None: indefinite) and where the content begins."""
    if place >= end:
        raise UnableToWalk("length", place, truncated=True)
    first = data[place]
    if first < 0x80:
        return first, place + 1
    count = first & 0x7F
    if count == 0:
        return None, place + 1
    if count > 8:
        raise UnableToWalk("length of length", place)
    if place + 1 + count > end:
        raise UnableToWalk("length", place, truncated=True)
    return int.from_bytes(data[place + 1 : place + 1 + count], "big"), place + 1 + count
