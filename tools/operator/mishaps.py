"""What happens to a command in a history: it is killed at a point or at a moment, an error stops it, it is typed twice.

After a mishap the operator does what an operator does: types the same line again.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, NoReturn

from tools.operator.acts import Act
from tools.operator.chance import weighted

KINDS: Final = (("killed", 6), ("killed_twice", 1), ("killed_at_a_moment", 2), ("stopped_by_an_error", 1), ("twice", 2))
UNTIL_IT_ENDS_S: Final = 60


@dataclass(frozen=True, slots=True)
class Passed:
    """What an act was when nothing disturbed it: the points it passed in their order, and its milliseconds."""

    points: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Mishap:
    """`place`: which hit of which point (`bill.chunk:2`), where there is one. `after_ms`: of a kill at a moment."""

    kind: str
    place: str = ""
    after_ms: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind} {self.place or round(self.after_ms, 1) or ''}".rstrip()


NOTHING: Final = Mishap("nothing")


def drawn(passed: Passed, draw: Random) -> Mishap:
    """A mishap of an act; one that passes no point is typed twice."""
    kind = weighted(KINDS, draw) if passed.points else "twice"
    if kind == "killed_at_a_moment":
        return Mishap(kind, after_ms=passed.milliseconds * draw.uniform(0.1, 0.9))
    if kind == "twice":
        return Mishap(kind)
    n = draw.randrange(len(passed.points))
    hit = Counter(passed.points[: n + 1])[passed.points[n]]
    return Mishap(kind, place=f"{passed.points[n]}:{hit}")


def befall(act: Act, mishap: Mishap) -> str:
    """Let the act have its mishap; "" where that went as it must, else what was wrong. It is still to be typed."""
    if mishap.kind == "twice":
        return expected(act, *typed(act.words, act.at), ends=act.ends)
    if mishap.kind == "stopped_by_an_error":
        code, said = _with_plan(act, f"{mishap.place}=raise")
        return "" if code == 1 and "PlantedFault" in said else f"an error at {mishap.place} ended with {code}: {said}"
    for _ in range(1 + (mishap.kind == "killed_twice")):
        ended = in_a_process_of_its_own(act, mishap)
        if ended != -signal.SIGKILL and not (mishap.kind != "killed" and ended in act.again):
            return f"{mishap} ended with {ended}"
    return ""


def expected(act: Act, code: int, said: str, *, ends: Sequence[int]) -> str:
    """ "" where an act ended as it may."""
    return "" if code in ends else f"yidian {' '.join(act.words)} ended with {code}: {said[-2000:]}"


def typed(words: Sequence[str], at: str) -> tuple[int, str]:
    """A command line in this process: its exit code and what it said."""
    from yidian.faces.cli.main import main

    os.environ["YIDIAN_NOW"], os.environ["YIDIAN_LANG"] = at, "en"
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(list(words))
    return code, said.getvalue()


def _with_plan(act: Act, plan: str) -> tuple[int, str]:
    from yidian.platform import points

    points.configure(plan)
    try:
        return typed(act.words, act.at)
    finally:
        points.configure("")


def in_a_process_of_its_own(act: Act, mishap: Mishap) -> int:
    """The code it ended with. No connection is open while the process is made."""
    let_go()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        _die(act, mishap)
    if mishap.after_ms:
        time.sleep(mishap.after_ms / 1000)
        os.kill(pid, signal.SIGKILL)  # a child that has ended is still ours to be waited for
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def let_go() -> None:
    """No connection to a database is open."""
    from django.conf import settings
    from django.db import connections

    if settings.configured:
        connections.close_all()


def _die(act: Act, mishap: Mishap) -> NoReturn:
    from yidian.platform import points

    code = 70
    try:
        gc.disable()
        signal.alarm(UNTIL_IT_ENDS_S)
        points.configure(f"{mishap.place}=kill" if mishap.place else "")
        code, _ = typed(act.words, act.at)
    finally:
        os._exit(code)
