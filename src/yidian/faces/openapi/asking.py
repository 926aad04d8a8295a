"""Who asks, for which tenant, what they reach: settled before anything is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from yidian.faces.openapi import pace
from yidian.faces.openapi.errors import UnableToServe, Wrong
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.access.tokens.queries import bearer_of, within
from yidian.platform.access.tokens.types import Bearer, UnableToBear
from yidian.platform.tenancy.queries import Tenant
from yidian.platform.writing.types import Actor

MOST_BYTES: Final = 256 * 1024
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="yidian"'}


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a system. `within`: the nodes it reaches, None: the whole tenant."""

    tenant: Tenant
    now: datetime
    bearer: Bearer
    within: frozenset[str] | None
    root: str

    @property
    def actor(self) -> Actor:
        return self.bearer.actor

    @property
    def now_ms(self) -> int:
        return to_ms(self.now)

    @property
    def today(self) -> Any:
        return local_date(self.now_ms, self.tenant.zone)

    def need(self, right: str) -> None:
        """403 unless the system was given a right."""
        if right not in self.bearer.rights:
            raise UnableToServe(403, Wrong("API_NOT_ALLOWED", params={"right": right, "system": self.bearer.name}))

    def reaches(self, organisation: str) -> bool:
        return self.within is None or organisation in self.within

    def price(self, changes: Sequence[Any]) -> Mapping[str, Any]:
        """What changes come to on the next bills, as an order keeps it."""
        from yidian.runs.first_bill.quote import first_bill
        from yidian.runs.rate.inputs import Places

        installation = settings.INSTALLATION
        lake, work = (installation.lake, installation.work) if installation else (Path("lake"), Path("work"))
        places = Places(lake=lake, work=work)
        return first_bill(tenant=self.tenant, places=places, at_ms=self.now_ms, changes=changes).to_json()


class Bears(HttpBearer):
    """`Authorization: Bearer …` and nothing else: cookies of people count for nothing here."""

    openapi_description = "A token that `yidian token give` has shown once."

    def __call__(self, request: HttpRequest) -> Call:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Call:
        told: Any = request
        address = str(request.META.get("REMOTE_ADDR", ""))
        if wait := pace.STRANGERS.wait_s(address):
            raise _too_often(wait)
        try:
            if not token:
                raise UnableToServe(401, Wrong("API_TOKEN_MISSING", "Authorization"), headers=CHALLENGE)
            bearer = bearer_of(tenant=told.tenant, token=token, now=told.now)
        except UnableToBear as refusal:
            pace.STRANGERS.count(address)
            raise UnableToServe(401, Wrong(refusal.code, "Authorization"), headers=CHALLENGE) from refusal
        except UnableToServe:
            pace.STRANGERS.count(address)
            raise
        if wait := pace.SYSTEMS.count(f"{told.tenant.pk} {bearer.name}"):
            raise _too_often(wait)
        length = request.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit() and int(length[:12]) > MOST_BYTES:
            raise UnableToServe(413, Wrong("API_TOO_LARGE", params={"most": MOST_BYTES // 1024}))
        reach = within(tenant=told.tenant, bearer=bearer, now=told.now)
        return Call(told.tenant, told.now, bearer, reach, request.build_absolute_uri("/tmf-api/"))


def _too_often(wait: int) -> UnableToServe:
    return UnableToServe(429, Wrong("API_TOO_OFTEN", params={"seconds": wait}), headers={"Retry-After": str(wait)})


def call_of(request: HttpRequest) -> Call:
    """What the door has settled."""
    told: Any = request
    found: Call = told.auth
    return found
