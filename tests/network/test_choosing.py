"""Which network a tenant's commands go to, from when, signed with what; and the command line over it all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.network.conftest import NOW
from tests.network.gateway import Gateway
from tests.typed import Type, typing

from yidian.kernel.faults import BadInput
from yidian.platform.access import staff
from yidian.platform.audit.models import AuditEntry
from yidian.platform.clock import VirtualClock
from yidian.platform.network.choosing import network_of, simulated_network
from yidian.platform.network.lines import Line
from yidian.platform.network.misbehaviour import Misbehaviour
from yidian.platform.network.models import NetworkChoice
from yidian.platform.network.operations import change_secret, choose_http, choose_simulated
from yidian.platform.network.over_http import HttpNetwork
from yidian.platform.network.queries import choice_at, choices
from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.network.types import Command
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

LATER = NOW + timedelta(days=8)
URL = "https://net.example/yidian"
KEYS = count()


def write(tenant: Tenant, work: Callable[..., None], *, now: datetime = NOW, **told: Any) -> None:
    def framed(frame: Any) -> dict[str, Any]:
        work(frame=frame, **told)
        return {}

    perform(tenant=tenant, actor=system("test"), operation="t", key=str(next(KEYS)), request={}, now=now, work=framed)


def secrets_now(tenant: Tenant, at: datetime, begun: datetime | None = None) -> tuple[str, ...]:
    found = network_of(tenant=tenant, clock=VirtualClock(at), work=Path(), to_private=False, begun=begun)
    assert isinstance(found, HttpNetwork)
    return found.secrets


def test_who_chose_nothing_has_the_simulated_network_apart_from_other_tenants(tenant: Tenant, tmp_path: Path) -> None:
    other = Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")
    told = {"clock": VirtualClock(NOW), "work": tmp_path}
    mine = network_of(tenant=tenant, to_private=False, **told)  # type: ignore[arg-type]
    assert isinstance(mine, SimulatedNetwork)
    mine.send(Command("K", "open", "S1", {"number": "1"}))
    assert simulated_network(tenant=tenant, **told).count_lines() == 1  # type: ignore[arg-type]
    assert simulated_network(tenant=other, **told).count_lines() == 0  # type: ignore[arg-type]


def test_a_choice_holds_from_its_instant_and_what_was_begun_stays_where_it_was(tenant: Tenant) -> None:
    write(tenant, choose_http, url=URL + "/", secret="new" * 10, from_at=LATER)
    kinds = [choice_at(tenant=tenant, at=at).kind for at in (NOW, LATER - timedelta(milliseconds=1), LATER)]
    assert kinds == ["simulated", "simulated", "http"]
    assert [(one.from_at, one.url) for one in choices(tenant=tenant)] == [(None, ""), (LATER, URL)]
    clock = VirtualClock(LATER)
    assert isinstance(
        network_of(tenant=tenant, clock=clock, work=Path(), to_private=False, begun=NOW), SimulatedNetwork
    )
    assert secrets_now(tenant, LATER) == ("new" * 10,)
    with pytest.raises(BadInput) as taken:
        write(tenant, choose_simulated, from_at=LATER)
    with pytest.raises(BadInput) as past:
        write(tenant, choose_simulated, from_at=NOW - timedelta(seconds=1))
    assert [one.value.faults[0].code for one in (taken, past)] == ["NETWORK_FROM_TAKEN", "NETWORK_FROM_PAST"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://net.example", "NETWORK_NOT_HTTPS"), ("https://10.0.0.1/", "NETWORK_PRIVATE"), ("net", "NETWORK_URL"),
        ("https://a:b@net.example", "NETWORK_URL"), (URL + "?x=1", "NETWORK_URL"), (URL + "/a#b", "NETWORK_URL"),
        (URL + "x" * 1000, "NETWORK_URL"),
    ],
)  # fmt: skip
def test_a_gateway_that_may_not_be_reached_is_not_chosen(tenant: Tenant, url: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        write(tenant, choose_http, url=url, secret="s" * 30, from_at=NOW)
    assert refused.value.faults[0].code == code
    assert not NetworkChoice.objects.exists()


def test_a_secret_is_changed_in_peace_and_lies_nowhere_in_the_clear(tenant: Tenant) -> None:
    with pytest.raises(BadInput):
        write(tenant, change_secret, secret="second" * 5)
    write(tenant, choose_http, url=URL, secret="first" * 6, from_at=NOW)
    write(tenant, change_secret, secret="second" * 5, now=LATER)
    assert secrets_now(tenant, NOW) == ("first" * 6,)
    assert secrets_now(tenant, LATER) == ("second" * 5, "first" * 6)
    assert secrets_now(tenant, LATER, begun=NOW) == ("second" * 5, "first" * 6), "the same network, its secret of now"
    kept = str(list(NetworkChoice.objects.values())) + str(list(AuditEntry.objects.values()))
    assert "first" not in kept
    assert "secondsecond" not in kept


@pytest.fixture
def typed(tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """`yidian --as LOGIN …`: who runs the system, and a clerk."""

    def hire(frame: Any) -> None:
        for login, role in (("ops", "system_admin"), ("clerk", "clerk")):
            staff.add_user(frame=frame, login=login, name=login)
            staff.give_post(frame=frame, login=login, role=role, organisation=None, since=NOW)

    write(tenant, hire)
    seconds = count()
    place = SimpleNamespace(work=tmp_path, money=False, network_to_private=True)
    return typing(
        monkeypatch, capsys, tenant=tenant, now=lambda: NOW + timedelta(seconds=next(seconds)), installation=place,
        by="ops",
    )  # fmt: skip


def test_a_gateway_is_chosen_and_told_by_command(typed: Type, tenant: Tenant, gateway: Gateway, tmp_path: Path) -> None:
    assert typed(f"network set http {gateway.url}", by="clerk").code == 3
    told = typed(f"network set http {gateway.url} --from 2026-12-01T02:00")
    assert (told.code, "From 2026-12-01 02:00:00+08:00" in told.said) == (0, True), told
    gateway.secret = told.said.split()[-1]
    first_of_december = datetime(2026, 11, 30, 18, tzinfo=UTC)
    clock = gateway.network.clock
    assert isinstance(clock, VirtualClock)
    clock.push(first_of_december - NOW)
    network = network_of(tenant=tenant, clock=clock, work=tmp_path, to_private=True)
    assert network.send(Command("K", "open", "S1", {"number": "1"})).state == "done"
    shown = typed("network show", lang="zh").said
    assert "模拟" in shown
    assert gateway.url in shown
    for line, code in (("network set http ftp://x", "NETWORK_URL"), ("network set simulated --from soon", "UNREADABLE"),
                       ("network secret", "NETWORK_HAS_NO_SECRET")):  # fmt: skip
        refused = typed(line)
        assert (refused.code, code in refused.said) == (2, True), refused


def test_the_simulated_network_is_seen_and_disturbed_by_command(typed: Type, tenant: Tenant, tmp_path: Path) -> None:
    network = simulated_network(tenant=tenant, clock=VirtualClock(NOW), work=tmp_path)
    network.fill([Line("S1", "18900000001", services=frozenset({"voice"})), Line("S2", "18900000002", bars="two")])
    network.misbehave(Misbehaviour("slow", looks=9))
    network.send(Command("O1/1", "bar", "S1", {"ways": "one"}))
    lines = typed("network lines")
    assert "S1 18900000001 none voice S2 18900000002 neither calls nor is called" in lines.said
    assert "O1/1 bar S1 ways=one under way" in typed("network commands --under-way").said
    assert "Open: 2; commands under way: 1; misbehaviours: 1" in typed("network show").said
    assert (
        "`yidian network mend 2` ends it"
        in typed("network fault refuses --code NETWORK_BUSY --verb open --times 3").said
    )
    assert "2 refuses open 1,000,000 3 0 0 0 NETWORK_BUSY" in typed("network faults").said
    assert typed("network fault mad").code == 2
    assert [typed("network drop S2").code, typed("network drop S2").code] == [0, 2]
    assert "ended: 2" in typed("network mend").said
    assert typed("network seed 7").code == 0
    assert typed("network lines", by="clerk").code == 3


def test_with_real_money_nothing_is_disturbed(
    tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = SimpleNamespace(work=tmp_path, money=True, network_to_private=False)
    monkeypatch.delenv("YIDIAN_ACTOR", raising=False)
    typed = typing(monkeypatch, capsys, tenant=tenant, now=lambda: NOW, installation=place, by="")
    assert [typed(f"network {words}").code for words in ("fault down", "drop S1", "show")] == [3, 3, 0]
