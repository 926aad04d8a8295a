"""A network behind a gateway of the operator's own: commands by POST, looks by GET, both signed. See wire.py.

Goes where webhooks go and as they go (outbox/targets, posting): an address that was looked up once, no redirect, the
whole exchange within a deadline, an answer of bounded size. Trying again is the caller's (patience.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from yidian.platform.clock import Clock
from yidian.platform.network import wire
from yidian.platform.network.commands import KEY, misfit
from yidian.platform.network.types import Answer, Command, OpenLine, UnableToTell
from yidian.platform.outbox import posting, signing

ANSWER_BYTES: Final = 64 * 1024
LINES_BYTES: Final = 4 * 1024 * 1024
AGENT: Final = "Yidian-Network/1"


@dataclass(frozen=True, slots=True)
class HttpNetwork:
    """The adapter. `url`: where the gateway's places begin, without a slash at its end. `secrets`: all that sign."""

    url: str
    secrets: tuple[str, ...]
    to_private: bool
    clock: Clock
    deadline_s: float = posting.DEADLINE_S

    def send(self, command: Command) -> Answer:
        """See types.Adapter. Refused without being sent: what commands.misfit refuses."""
        if (wrong := misfit(command)) is not None:
            return wrong
        headers = {"Content-Type": "application/json", "Idempotency-Key": command.key}
        reply = self._exchange("POST", "/commands", wire.body_of(command), headers, ANSWER_BYTES)
        return wire.answer_of(reply, key=command.key, looked=False)

    def look(self, key: str) -> Answer:
        """See types.Adapter."""
        if not KEY.fullmatch(key):
            return Answer("unknown", "NETWORK_COMMAND_UNHEARD")  # nothing was ever sent under it
        reply = self._exchange("GET", wire.place_of(key), None, {}, ANSWER_BYTES)
        return wire.answer_of(reply, key=key, looked=True)

    def open_lines(self) -> Iterator[OpenLine]:
        """See types.Adapter. UnableToTell also in the middle, where the network falls silent."""
        after = ""
        while True:
            reply = self._exchange("GET", wire.place_of_lines(after), None, {}, LINES_BYTES)
            lines = wire.lines_of(reply, after=after)
            if lines is None:
                raise UnableToTell(reply.code or f"HTTP_{reply.status}")
            if not lines:
                return
            yield from lines
            after = lines[-1].subscriber

    def _exchange(
        self, method: str, place: str, body: bytes | None, headers: dict[str, str], most_bytes: int
    ) -> posting.Reply:
        """What has no body is signed by its method and place, so that a signature of one look fits no other."""
        signed = f"{method} {place}".encode() if body is None else body
        signature = signing.signature(secrets=self.secrets, body=signed, at=self.clock.now())
        headers = {"User-Agent": AGENT, "Accept": "application/json", signing.HEADER: signature, **headers}
        return posting.exchange(
            method, self.url + place, body=body, headers=headers, to_private=self.to_private,
            deadline_s=self.deadline_s, most_bytes=most_bytes,
        )  # fmt: skip
