"""What is told to a network, what it answers, and what it has open. In TMF640's words: a service, and its monitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

State = Literal["done", "accepted", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a network is to do for one subscriber. What each verb takes: commands.PARAMETERS.

    `key` names it for good: told twice under one key it is done once.
    """

    key: str
    verb: str
    subscriber: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """`done`; `accepted`: look again later; `refused`: nothing was done, `code` says why; `unknown`: no answer, or none
    that is understood: whether it was done nobody knows, and the same command may be sent again.
    """

    state: State
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


class OpenLine(NamedTuple):
    """A subscriber who is open in a network. `bars`: "none", "one" (may not call), "two" (nor be called)."""

    subscriber: str
    number: str
    bars: str


class Adapter(Protocol):
    """A network of one tenant. Neither call raises for what the network does."""

    def send(self, command: Command) -> Answer:
        """Tell it to do something; the same command again is no second one."""
        ...

    def look(self, key: str) -> Answer:
        """How far a command is. A key that it has never heard: unknown, NETWORK_COMMAND_UNHEARD."""
        ...

    def open_lines(self) -> Iterator[OpenLine]:
        """Everything that is open, by subscriber. UnableToTell where the network does not say."""
        ...


class UnableToTell(Exception):
    """NETWORK_LINES_UNTOLD: the network does not say what is open. `params`: why."""

    code = "NETWORK_LINES_UNTOLD"

    def __init__(self, why: str) -> None:
        self.params = {"why": why}
        super().__init__(f"{self.code}: {why}")
