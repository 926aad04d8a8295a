"""A lock is held once, also within one process; whoever finds it taken learns by whom."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yidian.platform.locks import UnableToLock, exclusive, holders


@pytest.mark.django_db
def test_a_lock_is_not_given_twice_to_one_process(tmp_path: Path) -> None:
    with exclusive("operator/cycle 2026-10", folder=tmp_path), pytest.raises(UnableToLock) as refused:  # noqa: SIM117
        with exclusive("operator/cycle 2026-10", folder=tmp_path):
            pass
    assert f"process {os.getpid()}" in refused.value.holder
    with exclusive("operator/cycle 2026-10", folder=tmp_path):
        pass


@pytest.mark.django_db(transaction=True)  # within one transaction a server tells of its sessions as they were
def test_holders_are_named_while_they_hold(tmp_path: Path) -> None:
    assert holders(folder=tmp_path) == []
    with exclusive("operator/cycle 2026-10", folder=tmp_path):
        (told,) = holders(folder=tmp_path)
        assert f"process {os.getpid()}: operator/cycle 2026-10" in told
    assert holders(folder=tmp_path) == []
