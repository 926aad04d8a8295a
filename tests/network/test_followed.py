"""Random lives: whoever follows the policy leaves the network as the orders say, whatever goes wrong on the way.

The oracle is a dict that knows nothing of keys, answers or faults: what each order, once and in its turn, makes of a
subscriber. Its rules are written here again and not taken from the program.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from tests.network import gateway as spoils
from tests.network.conftest import NOW, SECRET
from tests.network.gateway import Gateway, says

from yidian.platform.clock import VirtualClock
from yidian.platform.network.misbehaviour import KINDS, Misbehaviour
from yidian.platform.network.over_http import HttpNetwork
from yidian.platform.network.patience import Next, Patience, next_try
from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.network.types import Adapter, Command, OpenLine

FOR_EVER = Patience(within=timedelta(days=3650))
NAMES = ("S1", "S2", "S3")
VERBS = ("open", "open", "close", "change_number", "swap_card", "bar", "unbar")
FINAL = "NOT_IN_THIS_AREA"
SPOILS = (spoils.cut_before, spoils.cut_after, spoils.cut_within, says(500), says(200, b"?"), says(409), says(302))
Open = tuple[str, str, str]  # number, card, bars


@dataclass
class Order:
    """One command on its way: what comes next, and when."""

    command: Command
    began: datetime
    next: Next
    attempts: int = 0


@dataclass
class World:
    """What ought to be open, by subscriber."""

    open: dict[str, Open] = field(default_factory=dict)

    def takes(self, command: Command) -> bool:
        """Whether an order makes sense to a network that is as it ought to be."""
        return (command.verb == "open") != (command.subscriber in self.open)

    def do(self, command: Command) -> None:
        told, who = command.params, command.subscriber
        number, card, bars = self.open.get(who, ("", "", "none"))
        match command.verb:
            case "open":
                self.open[who] = (told["number"], told["imsi"], "none")
            case "close":
                del self.open[who]
            case "change_number":
                self.open[who] = (told["number"], card, bars)
            case "swap_card":
                self.open[who] = (number, told["imsi"], bars)
            case "bar":
                self.open[who] = (number, card, told["ways"])
            case "unbar":
                self.open[who] = (number, card, "none")


class Followed(RuleBasedStateMachine):
    """One order of a subscriber is under way at a time; those of different subscribers go side by side."""

    over_http = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = VirtualClock(NOW)
        self.inside = SimulatedNetwork(Path(self.folder.name) / "memory.sqlite3", self.clock)
        self.gateway = Gateway(self.inside, SECRET) if self.over_http else None
        self.network: Adapter = self.inside
        if self.gateway is not None:
            self.network = HttpNetwork(self.gateway.url, (SECRET,), True, self.clock)
        self.world, self.orders, self.past = World(), {}, list[Command]()  # type: ignore[var-annotated]
        self.told = 0

    @initialize(seed=st.integers(0, 9))
    def begin(self, seed: int) -> None:
        self.inside.reseed(str(seed))

    @rule(who=st.sampled_from(NAMES), verb=st.sampled_from(VERBS), n=st.integers(1, 2),
          ways=st.sampled_from(("one", "two")))  # fmt: skip
    def order(self, who: str, verb: str, n: int, ways: str) -> None:
        if who in self.orders:
            return
        params: dict[str, dict[str, str]] = {
            "open": {"number": f"{who}{n}", "imsi": f"46011{who}{n}"}, "change_number": {"number": f"{who}{n}"},
            "swap_card": {"imsi": f"46011{who}{n}"}, "bar": {"ways": ways},
        }  # fmt: skip
        self.told += 1
        command = Command(f"O{self.told}", verb, who, params.get(verb, {}))
        self.orders[who] = Order(command, self.clock.now(), Next("send", at=self.clock.now()))
        self.go_on(who)

    @rule(kind=st.sampled_from(KINDS), n=st.integers(1, 3),
          share=st.sampled_from((300_000, 1_000_000)), code=st.sampled_from(("NETWORK_BUSY", FINAL)),
          verb=st.sampled_from(("", "open", "bar")))  # fmt: skip
    def disturb(self, kind: str, n: int, share: int, code: str, verb: str) -> None:
        told: dict[str, Any] = {
            "slow": {"looks": n - 1, "ms": 4000 * n},
            "late": {"ms": 9000 * n},
            "refuses": {"code": code},
        }.get(kind, {})
        self.inside.misbehave(Misbehaviour(kind, share_ppm=share, times=n, verb=verb, **told))

    @precondition(lambda self: self.over_http)
    @rule(spoiled=st.lists(st.sampled_from(SPOILS), min_size=1, max_size=3))
    def spoil(self, spoiled: list[Any]) -> None:
        assert self.gateway is not None
        self.gateway.spoils.extend(spoiled)

    @rule(seconds=st.sampled_from((1, 7, 40, 2000)))
    def wait(self, seconds: int) -> None:
        self.clock.push(timedelta(seconds=seconds))
        for who in sorted(self.orders):
            self.go_on(who)

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def repeat_what_is_over(self, data: st.DataObject) -> None:
        """A worker that was asleep tells an old command again; it changes nothing, whatever it is answered."""
        before = self.inside.lines()
        self.network.send(data.draw(st.sampled_from(self.past)))
        assert self.inside.lines() == before

    def go_on(self, who: str) -> None:
        """One try, where its time has come."""
        order = self.orders[who]
        assert order.next.at is not None
        if order.next.at > self.clock.now():
            return
        key = order.command.key
        answer = self.network.look(key) if order.next.act == "look" else self.network.send(order.command)
        order.attempts += 1
        order.next = next_try(
            key=key, answer=answer, attempt=order.attempts, began=order.began, now=self.clock.now(), patience=FOR_EVER
        )
        if order.next.act == "done":
            assert self.world.takes(order.command), f"{order.command} was done"
            self.world.do(order.command)
        elif order.next.act == "give_up":
            assert order.next.certain
            assert order.next.reason == FINAL or not self.world.takes(order.command), order.next
        if order.next.act in ("done", "give_up"):
            del self.orders[who]
            self.past.append(order.command)

    def teardown(self) -> None:
        try:
            self.inside.mend()
            if self.gateway is not None:
                self.gateway.spoils.clear()
            for _ in range(40):
                self.wait(2000)
            assert not self.orders, "an order never ends"
            expected = [OpenLine(who, told[0], told[2]) for who, told in sorted(self.world.open.items())]
            assert list(self.network.open_lines()) == expected
            cards = {line.subscriber: line.imsi for line in self.inside.lines()}
            assert cards == {who: told[1] for who, told in self.world.open.items()}
        finally:
            if self.gateway is not None:
                self.gateway.close()
            self.folder.cleanup()


class FollowedOverHttp(Followed):
    over_http = True


def test_whoever_follows_the_policy_leaves_the_network_as_the_orders_say() -> None:
    bounded = settings(max_examples=40, stateful_step_count=30, deadline=None, derandomize=True)
    run_state_machine_as_test(Followed, settings=bounded)  # type: ignore[no-untyped-call]


def test_so_does_who_follows_it_over_a_bad_line() -> None:
    bounded = settings(max_examples=30, stateful_step_count=30, deadline=None, derandomize=True)
    run_state_machine_as_test(FollowedOverHttp, settings=bounded)  # type: ignore[no-untyped-call]
