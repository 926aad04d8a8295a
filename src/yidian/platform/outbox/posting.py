"""One POST to one address, and what came of it. The standard library's client: it follows no redirect, keeps no
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


class Kind(Enum):
    TAKEN = "taken"  # 2xx
    REFUSED = "refused"  # it answered, and not 2xx: this event is the matter
    SILENT = "silent"  # no answer, or that it cannot answer now: the consumer is the matter


@dataclass(frozen=True, slots=True)
class Answer:
    kind: Kind
    code: str


def post(
    url: str, *, body: bytes, headers: Mapping[str, str], to_private: bool, deadline_s: float = DEADLINE_S
) -> Answer:
    """Send a body; the whole exchange ends within `deadline_s` however slowly the other side drips. Never raises for
    what the other side does.
    """
    try:
        target = targets.read(url, to_private=to_private)
        address = targets.look_up(target, to_private=to_private)
    except BadInput as error:  # what was allowed when it subscribed need not be now
        return Answer(Kind.REFUSED, error.faults[0].code)
    except targets.UnableToReach as error:
        kind = Kind.REFUSED if error.code == "TARGET_PRIVATE" else Kind.SILENT
        return Answer(kind, error.code)
    connection = _Pinned(target, address, deadline_s)
    alarm = threading.Timer(deadline_s, connection.cut)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("POST", target.path, body=body, headers={"Host": target.authority, **headers})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return Answer(Kind.SILENT, "TIMED_OUT" if connection.late else _code(error))
    finally:
        alarm.cancel()
        connection.close()
    return _judged(status)


def _judged(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(Kind.TAKEN, f"HTTP_{status}")
    return Answer(Kind.SILENT if status in AWAY else Kind.REFUSED, f"HTTP_{status}")


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
        self.late = False

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self._target.port), self.timeout)
        self.sock = plain
        if self._target.secure:
            self.sock = _trust().wrap_socket(plain, server_hostname=self._target.host)

    def cut(self) -> None:
        """Time is over: end whatever another thread is waiting for on this connection."""
        self.late = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
