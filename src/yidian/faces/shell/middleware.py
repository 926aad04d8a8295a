"""Around every request: whose installation, what time, which language and theme; and what every answer carries.

Order in settings: Carries, (static files), Surrounds, (session, person: platform sign-in), csrf, Told.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from yidian.faces.shell import pages
from yidian.faces.shell.asked import WithoutKey
from yidian.platform import clock
from yidian.platform.access.types import UnableToAct
from yidian.platform.tenancy.queries import serving
from yidian.platform.writing.keys import UnableToRepeat

Answer = Callable[[HttpRequest], HttpResponse]
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LANGUAGES: Final = ("zh", "en")
THEMES: Final = ("light", "dark", "auto")
log = logging.getLogger("yidian.web")


class Carries:
    """Headers of every answer (E26); answers that are somebody's are kept by nobody."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._answer(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if request.is_secure():
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if not request.path.startswith(settings.STATIC_URL):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class Surrounds:
    """The tenant in scope, the instant, the language and the theme of a request."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told: Any = request
        told.now = clock.now()
        told.face = "desk" if request.path.startswith("/desk/") else "hall"
        told.lang = language(request)
        told.theme = _one_of(request.COOKIES.get("yidian_theme"), THEMES, "light")
        told.person = None
        with serving(code=settings.TENANT) as tenant:
            told.tenant = tenant
            return self._answer(request)


class Told:
    """Whatever goes wrong is told in the reader's words, as a page or as a box; never with its insides."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._answer(request)
        if answer.status_code in (404, 405) and "X-Yidian-Told" not in answer.headers and not answer.streaming:
            told = pages.problem(request, status=answer.status_code, code=f"PAGE_{answer.status_code}")
            if "Allow" in answer.headers:
                told["Allow"] = answer["Allow"]
            return told
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):
            return pages.problem(request, status=404, code="PAGE_404")
        if isinstance(error, WithoutKey):
            return pages.problem(request, status=400, code="PAGE_400")
        if isinstance(error, PermissionDenied):
            return pages.problem(request, status=403, code="PAGE_403")
        if isinstance(error, UnableToRepeat):
            return pages.problem(request, status=409, code="PAGE_409")
        if isinstance(error, UnableToAct):
            return pages.problem(request, status=403, code="PAGE_DENIED", action=error.params.get("action", ""))
        number = secrets.token_hex(4)
        log.error("%s %s %s", number, request.method, request.path, exc_info=error)
        if settings.PROPAGATE:
            return None
        return pages.problem(request, status=500, code="PAGE_500", number=number)


def refused_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or of another session (CSRF_FAILURE_VIEW)."""
    del reason  # it is for the log of those who attack, not for those who read
    return pages.problem(request, status=403, code="PAGE_FORM")


def language(request: HttpRequest) -> str:
    """The address, else the reader's choice, else what the browser prefers, else Chinese."""
    for told in (request.GET.get("lang"), request.COOKIES.get("yidian_lang")):
        if told in LANGUAGES:
            return str(told)
    for part in request.headers.get("Accept-Language", "").split(","):
        tag = part.partition(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return "zh"


def _one_of(told: str | None, known: tuple[str, ...], otherwise: str) -> str:
    return told if told in known else otherwise
