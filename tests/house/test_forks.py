"""A process forked off the tests' server is, for whoever looks at it, one that was started."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests import forks
from tests.conftest import REPOSITORY

TELL = """
import json, os, sys, threading
print(json.dumps([sys.argv, os.getcwd(), dict(sorted(os.environ.items())), sys.stdin.read(), sys.stdout.encoding,
                  sys.stderr.errors, sys.stdin.isatty(), threading.active_count(), len(os.listdir("/proc/self/task")),
                  __name__, sys.path[0], sorted(os.listdir("/proc/self/fd"))[:3]]))
"""
SETTINGS = """
import json, django
django.setup()
from django.conf import settings
from django.db import connection, connections
from yidian.config import database
from yidian.platform import points
from yidian.runs.rate import inputs
print(json.dumps([settings.DATABASES["default"]["NAME"], connection.settings_dict["NAME"],
                  connection.connection is None, database.PATIENCE_S, inputs.EVENTS_PER_PART, points._plan]))
"""
ENDS = {
    "import sys; sys.exit(3)": 3,
    "import sys; sys.exit('words')": 1,
    "import sys; sys.exit(None)": 0,
    "1 / 0": 1,
    "import os; os._exit(7)": 7,
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": -signal.SIGKILL,
    "import os, signal; os.kill(os.getpid(), signal.SIGTERM)": -signal.SIGTERM,
    "import atexit; atexit.register(print, 'last'); print('first')": 0,
    "import threading, time; threading.Thread(target=lambda: (time.sleep(0.1), print('awaited'))).start()": 0,
    "import signal; signal.raise_signal(signal.SIGPIPE); print(signal.getsignal(signal.SIGINT) == signal.SIG_DFL)": 0,
    "print('no end of line', end='')": 0,
}


def both(script: str, *words: str, **how: object) -> list[subprocess.CompletedProcess[str]]:
    line = [sys.executable, "-c", script, *words]
    return [forks.run(line, **how), forks.run_really(line, **how)]  # type: ignore[arg-type]


def test_it_has_the_arguments_the_environment_the_folder_and_the_streams_it_was_given(tmp_path: Path) -> None:
    environment = {**os.environ, "YIDIAN_LANG": "zh", "MORE": "一点"}
    forked, started = both(TELL, "a", "b c", cwd=tmp_path, env=environment, told="heard\n")
    assert json.loads(forked.stdout) == json.loads(started.stdout)
    assert (forked.returncode, forked.stderr) == (0, "")


@pytest.mark.parametrize("script", ENDS)
def test_it_ends_as_it_would(script: str) -> None:
    forked, started = both(script)
    assert (forked.returncode, forked.stdout) == (started.returncode, started.stdout)
    assert forked.returncode == ENDS[script]
    assert forked.stderr.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_modules_files_and_the_installed_command_are_run_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "beside.py"
    path.write_text("import sys; print(__name__, sys.argv, sys.path[0])")
    for line in ([sys.executable, str(path), "x"], [sys.executable, "-m", "beside", "x"]):
        assert forks.run(line, cwd=tmp_path).stdout == forks.run_really(line, cwd=tmp_path).stdout != ""
    for words in (["--version"], ["nothing"], ["rate", "--help"]):
        forked, started = (how([forks.YIDIAN, *words]) for how in (forks.run, forks.run_really))
        assert (forked.returncode, forked.stdout, forked.stderr) == (
            started.returncode, started.stdout, started.stderr,
        )  # fmt: skip


def test_settings_and_what_is_read_at_import_are_each_childs_own() -> None:
    def told(**more: str) -> object:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("YIDIAN_")}
        forked, started = both(SETTINGS, env=clean | {"DJANGO_SETTINGS_MODULE": forks.SETTINGS} | more)
        assert (forked.stdout, forked.stderr) == (started.stdout, started.stderr)
        return json.loads(forked.stdout)

    assert told(YIDIAN_TEST_DATABASE="one", YIDIAN_PATIENCE_S="7") == ["one", "one", True, 7, 400_000, {}]
    plan = {"YIDIAN_EVENTS_PER_PART": "9", "YIDIAN_POINTS": "answer=kill"}
    assert told(YIDIAN_TEST_DATABASE="two", **plan) == ["two", "two", True, 30, 9, {"answer": [1, "kill"]}]


def test_it_speaks_while_it_runs_and_can_be_stopped_and_killed() -> None:
    script = "import sys; print('ready', flush=True); print(sys.stdin.readline()); sys.stdin.read()"
    process = forks.Process([sys.executable, "-c", script], stdin=forks.PIPE, stdout=forks.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    assert process.poll() is None
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
    process.stdin.close()
    process.stdout.close()


def test_all_that_reads_the_environment_at_import_is_known_to_the_server() -> None:
    """A module that begins to would keep, in every child, what the server's environment said."""
    known = {f"{module.replace('.', '/')}.py" for module, *_ in forks.READ_AT_IMPORT}
    known |= {"yidian/config/settings.py", "yidian/platform/points.py"}
    sources = REPOSITORY / "src"
    assert {p.relative_to(sources).as_posix() for p in sources.rglob("*.py") if reads_at_import(p)} == known


def reads_at_import(path: Path) -> bool:
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            return True
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        waiting += [] if inside else ast.iter_child_nodes(node)
    return False
