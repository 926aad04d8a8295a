"""The two cookies of a face: the session's token, and the one that makes a browser known (E23).

Under TLS their names begin with `__Host-`: only this host can have set them, for its whole tree, over TLS.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

DEVICE_DAYS: Final = 180


def session_name(face: str) -> str:
    return f"{_prefix()}yidian_{face}"


def device_name() -> str:
    return f"{_prefix()}yidian_device"


def token(request: HttpRequest, face: str) -> str:
    return str(request.COOKIES.get(session_name(face), ""))


def device(request: HttpRequest) -> str:
    return str(request.COOKIES.get(device_name(), ""))


def keep(answer: HttpResponse, face: str, *, token: str, device: str = "") -> None:
    """Give the browser its session, until it is closed; and its own token, once somebody is in."""
    _set(answer, session_name(face), token, None)
    if device:
        _set(answer, device_name(), device, DEVICE_DAYS * 86_400)


def forget(answer: HttpResponse, face: str) -> None:
    _set(answer, session_name(face), "", 0)


def _set(answer: HttpResponse, name: str, value: str, age_s: int | None) -> None:
    answer.set_cookie(name, value, max_age=age_s, path="/", secure=settings.TLS, httponly=True, samesite="Lax")


def _prefix() -> str:
    return "__Host-" if settings.TLS else ""
