"""What a view is given: who asks, for whom, when, in which language, and the ways to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from yidian.faces.shell import kept
from yidian.journeys.whose import Owner, owner
from yidian.platform.access.queries import allowed, held
from yidian.platform.access.types import Decision, Held
from yidian.platform.tenancy.queries import Tenant
from yidian.platform.writing.types import Actor

if TYPE_CHECKING:
    from yidian.faces.shell.routes import Route
    from yidian.platform.sign_in.types import Person

FaultTold = tuple[str, str, Mapping[str, object]]  # field of the form ("": the whole), code, parameters
LONGEST_KEY: Final = 100


class Denied(Exception):
    """A right that the person holds nowhere."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(action)


class WithoutKey(Exception):
    """A form came without its key: it was not ours."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of the installation that result files and scratch live in."""

    lake: Path
    work: Path


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, ready to be answered. `now` is the same however often it is asked."""

    request: HttpRequest
    tenant: Tenant
    now: datetime
    lang: str
    face: str
    route: Route
    person: Person | None
    places: Places
    zone: str

    @property
    def method(self) -> str:
        return "GET" if self.request.method == "HEAD" else str(self.request.method)

    @property
    def is_fragment(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    @property
    def actor(self) -> Actor:
        """Who writes. Nobody writes unsigned."""
        if self.person is None:
            raise Denied(self.route.name)
        return self.person.actor

    @property
    def customer(self) -> str:
        """Code of the customer who is signed in."""
        if self.person is None or self.person.realm != "customer":
            raise Http404
        return self.person.subject

    @property
    def form(self) -> dict[str, str]:
        """Text fields of the form, trimmed; of one given twice the last."""
        return {name: printed(str(values[-1])) for name, values in self.request.POST.lists() if values}

    @property
    def key(self) -> str:
        """The form's key: the same form sent twice is one act. WithoutKey."""
        told = self.form.get("key", "")
        if not 8 <= len(told) <= LONGEST_KEY:
            raise WithoutKey
        return f"{self.route.name}/{told}"

    def may(self, action: str, *, organisation: str | None = None, amount_minor: int | None = None) -> Decision:
        """Whether a button is worth showing; the door asks again."""
        return allowed(
            tenant=self.tenant, actor=self.actor, action=action, organisation=organisation or None,
            amount_minor=amount_minor, now=self.now,
        )  # fmt: skip

    def holds(self, action: str) -> bool:
        """Whether the person holds a right anywhere at all: what a menu shows."""
        return action in self.actions

    @property
    def actions(self) -> frozenset[str]:
        """Every right of staff that the person holds somewhere."""
        return self.held.actions

    @property
    def held(self) -> Held:
        """Rights and roles of staff; asked of the rows once a request."""
        told: Any = self.request
        if not hasattr(told, "held"):
            staff = self.person is not None and self.person.realm == "staff"
            told.held = held(tenant=self.tenant, actor=self.actor, now=self.now) if staff else Held()
        found: Held = told.held
        return found

    def hold(self, action: str) -> None:
        """Denied unless the right is held somewhere."""
        if not self.holds(action):
            raise Denied(action)

    def reach(self, kind: str, id: str, *, action: str = "") -> Owner:
        """Whose something is; Http404 unless it is there and the person's own, or within the reach of the right."""
        found = owner(tenant=self.tenant, kind=kind, id=id)
        if found is None:
            raise Http404
        if self.face == "hall":
            if not found.customer or found.customer != self.customer:
                raise Http404
            return found
        if action and not self.reaches(action, found.organisation):
            raise Http404
        return found

    def reaches(self, action: str, organisation: str) -> bool:
        """Whether a right reaches a node ("": the whole tenant), alone or with a second person."""
        decision = self.may(action, organisation=organisation, amount_minor=0)
        return decision.allowed or decision.second

    def page(self, template: str, *, status: int = 200, fragment: str = "", **context: object) -> HttpResponse:
        """A page; for htmx only its `fragment`, where one is named."""
        from yidian.faces.shell import pages

        return pages.render(self, fragment if fragment and self.is_fragment else template, context, status=status)

    def refuse(
        self, template: str, faults: Sequence[FaultTold], *, fragment: str = "", **context: object
    ) -> HttpResponse:
        """The form again with what was typed and what is wrong: 422."""
        told = {"faults": list(faults), "typed": self.form}
        return self.page(template, status=422, fragment=fragment, **(context | told))

    def go(self, name: str, **ids: object) -> HttpResponse:
        """On to another page, by GET; what was said meanwhile is told there, not on what another tab is opening."""
        where = reverse(name, kwargs=ids)
        if kept.SAID in self.request.session:
            kept.say_there(self, where)
        return HttpResponse(status=303, headers={"Location": where})

    def say_later(self, code: str, **params: object) -> None:
        """A sentence for the page that `go` leads to, once."""
        kept.say(self, code, params)


def printed(typed: str) -> str:
    """A text of a form, trimmed; NUL, which no database takes, is U+FFFD, as HTML has it."""
    return typed.replace("\0", "\ufffd").strip()


def new_key() -> str:
    """A key for a form that is about to be shown."""
    return uuid4().hex


def asked_by(request: HttpRequest, *, face: str, route: Route) -> Asked:
    """What a request asks, from what the middleware found out."""
    from django.conf import settings

    installation = settings.INSTALLATION
    places = Places(installation.lake, installation.work) if installation else Places(Path("lake"), Path("work"))
    told: Any = request
    return Asked(
        request=request, tenant=told.tenant, now=told.now, lang=told.lang, face=face, route=route,
        person=told.person, places=places, zone=told.tenant.zone,
    )  # fmt: skip
