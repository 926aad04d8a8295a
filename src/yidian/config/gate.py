"""In front of the application, before Django sees a request.

Headers in which proxies tell of others are believed of the proxies that the settings name and taken away from everybody
else (E36); a demonstration answers nobody but this machine; and whether the server is well can be asked.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.http.request import split_domain_port, validate_host

from yidian.config.web import Web

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
TOLD_BY_PROXIES: Final = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP", "HTTP_FORWARDED",
)  # fmt: skip
PLAIN: Final = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff")]  # fmt: skip


class Gate:
    """In front of the application: who asks really, and whether the server is well (`/healthz`)."""

    def __init__(self, inner: App, *, web: Web, profile: str) -> None:
        self._inner, self._web, self._profile = inner, web, profile

    def __call__(self, environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
        address = str(environ.get("REMOTE_ADDR", ""))
        told = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
        for name in TOLD_BY_PROXIES:
            environ.pop(name, None)
        if address in self._web.proxies and told:
            environ["REMOTE_ADDR"] = told.rpartition(",")[2].strip()
        if self._web.tls:
            environ["wsgi.url_scheme"] = "https"
        if self._profile == "demo" and not is_loopback(address):
            answer("403 Forbidden", PLAIN)
            return [b"a demonstration answers this machine only\n"]
        if environ.get("PATH_INFO") == "/healthz":
            return _health(answer)
        name, _ = split_domain_port(str(environ.get("HTTP_HOST", "")))
        if not validate_host(name, self._web.allowed):  # a page of elsewhere that a name was bent to us for
            answer("400 Bad Request", PLAIN)
            return [b"no such host here\n"]
        return self._inner(environ, answer)


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _health(answer: Callable[..., Any]) -> Iterable[bytes]:
    """200 while the database answers, else 503. Says nothing else to whoever asks."""
    from django.db import DatabaseError, connection, connections

    try:
        connection.ensure_connection()
        well = connection.is_usable()
    except DatabaseError:
        well = False
    finally:
        connections.close_all()
    answer("200 OK" if well else "503 Service Unavailable", PLAIN)
    return [b"ok\n" if well else b"database\n"]
