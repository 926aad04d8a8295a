"""Small histories, thousands of them: an operator of a few subscribers lives a month or two, and is disturbed.

A seed draws its world (ten seeds share one: its customers, which faults its files have, in which order everything is
done), then where the life is disturbed and how: commands killed at a point or at a moment, stopped by an error, typed
twice. What is undisturbed is played once for a world and kept act by act; a history goes on from the act at which its
first mishap happens. At the end its books are those of its undisturbed twin, to the byte, and every law that the
doctor knows holds. `python -m tools.operator.histories --seeds 1000` (`make faults SEEDS=1000`); one seed again:
`--first 17 --seeds 1 --tell`.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.operator.acts import DONE, Act, acts_of
from tools.operator.chance import chance
from tools.operator.files import EXAMPLES, write_files
from tools.operator.mishaps import (
    NOTHING,
    Mishap,
    Passed,
    befall,
    drawn,
    expected,
    in_a_process_of_its_own,
    let_go,
    typed,
)
from tools.operator.world import Odds, Size, World, world

HOME: Final = "shop"
MEMORY: Final = Path("/dev/shm")
BEGINS: Final = "2026-09-30T09:00:00+08:00"
IN_A_WORLD: Final = 10  # histories
BROKEN: Final = 4  # how the doctor ends
SHOWN_BY_THE_TWIN: Final = ("ENV", "I13", "I15")
DEEP: Final = 10  # one history of so many has its usage rated and its bills made again, as every undisturbed life has
GOES_ON: Final = 10  # after its first mishap, each act has another one at one to so many


def small(seed: int) -> World:
    """The operator of a history: two to five subscribers, one month or two, a few dozen events."""
    draw = chance(seed, "history")
    size = Size(2 + draw.randrange(4), 1 + (not draw.randrange(8)), 10 + draw.randrange(20), 10 + draw.randrange(22))
    return world(seed, size, odds=Odds.drawn(seed))


@dataclass(frozen=True, slots=True)
class Told:
    """How a history went: `broken` is empty, or says which command ended how, which law is broken, which books differ.

    `mishaps`: (command, mishap) of each; none: it was the undisturbed life of the world.
    """

    seed: int
    acts: int
    broken: str
    mishaps: tuple[tuple[str, str], ...] = ()


class Stage:
    """One folder in which life after life is played: a fresh installation, and one before each act of a world."""

    def __init__(self, folder: Path, *, tell: bool = False) -> None:
        self.folder, self.fresh, self.home, self.files = folder, folder / "fresh", folder / HOME, folder / "files"
        self.tell = tell
        self.acts: list[Act] = []
        self.passed: list[Passed] = []
        self.books: dict[str, str] = {}
        self.record: Counter[str] = Counter()

    def open(self) -> None:
        """A fresh installation with the tariff; this process belongs to it from now on."""
        os.chdir(self.folder)
        shop = ("--home", HOME)
        init = Act(("init", HOME, "--cycle", "2026-10", "--threads", "1"), BEGINS)
        tariff = Act((*shop, "tariff", "load", str(EXAMPLES / "tariff-cn")), BEGINS)
        arrears = Act((*shop, "import", "arrears", str(EXAMPLES / "demo" / "arrears")), BEGINS)
        ended = in_a_process_of_its_own(init, NOTHING)  # it works in another folder first, to which it would belong
        wrong = f"init ended with {ended}" if ended else self._typed(tariff, DONE) or self._typed(arrears, DONE)
        if wrong:
            raise RuntimeError(wrong)
        let_go()
        shutil.copytree(self.home, self.fresh)

    def undisturbed(self, number: int) -> Told:
        """The life of a world without a mishap, in this process: kept act by act, its books, and whether laws hold."""
        one = small(number)
        self.acts, self.passed = [], []
        self._stand(self.fresh)
        for place in self.folder.glob("before-*"):
            shutil.rmtree(place)
        shutil.rmtree(self.files, ignore_errors=True)
        write_files(one, self.files, copies=False)
        for act in acts_of(one, self.files, chance(number, "acts")):
            self._keep(len(self.acts))
            self.acts.append(act)
            wrong = self._played(act)
            if wrong:
                return Told(number, len(self.acts), wrong)
        self.books, wrong = self._books()
        self.record = recorded()
        gc.collect()
        gc.freeze()  # the collector of a child does not touch, and so does not copy, what all have in common
        return Told(number, len(self.acts), wrong or self._law_broken(deep=True))

    def disturbed(self, seed: int) -> Told:
        """The same life with the mishaps of a seed. What is killed is a process of its own, forked off this one."""
        mishaps: list[tuple[str, str]] = []
        acts, broken = self._live(seed, mishaps)
        return Told(seed, acts, broken, tuple(mishaps))

    def _live(self, seed: int, mishaps: list[tuple[str, str]]) -> tuple[int, str]:
        draw = chance(seed, "mishaps")
        first = draw.randrange(len(self.acts))
        self._stand(self.folder / f"before-{first}")
        for number, act in enumerate(self.acts[first:], start=first):
            ends = act.ends
            if number == first or not draw.randrange(GOES_ON):
                mishap = drawn(self.passed[number], draw)
                mishaps.append((" ".join(act.words[:2]), str(mishap)))
                wrong = self._befall(act, mishap)
                if wrong:
                    return number - first, wrong
                ends = (*act.ends, *act.again)
            wrong = self._typed(act, ends)
            if wrong:
                return number - first, f"after {mishaps}: {wrong}"
        books, wrong = self._books()
        if not wrong and books != self.books:
            others = sorted(name for name in books | self.books if books.get(name) != self.books.get(name))
            wrong = f"the books are not those of the undisturbed life: {', '.join(others)}"
        if not wrong and (lost := self.record - recorded()):
            wrong = f"the audit tells less than that of the undisturbed life: {', '.join(sorted(lost))}"
        if not wrong:
            wrong = self._law_broken(deep=not draw.randrange(DEEP))
        return len(self.acts) - first, wrong and f"after {mishaps}: {wrong}"

    def _befall(self, act: Act, mishap: Mishap) -> str:
        if self.tell:
            print(f"       {mishap}:", file=sys.stderr)
        return befall(act, mishap)

    def _played(self, act: Act) -> str:
        """An act of the undisturbed life, with what it passes."""
        from yidian.platform import points

        log = self.folder / "points"
        log.write_bytes(b"")
        points.configure("", str(log))
        began = time.perf_counter()
        wrong = self._typed(act, act.ends)
        spent = (time.perf_counter() - began) * 1000
        points.configure("")
        self.passed.append(Passed(tuple(log.read_text().split()), spent))
        return wrong

    def _typed(self, act: Act, ends: Sequence[int]) -> str:
        began = time.perf_counter()
        code, said = typed(act.words, act.at)
        if self.tell:
            ms = round((time.perf_counter() - began) * 1000)
            print(f"{code} {ms:>5} ms  yidian {' '.join(act.words)}", file=sys.stderr)
        return expected(act, code, said, ends=ends)

    def _books(self) -> tuple[dict[str, str], str]:
        """SHA-256 of each file of the books as they stand after the last act, and what went wrong."""
        act = Act(("export", "books", "-o", str(self.folder / "books")), self.acts[-1].at)
        code, said = typed(act.words, act.at)
        digests = dict(re.findall(r"(?m)^(\S+) .*\b([0-9a-f]{64})\s*$", said))
        return digests, expected(act, code, said, ends=DONE)

    def _law_broken(self, *, deep: bool) -> str:
        """Which laws the doctor finds broken, each with its first violation; "" where all hold."""
        act = Act(("doctor", "--json", *(("--deep", "--units", "2") if deep else _laws())), self.acts[-1].at)
        code, said = typed(act.words, act.at)
        if code != BROKEN:
            return expected(act, code, said, ends=DONE)
        found = [one for one in json.loads(said[: said.rindex("]") + 1]) if not one["ok"]]
        return "; ".join(f"{one['law']} {one['query']}: {one['violations'][0]}" for one in found)

    def _stand(self, kept: Path) -> None:
        """Put an installation as it was kept where this process works."""
        let_go()
        os.chdir(self.folder)
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(kept, self.home)
        os.chdir(self.home)

    def _keep(self, number: int) -> None:
        let_go()
        shutil.copytree(self.home, self.folder / f"before-{number}")


def recorded() -> Counter[str]:
    """How much the audit tells: of each operation the rows of all its chunks, and the changes to each kind of thing.

    However a run was cut off and into whatever chunks it was cut, each of its rows is told: what is committed without
    the end of its write stands in the books, and in no record. (More may be told: a command typed twice.)
    """
    from django_scopes import scopes_disabled

    from yidian.platform.audit.models import AuditEntry

    told: Counter[str] = Counter()
    with scopes_disabled():
        for operation, changes in AuditEntry.objects.values_list("operation", "changes"):
            for change in json.loads(changes):
                if change["kind"] == "chunk":
                    told[operation] += change["after"]["count"]
                else:
                    told[f"{operation} {change['kind']}"] += 1
    return told


def _laws() -> tuple[str, ...]:
    """All but what the undisturbed life has shown of the same books: that they can be made again, in two ways."""
    from yidian.runs.doctor.examine import LAWS

    asked = dict.fromkeys(law for law, _, _ in LAWS if law not in SHOWN_BY_THE_TWIN)
    return tuple(word for law in asked for word in ("--law", law))


def play(seeds: Sequence[int], *, tell: bool = False, defect: Callable[[Path], None] | None = None) -> Iterator[Told]:
    """Histories one after the other, in memory where the machine has a file system for that.

    Before the histories of a world its undisturbed life is told of, with the number of the world as its seed.
    `defect` is planted into the fresh installation, and into this process.
    """
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="histories-", dir=place) as folder, contextlib.chdir(folder):
        stage = Stage(Path(folder), tell=tell)
        stage.open()
        if defect is not None:
            defect(stage.fresh)
        lived = -1
        for seed in seeds:
            number = (seed - 1) // IN_A_WORLD
            if number != lived:
                lived, told = number, stage.undisturbed(number)
                yield told
            if not told.broken:
                yield stage.disturbed(seed)
        let_go()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.operator.histories", description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--tell", action="store_true", help="every command and how it ended")
    args = parser.parse_args()
    lives = played = broken = acts = mishaps = 0
    began = time.perf_counter()
    for told in play(range(args.first, args.first + args.seeds), tell=args.tell):
        lives, played, acts = lives + (not told.mishaps), played + bool(told.mishaps), acts + told.acts
        mishaps += len(told.mishaps)
        if told.broken:
            broken += 1
            what = f"seed {told.seed}" if told.mishaps else f"world {told.seed}, undisturbed"
            print(f"{what}: {told.broken}", flush=True)
    print(
        f"{played} histories in {lives} worlds, {mishaps} mishaps, {acts} commands, {broken} broken: "
        f"{time.perf_counter() - began:.1f} s"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
