"""What is told of the tokens of systems, and how they are refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.writing.types import Actor

PARTNER: Final = "partner"  # the kind of actor that a system is
RIGHTS: Final = ("order.take", "order.read", "order.cancel", "customer.read")  # what a system may be given


class UnableToGive(Exception):
    """TOKEN_NAME, TOKEN_RIGHT, TOKEN_DAYS: what was told is no such thing. TOKEN_ELSEWHERE: the system is another
    organisation's. TOKEN_NOT_FOUND: there is none to take back. ORGANISATION_UNKNOWN."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


class UnableToBear(Exception):
    """TOKEN_UNKNOWN (of another tenant too), TOKEN_EXPIRED, TOKEN_REVOKED: said to whoever holds it."""

    def __init__(self, code: str) -> None:
        self.code, self.params = code, dict[str, str]()
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A system at the door. `organisation` "": the whole tenant."""

    name: str
    token: int
    organisation: str
    rights: frozenset[str]

    @property
    def actor(self) -> Actor:
        return Actor(PARTNER, self.name)


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A token as it may be listed: never what is needed to use it. Instants UTC ms, `seen_ms` 0: never used."""

    id: int
    name: str
    organisation: str
    rights: tuple[str, ...]
    from_ms: int
    until_ms: int
    revoked_ms: int
    seen_ms: int
    given_by: str

    def state(self, *, now_ms: int) -> str:
        """good, expired or revoked."""
        if self.revoked_ms != FOREVER_MS:
            return "revoked"
        return "good" if now_ms < self.until_ms else "expired"
