"""The doctor's law of resources: what is right is found right, and each planted defect is found."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.inventory.files import row, take
from tests.resources.store import CARD, NUMBER, Store

from yidian.runs.doctor.finding import Finding
from yidian.runs.doctor.resources import resources
from yidian.runs.doctor.visit import Visit

NUMBERS, IDENTIFIERS = "resource_inventory_number", "product_inventory_accessidentifier"


def asked(store: Store) -> Finding:
    there: Any = Path()
    return resources(Visit(tenant=store.tenant, home=there, places=there, now=store.now + timedelta(seconds=1)))


@pytest.fixture
def used(store: Store) -> Store:
    """S1 uses a number and a card; a terminal is reserved, and a port was."""
    take(
        store.tenant, row(subscriber="S1", identifier=NUMBER),
        row(subscriber="S1", identifier=CARD, kind="iccid", offer=""),
    )  # fmt: skip
    store.used("number", NUMBER)
    store.used("card", CARD)
    store.reserve("device", "356938035600007")
    store.used("port", "FG-MZ88-3/1")
    store.do("retire", kind="port", id="FG-MZ88-3/1", subscriber="S1", quarantine_until_ms=0)
    return store


def test_what_is_right_is_found_right(used: Store) -> None:
    law = asked(used)
    assert law.ok, law.violations
    assert law.checked == 3


@pytest.mark.parametrize(
    ("planted", "codes"),
    [
        (f"UPDATE {NUMBERS} SET holder = 'S2' WHERE holder = 'S1'",
         {"RESOURCE_HISTORY_DIFFERS", "RESOURCE_USED_BY_ANOTHER"}),
        (f"UPDATE {NUMBERS} SET holder = '', state = 'selectable' WHERE holder = 'S1'",
         {"RESOURCE_HISTORY_DIFFERS", "RESOURCE_USED_UNKNOWN"}),
        ("UPDATE resource_inventory_device SET state = 'in_use', until_ms = 0 WHERE holder <> ''",
         {"RESOURCE_HISTORY_DIFFERS"}),
        ("UPDATE resource_inventory_port SET state = 'in_use', holder = 'S9' WHERE code = 'FG-MZ88-3/2'",
         {"RESOURCE_HISTORY_DIFFERS"}),
        (f"UPDATE {IDENTIFIERS} SET value = '89861126100770000012' WHERE kind = 'iccid'",
         {"RESOURCE_USED_BY_ANOTHER", "RESOURCE_USED_UNKNOWN"}),
        (f"DELETE FROM {IDENTIFIERS} WHERE kind = 'msisdn'", {"RESOURCE_USED_BY_ANOTHER"}),
        ("DELETE FROM resource_inventory_resourcestep WHERE event = 'use' AND kind = 'card'",
         {"RESOURCE_HISTORY_DIFFERS"}),
    ],
)  # fmt: skip
def test_a_planted_defect_is_found(used: Store, planted: str, codes: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{planted} AND tenant_id = %s", [used.tenant.pk])
    assert {one.code for one in asked(used).violations} == codes


def test_what_customers_had_before_is_marked_once_and_then_all_agrees(store: Store) -> None:
    from yidian.journeys.resources_in_use import match
    from yidian.platform.writing.types import system

    other = "13900770002"
    take(
        store.tenant, row(subscriber="S1", identifier=NUMBER), row(subscriber="S2", identifier=other),
        row(subscriber="S1", identifier=CARD, kind="iccid", offer=""), row(subscriber="S3", identifier="13300000000"),
    )  # fmt: skip
    store.reserve("number", other)
    assert {one.code for one in asked(store).violations} == {"RESOURCE_USED_UNKNOWN"}
    matched = [match(tenant=store.tenant, actor=system("test"), now=store.now) for _ in range(2)]
    assert matched == [2, 0]
    assert store.state("number", NUMBER) == ("in_use", "S1")
    assert store.state("number", other) == ("reserved", "order/1"), "somebody is at it: the doctor goes on telling"
    assert [one.params["id"] for one in asked(store).violations] == [other]
    store.do("release", kind="number", id=other, holder="order/1")
    assert match(tenant=store.tenant, actor=system("test"), now=store.now) == 1
    assert asked(store).ok
