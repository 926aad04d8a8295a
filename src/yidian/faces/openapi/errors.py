"""Whatever goes wrong, in TM Forum's Error: our code, why in the reader's words, what to do, and where in the request.

An answer has as many `faults` as were found at once; `code`, `reason` and `message` are of the first.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from yidian.platform.wording import entries, remedy, text

log = logging.getLogger("yidian.api")
TOLD: Final = "X-Yidian-Told"  # the shell leaves the answer as it is
PLAIN: Final = {"ensure_ascii": False}  # Chinese as Chinese


@dataclass(frozen=True, slots=True)
class Wrong:
    """`where`: in the request, as JSON is written: productOrderItem[0].product.id, or the name of a parameter."""

    code: str
    where: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


class UnableToServe(Exception):
    """A request is refused before any journey began."""

    def __init__(self, status: int, *wrong: Wrong, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.wrong, self.headers = status, wrong, dict(headers or {})
        super().__init__(", ".join(f"{one.code} {one.where}" for one in wrong))


def told(
    request: HttpRequest, status: int, wrong: Sequence[Wrong], headers: Mapping[str, str] | None = None
) -> HttpResponse:
    lang = getattr(request, "lang", "en")
    faults = [_fault(one, lang) for one in wrong]
    first = faults[0]
    body = {
        "@type": "Error", "code": first["code"], "reason": first["reason"], "message": first["message"],
        "status": str(status), "faults": faults,
    }  # fmt: skip
    return JsonResponse(body, status=status, headers={TOLD: "1", **(headers or {})}, json_dumps_params=PLAIN)


def unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    """Insides go to the log, under a number that the answer names."""
    number = secrets.token_hex(4)
    log.error("%s %s %s", number, request.method, request.path, exc_info=error)
    return told(request, 500, [Wrong("API_UNFORESEEN", params={"number": number})])


def _fault(one: Wrong, lang: str) -> dict[str, Any]:
    params = {name: value for name, value in one.params.items() if value is not None}
    said = text(one.code, lang, **params) if one.code in entries() else one.code
    return {
        "code": one.code, "where": one.where, "reason": said, "message": remedy(one.code, lang, **params),
    }  # fmt: skip
