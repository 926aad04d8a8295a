"""pytest plugin: where the shared folder with real data exists, a skipped real-input test is a failed one."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("YIDIAN_SHARED", REPOSITORY.parent / "shared"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    real = "real" in item.path.relative_to(item.config.rootpath).parts or "shared_data" in getattr(
        item, "fixturenames", ()
    )
    if report.skipped and real and (SHARED / "data").is_dir() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"a real-input test was skipped although {SHARED / 'data'} is here: {report.longrepr}"
    return report
