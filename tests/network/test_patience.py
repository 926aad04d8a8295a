"""When to try again, when to look, when to give up, and what is certain then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from yidian.platform.network.patience import PATIENCE, TEMPORARY, Next, next_try
from yidian.platform.network.types import Answer, State

BEGAN = datetime(2026, 11, 23, 4, tzinfo=UTC)


def after(answer: Answer, *, attempt: int = 1, passed: timedelta = timedelta()) -> Next:
    return next_try(key="O1/1", answer=answer, attempt=attempt, began=BEGAN, now=BEGAN + passed)


def test_done_is_done_and_a_refusal_for_good_is_given_up_at_once() -> None:
    assert after(Answer("done"), attempt=99, passed=timedelta(days=30)) == Next("done")
    assert after(Answer("refused", "NETWORK_NUMBER_TAKEN")) == Next("give_up", reason="NETWORK_NUMBER_TAKEN")


@pytest.mark.parametrize(
    ("answer", "act", "reason", "certain"),
    [
        (Answer("unknown", "TIMED_OUT"), "send", "NETWORK_NO_ANSWER", False),
        (Answer("accepted"), "look", "NETWORK_NEVER_DONE", False),
        (Answer("refused", "NETWORK_BUSY"), "send", "NETWORK_BUSY", True),
    ],
)
def test_what_may_still_come_is_waited_for_and_then_given_up(
    answer: Answer, act: str, reason: str, certain: bool
) -> None:
    """A whole life: every pause is longer than half the one before it, none exceeds the bound, the last try is at the
    end of the patience, and nothing follows.
    """
    attempt, passed, pauses = 1, timedelta(), []
    while (found := after(answer, attempt=attempt, passed=passed)).act != "give_up":
        assert (found.act, found.reason) == (act, "")
        assert found.at is not None
        pauses.append(found.at - BEGAN - passed)
        attempt, passed = attempt + 1, found.at - BEGAN
    assert found == Next("give_up", reason=reason, certain=certain)
    assert passed == PATIENCE.within
    most = PATIENCE.look_most if act == "look" else PATIENCE.most
    assert PATIENCE.first <= pauses[0] <= PATIENCE.first * 5 / 4
    assert max(pauses) <= most * 5 / 4
    assert all(most <= pause for pause in pauses[12:-1])
    assert sorted(pauses[:6]) == pauses[:6]
    assert 100 < len(pauses) < 500


def test_pauses_differ_between_commands_and_are_the_same_for_one() -> None:
    at = {next_try(key=f"O{n}/1", answer=Answer("unknown"), attempt=3, began=BEGAN, now=BEGAN).at for n in range(50)}
    assert len(at) > 40
    assert after(Answer("unknown"), attempt=3) == after(Answer("unknown"), attempt=3)


def test_every_state_has_an_answer_and_attempts_are_counted_from_one() -> None:
    states: tuple[State, ...] = ("done", "accepted", "refused", "unknown")
    assert {after(Answer(state, sorted(TEMPORARY)[0])).act for state in states} == {"done", "look", "send"}
    with pytest.raises(ValueError, match="from 1"):
        after(Answer("unknown"), attempt=0)
