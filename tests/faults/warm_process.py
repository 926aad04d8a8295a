"""`python -m tests.faults.warm_process HOME`: everything imported, one forked child per command line.

Each command still runs in a process of its own that can be killed, stopped or starved, through the real entry point of
the command line; what is saved is the second or two in which Python imports numba. One line of JSON asks, one answers.
The parent never opens the database and never writes.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn


def _import_everything() -> None:
    import importlib
    import pkgutil

    import django

    django.setup()
    import yidian.faces.cli
    import yidian.runs

    for package in (yidian.faces.cli, yidian.runs):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(found.name)
    for name in (
        "rich.console",
        "rich.progress",
        "rich.table",
        "django.db.backends.sqlite3.base",
        "django.db.models.sql.compiler",
    ):
        importlib.import_module(name)
    from yidian.platform.wording import entries

    entries()
    from yidian.domains.customer_bill import bulk
    from yidian.domains.usage.intake import take
    from yidian.runs import warm
    from yidian.runs.bill import parts

    warm.warm()
    # What needs tens of thousands of rows in the world shall happen with a few here: several batches and lake files of
    # one usage file, several parts and chunks of one bill run. Results do not depend on any of it.
    take.BATCH, take.ROWS_PER_FILE = 300, 500  # type: ignore[misc]
    parts.ACCOUNTS_IN_A_PART, bulk.CHUNK = 10, 7  # type: ignore[misc]


def _stop_here(name: str, act: str) -> None:
    """In place of points._act where a plan says `stop`: the process halts exactly here until it gets SIGCONT."""
    os.kill(os.getpid(), signal.SIGSTOP)


def _become(ask: dict[str, Any]) -> NoReturn:
    code = 70
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        for number, name in ((1, "out"), (2, "err")):
            descriptor = os.open(ask[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.chdir(ask["cwd"])
        os.environ.update(ask["environment"])
        from yidian.faces.cli.main import main
        from yidian.platform import points

        if ask["stop"]:
            points._act = _stop_here
        points.configure(ask["plan"], ask["log"])
        if ask["largest_file"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (ask["largest_file"], ask["largest_file"]))
        code = main(ask["argv"])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _wait(pid: int, seconds: float) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return {"code": os.waitstatus_to_exitcode(status)}
        if time.monotonic() >= until:
            return {"code": None}
        time.sleep(0.003)


def main(home: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.environ["YIDIAN_HOME"] = str(Path(home))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yidian.config.settings")
    _import_everything()
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        ask = json.loads(line)
        if "argv" in ask:
            pid = os.fork()
            if not pid:
                answers.close()
                _become(ask)
            told: dict[str, Any] = {"pid": pid}
        else:
            told = _wait(ask["wait"], ask["seconds"])
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
