"""What every adapter owes: the same list, asked of the simulated network itself and of one behind a gateway."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.network.conftest import Both

from yidian.platform.network.lines import Line
from yidian.platform.network.misbehaviour import Misbehaviour
from yidian.platform.network.types import Answer, Command, OpenLine

OPEN = Command("O1/1", "open", "S1", {"number": "18900000001", "imsi": "460110000000001", "services": "voice data"})
DONE = Answer("done")


def test_every_verb_does_its_work(both: Both) -> None:
    steps = [
        OPEN,
        Command("O1/2", "modify", "S1", {"add": "roaming", "drop": "data", "speed": "500M"}),
        Command("O1/3", "swap_card", "S1", {"imsi": "460110000000009", "iccid": "8986…9"}),
        Command("O1/4", "change_number", "S1", {"number": "18900000002"}),
        Command("O1/5", "bar", "S1", {"ways": "one"}),
        Command("O1/6", "bar", "S1", {"ways": "two", "reason": "arrears"}),
    ]
    assert [both.adapter.send(step) for step in steps] == [DONE] * 6
    assert both.inside.line("S1") == Line(
        "S1", "18900000002", "460110000000009", "two", frozenset({"voice", "roaming"}),
        {"speed": "500M", "iccid": "8986…9"},
    )  # fmt: skip
    assert both.adapter.send(Command("O1/7", "unbar", "S1")) == DONE
    assert list(both.adapter.open_lines()) == [OpenLine("S1", "18900000002", "none")]
    assert both.adapter.send(Command("O1/8", "close", "S1")) == DONE
    assert list(both.adapter.open_lines()) == []
    assert both.adapter.send(Command("O2/1", "open", "S2", {"number": "18900000002"})) == DONE, "the number is free"


def test_the_same_key_answers_the_same_and_does_nothing_twice(both: Both) -> None:
    assert [both.adapter.send(OPEN) for _ in range(3)] == [DONE] * 3
    assert both.adapter.look(OPEN.key) == DONE
    assert both.adapter.send(Command("O1/2", "close", "S1")) == DONE
    assert both.adapter.send(OPEN) == DONE, "late, and already done"
    assert both.inside.line("S1") is None


def test_the_same_key_with_other_content_is_refused(both: Both) -> None:
    assert both.adapter.send(OPEN) == DONE
    for other in (Command(OPEN.key, "close", "S1"), Command(OPEN.key, "open", "S1", {"number": "1"})):
        assert both.adapter.send(other) == Answer("refused", "NETWORK_KEY_USED", {"key": OPEN.key})
    assert both.adapter.look(OPEN.key) == DONE


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (Command("K", "bar", "S9", {"ways": "two"}), "NETWORK_SUBSCRIBER_UNKNOWN"),
        (Command("K", "open", "S1", {"number": "18900000009"}), "NETWORK_SUBSCRIBER_OPEN"),
        (Command("K", "open", "S9", {"number": "18900000001"}), "NETWORK_NUMBER_TAKEN"),
        (Command("K", "open", "S9", {"number": "2", "imsi": "460110000000001"}), "NETWORK_IMSI_TAKEN"),
        (Command("K", "explode", "S1"), "NETWORK_VERB"),
        (Command("K", "open", "S9"), "NETWORK_PARAMETER"),
        (Command("K", "bar", "S1", {"ways": "three"}), "NETWORK_PARAMETER"),
        (Command("K", "close", "S1", {"number": "1"}), "NETWORK_PARAMETER"),
        (Command("K", "close", "S\r\n1"), "NETWORK_SUBSCRIBER"),
        (Command("K\r\nX: 1", "close", "S1"), "NETWORK_KEY"),
    ],
)
def test_what_cannot_be_done_is_refused_for_good(both: Both, command: Command, code: str) -> None:
    both.adapter.send(OPEN)
    before = both.inside.lines()
    assert [both.adapter.send(command) for _ in range(2)] == [
        Answer("refused", code, both.adapter.send(command).params)
    ] * 2
    assert both.inside.lines() == before


def test_a_slow_network_accepts_and_is_looked_at(both: Both) -> None:
    both.inside.misbehave(Misbehaviour("slow", looks=2, times=1))
    assert both.adapter.send(OPEN) == Answer("accepted")
    assert both.adapter.send(OPEN) == Answer("accepted"), "asking again hurries nothing"
    assert [both.adapter.look(OPEN.key) for _ in range(3)] == [Answer("accepted"), DONE, DONE]
    both.inside.misbehave(Misbehaviour("slow", ms=60_000, verb="close"))
    assert both.adapter.send(Command("O1/2", "close", "S1")) == Answer("accepted")
    both.clock.push(timedelta(seconds=59))
    assert both.adapter.look("O1/2") == Answer("accepted")
    assert [line.subscriber for line in both.adapter.open_lines()] == ["S1"]
    both.clock.push(timedelta(seconds=1))
    assert list(both.adapter.open_lines()) == []
    assert both.adapter.look("O1/2") == DONE


def test_what_is_accepted_may_be_refused_in_the_end(both: Both) -> None:
    both.inside.misbehave(Misbehaviour("slow", looks=1))
    assert both.adapter.send(Command("O1/1", "close", "S9")) == Answer("accepted")
    assert both.adapter.look("O1/1").code == "NETWORK_SUBSCRIBER_UNKNOWN"


def test_a_lost_answer_is_work_done_and_a_deaf_network_has_done_nothing(both: Both) -> None:
    both.inside.misbehave(Misbehaviour("deaf", times=1))
    assert both.adapter.send(OPEN).state == "unknown"
    assert both.adapter.look(OPEN.key) == Answer("unknown", "NETWORK_COMMAND_UNHEARD")
    both.inside.misbehave(Misbehaviour("mute", times=1))
    assert both.adapter.send(OPEN).state == "unknown"
    assert both.inside.line("S1") is not None
    assert (both.adapter.look(OPEN.key), both.adapter.send(OPEN)) == (DONE, DONE)


def test_a_command_that_comes_late_is_unheard_until_then_and_one_with_its_repetition(both: Both) -> None:
    both.inside.misbehave(Misbehaviour("late", ms=60_000, times=2))
    assert both.adapter.send(OPEN).state == "unknown"
    assert both.adapter.look(OPEN.key) == Answer("unknown", "NETWORK_COMMAND_UNHEARD")
    both.clock.push(timedelta(minutes=1))
    assert both.adapter.look(OPEN.key) == DONE, "unheard was not undone"
    bar = Command("O1/2", "bar", "S1", {"ways": "two"})
    assert both.adapter.send(bar).state == "unknown"
    assert [both.adapter.send(bar), both.adapter.send(Command("O1/3", "unbar", "S1"))] == [DONE] * 2
    both.clock.push(timedelta(minutes=1))
    assert [line.bars for line in both.adapter.open_lines()] == ["none"], "its late copy does nothing"
    assert both.adapter.send(Command("O1/4", "close", "S1")) == DONE
    back = Command("O1/5", "open", "S1", {"number": "18900000001", "ways": "one"})
    assert both.adapter.send(back) == DONE
    assert [line.bars for line in both.adapter.open_lines()] == ["one"], "it comes back as it was"


def test_a_network_that_is_down_says_nothing_and_does_nothing(both: Both) -> None:
    down = both.inside.misbehave(Misbehaviour("down"))
    assert {both.adapter.send(OPEN).state, both.adapter.look(OPEN.key).state} == {"unknown"}
    assert both.inside.line("S1") is None
    assert both.inside.mend(down) == 1
    assert both.adapter.send(OPEN) == DONE


def test_a_refusal_for_the_moment_is_forgotten_and_one_for_good_is_kept(both: Both) -> None:
    both.inside.misbehave(Misbehaviour("refuses", code="NETWORK_BUSY", times=2))
    assert [both.adapter.send(OPEN).code for _ in range(3)] == ["NETWORK_BUSY", "NETWORK_BUSY", ""]
    both.inside.misbehave(Misbehaviour("refuses", code="NOT_IN_THIS_AREA", times=1, verb="bar"))
    bar = Command("O1/2", "bar", "S1", {"ways": "one"})
    assert [both.adapter.send(bar).code for _ in range(2)] == ["NOT_IN_THIS_AREA"] * 2
    assert both.adapter.look("O1/2") == Answer("refused", "NOT_IN_THIS_AREA")


def test_one_subscribers_commands_are_done_in_order_unless_one_overtakes(both: Both) -> None:
    both.adapter.send(OPEN)
    both.inside.misbehave(Misbehaviour("slow", ms=1000, verb="bar"))
    bar, unbar = Command("O1/2", "bar", "S1", {"ways": "two"}), Command("O1/3", "unbar", "S1")
    assert [both.adapter.send(bar), both.adapter.send(unbar)] == [Answer("accepted")] * 2
    both.clock.push(timedelta(seconds=1))
    assert [both.adapter.look(key) for key in ("O1/3", "O1/2")] == [DONE] * 2
    assert [line.bars for line in both.adapter.open_lines()] == ["none"]
    both.inside.misbehave(Misbehaviour("overtakes", verb="unbar"))
    again = [Command("O1/4", "bar", "S1", {"ways": "two"}), Command("O1/5", "unbar", "S1")]
    assert [both.adapter.send(one).state for one in again] == ["accepted", "done"]
    both.clock.push(timedelta(seconds=1))
    assert [line.bars for line in both.adapter.open_lines()] == ["two"], "barred last, although told first"


def test_a_command_that_comes_twice_at_once_is_one(both: Both) -> None:
    both.inside.misbehave(Misbehaviour("twice"))
    assert both.adapter.send(OPEN) == DONE
    assert [(one.heard, one.answer) for one in both.inside.commands()] == [(2, DONE)]


def test_open_lines_come_by_subscriber_however_many(both: Both) -> None:
    names = ["S3", "S1", "张三", "S2", "S 4"]
    both.inside.fill(Line(name, str(index)) for index, name in enumerate(names))
    assert [line.subscriber for line in both.adapter.open_lines()] == sorted(names)
