"""The number picker: what is wished, a page of numbers that can be reserved, the one that is chosen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from yidian.domains.resource_inventory.queries import (
    UnableToReadShape,
    level_terms,
    levels,
    numbers_to_choose,
    resource,
)
from yidian.domains.resource_inventory.types import LevelTerms, NumberChoice
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.figures import telephone
from yidian.kernel.calendar import local_date, to_ms

PAGE: Final = 18
KINDS: Final = {"fixed": "fixed"}  # line of business → kind of block; any other is mobile
WISHES: Final = ("pattern", "level", "without", "lucky", "after")
LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Tile:
    """A number to choose; `terms` of its level, None: an ordinary one. `mine`: this cart holds it already."""

    number: str
    level: str
    terms: LevelTerms | None
    mine: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(telephone(self.number))


def tiles_of(
    asked: Asked, line: str, number: str, *, holder: str, within: Collection[str] | None
) -> dict[str, Any]:  # fmt: skip
    """What the picker shows: of the wish in the address, or of the form that was refused. `number`: chosen before by
    the cart that is called `holder`; `within`: whose stock is shown, besides the operator's own (None: all)."""
    told = asked.request.POST if asked.method == "POST" else asked.request.GET
    wish = {name: told.get(name, "").strip()[:LONGEST] for name in WISHES}
    found: list[NumberChoice] = []
    wrong: tuple[str, dict[str, str]] | None = None
    try:
        found = numbers_to_choose(
            tenant=asked.tenant, now=asked.now, pattern=wish["pattern"].upper(), kind=KINDS.get(line, "mobile"),
            level=None if wish["level"] in ("", "any") else "" if wish["level"] == "plain" else wish["level"],
            within=within, without_digits=_digits(wish["without"]), lucky=_digits(wish["lucky"]),
            limit=PAGE, after=_digits(wish["after"]),
        )  # fmt: skip
    except UnableToReadShape as error:
        wrong = error.code, error.params
    on = local_date(to_ms(asked.now), asked.zone)
    terms = {one: level_terms(tenant=asked.tenant, level=one, on=on) for one in {row.level for row in found} if one}
    tiles = [Tile(row.number, row.level, terms.get(row.level)) for row in found if row.number != number]
    kept = resource(tenant=asked.tenant, kind="number", id=number) if number else None
    if kept is not None and kept.held_by(holder, now_ms=to_ms(asked.now)):
        of = level_terms(tenant=asked.tenant, level=kept.level, on=on) if kept.level else None
        tiles.insert(0, Tile(number, kept.level, of, mine=True))
    known = {one.level: one for one in levels(tenant=asked.tenant) if one.valid_from <= on}
    return {
        "tiles": tiles, "wish": wish, "wrong": wrong, "levels": list(known.values()), "chosen": number,
        "more": found[-1].number if len(found) == PAGE else "", "line": line,
    }  # fmt: skip


def _digits(typed: str) -> str:
    return "".join(sign for sign in typed if sign in "0123456789")
