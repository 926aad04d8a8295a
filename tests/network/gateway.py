"""A gateway on loopback before a simulated network, which misbehaves on the wire as it is told to."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.network.types import Answer, Command
from yidian.platform.outbox.signing import HEADER, verify

STATUS = {"done": 200, "accepted": 202, "refused": 422}
LINES_AT_ONCE = 2


class Gateway:
    """`spoils` holds what happens to the next requests, one each; empty: all goes well. `heard`: every request."""

    def __init__(self, network: SimulatedNetwork, secret: str) -> None:
        self.network, self.secret = network, secret
        self.spoils: deque[Callable[[Handler], None]] = deque()
        self.heard: list[tuple[str, str, dict[str, str], bytes]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"gateway": self}))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/net"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    gateway: Gateway

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self._serve()

    def do_GET(self) -> None:
        self.body = b""
        self._serve()

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.gateway.heard.append((self.command, self.path, headers, self.body))
        spoil = self.gateway.spoils.popleft() if self.gateway.spoils else well
        try:
            spoil(self)
        except OSError:  # whoever asked has gone
            return

    def do(self) -> tuple[int, dict[str, Any]] | None:
        """What the network behind says; None where it says nothing."""
        network = self.gateway.network
        signed = self.body or f"{self.command} {self.path.removeprefix('/net')}".encode()
        now, secrets = network.clock.now(), [self.gateway.secret]
        if not verify(header=self.headers[HEADER], body=signed, secrets=secrets, now=now):
            return 401, {"code": "SIGNATURE"}
        place = self.path.removeprefix("/net")
        if place.startswith("/lines?after="):
            after = unquote(place.partition("=")[2])
            found = [one for one in network.open_lines() if one.subscriber > after][:LINES_AT_ONCE]
            return 200, {"lines": [one._asdict() for one in found]}
        if self.command == "GET":
            key = unquote(place.removeprefix("/commands/"))
            return _said(key, network.look(key))
        told = json.loads(self.body)
        assert self.headers["Idempotency-Key"] == told["key"]
        return _said(told["key"], network.send(Command(**told)))

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _said(key: str, answer: Answer) -> tuple[int, dict[str, Any]] | None:
    if answer.code == "NETWORK_COMMAND_UNHEARD":
        return 404, {}
    if answer.state == "unknown":
        return None
    status = 409 if answer.code == "NETWORK_KEY_USED" else STATUS[answer.state]
    return status, {"key": key, "state": answer.state, "code": answer.code, "params": dict(answer.params)}


def well(handler: Handler) -> None:
    found = handler.do()
    if found is None:
        handler.cut()
    else:
        handler.say(found[0], json.dumps(found[1]).encode())


def cut_before(handler: Handler) -> None:
    handler.cut()


def cut_after(handler: Handler) -> None:
    handler.do()
    handler.cut()


def cut_within(handler: Handler) -> None:
    """Half an answer, under the length of a whole one."""
    found = handler.do()
    assert found is not None
    body = json.dumps(found[1]).encode()
    handler.say(found[0], body[: len(body) // 2], **{"Content-Length": str(len(body))})
    handler.cut()


def hangs(handler: Handler) -> None:
    handler.do()
    threading.Event().wait(1)


def drips(handler: Handler) -> None:
    """The body comes a byte at a time; its length is not told."""
    handler.do()
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b" ")
        threading.Event().wait(0.02)


def says(status: int, body: bytes = b"", **headers: str) -> Callable[[Handler], None]:
    """Does it, and answers this instead."""

    def spoil(handler: Handler) -> None:
        handler.do()
        handler.say(status, body, **headers)

    return spoil
