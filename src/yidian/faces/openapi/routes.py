"""The addresses of the interface for systems, as the installation mounts them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from yidian.faces.openapi.api import api, document
from yidian.faces.openapi.errors import Wrong, told


def addresses() -> list[URLPattern]:
    """Below /tmf-api/; what is not among them is TM Forum's Error too."""
    known: dict[str, Any] = {str(one.pattern): one for one in api.urls[0]}
    return [
        *(path(place, _in_json(one.callback), name=one.name) for place, one in known.items() if place),
        path("<path:rest>", nowhere, name="nowhere"),
        path("", nowhere, {"rest": ""}),
    ]


@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    del rest
    return told(request, 404, [Wrong("API_NOT_FOUND")])


openapi_document = require_safe(document)


def _in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A method that an address does not have is told as everything else is."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, **ids: Any) -> HttpResponse:
        found = view(request, **ids)
        if found.status_code != 405:
            return found
        allowed = ", ".join(sorted(found["Allow"].split(", ")))
        return told(request, 405, [Wrong("API_METHOD", params={"method": request.method})], {"Allow": allowed})

    return answer
