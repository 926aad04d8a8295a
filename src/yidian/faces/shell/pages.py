"""Pages as answers: rendered in the reader's language, and the errors, which are pages too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from yidian.faces.shell import kept

if TYPE_CHECKING:
    from yidian.faces.shell.asked import Asked


def render(asked: Asked, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """A template with what every page knows: `asked`, `lang`, `theme`, the mark of a test installation."""
    from yidian.faces.shell.menu import menu

    told: dict[str, object] = {"asked": asked} | surroundings(asked.request) | dict(context)
    if not asked.is_fragment:
        told["said"] = kept.said(asked)
        if asked.method == "GET":
            told.setdefault("typed", kept.typed(asked))
        told["menu"] = menu(asked)
    answer = HttpResponse(render_to_string(template, told, request=asked.request), status=status)
    answer["Vary"] = "HX-Request, Cookie, Accept-Language"
    return answer


def surroundings(request: HttpRequest) -> dict[str, object]:
    """What the frame of a page needs even where nobody is signed in."""
    told: Any = request
    installation = settings.INSTALLATION
    return {
        "request": request, "lang": told.lang, "theme": told.theme, "face": told.face, "tenant": told.tenant,
        "now": told.now, "person": told.person, "profile": installation.profile if installation else "test",
        "lang_tag": "zh-Hans" if told.lang == "zh" else "en",
    }  # fmt: skip


def sign_in_first(asked: Asked) -> HttpResponse:
    """To the sign-in page, which knows where to go on; a fragment has the whole page go there."""
    where = reverse(f"{asked.face}:sign_in")
    target = f"{where}?{urlencode({'next': asked.request.get_full_path()})}" if asked.method == "GET" else where
    if asked.is_fragment:
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponse(status=303, headers={"Location": target})


def denied(asked: Asked, action: str) -> HttpResponse:
    """403: a right that is held nowhere, and who can grant it."""
    return problem(asked.request, status=403, code="PAGE_DENIED", action=action)


def problem(request: HttpRequest, *, status: int, code: str, **params: object) -> HttpResponse:
    """An error: a box where htmx asked, else a page. `code` names its words: CODE, CODE_WHY, CODE_NOW."""
    fragment = request.headers.get("HX-Request") == "true"
    template = "shell/_error.html" if fragment else "shell/error.html"
    context = surroundings(request) | {
        "code": code, "why": f"{code}_WHY", "what_now": f"{code}_NOW", "params": params, "status": status
    }  # fmt: skip
    answer = HttpResponse(render_to_string(template, context, request=request), status=status)
    answer["X-Yidian-Told"] = "1"
    return answer
