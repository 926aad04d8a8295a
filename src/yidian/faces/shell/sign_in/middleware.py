"""Finds who asks: `request.person` and what is kept for them, `request.session`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yidian.faces.shell.sign_in import cookies
from yidian.platform.sign_in.own import keep_data
from yidian.platform.sign_in.queries import person_of
from yidian.platform.sign_in.types import CUSTOMER, STAFF

REALMS = {"desk": STAFF, "hall": CUSTOMER}


class Kept(dict[str, Any]):
    """What faces keep between two pages of one person; of others until the answer. Written where it was changed."""

    changed = False

    def __setitem__(self, name: str, value: Any) -> None:
        self.changed = True
        super().__setitem__(name, value)

    def pop(self, name: str, *otherwise: Any) -> Any:
        self.changed = self.changed or name in self
        return super().pop(name, *otherwise)


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
        if told.session.changed and told.person is not None:
            keep_data(tenant=told.tenant, session=told.person.session, data=dict(told.session))
        return answer
