"""A consumer of webhooks on loopback that misbehaves as it is told to: it refuses, hangs, closes, redirects, drips."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Behaviour = Callable[[socket.socket], None]


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it came over the wire."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def says(status: int, *more: str) -> Behaviour:
    """Answers with a status, as a well-behaved consumer does with 200."""
    lines = [f"HTTP/1.1 {status} Told", "Content-Length: 0", "Connection: close", *more]
    return lambda channel: channel.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())


def hangs(channel: socket.socket) -> None:
    """Takes the request and never says a word."""
    channel.settimeout(5)
    try:
        channel.recv(1)
    except OSError:
        return


def closes(channel: socket.socket) -> None:
    """Takes the request and hangs up."""
    channel.close()


def drips(channel: socket.socket) -> None:
    """Answers a byte at a time: each comes soon, the end never does."""
    try:
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200:
            channel.sendall(bytes([byte]))
            threading.Event().wait(0.05)
    except OSError:
        return


class Consumer:
    """`behaves` is asked for every request with what was heard; `heard` keeps all requests, in their order."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.behaves: Callable[[Heard], Behaviour]
        self.always(says(200))
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def always(self, behaviour: Behaviour) -> None:
        """From now on it behaves so, whatever it hears."""
        self.behaves = lambda _: behaviour

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def subjects(self) -> list[tuple[str, int]]:
        """What was heard, as (aggregate, n of its payload)."""
        return [(one.told["subject"], one.told["data"]["n"]) for one in self.heard]

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                channel, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(channel,), daemon=True).start()

    def _answer(self, channel: socket.socket) -> None:
        with channel:
            head, _, body = b"", b"", b""
            while b"\r\n\r\n" not in head:
                part = channel.recv(65536)
                if not part:
                    return
                head += part
            head, _, body = head.partition(b"\r\n\r\n")
            lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
            headers = {name.lower(): value for name, _, value in lines}
            while len(body) < int(headers["content-length"]):
                body += channel.recv(65536)
            heard = Heard(headers, body)
            self.heard.append(heard)
            self.behaves(heard)(channel)
