"""Two of the same at one time: one works, the other says so or waits, and nothing comes twice."""

from __future__ import annotations

import pytest
from tests.faults import whole
from tests.faults.small_operator import HOME, STEPS, Kept, Operator, state_of


@pytest.mark.parametrize(("first", "second"), [("rate", "rate"), ("rate", "bill"), ("bill", "rate"), ("bill", "bill")])
@pytest.mark.parametrize("point", ["run.opened", "lake.renamed"])
def test_of_two_runs_of_one_cycle_one_works_and_the_other_says_so(
    kept: Kept, operator: Operator, first: str, second: str, point: str
) -> None:
    operator.stand(kept, before=first, threads=2)
    running = kept.start(*STEPS[first], stop_at=point)
    running.until_stopped()
    before = state_of(kept.folder / HOME)
    other = kept.step(second)
    told = other.err + kept.step(second, YIDIAN_LANG="zh").err
    assert other.code not in (0, 2), other
    assert f"process {running.pid}" in other.err, "it names who is at work"
    for language in ("en", "zh"):
        assert words("RUN_AT_WORK", language) in told
    assert state_of(kept.folder / HOME) == before
    running.go_on()
    assert running.wait().code == 0
    whole.type_again_and_go_on(kept, operator, first)


def words(code: str, language: str) -> str:
    """What is said for a code before its first parameter."""
    from yidian.platform.wording import entries

    said = entries()[code][language]
    return max((piece.partition("}")[2] or piece for piece in said.split("{")), key=len)


def test_a_cycle_at_work_is_not_closed(kept: Kept, operator: Operator) -> None:
    operator.stand(kept, before="bill")
    running = kept.start(*STEPS["bill"], stop_at="run.opened")
    running.until_stopped()
    assert kept.step("close").code != 0
    running.go_on()
    assert running.wait().code == 0
    whole.type_again_and_go_on(kept, operator, "close")


@pytest.mark.parametrize("step", ["rate", "bill"])
def test_the_lock_of_a_killed_run_does_not_stay(kept: Kept, operator: Operator, step: str) -> None:
    operator.stand(kept, before=step)
    running = kept.start(*STEPS[step], stop_at="run.task.committed")
    running.until_stopped()
    assert kept.step(step).code not in (0, 2)
    running.kill()
    assert running.wait().killed
    whole.type_again_and_go_on(kept, operator, step)


@pytest.mark.parametrize("ending", ["goes on", "is killed"])
@pytest.mark.parametrize("point", ["collect.intent", "lake.renamed", "collect.read"])
def test_of_two_collectors_of_one_file_one_takes_it(kept: Kept, operator: Operator, point: str, ending: str) -> None:
    operator.stand(kept, before="calls")
    first = kept.start(*STEPS["calls"], stop_at=point)
    first.until_stopped()
    second = kept.start(*STEPS["calls"])
    assert second.waiting(0.3), "it waits for the first"
    if ending == "goes on":
        first.go_on()
        assert first.wait().code == 0
    else:
        first.kill()
        assert first.wait().killed
    assert second.wait().code == 0
    whole.type_again_and_go_on(kept, operator, "calls")


def test_collectors_of_two_sources_do_not_wait_for_each_other(kept: Kept, operator: Operator) -> None:
    operator.stand(kept, before="calls")
    first = kept.start(*STEPS["calls"], stop_at="collect.read")
    first.until_stopped()
    assert kept.step("sessions").code == 0
    first.go_on()
    assert first.wait().code == 0
    whole.type_again_and_go_on(kept, operator, "calls")


@pytest.mark.parametrize("ending", ["goes on", "is killed"])
@pytest.mark.parametrize("step", ["customers", "tariff"])
def test_of_two_imports_one_adds_and_the_other_finds_nothing_new(
    kept: Kept, operator: Operator, step: str, ending: str
) -> None:
    operator.stand(kept, before=step)
    first = kept.start(*STEPS[step], stop_at="import.commit")
    first.until_stopped()
    second = kept.start(*STEPS[step])
    assert second.waiting(0.3), "it waits for the first"
    if ending == "goes on":
        first.go_on()
        assert first.wait().code == 0
    else:
        first.kill()
        assert first.wait().killed
    told = second.wait()
    assert told.code == 0, told
    whole.type_again_and_go_on(kept, operator, step)


def test_usage_that_comes_while_the_cycle_is_rated_is_not_lost(kept: Kept, operator: Operator) -> None:
    """Rating keeps what it saw when it began; the cycle cannot be closed without what came since."""
    operator.stand(kept, before="sessions")
    running = kept.start(*STEPS["rate"], stop_at="run.opened")
    running.until_stopped()
    assert kept.step("sessions").code == 0
    running.go_on()
    assert running.wait().code == 0
    assert kept.step("bill").code == 0
    assert kept.step("close").code != 0
    whole.type_again_and_go_on(kept, operator, "rate", done_twice=True)
