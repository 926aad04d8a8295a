"""Small histories, thousands of them: an operator of a few subscribers lives a month or two as its seed will have it.

The seed draws the operator, which faults its files have and how often, in which order everything is done, what is done
twice, and what comes too late. At the end every law that the doctor knows is asked. `python -m tools.operator.histories
--seeds 1000` (`make faults SEEDS=1000`); one seed again: `--first 17 --seeds 1 --tell`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.operator.acts import acts_of
from tools.operator.chance import chance
from tools.operator.desk import YIDIAN, Desk
from tools.operator.files import EXAMPLES, write_files
from tools.operator.world import Odds, Size, World, world

HOME: Final = "shop"
ENDINGS: Final = (0, 3)  # a command of a history is done, or says that it is not its time; all else is a fault
MEMORY: Final = Path("/dev/shm")


def small(seed: int) -> World:
    """The operator of a history: three to eight subscribers, one or two months, about thirty events a month."""
    draw = chance(seed, "history")
    size = Size(3 + draw.randrange(6), 1 + (not draw.randrange(4)), 20 + draw.randrange(30), 6 + draw.randrange(10))
    return world(seed, size, odds=Odds.drawn(seed))


@dataclass(frozen=True, slots=True)
class Told:
    """How a history went: `broken` is empty, or says which command ended how, or which law does not hold."""

    seed: int
    acts: int
    broken: str
    milliseconds: int


class Stage:
    """One folder in which history after history is played, each from the same fresh installation."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.fresh, self.home = folder, folder / "fresh", folder / HOME
        self.tell = False

    def open(self) -> None:
        """A fresh installation with the tariff, and everything imported; nothing of the database stays open."""
        shop = ["--home", HOME]
        lines = (
            ["init", HOME, "--cycle", "2026-10", "--threads", "1"],
            [*shop, "tariff", "load", str(EXAMPLES / "tariff-cn")],
            [*shop, "import", "arrears", str(EXAMPLES / "demo" / "arrears")],
        )
        for words in lines:
            subprocess.run(
                [YIDIAN, "--quiet", *words], cwd=self.folder, check=True, stdout=subprocess.DEVNULL,
                env=os.environ | {"YIDIAN_NOW": "2026-09-30T09:00:00+08:00"},
            )  # fmt: skip
        shutil.copytree(self.home, self.fresh)
        Desk().open(self.home)

    def play(self, seed: int) -> Told:
        """One history in a process of its own."""
        shutil.rmtree(self.home)
        shutil.copytree(self.fresh, self.home)
        shutil.rmtree(self.folder / "files", ignore_errors=True)
        began = time.perf_counter()
        acts, broken = self._apart(seed)
        return Told(seed, acts, broken, round((time.perf_counter() - began) * 1000))

    def _apart(self, seed: int) -> tuple[int, str]:
        sys.stdout.flush()
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reading)
            try:
                told = self._live(seed)
            except BaseException as error:
                told = (0, f"{type(error).__name__}: {error}")
            os.write(writing, json.dumps(told).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as answer:
            told_back = answer.read()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        acts, broken = json.loads(told_back) if told_back else (0, f"the process ended with {status}")
        return int(acts), str(broken)

    def _live(self, seed: int) -> tuple[int, str]:
        one, count = small(seed), 0
        write_files(one, self.folder / "files", copies=False)
        os.chdir(self.home)
        for act in acts_of(one, self.folder / "files", chance(seed, "acts")):
            count += 1
            began = time.perf_counter()
            code, said = _typed(act.words, act.at)
            if self.tell:
                ms = round((time.perf_counter() - began) * 1000)
                print(f"{code} {ms:>5} ms  yidian {' '.join(act.words)}", file=sys.stderr)
            if code not in act.ends:
                return count, f"yidian {' '.join(act.words)} ended with {code}: {said[-2000:]}"
        return count, ""


def _typed(words: Sequence[str], at: str) -> tuple[int, str]:
    """A command line in this process: its exit code and what it said."""
    from yidian.faces.cli.main import main

    os.environ["YIDIAN_NOW"], os.environ["YIDIAN_LANG"] = at, "en"
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(list(words))
    return code, said.getvalue()


def play(seeds: Sequence[int], *, tell: bool = False) -> Iterator[Told]:
    """Histories one after the other, in memory where the machine has a file system for that."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="histories-", dir=place) as folder:
        stage = Stage(Path(folder))
        stage.tell = tell
        stage.open()
        for seed in seeds:
            yield stage.play(seed)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.operator.histories", description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--seconds", type=int, default=0, help="begin none after so long; 0: all are played")
    parser.add_argument("--tell", action="store_true", help="every command and how it ended")
    args = parser.parse_args()
    until = time.perf_counter() + args.seconds if args.seconds else float("inf")
    played = broken = acts = 0
    began = time.perf_counter()
    for told in play(range(args.first, args.first + args.seeds), tell=args.tell):
        played, acts = played + 1, acts + told.acts
        if told.broken:
            broken += 1
            print(f"seed {told.seed}: {told.broken}", flush=True)
        if time.perf_counter() > until:
            break
    print(f"{played} histories, {acts} commands, {broken} broken: {time.perf_counter() - began:.1f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
