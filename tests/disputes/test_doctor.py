"""The doctor's law of disputes: right books are found right, and each planted defect is found."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.disputes.office import RAISED, Office

from yidian.platform.access.types import UnableToAct
from yidian.runs.doctor.disputes import disputes
from yidian.runs.doctor.finding import Finding
from yidian.runs.doctor.month_equation import month_equation
from yidian.runs.doctor.visit import Visit


def asked(office: Office) -> list[Finding]:
    visit = Visit(tenant=office.tenant, home=office.world.home, places=office.world.places, now=RAISED)
    return [disputes(visit), month_equation(visit)]


@pytest.fixture
def settled(office: Office) -> Office:
    number = office.examined()
    with pytest.raises(UnableToAct):
        office.do("uphold", number, over_minor=1_000, answer="yes")
    office.agree()
    return office


def test_right_books_are_found_right(settled: Office) -> None:
    law, months = asked(settled)
    assert law.ok
    assert law.checked == 1
    assert months.ok


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        ("UPDATE dispute_dispute SET over_minor = over_minor - 1 WHERE tenant_id = %s", "DISPUTE_NOT_GIVEN_BACK"),
        ("UPDATE customer_bill_adjustment SET amount_minor = -999 WHERE tenant_id = %s", "DISPUTE_NOT_GIVEN_BACK"),
        ("UPDATE dispute_dispute SET adjustment = 987654 WHERE tenant_id = %s", "DISPUTE_NOT_GIVEN_BACK"),
        ("UPDATE dispute_dispute SET compensation_minor = 0 WHERE tenant_id = %s", "COMPENSATION_DIFFERS"),
    ],
)
def test_a_planted_defect_is_found(settled: Office, planted: str, code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(planted, [settled.tenant.pk])
    assert {one.code for one in asked(settled)[0].violations} == {code}
