"""Processes of tests, forked off one that has everything imported: `run` and `Process` stand in for `subprocess`.

A new Python needs 0.6 to 1.5 s of a processor until it has Django, pyarrow and numba; a fork of one that has them
needs a few milliseconds. What runs is the same line (`yidian …`, `python -m …`, `python -c …`, `python FILE …`) in a
process of its own: its arguments, environment, folder and streams are those it is given, it can be killed, stopped or
starved, it ends with its own code. What is tested about the start itself (what is imported, what the installed command
needs, what the environment says to Python) must start for real: `subprocess`, or `run_really`.
YIDIAN_TEST_FORKS=no starts everything for real.

The server is one process for each process of tests. It has one thread and no connection when it forks; settings and
what modules read from the environment while they are imported are made new in each child (`_as_if_just_started`).
"""

from __future__ import annotations

import array
import atexit
import contextlib
import importlib
import json
import os
import pkgutil
import runpy
import select
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, NoReturn

REPOSITORY: Final = Path(__file__).resolve().parent.parent
YIDIAN: Final = str(Path(sys.executable).with_name("yidian"))
# Without these, a library has a thread before anything is asked of it.
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
OF_THE_START: Final = ("PYTHON", "NUMBA_", "LC_ALL", "LC_CTYPE", "LD_")  # read by what the server has done already
HARMLESS: Final = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONPATH")
# (module, name, variable, default): what is read from the environment while a module is imported.
READ_AT_IMPORT: Final = (
    ("yidian.config.database", "PATIENCE_S", "YIDIAN_PATIENCE_S", "30"),
    ("yidian.runs.rate.inputs", "EVENTS_PER_PART", "YIDIAN_EVENTS_PER_PART", "400000"),
)
SETTINGS: Final = "yidian.config.settings"
DEVNULL, PIPE = subprocess.DEVNULL, subprocess.PIPE


# --- what tests use


class Process:
    """A line that runs, with the part of Popen's ways that tests have use for. Its pipes carry text."""

    def __init__(
        self,
        line: Sequence[object],
        *,
        cwd: Path | str | None = None,
        env: Mapping[str, str] | None = None,
        stdin: int | IO[Any] = DEVNULL,
        stdout: int | IO[Any] | None = None,
        stderr: int | IO[Any] | None = None,
        start_new_session: bool = False,
    ) -> None:
        self.args, self.returncode = [str(word) for word in line], None
        self.cpu_s = 0.0  # user and system time, when it has ended
        theirs: list[int] = []
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        self.stderr: IO[str] | None = None
        for number, (name, told) in enumerate((("stdin", stdin), ("stdout", stdout), ("stderr", stderr))):
            if told == PIPE:
                reading, writing = os.pipe()
                mine, yours = (writing, reading) if name == "stdin" else (reading, writing)
                setattr(
                    self, name, os.fdopen(mine, "w" if name == "stdin" else "r", encoding="utf-8", errors="replace")
                )
            elif told == DEVNULL:
                yours = os.open(os.devnull, os.O_RDWR)
            else:
                yours = os.dup(number if told is None else told if isinstance(told, int) else told.fileno())
            theirs.append(yours)
        asked = {
            "line": self.args, "cwd": str(cwd or Path.cwd()), "session": start_new_session,
            "environment": dict(os.environ if env is None else env),
        }  # fmt: skip
        try:
            self._answers = _server().ask(asked, theirs)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self.pid = int(self._answer()["pid"])

    def poll(self) -> int | None:
        if self.returncode is None and _readable(self._answers, 0):
            self._ended()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The code it ended with; below zero: the signal it died of. TimeoutExpired leaves it running."""
        if self.returncode is None:
            if not _readable(self._answers, timeout):
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._ended()
        assert self.returncode is not None
        return self.returncode

    def communicate(self, told: str | None = None, timeout: float | None = None) -> tuple[str, str]:
        """Tell it something, then hear all it says until it ends."""
        heard = {"stdout": "", "stderr": ""}

        def hear(name: str) -> None:
            heard[name] = getattr(self, name).read()

        ears = [threading.Thread(target=hear, args=[name], daemon=True) for name in heard if getattr(self, name)]
        for ear in ears:
            ear.start()
        if self.stdin is not None:
            try:
                self.stdin.write(told or "")
                self.stdin.close()
            except BrokenPipeError:
                pass
        self.wait(timeout)
        for ear in ears:
            ear.join(timeout)
        return heard["stdout"], heard["stderr"]

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self) -> None:
        told = self._answer()
        self.returncode, self.cpu_s = int(told["code"]), float(told["cpu_s"])
        self._answers.close()

    def _answer(self) -> dict[str, Any]:
        told = self._answers.recv(4096)
        assert told, f"the server of forked processes is gone; {self.args}"
        answer: dict[str, Any] = json.loads(told)
        return answer

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait()


def start(line: Sequence[object], **how: Any) -> Process | subprocess.Popen[str]:
    """A process under way; `how` as Process has it."""
    if _can_fork(line, how.get("env")):
        return Process(line, **how)
    return subprocess.Popen([str(word) for word in line], text=True, encoding="utf-8", errors="replace", **how)


def run(
    line: Sequence[object],
    *,
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    told: str = "",
    timeout: float = 300,
    check: bool = False,
) -> subprocess.CompletedProcess[str]:
    """A line to its end, `told` on its standard input; what it said on each stream, as UTF-8."""
    words = [str(word) for word in line]
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(told.encode())
        stdin.seek(0)
        process = start(words, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr)
        try:
            code = process.wait(timeout)
        except BaseException:
            process.kill()
            process.wait()
            raise
        said = []
        for stream in (stdout, stderr):
            stream.seek(0)
            said.append(stream.read().decode("utf-8", "replace"))
    done = subprocess.CompletedProcess(words, code, *said)
    if check:
        assert code == 0, (words, code, done.stderr)
    return done


def run_really(line: Sequence[object], *, told: str = "", **how: Any) -> subprocess.CompletedProcess[str]:
    """The same in a process that is started for it."""
    words = [str(word) for word in line]
    return subprocess.run(
        words, input=told, capture_output=True, encoding="utf-8", errors="replace", timeout=300, check=False, **how
    )


def _can_fork(line: Sequence[object], env: Mapping[str, str] | None) -> bool:
    """Whether the server has what the line needs: it is Python's, and Python is to start as it did there."""
    if os.environ.get("YIDIAN_TEST_FORKS") == "no" or not hasattr(os, "pidfd_open"):
        return False
    usual = _of_the_start(os.environ)
    return str(line[0]) in (sys.executable, YIDIAN) and (env is None or _of_the_start(env) == usual)


def _of_the_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in environment.items() if name.startswith(OF_THE_START) and name not in HARMLESS
    }


def _readable(link: socket.socket, seconds: float | None) -> bool:
    waiting = select.poll()
    waiting.register(link, select.POLLIN)
    return bool(waiting.poll(None if seconds is None else seconds * 1000))


class _Link:
    """This process's way to its server."""

    def __init__(self) -> None:
        self.link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
            cwd=REPOSITORY, env=os.environ | ONE_THREAD, pass_fds=[theirs.fileno()], stdin=DEVNULL,
        )  # fmt: skip
        theirs.close()
        atexit.register(self.close)

    def ask(self, asked: dict[str, Any], streams: list[int]) -> socket.socket:
        """Where the child's number is told, and how it ended."""
        answers, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with tempfile.TemporaryFile() as letter, theirs:
            letter.write(json.dumps(asked).encode())
            letter.flush()
            descriptors = array.array("i", [letter.fileno(), theirs.fileno(), *streams])
            self.link.sendmsg([b"?"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        return answers

    def close(self) -> None:
        self.link.close()
        self.process.wait(30)


_links: dict[int, _Link] = {}


def _server() -> _Link:
    """This process's own; another one where it has ended, because it could not import something."""
    link = _links.get(os.getpid())
    if link is None or link.process.poll() is not None:
        link = _links[os.getpid()] = _Link()
    return link


# --- the server


def serve(number: int) -> None:
    """Fork a child for every line that is asked for, tell how each ended; until nobody is there to ask."""
    _import_everything()
    tasks = os.listdir("/proc/self/task")
    assert len(tasks) == 1, "a process with more than one thread must not fork"
    link = socket.socket(fileno=number)
    with selectors.DefaultSelector() as watched:
        watched.register(link, selectors.EVENT_READ)
        while True:
            for key, _ in watched.select():
                if key.fileobj is not link:
                    watched.unregister(key.fileobj)
                    _tell_end(*key.data)
                elif not _begin(link, watched):
                    return


def _begin(link: socket.socket, watched: selectors.BaseSelector) -> bool:
    """False: nobody asks any more."""
    message, descriptors, _, _ = socket.recv_fds(link, 16, 5)
    if not message:
        return False
    letter, answers, *streams = descriptors
    pid = os.fork()
    if not pid:
        link.close()
        watched.close()
        _become(letter, streams)
    for descriptor in (letter, *streams):
        os.close(descriptor)
    teller = socket.socket(fileno=answers)
    _tell(teller, {"pid": pid})
    watch = os.pidfd_open(pid)
    watched.register(watch, selectors.EVENT_READ, (pid, watch, teller))
    return True


def _tell_end(pid: int, watch: int, teller: socket.socket) -> None:
    _, status, used = os.wait4(pid, 0)
    os.close(watch)
    _tell(teller, {"code": os.waitstatus_to_exitcode(status), "cpu_s": round(used.ru_utime + used.ru_stime, 3)})
    teller.close()


def _tell(teller: socket.socket, told: dict[str, Any]) -> None:
    try:
        teller.send(json.dumps(told).encode())
    except OSError:  # who asked is gone
        return


def _import_everything() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    import yidian

    for found in pkgutil.walk_packages(yidian.__path__, "yidian.", onerror=lambda _name: None):
        with contextlib.suppress(Exception):  # what cannot be imported says so to who needs it
            importlib.import_module(found.name)
    for name in ("rich.console", "rich.progress", "rich.table", "django.db.models.sql.compiler",
                 "django.db.backends.sqlite3.base", "django.db.migrations.executor",
                 "yidian.platform.database.sqlite3.base", "yidian.platform.database.postgresql.base"):  # fmt: skip
        importlib.import_module(name)
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    for model in apps.get_models():  # what Django finds out about a field when it is first asked for
        for field in model._meta.get_fields():
            getattr(field, "get_class_lookups", dict)()
    MigrationLoader(None)  # type: ignore[arg-type]  # imports every migration; opens no database
    from yidian.platform.wording import entries

    entries()
    _warm_the_kernel()
    import gc

    gc.collect()
    gc.freeze()  # a child's collector does not touch, and so does not copy, what all have in common


def _warm_the_kernel() -> None:
    """Load what numba has compiled, without Arrow's reader, which would begin a thread."""
    from unittest.mock import patch

    from yidian.runs import warm
    from yidian.runs.rate import classify

    def read(_path: Path, columns: Sequence[str], *, coded: Sequence[str]) -> Any:
        return warm.small_usage().select(list(columns))

    with patch.object(classify, "read_columns", read):
        warm.warm()


# --- a child


def _become(letter: int, streams: list[int]) -> NoReturn:
    """Be the process that was asked for, to its end."""
    code: object = 1
    try:
        with os.fdopen(letter, "rb") as f:
            f.seek(0)
            asked = json.load(f)
        _stand_there(asked, streams)
        _as_if_just_started()
        code = _play(asked["line"])
    except SystemExit as stop:
        code = stop.code
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        import traceback

        traceback.print_exc()
    _end(code)


def _end(code: object) -> NoReturn:
    """As Python ends: threads are awaited, what is registered is called, streams are emptied."""
    if isinstance(code, str):
        print(code, file=sys.stderr)  # noqa: T201 - what sys.exit does with words
    number = 0 if code is None else code if isinstance(code, int) else 1
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        number = number or 120
    finally:
        os._exit(number & 0xFF)


def _stand_there(asked: dict[str, Any], streams: list[int]) -> None:
    """Streams, session, folder and environment."""
    if asked["session"]:
        os.setsid()
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))


def _as_if_just_started() -> None:
    """Settings, and what was read from the environment while all was imported, are read anew."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    from yidian.platform import points

    settings._wrapped = empty
    sys.modules.pop(SETTINGS, None)
    del connections["default"]  # no connection: what Django keeps to make one
    connections.__dict__.pop("settings", None)
    connections._settings = None
    for module, name, variable, default in READ_AT_IMPORT:
        setattr(sys.modules[module], name, int(os.environ.get(variable, default)))
    points.configure(os.environ.get("YIDIAN_POINTS", ""), os.environ.get("YIDIAN_POINTS_LOG"))


def _play(line: list[str]) -> object:
    """Run the line as Python would."""
    program, *rest = line
    told = [name for name in os.environ.get("PYTHONPATH", "").split(os.pathsep) if name]
    sys.path[1:1] = [name for name in told if name not in sys.path]
    if program != YIDIAN and rest[:1] == ["-c"]:
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        sys.argv, sys.path[0] = ["-c", *rest[2:]], ""
        exec(compile(rest[1], "<string>", "exec"), main.__dict__)
    elif program != YIDIAN and rest[:1] == ["-m"]:
        sys.argv, sys.path[0] = ["-m", *rest[2:]], str(Path.cwd())
        runpy.run_module(rest[1], run_name="__main__", alter_sys=True)
    else:
        path, *rest = line if program == YIDIAN else rest
        sys.argv, sys.path[0] = [path, *rest], str(Path(path).parent)
        runpy.run_path(path, run_name="__main__")
    return 0


if __name__ == "__main__":
    importlib.import_module("tests.forks").serve(int(sys.argv[1]))
