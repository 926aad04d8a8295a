"""What a verb does to a subscriber's line in the simulated network: a line in, a line out, or a refusal. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from yidian.platform.network.commands import PARTICULARS
from yidian.platform.network.types import Command

HELD_ALONE: Final = {"number": "NETWORK_NUMBER_TAKEN", "imsi": "NETWORK_IMSI_TAKEN"}
Holder = Callable[[str, str], str]  # ("number", "18900000001") → the subscriber whose it is, "" nobody


class UnableToDo(Exception):
    """NETWORK_SUBSCRIBER_UNKNOWN, NETWORK_SUBSCRIBER_OPEN; NETWORK_NUMBER_TAKEN, NETWORK_IMSI_TAKEN by another line."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class Line:
    """One subscriber as the network knows it."""

    subscriber: str
    number: str
    imsi: str = ""
    bars: str = "none"
    services: frozenset[str] = frozenset()
    particulars: Mapping[str, str] = field(default_factory=dict)


def done(command: Command, line: Line | None, *, held_by: Holder) -> Line | None:
    """The subscriber's line after a command that fits (commands.misfit), None where it is open no more. UnableToDo."""
    if line is None and command.verb != "open":
        raise UnableToDo("NETWORK_SUBSCRIBER_UNKNOWN", subscriber=command.subscriber)
    if line is not None and command.verb == "open":
        raise UnableToDo("NETWORK_SUBSCRIBER_OPEN", subscriber=command.subscriber)
    for name, code in HELD_ALONE.items():
        value = command.params.get(name, "")
        if value and held_by(name, value) not in ("", command.subscriber):
            raise UnableToDo(code, value=value)
    return _DOES[command.verb](command, line or Line(command.subscriber, ""))


def _open(command: Command, line: Line) -> Line:
    told = command.params
    return replace(
        line, number=told["number"], imsi=told.get("imsi", ""), bars=told.get("ways", "none"),
        services=_words(command, "services"), particulars=_particulars(command, line),
    )  # fmt: skip


def _close(_command: Command, _line: Line) -> None:
    return None


def _modify(command: Command, line: Line) -> Line:
    services = _words(command, "services") if "services" in command.params else line.services
    services = (services | _words(command, "add")) - _words(command, "drop")
    return replace(line, services=services, particulars=_particulars(command, line))


def _bar(command: Command, line: Line) -> Line:
    return replace(line, bars=command.params["ways"])


def _unbar(_command: Command, line: Line) -> Line:
    return replace(line, bars="none")


def _swap_card(command: Command, line: Line) -> Line:
    return replace(line, imsi=command.params["imsi"], particulars=_particulars(command, line))


def _change_number(command: Command, line: Line) -> Line:
    return replace(line, number=command.params["number"])


def _particulars(command: Command, line: Line) -> dict[str, str]:
    told = {name: value for name, value in command.params.items() if name in PARTICULARS}
    return {name: value for name, value in {**line.particulars, **told}.items() if value}


def _words(command: Command, name: str) -> frozenset[str]:
    return frozenset(command.params.get(name, "").split())


_DOES: Final[Mapping[str, Callable[[Command, Line], Line | None]]] = {
    "open": _open, "close": _close, "modify": _modify, "bar": _bar, "unbar": _unbar, "swap_card": _swap_card,
    "change_number": _change_number,
}  # fmt: skip
