"""The small operator, one for all test processes, and for each of them a place where its commands are run."""

from __future__ import annotations

import atexit
import functools
from pathlib import Path

import pytest
from tests.faults.small_operator import Kept, Operator, make


@functools.cache
def the_kept(base: Path) -> Kept:
    """One for a test process, whichever folder of tests asks first."""
    desk = Kept(base / "desk")
    atexit.register(desk.clear)
    return desk


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return the_kept(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def operator(tmp_path_factory: pytest.TempPathFactory, kept: Kept) -> Operator:
    base = tmp_path_factory.getbasetemp()
    shared: Path = base.parent if base.name.startswith("popen-") else base
    return make(shared / "small-operator")
