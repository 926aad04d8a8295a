"""One request to one address, and what came of it. The standard library's client: it follows no redirect, keeps no
connection, and lets the address be chosen, which is all that is wanted; nothing is added to the dependencies.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from yidian.kernel.faults import BadInput
from yidian.platform.outbox import targets

DEADLINE_S: Final = 10.0
AWAY: Final = frozenset({408, 425, 429, 502, 503, 504})  # said by, or instead of, a consumer that cannot answer now
HERE: Final = frozenset({"WEBHOOK_URL", "WEBHOOK_NOT_HTTPS", "WEBHOOK_PRIVATE", "TARGET_PRIVATE"})  # not sent at all


class Kind(Enum):
    TAKEN = "taken"  # 2xx
    REFUSED = "refused"  # it answered, and not 2xx: this event is the matter
    SILENT = "silent"  # no answer, or that it cannot answer now: the consumer is the matter


@dataclass(frozen=True, slots=True)
class Answer:
    kind: Kind
    code: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `status` 0: nothing that can be read, and `code` says why."""

    status: int
    body: bytes
    code: str


def post(
    url: str, *, body: bytes, headers: Mapping[str, str], to_private: bool, deadline_s: float = DEADLINE_S
) -> Answer:
    """Send a body; the whole exchange ends within `deadline_s` however slowly the other side drips. Never raises for
    what the other side does.
    """
    return _judged(exchange("POST", url, body=body, headers=headers, to_private=to_private, deadline_s=deadline_s))


def exchange(
    method: str, url: str, *, body: bytes | None, headers: Mapping[str, str], to_private: bool,
    deadline_s: float = DEADLINE_S, most_bytes: int = 0,
) -> Reply:  # fmt: skip
    """As `post`, with the answer's body: at most `most_bytes`; a longer one is ANSWER_TOO_LONG. 0: it is not read.

    Refused before anything is sent: the codes of HERE. Those alone say for certain that nothing was sent.
    """
    try:
        target = targets.read(url, to_private=to_private)
        address = targets.look_up(target, to_private=to_private)
    except BadInput as error:  # what was allowed when it subscribed need not be now
        return Reply(0, b"", error.faults[0].code)
    except targets.UnableToReach as error:
        return Reply(0, b"", error.code)
    connection = _Pinned(target, address, deadline_s)
    alarm = threading.Timer(deadline_s, connection.cut)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request(method, target.path, body=body, headers={"Host": target.authority, **headers})
        response = connection.getresponse()
        told = response.read(most_bytes + 1) if most_bytes else b""
    except (OSError, http.client.HTTPException) as error:
        return Reply(0, b"", "TIMED_OUT" if connection.late else _code(error))
    finally:
        alarm.cancel()
        connection.close()
    if connection.late and most_bytes:  # a body that ends where we hung up looks like a whole one
        return Reply(0, b"", "TIMED_OUT")
    return Reply(0, b"", "ANSWER_TOO_LONG") if len(told) > most_bytes else Reply(response.status, told, "")


def _judged(reply: Reply) -> Answer:
    if reply.status == 0:
        return Answer(Kind.REFUSED if reply.code in HERE else Kind.SILENT, reply.code)
    if 200 <= reply.status < 300:
        return Answer(Kind.TAKEN, f"HTTP_{reply.status}")
    return Answer(Kind.SILENT if reply.status in AWAY else Kind.REFUSED, f"HTTP_{reply.status}")


def _code(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "TIMED_OUT"
    if isinstance(error, ssl.SSLError):
        return "TLS_FAILED"
    if isinstance(error, ConnectionRefusedError):
        return "CONNECTION_REFUSED"
    return "CONNECTION_CLOSED" if isinstance(error, ConnectionError | http.client.HTTPException) else "UNREACHABLE"


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, whatever the name leads to by now; TLS asks for the name."""

    def __init__(self, target: targets.Url, address: str, timeout_s: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout_s)
        self._target, self._address = target, address
        self._line: socket.socket | None = None  # `sock` is given up while a body that ends with the line is read
        self.late = False

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self._target.port), self.timeout)
        self.sock = plain
        if self._target.secure:
            self.sock = _trust().wrap_socket(plain, server_hostname=self._target.host)
        self._line = self.sock

    def cut(self) -> None:
        """Time is over: end whatever another thread is waiting for on this connection."""
        self.late = True
        line = self._line or self.sock
        if line is not None:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
