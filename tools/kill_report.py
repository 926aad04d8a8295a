"""pytest plugin (`-p tools.kill_report`): how often a process was killed at which point.

Tests say `record_property("killed_at", "<command> <point>")`. With YIDIAN_KILL_REPORT=FILE the table goes there, too.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

killed: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        killed.update(str(value) for name, value in report.user_properties if name == "killed_at")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not killed:
        return
    width = max(map(len, killed))
    lines = [f"{place:<{width}}  {count:>4}" for place, count in sorted(killed.items())]
    lines.append(f"{'all, each followed by an equal month':<{width}}  {killed.total():>4}")
    terminalreporter.section("processes killed")
    for line in lines:
        terminalreporter.write_line(line)
    path = os.environ.get("YIDIAN_KILL_REPORT")
    if path:
        Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
