"""Commands typed one after the other, each in a process of its own.

The processes are forked off this one, which has everything imported: what a month of commands costs is then its work
and not a hundred starts of Python. They enter where `yidian` enters, by `main` of the command line.
"""

from __future__ import annotations

import glob
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

YIDIAN: Final = str(Path(sys.executable).with_name("yidian"))


@dataclass(slots=True)
class Desk:
    """Where commands are typed. `open` it when there is an installation: before, each starts Python anew."""

    environment: dict[str, str] = field(default_factory=dict)
    ready: bool = False

    def open(self, home: Path) -> None:
        """Import everything once, for this installation. Nothing of it is opened here."""
        os.environ["YIDIAN_HOME"] = str(home)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yidian.config.settings")
        import django

        django.setup()
        _import_everything()
        from yidian.runs import warm

        warm.warm()
        self.ready = True

    def type(self, command: str, folder: Path) -> Iterator[str]:
        """Its standard output line by line; `code` of the last one is then in `ended`."""
        words = _expanded(shlex.split(command), folder)
        if self.ready:
            yield from self._forked(words[1:], folder)
        else:
            yield from self._started(words[1:], folder)

    ended: int = 0

    def _started(self, words: list[str], folder: Path) -> Iterator[str]:
        environment = {name: value for name, value in os.environ.items() if name != "YIDIAN_HOME"} | self.environment
        with subprocess.Popen(
            [YIDIAN, *words], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as running:
            yield from running.stdout or ()
        self.ended = running.returncode

    def _forked(self, words: list[str], folder: Path) -> Iterator[str]:
        sys.stdout.flush()
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reading)
            self._become(words, folder, writing)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8", errors="replace") as told:
            yield from told
        self.ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _become(self, words: list[str], folder: Path, writing: int) -> NoReturn:
        code = 70
        try:
            os.dup2(writing, 1)
            os.close(writing)
            os.chdir(folder)
            os.environ.update(self.environment)
            sys.stdout = os.fdopen(1, "w", encoding="utf-8")
            from yidian.faces.cli.main import main

            code = main(words)
            sys.stdout.flush()
        finally:
            os._exit(code)


def _expanded(words: list[str], folder: Path) -> list[str]:
    """File names in place of patterns, as a shell has them: sorted, and the pattern itself where nothing fits."""
    found: list[str] = []
    for word in words:
        names = sorted(glob.glob(word, root_dir=folder)) if "*" in word else []
        found += names or [word]
    return found


def _import_everything() -> None:
    import importlib
    import pkgutil

    import yidian.domains
    import yidian.faces.cli
    import yidian.journeys
    import yidian.platform
    import yidian.runs

    for package in (yidian.platform, yidian.domains, yidian.runs, yidian.journeys, yidian.faces.cli):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(found.name)
    for name in ("rich.console", "rich.progress", "rich.table", "django.db.models.sql.compiler",
                 "django.db.migrations.executor"):  # fmt: skip
        importlib.import_module(name)
    from django.db.migrations.loader import MigrationLoader

    MigrationLoader(None)  # imports every migration; opens no database
    from yidian.platform.wording import entries

    entries()
