"""In front of the application: whose word counts, and whom a demonstration answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from yidian.config.gate import Gate
from yidian.config.web import NOTHING_TOLD, Web


def seen(gate_of: Any, **environ: str) -> dict[str, Any] | str:
    """What the application is told of a request; the status where it never hears of it."""
    found: dict[str, Any] = {}
    statuses: list[str] = []

    def inner(told: dict[str, Any], _answer: Any) -> Iterable[bytes]:
        found.update(told)
        return []

    told = {
        "PATH_INFO": "/",
        "REMOTE_ADDR": "198.51.100.7",
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "localhost",
    } | environ
    list(Gate(inner, **gate_of)(told, lambda status, *_: statuses.append(status)))
    return found or statuses[0]


PLAIN: dict[str, Any] = {"web": NOTHING_TOLD, "profile": ""}
BEHIND: dict[str, Any] = {"web": Web(tls=True, proxies=("198.51.100.7",)), "profile": ""}
FORGED = {
    "HTTP_X_FORWARDED_FOR": "127.0.0.1", "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_REAL_IP": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1",
}  # fmt: skip


def test_e14_e36_nobody_says_of_himself_where_he_comes_from() -> None:
    told = seen(PLAIN, **FORGED)
    assert isinstance(told, dict)
    assert told["REMOTE_ADDR"] == "198.51.100.7"
    assert not [name for name in told if name in FORGED]
    assert told["wsgi.url_scheme"] == "http"


def test_e36_a_proxy_that_the_settings_name_says_who_came_last_and_others_do_not() -> None:
    told = seen(BEHIND, HTTP_X_FORWARDED_FOR="127.0.0.1, 203.0.113.5")
    assert isinstance(told, dict)
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("203.0.113.5", "https")
    other = seen(BEHIND, REMOTE_ADDR="198.51.100.8", HTTP_X_FORWARDED_FOR="127.0.0.1")
    assert isinstance(other, dict)
    assert other["REMOTE_ADDR"] == "198.51.100.8"


@pytest.mark.parametrize("address", ["198.51.100.7", "10.0.0.1", "::ffff:10.0.0.1", "", "nonsense"])
def test_a_demonstration_answers_this_machine_only(address: str) -> None:
    demo = {"web": NOTHING_TOLD, "profile": "demo"}
    assert seen(demo, REMOTE_ADDR=address, **FORGED) == "403 Forbidden"
    assert isinstance(seen(demo, REMOTE_ADDR="127.0.0.1"), dict)
    assert isinstance(seen(demo, REMOTE_ADDR="::1"), dict)


@pytest.mark.parametrize(
    "host", ["evil.example", "", "localhost.evil.example", "127.0.0.1@evil.example", "[::2]", "a b"]
)
def test_e31_a_name_that_was_bent_to_us_is_no_name_of_ours(host: str) -> None:
    assert seen(PLAIN, HTTP_HOST=host) == "400 Bad Request"
    for ours in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert isinstance(seen(PLAIN, HTTP_HOST=ours), dict)
