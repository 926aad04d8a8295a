"""How the simulated network is told to misbehave, and whether it does at a given hearing: drawn from its seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from yidian.kernel.faults import BadInput, Fault
from yidian.platform.network.commands import VERBS

WHOLE_PPM: Final = 1_000_000
KINDS: Final = (
    "slow",  # accepts first; done after so many looks and so many ms
    "refuses",  # with a code, for a moment or for good (patience.TEMPORARY)
    "deaf",  # the command never arrives
    "late",  # the command arrives so many ms later; until then nobody has heard of it
    "mute",  # the work is done, the answer is lost
    "twice",  # hears the command twice at once
    "down",  # answers nobody
    "overtakes",  # does it at once although an earlier command of the subscriber is not done
)


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """What the network does to whom. `verb`, `subscriber` "": any. `share_ppm`: of a million hearings so many.

    `times`: ends after so many; 0 goes on until it is mended.
    """

    kind: str
    verb: str = ""
    subscriber: str = ""
    share_ppm: int = WHOLE_PPM
    times: int = 0
    looks: int = 0
    ms: int = 0
    code: str = ""

    def fits(self, verb: str, subscriber: str) -> bool:
        """Whether it is meant for a command; of a look at an unheard key nothing is known ("")."""
        return self.verb in ("", verb) and self.subscriber in ("", subscriber)


def checked(told: Misbehaviour) -> Misbehaviour:
    """The same, if it can be. BadInput MISBEHAVIOUR_KIND, _VERB, _SHARE, _COUNT, _CODE, all at once."""
    faults = []
    if told.kind not in KINDS:
        faults.append(Fault("MISBEHAVIOUR_KIND", value=told.kind))
    if told.verb and told.verb not in VERBS:
        faults.append(Fault("MISBEHAVIOUR_VERB", value=told.verb))
    if not 1 <= told.share_ppm <= WHOLE_PPM:
        faults.append(Fault("MISBEHAVIOUR_SHARE", value=str(told.share_ppm)))
    needed = {"slow": told.looks + told.ms, "late": told.ms}.get(told.kind, 1)
    if min(told.times, told.looks, told.ms) < 0 or not needed:
        faults.append(Fault("MISBEHAVIOUR_COUNT", value=f"{told.times} {told.looks} {told.ms}"))
    if (told.kind == "refuses") != bool(told.code):
        faults.append(Fault("MISBEHAVIOUR_CODE", value=told.code))
    if faults:
        raise BadInput(faults)
    return told


def drawn(*, seed: str, id: int, key: str, hearing: int, share_ppm: int) -> bool:
    """Whether the misbehaviour `id` strikes at the `hearing`-th time that `key` is heard: the same for ever."""
    digest = hashlib.sha256(f"{seed}#{id}#{key}#{hearing}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % WHOLE_PPM < share_ppm
