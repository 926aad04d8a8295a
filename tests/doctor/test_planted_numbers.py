"""Series of numbers under the doctor's eye: whole where nobody went past the program, each hole named where one did."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from tests.web.conftest import built, town
from tests.web.test_sweep import known
from tests.web.town import ALPHA, NOW, Town

from yidian.domains.payment.operations import pay, refund
from yidian.platform.numbering.queries import series_of
from yidian.platform.writing.types import Actor
from yidian.runs.doctor.numbers import SERIES, numbers
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.inputs import Places

assert built
assert town
PAPERS = {
    "bill": "customer_bill_customerbill", "receipt": "payment_payment", "refund": "payment_refund",
    "order": "product_order_productorder", "dispute": "dispute_dispute", "correction": "customer_bill_correction",
}  # fmt: skip


def test_whole_series_are_found_whole_and_each_hole_is_named(town: Town) -> None:
    known(town)
    tenant = town.tenant(ALPHA)
    by = {"tenant": tenant, "actor": Actor("staff", "finance"), "now": NOW, "account": "a1"}
    pay(key="much", amount_minor=900_000, **by)
    refund(key="back", amount_minor=100, **by)
    on = Visit(tenant=tenant, home=town.home, places=Places(town.home / "lake", town.home / "work"), now=NOW)
    found = numbers(on)
    assert found.ok, found
    counted = {kind: series_of(tenant=tenant, kind=kind) for kind, _, _ in SERIES}
    assert all(counted.values()), "there is one of each"
    assert found.checked == sum(last for each in counted.values() for last in each.values())
    for kind, letter, given in SERIES:
        period, last = min(counted[kind].items())
        first = min(given(tenant=tenant, head=f"{letter}{period.replace('-', '')}-"))
        beyond = f"{first[:-4]}9999"
        assert planted(on, PAPERS[kind], "number", first, beyond) == [
            ("NUMBER_MISSING", {"first": first, "last": first, "count": 1}),
            ("NUMBER_NEVER_COUNTED", {"number": beyond, "last": last}),
        ], kind
    [(code, told), *_] = planted(on, "product_order_orderform", "version", 1, 2)
    assert (code, told["newest"], told["forms"]) == ("FORM_MISSING", 2, 1)


def planted(on: Visit, table: str, column: str, was: object, instead: object) -> list[tuple[str, dict[str, Any]]]:
    """What the doctor says where somebody has written over a number past the program."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE tenant_id = %s AND {column} = %s",
                [instead, on.tenant.pk, was],
            )
            assert cursor.rowcount
        said = [(one.code, one.params) for one in numbers(on).violations]
        transaction.set_rollback(True)
    return said
