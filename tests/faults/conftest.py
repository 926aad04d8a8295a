"""Fixtures of this folder, and the table of kills at the end."""

from __future__ import annotations

import pytest
from tests.faults.fixtures import kept, operator

__all__ = ["kept", "operator"]


def pytest_configure(config: pytest.Config) -> None:
    """Kills are told at the end, also where the command line did not ask with `-p tools.kill_report`."""
    from tools import kill_report

    if not config.pluginmanager.is_registered(kill_report):
        config.pluginmanager.register(kill_report, "tools.kill_report")
