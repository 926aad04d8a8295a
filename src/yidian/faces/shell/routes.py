"""The table of addresses is data: every route says who may come, and no view runs before that is settled.

A route names one of: a right of staff (`reads`, `writes`), `public`, `signed`, `own`. What it names of somebody's
(`whose`) is looked up first; what is not there, not yours, or beyond your reach is one and the same answer: 404.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path

from yidian.faces.shell import pages, refused
from yidian.faces.shell.asked import Asked, Denied, asked_by

READING: Final = ("GET", "HEAD")
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the face's menu: words, icon, where among the others; `key`: that one after G goes there (desk)."""

    code: str
    icon: str
    place: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a face. `whose`: ids of the path by kind (journeys.whose); `posts`: answers POST too.

    A right on a route that names nothing of anybody's must reach the whole tenant, unless the view `narrows` what it
    shows to where the right reaches (access.queries.within) and asks for each thing it changes (`asked.reach`).
    `entry`: it stands in the menu of those who may read it. `part` of which menu entry a page is: that one's name.
    """

    path: str
    name: str
    view: View
    reads: str = ""
    writes: str = ""
    public: bool = False
    signed: bool = False
    own: bool = False
    posts: bool = False
    whose: Mapping[str, str] = field(default_factory=dict)
    narrows: bool = False
    entry: Entry | None = None
    part: str = ""

    def methods(self) -> tuple[str, ...]:
        """What it answers; everything else is 405."""
        told = self.public or self.signed or self.own
        reading = READING if told or self.reads else ()
        return (*reading, *(("POST",) if (told and self.posts) or self.writes else ()))

    def right(self, method: str) -> str:
        """The right of staff that a method takes; "": none."""
        return self.writes if method == "POST" else self.reads


TABLES: Final[dict[str, list[Route]]] = {}  # every route of every face, as built


class RouteWithoutRule(Exception):
    """A route that says not who may come, or says it twice."""


def build(face: str, routes: Sequence[Route]) -> list[URLPattern]:
    """Django's patterns of a face, each behind its rule. RouteWithoutRule."""
    for route in routes:
        rules = [route.public, route.signed, route.own, bool(route.reads or route.writes)]
        if sum(rules) != 1 or (route.own and face == "desk") or (face == "hall" and (route.reads or route.writes)):
            raise RouteWithoutRule(f"{face}:{route.name}")
    TABLES[face] = list(routes)
    return [path(route.path, _behind(face, route), name=route.name) for route in routes]


def _behind(face: str, route: Route) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest, **ids: Any) -> HttpResponse:
        asked = asked_by(request, face=face, route=route)
        if request.method not in route.methods():
            return HttpResponseNotAllowed(route.methods())
        if not route.public and asked.person is None:
            return pages.sign_in_first(asked)
        try:
            _settle(asked, route, ids)
            return route.view(asked, **ids)
        except Denied as denied:
            return pages.denied(asked, denied.action)
        except Http404:
            if asked.method == "POST" and asked.person is not None and asked.person.realm == "staff":
                refused.note(asked)
            raise

    answer.route = route  # type: ignore[attr-defined]  # tests walk the table by it
    return answer


def _settle(asked: Asked, route: Route, ids: Mapping[str, Any]) -> None:
    """The right is held at all (else Denied), and reaches what the path names (else Http404)."""
    action = route.right(asked.method)
    if action:
        asked.hold(action)
        if not route.whose and not route.narrows and not asked.reaches(action, ""):
            raise Denied(action)
    for name, kind in route.whose.items():
        asked.reach(kind, str(ids[name]), action=action)
