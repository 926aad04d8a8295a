"""Finds who asks: `request.person` and what is kept for them, `request.session`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yidian.faces.shell.sign_in import cookies
from yidian.platform.sign_in.own import keep_data
from yidian.platform.sign_in.queries import person_of
from yidian.platform.sign_in.types import CUSTOMER, STAFF

REALMS = {"desk": STAFF, "hall": CUSTOMER}


class Kept(dict[str, Any]):
    """What faces keep between two pages of one person, by name; of others until the answer.

    Written after the answer, and of it only what this request has changed: others answer meanwhile.
    """

    def __init__(self, found: Mapping[str, Any]) -> None:
        super().__init__(found)
        self._found = dict(found)

    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What was put, and what was taken away as it was found."""
        put = {name: told for name, told in self.items() if name not in self._found or self._found[name] != told}
        return put, {name: told for name, told in self._found.items() if name not in self}

    def leave(self) -> None:
        """Nothing is to be written: the session is over."""
        self.clear()
        self._found.clear()


class Knows:
    """After the tenant is in scope, before anything asks who it is. An old cookie of nobody's is taken away."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told: Any = request
        token = cookies.token(request, told.face)
        found = None
        if token:
            found = person_of(
                tenant=told.tenant, realm=REALMS[told.face], token=token, now=told.now,
                demo=settings.PROFILE == "demo", alone=request.headers.get("X-Yidian-Alone") == "1",
            )  # fmt: skip
        told.person = found[0] if found else None
        told.session = Kept(found[1] if found else {})
        answer = self._answer(request)
        put, gone = told.session.changes()
        if (put or gone) and told.person is not None:
            keep_data(tenant=told.tenant, session=told.person.session, put=put, gone=gone)
        return answer
