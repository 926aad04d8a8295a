"""What the tests of the quote share: a usage file written line by line, and the command as it is typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY

EXAMPLE = REPOSITORY / "examples" / "tariff-cn"
USAGE = REPOSITORY / "examples" / "quote" / "usage.csv"
HEADER = (
    "event,subscriber,offers,home_area,unit,account,numbers,friends,groups,start,service,direction,other_party,ported,"
    "place,rating_group,duration,bytes_up,bytes_down,count"
)
START = "import sys; from yidian.faces.cli.main import main; sys.exit(main())"
NO_DJANGO = "import sys; sys.modules['django'] = None\n"


def write(folder: Path, *rows: dict[str, str], name: str = "usage.csv") -> Path:
    """A usage file; a row names only the cells that it fills. A call of a minute unless told otherwise."""
    columns = HEADER.split(",")
    usual = {"subscriber": "s", "start": "2026-10-05T09:00:00", "service": "voice", "duration": "60s"}
    lines = [",".join((usual | row).get(column, "") for column in columns) for row in rows]
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def yidian(*arguments: object, lang: str = "en", folder: Path | None = None) -> tuple[int, str, str]:
    """Run the command where there is no installation and Django cannot be imported: (exit code, stdout, stderr)."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "YIDIAN_LANG": lang}
    for name in ("DJANGO_SETTINGS_MODULE", "YIDIAN_HOME", "YIDIAN_POINTS", "YIDIAN_POINTS_LOG"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", NO_DJANGO + START, *map(str, arguments)],
        capture_output=True, text=True, env=environment, check=False, cwd=folder,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr
