"""The size of a run's chunks follows the time they take."""

from __future__ import annotations

import pytest

from yidian.platform.jobs import pace
from yidian.platform.jobs.pace import FREE_AFTER_LONG_S, FREE_S, Pace


class Hours:
    """A clock that a test moves; sleeping moves it too."""

    def __init__(self) -> None:
        self.at, self.slept = 0.0, [0.0]

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.slept.append(round(seconds, 6))


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    clock = Hours()
    monkeypatch.setattr(pace, "elapsed_s", lambda: clock.at)
    monkeypatch.setattr(pace.time, "sleep", clock.sleep)
    monkeypatch.setattr(pace.connection, "vendor", "sqlite", raising=False)
    return clock


def test_chunks_grow_while_they_are_quick_and_shrink_when_they_are_slow(hours: Hours) -> None:
    mine, sizes = Pace(first=25, fewest=20, most=200), []
    for row_s in (0.0001, 0.0001, 0.0001, 0.0001, 0.002, 0.002, 0.1):
        with mine.chunk(mine.size):
            hours.at += mine.size * row_s
        sizes.append(mine.size)
    assert sizes == [50, 100, 200, 200, 30, 30, 20]
    assert mine.longest_s == pytest.approx(3.0)


def test_the_lock_is_left_free_longer_after_a_long_chunk_and_not_at_all_where_other_work_was_done(hours: Hours) -> None:
    mine = Pace(first=1, fewest=1, most=1)
    for held_s, worked_s in ((0.01, 0.0), (0.3, 0.0), (0.01, 1.0), (0.01, 0.0)):
        with mine.chunk(1):
            hours.at += held_s
        hours.at += worked_s
    assert hours.slept == [0.0, FREE_S, FREE_AFTER_LONG_S, 0.0]
