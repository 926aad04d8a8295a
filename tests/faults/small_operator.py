"""A small operator built through the real command line, and its installation as it stood before each command."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests import forks, installations
from tests.conftest import REPOSITORY
from tests.faults import files_of_the_operator as files

from yidian.platform.files import sha256

YIDIAN: Final = Path(sys.executable).with_name("yidian")
CYCLE: Final = files.CYCLE
HOME, CANONICAL = "installation", "canonical"
STEPS: Final[dict[str, list[str]]] = {
    "init": ["init", HOME, "--cycle", CYCLE, "--threads", "1"],
    "tariff": ["tariff", "load", "files/tariff"],
    "customers": ["import", "customers", "files/customers.csv"],
    "calls": ["collect", "--mapping", "files/calls.yaml", *(f"files/calls-{n}.csv" for n in ("1", "2", "1-again"))],
    "sessions": ["collect", "--mapping", "files/sessions.yaml", "files/sessions-1.jsonl", "files/sessions-2.jsonl"],
    "rate": ["rate", CYCLE],
    "bill": ["bill", CYCLE],
    "close": ["close", CYCLE],
    "canonical": ["export", "canonical", CYCLE, "-o", CANONICAL],
}
ENVIRONMENT: Final = {"YIDIAN_EVENTS_PER_PART": "400", "YIDIAN_LANG": "en", "OPENBLAS_NUM_THREADS": "1"}

PATHS: Final = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))


@dataclass(frozen=True)
class Ended:
    """How a command ended; a negative code is the signal it died of."""

    code: int
    out: str
    err: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("YIDIAN_") or name == "YIDIAN_CACHE"
    }
    return kept | ENVIRONMENT | more


def yidian(folder: Path, *argv: str, really: bool = False, **more: str) -> Ended:
    """The command, as an operator types it in a folder with the installation and the files.

    `really`: the installed command in a process that is started as the operator's would be, not forked.
    """
    home = {"YIDIAN_HOME": str(folder / HOME)} if argv[0] != "init" else {}
    done = (forks.run_really if really else forks.run)(
        [YIDIAN, *installations.typed(argv, cwd=folder)], cwd=folder, env=environment(**home, **more)
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@dataclass
class Running:
    """A command under way in a process group of its own."""

    process: forks.Process | subprocess.Popen[str]
    out: Path
    err: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def until_stopped(self, seconds: float = 60) -> None:
        """Return when the process has halted at its point; an error if it ends or goes on instead."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            try:
                state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
            except FileNotFoundError:
                break
            if state == "T":
                return
            time.sleep(0.005)
        raise AssertionError(f"did not stop: {self.wait()}")

    def wait(self, seconds: float = 120) -> Ended:
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
            raise AssertionError(f"still at work after {seconds} s: {self.err.read_text()}") from None
        return Ended(code, self.out.read_text(errors="replace"), self.err.read_text(errors="replace"))

    def waiting(self, seconds: float) -> bool:
        """Whether it is still under way after so long."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False


class Kept:
    """A place where commands run with faults planned for them: see planned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.under_way: list[Running] = []
        folder.mkdir(parents=True)

    def start(
        self,
        *argv: str,
        plan: str = "",
        log: Path | None = None,
        stop_at: str = "",
        largest_file: int = 0,
        cwd: Path | None = None,
        **more: str,
    ) -> Running:
        self.count += 1
        out, err = (self.folder / f"{self.count}.{end}" for end in ("out", "err"))
        told = {
            "plan": f"{stop_at}=delay" if stop_at else plan, "stop": bool(stop_at), "log": str(log) if log else None,
            "largest_file": largest_file,
        }  # fmt: skip
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = forks.start(
                [sys.executable, "-m", "tests.faults.planned", json.dumps(told), *argv],
                cwd=cwd or self.folder, stdout=stdout, stderr=stderr, start_new_session=True,
                env=environment(YIDIAN_HOME=str(self.folder / HOME), PYTHONPATH=PATHS, **more),
            )  # fmt: skip
        running = Running(process, out, err)
        self.under_way.append(running)
        return running

    def run(self, *argv: str, **how: Any) -> Ended:
        return self.start(*argv, **how).wait()

    def step(self, name: str, **how: Any) -> Ended:
        return self.run(*STEPS[name], **how)

    def clear(self) -> None:
        """A test that failed may have left a process standing at its point."""
        while self.under_way:
            running = self.under_way.pop()
            running.kill()
            running.process.wait(10)


@dataclass(frozen=True)
class Operator:
    """`folder`/before-STEP is the installation as it stood before a step; `hits` what each step passed."""

    folder: Path
    canonical: str  # SHA-256 of the canonical export
    rows: dict[str, int]
    hits: dict[str, dict[str, int]] = field(default_factory=dict)

    def stand(self, desk: Kept, *, before: str, threads: int = 1) -> None:
        """Put the installation as it was before a step in the place where the kept process works."""
        home = desk.folder / HOME
        desk.clear()
        shutil.rmtree(desk.folder / CANONICAL, ignore_errors=True)
        installations.remove(home)
        installations.copy(self.folder / f"before-{before}", home)
        settings = (home / "yidian.toml").read_text()
        (home / "yidian.toml").write_text(re.sub(r"threads = \d+", f"threads = {threads}", settings))
        if not (desk.folder / "files" / "calls.yaml").exists():  # others may have put theirs there
            shutil.copytree(self.folder / "files", desk.folder / "files", dirs_exist_ok=True)


def steps_from(name: str) -> list[str]:
    names = list(STEPS)
    return names[names.index(name) :]


def canonical_sha256(ended: Ended) -> str:
    """The last line of the table that `export canonical` prints is about all files together."""
    assert ended.code == 0, ended
    return ended.out.split()[-1]


@contextmanager
def _once(folder: Path) -> Iterator[bool]:
    """One of several test processes makes what all use; the others wait for it. True: this one makes it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not (folder / "made.json").exists()


def make(folder: Path) -> Operator:
    """The operator, made by the first that asks: every command uninterrupted, each in its own process."""
    with _once(folder) as mine:
        if mine:
            _make(folder)
    made = json.loads((folder / "made.json").read_text())
    return Operator(folder, made["canonical"], made["rows"], made["hits"])


def _make(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    files.write(folder / "files", REPOSITORY / "examples" / "tariff-cn")
    hits: dict[str, dict[str, int]] = {}
    ended = Ended(0, "", "")
    for step, argv in STEPS.items():
        if step != "init":
            installations.copy(folder / HOME, folder / f"before-{step}")
        log = folder / f"{step}.points"
        ended = yidian(folder, *argv, YIDIAN_POINTS_LOG=str(log), YIDIAN_EMPTY_DATABASE="anew")
        assert ended.code == 0, (step, ended)
        hits[step] = dict(Counter(log.read_text().split())) if log.exists() else {}
    made = {"canonical": canonical_sha256(ended), "rows": installations.rows_of(folder / HOME), "hits": hits}
    (folder / "made.json").write_text(json.dumps(made))


def lake_of(home: Path) -> dict[str, str]:
    """Every file under the lake and the checksum of its bytes."""
    lake = home / "lake"
    return {path.relative_to(lake).as_posix(): sha256(path) for path in sorted(lake.rglob("*")) if path.is_file()}


def manifest_of(home: Path) -> dict[str, str]:
    return dict(installations.sql(home, "SELECT path, sha256 FROM lake_lakefile"))


def state_of(home: Path) -> tuple[dict[str, int], dict[str, str], str]:
    """All that could be half-loaded: rows of every table, bytes of the lake, and every row's content."""
    return installations.rows_of(home), lake_of(home), installations.contents(home)
