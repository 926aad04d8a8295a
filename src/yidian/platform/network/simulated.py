"""A network that is none, and says so: it opens no real line. It remembers, forgets nothing, and misbehaves if told to.

What one subscriber is told is done in the order in which it was heard; a command behind one that is not done waits for
it, accepted. It reads no clock of its own and draws from a seed that it keeps, so the same life is lived twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yidian.kernel.calendar.instants import to_ms
from yidian.platform.clock import Clock
from yidian.platform.network.commands import digest_of, misfit
from yidian.platform.network.lines import Line, UnableToDo, done
from yidian.platform.network.memory import Kept, Memory, visit
from yidian.platform.network.misbehaviour import KINDS, Misbehaviour, checked, drawn
from yidian.platform.network.patience import TEMPORARY
from yidian.platform.network.types import Answer, Command, OpenLine

AT_ONCE: Final = 1000
Acts = Mapping[str, Misbehaviour]  # by kind: what strikes at this hearing
AT_A_LOOK: Final = ("down", "mute")
AT_ANY_SEND: Final = ("down", "deaf", "late", "mute", "twice")  # the others matter only to a command that is new to it
SILENT: Final = {"down": "NETWORK_DOWN", "deaf": "NETWORK_SILENT"}


@dataclass(frozen=True, slots=True)
class SimulatedNetwork:
    """The adapter. `path`: its memory, made at first use."""

    path: Path
    clock: Clock

    def send(self, command: Command) -> Answer:
        """See types.Adapter. Refused also: whatever commands.misfit says, NETWORK_KEY_USED, lines.UnableToDo."""
        if (wrong := misfit(command)) is not None:
            return wrong
        with visit(self.path) as memory:
            kinds = AT_ANY_SEND if memory.command(command.key) else KINDS
            acts = _strikes(memory, kinds, command.key, command.verb, command.subscriber)
            for kind in SILENT:
                if kind in acts:
                    return Answer("unknown", SILENT[kind])
            if "late" in acts:
                memory.put_off(command, self._now_ms + acts["late"].ms)
                return Answer("unknown", SILENT["deaf"])
            answer = self._hear(memory, command, acts)
            if "twice" in acts:
                memory.heard(command.key)
                answer = self._hear(memory, command, {})
        return Answer("unknown", "NETWORK_ANSWER_LOST") if "mute" in acts else answer

    def look(self, key: str) -> Answer:
        """See types.Adapter."""
        with visit(self.path) as memory:
            kept = memory.command(key)
            told = (kept.command.verb, kept.command.subscriber) if kept else ("", "")
            acts = _strikes(memory, AT_A_LOOK, f"look {key}", *told)
            if "down" in acts:
                return Answer("unknown", SILENT["down"])
            memory.looked_at(key)
            self._settle(memory)
            answer = _answer(memory, key)
        return Answer("unknown", "NETWORK_ANSWER_LOST") if "mute" in acts else answer

    def open_lines(self) -> Iterator[OpenLine]:
        """See types.Adapter. Read in blocks: what is changed meanwhile may be told as it was or as it is."""
        after = ""
        while block := self.lines(after=after, limit=AT_ONCE):
            yield from (OpenLine(one.subscriber, one.number, one.bars) for one in block)
            after = block[-1].subscriber

    def lines(self, *, after: str = "", limit: int = AT_ONCE) -> list[Line]:
        """What is open behind a subscriber, whole."""
        with visit(self.path) as memory:
            self._settle(memory)
            return memory.lines(after=after, limit=limit)

    def line(self, subscriber: str) -> Line | None:
        """One line, None where it is not open."""
        with visit(self.path) as memory:
            self._settle(memory)
            return memory.line(subscriber)

    def commands(self, *, subscriber: str = "", open_only: bool = False, limit: int = AT_ONCE) -> list[Kept]:
        """What it was told, the latest first."""
        with visit(self.path) as memory:
            self._settle(memory)
            return memory.commands(subscriber=subscriber, open_only=open_only, limit=limit)

    def count_lines(self) -> int:
        """How many are open."""
        with visit(self.path) as memory:
            self._settle(memory)
            return memory.count_lines()

    def fill(self, lines: Iterable[Line]) -> None:
        """Lines that were open before Yidian came. sqlite3.IntegrityError where a number or an IMSI has two holders:
        nothing is filled then.
        """
        with visit(self.path) as memory:
            memory.put_lines(lines)

    def drop(self, subscriber: str) -> bool:
        """Somebody pulls a plug by hand: Yidian is not told. Whether there was one."""
        with visit(self.path) as memory:
            return memory.drop_line(subscriber)

    def misbehave(self, told: Misbehaviour) -> int:
        """From now on it does so; answers the number by which it is mended. BadInput (misbehaviour.checked)."""
        with visit(self.path) as memory:
            return memory.add_misbehaviour(checked(told))

    def mend(self, id: int = 0) -> int:
        """End one misbehaviour, or all (0); how many."""
        with visit(self.path) as memory:
            return memory.end_misbehaviours(id)

    def misbehaviours(self) -> list[tuple[int, Misbehaviour, int]]:
        """(number, what, how often it struck)."""
        with visit(self.path) as memory:
            return memory.misbehaviours()

    def reseed(self, seed: str) -> None:
        """What is left to chance is drawn from this seed from now on."""
        with visit(self.path) as memory:
            memory.set_seed(seed)

    def _hear(self, memory: Memory, command: Command, acts: Acts) -> Answer:
        self._settle(memory)
        kept = memory.command(command.key)
        if kept is not None and kept.digest != digest_of(command):
            return Answer("refused", "NETWORK_KEY_USED", {"key": command.key})
        if kept is None:
            refused = _refusal(acts)
            if refused is not None and refused.code in TEMPORARY:
                return refused  # not kept: the same again is weighed again
            self._take(memory, command, acts)
            if refused is not None:
                memory.settle(command.key, refused, now_ms=self._now_ms)
        self._settle(memory)
        return _answer(memory, command.key)

    def _take(self, memory: Memory, command: Command, acts: Acts) -> None:
        now_ms, slow = self._now_ms, acts.get("slow")
        memory.take(
            command, now_ms=now_ms, looks=slow.looks if slow else 0, due_ms=now_ms + (slow.ms if slow else 0),
            overtakes="overtakes" in acts,
        )  # fmt: skip

    def _settle(self, memory: Memory) -> None:
        """Do what may be done by now, of all subscribers: numbers that one gives back another may be waiting for."""
        now_ms = self._now_ms
        for late in memory.arrived(now_ms):
            if memory.command(late.key) is None:
                memory.heard(late.key)
                self._take(memory, late, {})
        while (command := memory.due(now_ms)) is not None:
            try:
                line = done(command, memory.line(command.subscriber), held_by=memory.held_by)
            except UnableToDo as error:
                memory.settle(command.key, Answer("refused", error.code, error.params), now_ms=now_ms)
                continue
            if line is None:
                memory.drop_line(command.subscriber)
            else:
                memory.put_lines([line])
            memory.settle(command.key, Answer("done"), now_ms=now_ms)

    @property
    def _now_ms(self) -> int:
        return to_ms(self.clock.now())


def _answer(memory: Memory, key: str) -> Answer:
    kept = memory.command(key)
    return Answer("unknown", "NETWORK_COMMAND_UNHEARD") if kept is None else kept.answer


def _refusal(acts: Acts) -> Answer | None:
    return Answer("refused", acts["refuses"].code) if "refuses" in acts else None


def _strikes(memory: Memory, kinds: Sequence[str], key: str, verb: str, subscriber: str) -> dict[str, Misbehaviour]:
    """Count the hearing, and draw what goes wrong at it."""
    hearing, seed = memory.heard(key), memory.seed()
    found: dict[str, Misbehaviour] = {}
    for id, told, struck in memory.misbehaviours():
        spent = told.times and struck >= told.times
        if spent or told.kind in found or told.kind not in kinds or not told.fits(verb, subscriber):
            continue
        if drawn(seed=seed, id=id, key=key, hearing=hearing, share_ppm=told.share_ppm):
            memory.struck(id)
            found[told.kind] = told
    return found
