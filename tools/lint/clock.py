"""Now is an argument."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from tools.lint.source import File, Finding, python_files

RULE: Final = "only faces read the clock, by platform.clock; everything below gets `now` as an argument"
DOOR: Final = "src/yidian/platform/clock.py"
READS: Final = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "datetime.date.today",
        "django.utils.timezone.now",
        "django.utils.timezone.localdate",
        "django.utils.timezone.localtime",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "time.monotonic",
        "time.monotonic_ns",
        "time.perf_counter",
        "time.perf_counter_ns",
    }
)
FACES_ONLY: Final = "yidian.platform.clock.now"
GOOD = [
    ("src/yidian/platform/clock.py", "from datetime import datetime, UTC\ndatetime.now(UTC)"),
    ("src/yidian/faces/cli/rate.py", "from yidian.platform import clock\nclock.now()"),
    ("src/yidian/runs/rate.py", "from yidian.platform import clock\nclock.elapsed_s()"),
    ("src/yidian/runs/rate.py", "import time\ntime.sleep(1)"),
    ("src/yidian/domains/party/queries.py", "def held(*, now): return now.date()"),
    ("bench/__main__.py", "import time\ntime.perf_counter()"),
]
BAD = [
    ("src/yidian/runs/rate.py", "from datetime import datetime as dt\ndt.now()"),
    ("src/yidian/runs/rate.py", "import datetime\ndatetime.date.today()"),
    ("src/yidian/faces/cli/rate.py", "import time\ntime.time()"),
    ("src/yidian/kernel/rating/price.py", "from time import perf_counter\nperf_counter()"),
    ("src/yidian/runs/rate.py", "from yidian.platform.clock import now\nnow()"),
    ("src/yidian/domains/party/models.py", "from django.utils import timezone\nF(default=timezone.now)"),
    ("src/yidian/domains/party/models.py", "from django.db import models\nmodels.DateTimeField(auto_now_add=True)"),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in python_files(files, "src/yidian"):
        if file.path == DOOR:
            continue
        for node in ast.walk(file.tree):
            name = file.name_of(node) if isinstance(node, ast.Attribute | ast.Name) else ""
            if name in READS or (name == FACES_ONLY and not file.within("src/yidian/faces")):
                yield Finding(file.path, getattr(node, "lineno", 0), f"reads the clock: {name}")
            if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
                yield Finding(file.path, node.lineno, f"reads the clock: {node.arg}")
