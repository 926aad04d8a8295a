"""What each verb takes, as a table, and whether a command fits it: asked before anything is sent to any network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yidian.platform.audit.canonical import sha256_of
from yidian.platform.network.types import Answer, Command

BARS: Final = ("none", "one", "two")
KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@#+-]{0,199}")
LONGEST: Final = 2000
PARTICULARS: Final = frozenset({"address", "device", "iccid", "line_of_business", "port", "speed"})


@dataclass(frozen=True, slots=True)
class Takes:
    """The parameters of a verb: those that must be there and those that may."""

    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


PARAMETERS: Final[Mapping[str, Takes]] = {
    # number: what it is called by (a telephone number, a broadband account); services: codes with blanks between.
    # ways: barred from the beginning, as a line is that comes back.
    "open": Takes(
        frozenset({"number"}), frozenset({"authorisation", "donor", "imsi", "services", "ways"}) | PARTICULARS
    ),
    "close": Takes(),
    # services: these and no others; add, drop: these besides, these no more. Particulars: those told, others stay.
    "modify": Takes(may=frozenset({"services", "add", "drop"}) | PARTICULARS),
    "bar": Takes(frozenset({"ways"}), frozenset({"reason"})),  # ways: one, two; in place of what was barred before
    "unbar": Takes(may=frozenset({"reason"})),
    "swap_card": Takes(frozenset({"imsi"}), frozenset({"iccid"})),
    "change_number": Takes(frozenset({"number"})),
}
VERBS: Final = tuple(PARAMETERS)


def misfit(command: Command) -> Answer | None:
    """A refusal, where a command is none: NETWORK_KEY, NETWORK_VERB, NETWORK_SUBSCRIBER, NETWORK_PARAMETER."""
    takes = PARAMETERS.get(command.verb)
    if not KEY.fullmatch(command.key):
        return Answer("refused", "NETWORK_KEY", {"value": command.key[:64]})
    if takes is None:
        return Answer("refused", "NETWORK_VERB", {"value": command.verb[:64]})
    if not _is_text(command.subscriber):
        return Answer("refused", "NETWORK_SUBSCRIBER", {"value": command.subscriber[:64]})
    wrong = sorted(name for name in takes.must if not command.params.get(name))
    wrong += sorted(name for name in command.params if name not in takes.must | takes.may)
    wrong += sorted(name for name, value in command.params.items() if value and not _is_text(value))
    if command.params.get("ways", "two") not in BARS[1:]:
        wrong.append("ways")
    if not wrong:
        return None
    return Answer("refused", "NETWORK_PARAMETER", {"verb": command.verb, "parameter": wrong[0][:64]})


def digest_of(command: Command) -> str:
    """What a key was used for."""
    return sha256_of({"verb": command.verb, "subscriber": command.subscriber, "params": command.params})


def _is_text(value: str) -> bool:
    return 0 < len(value) <= LONGEST and value.isprintable()
