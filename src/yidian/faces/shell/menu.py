"""The menu of a face: the entries of the table of addresses, and of the desk what the tenant has arranged (CH-41).

It shows, it permits nothing: every page asks for its right by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from yidian.faces.shell.routes import TABLES, Route
from yidian.platform.access.menu import MenuFacts, arranged
from yidian.platform.access.types import Held
from yidian.platform.wording import text

if TYPE_CHECKING:
    from yidian.faces.shell.asked import Asked

PLAIN: Final = "list-details"  # the icon of a page that belongs to no entry


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `name` of its page ("" outside), words in the reader's language, `key` after G, whether one is there.

    `facts`: what the tenant says of it, None of a standard entry left as it is.
    """

    code: str
    name: str
    href: str
    words: str
    icon: str
    key: str
    place: int
    facts: MenuFacts | None = None
    current: bool = False

    @property
    def outside(self) -> bool:
        return not self.name


def menu(asked: Asked) -> list[Line]:
    """What the person who asks sees; nothing where nobody is signed in. One query on the desk."""
    if asked.person is None:
        return []
    told = arranged(tenant=asked.tenant) if asked.face == "desk" else []
    lines = shown(asked.face, asked.held, told, asked.lang)
    at = next((line for line in lines if line.name == asked.route.name), None) or next(
        (line for line in lines if line.name and line.name == asked.route.part), None
    )
    return [replace(line, current=line is at) for line in lines]


def shown(face: str, held: Held, told: Sequence[MenuFacts], lang: str) -> list[Line]:
    """The lines for somebody who holds this, in order."""
    pages = _table(face)
    return [line for line in lines_of(face, told, lang) if _sees(line, pages.get(line.name), held)]


def lines_of(face: str, told: Sequence[MenuFacts], lang: str) -> list[Line]:
    """Every line, whoever sees it, in order: standard ones before own ones of the same place."""
    pages, said = _table(face), {one.code: one for one in told}
    standard = [_standard(face, one, said.get(one.name), lang) for one in pages.values() if one.entry]
    own = [_own(face, one, pages, lang) for one in told if one.own and (one.outside or one.target in pages)]
    return sorted([*standard, *own], key=lambda line: line.place)


def targets(face: str) -> dict[str, Route]:
    """Pages that an entry can lead to, by name: without ids, of a right, or standing in the menu already."""
    return {one.name: one for one in TABLES.get(face, ()) if "<" not in one.path and (one.reads or one.entry)}


def _table(face: str) -> dict[str, Route]:
    return targets(face) if face == "desk" else {one.name: one for one in TABLES.get(face, ())}


def _standard(face: str, route: Route, said: MenuFacts | None, lang: str) -> Line:
    entry = route.entry
    assert entry is not None
    told = said if said is not None and not said.own else None
    return Line(
        code=route.name, name=route.name, href=reverse(f"{face}:{route.name}"), words=text(entry.code, lang),
        icon=entry.icon, key=entry.key, place=told.place if told else entry.place, facts=told,
    )  # fmt: skip


def _own(face: str, told: MenuFacts, pages: Mapping[str, Route], lang: str) -> Line:
    name = "" if told.outside else told.target
    return Line(
        code=told.code, name=name, href=reverse(f"{face}:{name}") if name else told.target,
        words=told.title_zh if lang == "zh" else told.title_en, icon=_icon(pages.get(name), pages), key="",
        place=told.place, facts=told,
    )  # fmt: skip


def _icon(route: Route | None, pages: Mapping[str, Route]) -> str:
    of = route if route is None or route.entry else pages.get(route.part)
    return of.entry.icon if of is not None and of.entry else PLAIN


def _sees(line: Line, route: Route | None, held: Held) -> bool:
    """The right of its page, where it leads to one; and one of the roles, where some are named."""
    told = line.facts
    if told is not None and (told.hidden or (told.roles and not held.roles & set(told.roles))):
        return False
    return line.outside or (route is not None and _may(route, held.actions))


def _may(route: Route, actions: Collection[str]) -> bool:
    return not route.reads or route.reads in actions
