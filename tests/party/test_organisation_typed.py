"""A node that looks after customers does not go, whoever types it: nobody's reach would hold them any more (CH-44)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from tests.typed import Type, typing

from yidian.domains.party.models import Customer
from yidian.domains.party.operations import add_parties
from yidian.platform.access import organisation, staff
from yidian.platform.access.organisation import tree_at
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)


@pytest.fixture
def typed(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    def work(frame: Any) -> dict[str, Any]:
        organisation.add(frame=frame, code="south", name="城南")
        organisation.place(frame=frame, code="south", tree="region", parent=None, since=NOW)
        staff.add_user(frame=frame, login="sec", name="安全")
        staff.give_post(frame=frame, login="sec", role="security_admin", organisation=None, since=NOW)
        return {}

    perform(tenant=tenant, actor=system("test"), operation="t", key="t", request={}, now=NOW, work=work)
    seconds = count(1)
    return typing(monkeypatch, capsys, tenant=tenant, now=lambda: NOW + timedelta(seconds=next(seconds)), by="sec")


def test_no_node_goes_by_command_that_looks_after_customers(typed: Type, tenant: Tenant) -> None:
    add_parties(tenant=tenant, customers={"C1": "李", "C2": "王"}, accounts={})
    Customer.objects.update(organisation="south")
    told = typed("org end south")
    assert (told.code, "looks after customers: 2" in told.said) == (3, True), told
    assert [one.code for one in tree_at(tenant=tenant, tree="region", at=NOW + timedelta(hours=1))] == ["south"]
    Customer.objects.filter(code="C1").update(organisation="")
    assert typed("org end south").code == 3
    Customer.objects.update(organisation="")
    assert typed("org end south").code == 0
    assert tree_at(tenant=tenant, tree="region", at=NOW + timedelta(hours=1)) == []
