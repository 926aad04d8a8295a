"""Random verbs by random holders against a dict: no resource is ever in two hands, and history says what rows say."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.resources.store import Store

from yidian.domains.resource_inventory import operations
from yidian.domains.resource_inventory.operations import UnableToHold
from yidian.domains.resource_inventory.queries import holders, holders_told, resource
from yidian.domains.resource_inventory.types import KINDS
from yidian.kernel.calendar import to_ms
from yidian.platform.writing.frame import Frame

THINGS = {
    "number": ["13900770001", "13900770002"], "card": ["89861126100770000004", "89861126100770000012"],
    "port": ["FG-MZ88-3/1", "FG-MZ88-3/2"], "device": ["356938035600007", "356938035600015"],
}  # fmt: skip
PEOPLE = ("A", "B", "C")
SHELF = {"number": "selectable", "card": "stock", "port": "free", "device": "stock"}
RETIRED = {"number": "quarantine", "card": "void", "port": "free"}
VERBS = ("reserve", "use", "release", "hand_over", "retire", "give_back", "restore", "lose", "find_again", "tidy")


class Oracle:
    """One thing: (state, holder, until), and who had it when it was retired."""

    def __init__(self, kind: str) -> None:
        self.kind, self.state, self.holder, self.until_ms = kind, SHELF[kind], "", 0
        self.last: tuple[str, str] | None = None  # state and holder before it was retired, while nothing came after

    def set(self, state: str, holder: str = "", until_ms: int = 0) -> bool:
        self.state, self.holder, self.until_ms, self.last = state, holder, until_ms, None
        return True

    def over(self, now_ms: int) -> bool:
        return 0 < self.until_ms <= now_ms

    def does(self, verb: str, who: str, other: str, now_ms: int, until_ms: int) -> bool:
        """Whether the verb is possible; then it is done."""
        state, mine = self.state, self.holder == who
        if verb == "reserve":
            free = state == SHELF[self.kind] or (state == "reserved" and (mine or self.over(now_ms)))
            return free and self.set("reserved", who, until_ms)
        if verb == "use":
            return state == "reserved" and mine and not self.over(now_ms) and self.set("in_use", other)
        if verb == "release":
            return self.set(SHELF[self.kind]) if state == "reserved" and mine else True
        if verb == "lose":
            return self.kind == "card" and state == "in_use" and mine and self.set("lost", who)
        if verb == "find_again":
            return state == "lost" and mine and self.set("in_use", who)
        if verb == "restore":
            if self.kind == "device":
                return state == "in_use" and mine
            return self.last is not None and self.last[1] == who and self.set(*self.last)
        if verb == "retire":
            return self._retire(mine, until_ms)
        if not mine or state != "in_use":
            return False
        return self.set("in_use", other) if verb == "hand_over" else self.set(SHELF[self.kind])

    def _retire(self, mine: bool, until_ms: int) -> bool:
        before = (self.state, self.holder)
        if not mine or self.state not in ("in_use", "lost"):
            return False
        if self.kind != "device":
            self.set(RETIRED[self.kind], until_ms=until_ms if self.kind == "number" else 0)
            self.last = before
        return True

    def tidy(self, now_ms: int) -> None:
        if self.over(now_ms):
            self.set(SHELF[self.kind] if self.state == "reserved" else "in_pool")


def call(frame: Frame, verb: str, kind: str, id: str, who: str, other: str, until_ms: int) -> None:
    told: dict[str, Any] = {"frame": frame, "kind": kind, "id": id}
    more = {
        "reserve": {"holder": who, "until_ms": until_ms}, "use": {"holder": who, "subscriber": other},
        "release": {"holder": who}, "hand_over": {"subscriber": who, "to": other},
        "retire": {"subscriber": who, "quarantine_until_ms": until_ms}, "give_back": {"subscriber": who},
        "restore": {"subscriber": who},
    }  # fmt: skip
    if verb in ("lose", "find_again"):
        getattr(operations, verb)(frame=frame, card=id, subscriber=who)
    else:
        getattr(operations, verb)(**told, **more[verb])


@pytest.mark.parametrize("seed", range(3))
def test_no_resource_is_ever_in_two_hands(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    things = [(kind, id) for kind in KINDS for id in THINGS[kind]]
    known = {thing: Oracle(thing[0]) for thing in things}
    done: dict[str, int] = dict.fromkeys(VERBS, 0)

    def some(frame: Frame) -> None:
        now_ms = to_ms(frame.now)
        for _ in range(60):
            verb = chance.choice(VERBS[:-1])
            cards = [thing for thing in things if thing[0] == "card"]
            kind, id = chance.choice(cards if verb in ("lose", "find_again") else things)
            who, other = chance.choice(PEOPLE), chance.choice(PEOPLE)
            until_ms = now_ms + chance.choice((60_000, 600_000))
            possible = known[kind, id].does(verb, who, other, now_ms, until_ms)
            try:
                call(frame, verb, kind, id, who, other, until_ms)
                assert possible, (verb, kind, id, who)
                done[verb] += 1
            except UnableToHold:
                assert not possible, (verb, kind, id, who)

    for _ in range(8):
        store.within(some)
        store.later(seconds=chance.choice((30, 300)))
        if chance.random() < 0.5:
            store.tidied()
            done["tidy"] += 1
            for one in known.values():
                one.tidy(to_ms(store.now))
        for (kind, id), one in known.items():
            found = resource(tenant=store.tenant, kind=kind, id=id)
            assert found is not None
            assert (found.state, found.holder, found.until_ms) == (one.state, one.holder, one.until_ms)
        for kind in KINDS:
            assert holders(tenant=store.tenant, kind=kind) == holders_told(tenant=store.tenant, kind=kind)
    assert sum(done.values()) > 100
