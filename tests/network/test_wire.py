"""A gateway that answers nonsense, too much, too slowly, or not at all: never done, never refused, always unknown."""

from __future__ import annotations

import dataclasses
import json
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.network import gateway as spoils
from tests.network.conftest import SECRET
from tests.network.gateway import Gateway, says

from yidian.platform.clock import VirtualClock
from yidian.platform.network.lines import Line
from yidian.platform.network.over_http import ANSWER_BYTES, HttpNetwork
from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.network.types import Answer, Command, UnableToTell
from yidian.platform.outbox.signing import HEADER, verify

OPEN = Command("O1/1", "open", "S1", {"number": "18900000001"})


def told(**fields: Any) -> bytes:
    return json.dumps({"key": OPEN.key} | fields).encode()


UNREAD = "NETWORK_ANSWER_UNREAD"
NONSENSE: dict[str, tuple[Callable[..., None], str]] = {
    "cut before it heard": (spoils.cut_before, "CONNECTION_CLOSED"),
    "cut after the work": (spoils.cut_after, "CONNECTION_CLOSED"),
    "half an answer": (spoils.cut_within, UNREAD),
    "no answer in time": (spoils.hangs, "TIMED_OUT"),
    "an answer that never ends": (spoils.drips, "TIMED_OUT"),
    "not http": (lambda handler: handler.wfile.write(b"\0\1\2 hello\r\n\r\n"), "CONNECTION_CLOSED"),
    "garbage": (says(200, b"\xff{"), UNREAD),
    "nothing": (says(200), UNREAD),
    "no object": (says(200, b"[]"), UNREAD),
    "deep": (says(200, b"[" * 60_000), UNREAD),
    "no state": (says(200, told()), UNREAD),
    "a state of nobody": (says(200, told(state="perhaps")), UNREAD),
    "a state that is no text": (says(200, told(state=["done"])), UNREAD),
    "done, and accepted": (says(202, told(state="done")), UNREAD),
    "another's answer": (says(200, b'{"key": "O1/2", "state": "done"}'), UNREAD),
    "another's refusal": (says(422, b'{"key": "O1/2", "code": "NETWORK_NUMBER_TAKEN"}'), "HTTP_422"),
    "refused, without a code": (says(422, told()), UNREAD),
    "refused, with a sentence": (says(422, told(code="number taken, sorry")), UNREAD),
    "huge": (says(200, told(state="done") + b" " * ANSWER_BYTES), "ANSWER_TOO_LONG"),
    "moved": (says(302, told(state="done"), Location="http://169.254.169.254/"), "HTTP_302"),
    "out of order": (says(500, told(code="NETWORK_NUMBER_TAKEN")), "HTTP_500"),
    "away": (says(503, b"<html>"), "HTTP_503"),
    "too much": (says(429, b"{}"), "HTTP_429"),
    "a gateway's own refusal": (says(403, b'{"code": "FORBIDDEN"}'), "HTTP_403"),
    "in conflict with nobody knows what": (says(409, b""), "HTTP_409"),
}


@pytest.mark.parametrize("case", NONSENSE, ids=list(NONSENSE))
def test_what_is_not_understood_is_unknown_and_the_same_again_settles_it(
    http: HttpNetwork, gateway: Gateway, simulated: SimulatedNetwork, case: str
) -> None:
    spoil, code = NONSENSE[case]
    quick = dataclasses.replace(http, deadline_s=0.2 if code == "TIMED_OUT" else 5)
    gateway.spoils.append(spoil)
    assert quick.send(OPEN) == Answer("unknown", code)
    gateway.spoils.append(spoil)
    assert quick.look(OPEN.key) == Answer("unknown", code)
    assert http.send(OPEN) == Answer("done")
    assert simulated.lines() == [Line("S1", "18900000001")]


def test_what_a_network_tells_besides_is_kept_as_far_as_it_is_text(http: HttpNetwork, gateway: Gateway) -> None:
    odd = {"order": "工单7", "half": "\ud800", "zero": "\0", "number": 7, "long": "x" * 501, "list": []}
    gateway.spoils.append(says(200, told(state="done", params=odd)))
    assert http.send(OPEN) == Answer("done", "", {"order": "工单7"})
    gateway.spoils.append(says(200, told(state="refused", code="NO_PORT", params={"port": "P1"})))
    assert http.send(OPEN) == Answer("refused", "NO_PORT", {"port": "P1"})


def test_a_command_is_signed_and_has_its_key(http: HttpNetwork, gateway: Gateway, clock: VirtualClock) -> None:
    http.send(OPEN)
    http.send(OPEN)
    http.look(OPEN.key)
    (method, place, headers, body), again, look = gateway.heard
    assert (method, place, headers["idempotency-key"]) == ("POST", "/net/commands", OPEN.key)
    assert (again[3], look[1]) == (body, "/net/commands/O1%2F1")
    assert verify(header=headers[HEADER.lower()], body=body, secrets=[SECRET], now=clock.now())
    assert verify(header=look[2][HEADER.lower()], body=b"GET /commands/O1%2F1", secrets=[SECRET], now=clock.now())
    stranger = dataclasses.replace(http, secrets=("another_secret_of_somebody_else",))
    assert stranger.send(OPEN) == Answer("unknown", "HTTP_401"), "a wrong secret is no refusal of the command"


def test_nothing_is_sent_inside_where_that_is_not_allowed(
    http: HttpNetwork, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dataclasses.replace(http, to_private=False).send(OPEN).code == "WEBHOOK_NOT_HTTPS"
    outside = dataclasses.replace(http, url="https://net.example", to_private=False)
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    assert outside.send(OPEN) == Answer("unknown", "TARGET_PRIVATE")
    assert gateway.heard == []


@pytest.mark.parametrize(
    "rows",
    [
        "no list", [1], [{"subscriber": "S1", "number": "1"}], [{"subscriber": "S1", "number": 1, "bars": "none"}],
        [{"subscriber": "S1", "number": "1", "bars": "half"}], [{"subscriber": "", "number": "1", "bars": "none"}],
        [{"subscriber": name, "number": "1", "bars": "none"} for name in ("S2", "S1")],
    ],
    ids=["no list", "no row", "no bars", "no number", "odd bars", "nobody", "not ascending"],
)  # fmt: skip
def test_lines_that_are_not_understood_are_not_compared(http: HttpNetwork, gateway: Gateway, rows: Any) -> None:
    gateway.spoils.append(says(200, json.dumps({"lines": rows}).encode()))
    with pytest.raises(UnableToTell):
        list(http.open_lines())


def test_lines_that_come_again_and_again_end(http: HttpNetwork, gateway: Gateway) -> None:
    """A gateway that does not know `after` tells its first page for ever."""
    page = json.dumps({"lines": [{"subscriber": "S1", "number": "1", "bars": "none"}]}).encode()
    gateway.spoils.extend([says(200, page)] * 2)
    lines = http.open_lines()
    assert next(lines).subscriber == "S1"
    with pytest.raises(UnableToTell):
        next(lines)


def test_a_network_that_falls_silent_among_its_lines_says_so(
    http: HttpNetwork, gateway: Gateway, simulated: SimulatedNetwork, clock: VirtualClock
) -> None:
    simulated.fill(Line(f"S{n}", str(n)) for n in range(5))
    clock.push(timedelta(seconds=1))
    lines = http.open_lines()
    assert [next(lines).subscriber for _ in range(2)] == ["S0", "S1"]
    gateway.spoils.append(says(503))
    with pytest.raises(UnableToTell) as untold:
        next(lines)
    assert untold.value.params == {"why": "HTTP_503"}
