"""The bill run on a database: what is billed, repeated, killed, parked, billed alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django_scopes import scopes_disabled
from tests.billing.desk import YUAN
from tests.billing.office import MONTH, NOW, Office

from yidian.domains.customer_bill import bulk, operations, queries
from yidian.domains.customer_bill.lifecycle import UnableToChangeCycle
from yidian.domains.customer_bill.models import BillTax, CustomerBill
from yidian.kernel.billing.exact import LIMIT
from yidian.kernel.faults import BadInput
from yidian.platform import points
from yidian.platform.jobs.engine import UnableToRun, alone
from yidian.platform.jobs.models import Run
from yidian.platform.lake.models import LakeFile
from yidian.runs.bill import exports
from yidian.runs.bill import parts as bill_parts
from yidian.runs.bill.inputs import UnableToBill
from yidian.runs.bill.results import item_tables

USED = (("s1", "a1", "LOCAL", 100 * YUAN), ("s2", "a2", "DATA", 50 * YUAN), ("s4", "a3", "LONG", 5 * YUAN))


def totals(office: Office) -> dict[str, int]:
    return {bill.account_code: bill.total_minor for bill in queries.bills(tenant=office.tenant, cycle=MONTH)}


def canonical(office: Office) -> str:
    told = exports.canonical(tenant=office.tenant, lake=office.places.lake, cycle=MONTH, folder=office.home / "out")
    return told[-1][2]


@pytest.fixture
def _points() -> Iterator[None]:
    yield
    points.configure("")


def test_every_account_with_a_holding_gets_its_bill(office: Office) -> None:
    office.rate(*USED)
    report = office.bill()
    # a1: 31 + 10 + 100 − 20 % of 100; a2: s2 31 + 50, s3 16 of 31 days 16 → its minimum 40 × 16 ÷ 31 = 20.65
    # a3: s4 pays 10 days of 31 and 5 of usage; a4: 21; the minimum of a whole month is 31 held … 21 held days: 27.10
    assert totals(office) == {"a1": 12_100, "a2": 8_100 + 2_065, "a3": 1_500, "a4": 2_100}
    assert (report.accounts, report.billed, report.parked) == (4, 4, {})
    assert (report.usage_micro, report.rated_micro, report.unbilled_micro) == (155 * YUAN, 155 * YUAN, 0)
    assert report.total_minor == sum(totals(office).values())
    assert report.tax_minor == sum(bill.tax_minor for bill in queries.bills(tenant=office.tenant, cycle=MONTH))
    for bill in queries.bills(tenant=office.tenant, cycle=MONTH):
        assert sum(tax.base_minor for tax in bill.taxes) == bill.total_minor
    items = list(item_tables(tenant=office.tenant, cycle=MONTH, lake=office.places.lake))
    assert sum(table.num_rows for table in items) == report.items


def test_the_same_again_does_nothing_and_a_new_rating_bills_anew(office: Office) -> None:
    office.rate(*USED)
    first = office.bill()
    again = office.bill()
    assert again.again
    assert again.counts() == first.counts()
    assert Run.objects.filter(kind="bill").count() == 1
    office.rate(*USED[1:])
    assert totals(office) == {}, "bills of an earlier rating do not count"
    office.bill()
    assert totals(office)["a1"] == 4_100
    assert CustomerBill.objects.count() == 4
    assert BillTax.objects.exclude(bill_id__in=CustomerBill.objects.values("id")).count() == 0
    files = {path.relative_to(office.places.lake).as_posix() for path in office.places.lake.rglob("*.parquet")}
    assert files == set(LakeFile.objects.values_list("path", flat=True))


@pytest.mark.parametrize(
    "point",
    ["run.opened", "bill.computed:2", "lake.renamed:3", "run.task:2", "run.task.committed", "bill.chunk:2",
     "bill.chunk.committed", "run.publish", "run.published"],
)  # fmt: skip
@pytest.mark.usefixtures("_points")
def test_a_run_that_is_cut_off_anywhere_is_resumed_to_the_same_bytes(
    office: Office, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    monkeypatch.setattr(bill_parts, "ACCOUNTS_IN_A_PART", 1)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    office.rate(*USED)
    office.bill()
    whole, sums = canonical(office), totals(office)
    office.rate(*USED[:1])
    office.bill()
    office.rate(*USED)
    points.configure(f"{point}=raise")
    with pytest.raises(points.PlantedFault):
        office.bill()
    points.configure("")
    assert totals(office) in ({}, sums), "never half of it"
    office.bill(threads=2)
    assert canonical(office) == whole
    assert CustomerBill.objects.filter(published=None).count() == 0
    assert CustomerBill.objects.count() == 4


def test_parts_and_threads_do_not_show(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.rate(*USED)
    office.bill()
    whole = canonical(office)
    monkeypatch.setattr(bill_parts, "ACCOUNTS_IN_A_PART", 1)
    office.rate(*reversed(USED))
    with scopes_disabled():
        CustomerBill.objects.all().delete()
    Run.objects.filter(kind="bill").update(state="superseded")
    office.bill(threads=2)
    assert canonical(office) == whole


def test_an_account_with_a_member_in_a_parked_unit_is_not_billed_and_can_be_alone_later(office: Office) -> None:
    office.rate(*USED[:1], USED[2], parked=("pool:family",))
    report = office.bill()
    assert (report.accounts, report.billed, report.parked) == (4, 3, {"UNIT_PARKED": 1})
    assert "a2" not in totals(office)
    before = canonical(office)
    with pytest.raises(operations.UnableToCloseCycle):
        operations.begin_posting(tenant=office.tenant, name=MONTH, now=NOW)

    # the unit is rated now, the rest stands
    office.totals = list(USED)
    from yidian.domains.customer_bill.models import ParkedUnit

    ParkedUnit.objects.update(resolved_at=NOW)
    alone = office.bill(accounts=["a2"])
    assert (alone.accounts, alone.billed, alone.usage_micro) == (1, 1, 50 * YUAN)
    assert totals(office) == {"a1": 12_100, "a2": 10_165, "a3": 1_500, "a4": 2_100}
    assert office.bill(accounts=["a2"]).again
    together = canonical(office)
    assert together != before
    office.rate(*USED)
    office.bill()
    assert canonical(office) == together, "billed alone or with all: the same"
    assert operations.begin_posting(tenant=office.tenant, name=MONTH, now=NOW).state == "posted"


def test_amounts_that_do_not_fit_park_their_account_and_the_others_are_billed(office: Office) -> None:
    office.rate(*USED, ("s1", "a1", "LONG", LIMIT), ("s1", "a1", "LONG", 5))
    report = office.bill()
    assert report.parked == {"AMOUNT_OVERFLOW": 1}
    assert set(totals(office)) == {"a2", "a3", "a4"}
    (parked,) = queries.parked(tenant=office.tenant, cycle=MONTH)
    assert (parked.code, parked.params) == ("AMOUNT_OVERFLOW", {"account": "a1"})
    office.rate(*USED)
    assert office.bill().parked == {}
    assert queries.parked(tenant=office.tenant, cycle=MONTH) == []


def test_what_cannot_be_billed_is_said(office: Office) -> None:
    with pytest.raises(UnableToChangeCycle) as early:
        office.bill()
    assert early.value.code == "CYCLE_NOT_RATED"
    office.rate(*USED)
    with pytest.raises(UnableToBill) as told:
        office.bill(accounts=["a1"])
    assert told.value.code == "CYCLE_NOT_BILLED"
    office.bill()
    with pytest.raises(BadInput) as refused:
        office.bill(accounts=["a1", "nobody"])
    assert [fault.value for fault in refused.value.faults] == ["nobody"]
    office.totals = [("s1", "a1", "UNHEARD", 1)]
    with pytest.raises(UnableToBill) as told:
        office.bill()
    assert told.value.code == "TOTALS_DO_NOT_FIT"
    office.totals = list(USED)
    operations.begin_posting(tenant=office.tenant, name=MONTH, now=NOW)
    with pytest.raises(UnableToChangeCycle):
        office.bill()


def test_two_runs_of_one_cycle_at_once_one_works_and_one_says_so(office: Office) -> None:
    office.rate(*USED)
    with (
        alone(tenant=office.tenant, subject=f"cycle {MONTH}", folder=office.places.locks),
        pytest.raises(UnableToRun) as told,
    ):
        office.bill()
    assert told.value.code == "RUN_AT_WORK"


def test_books_that_do_not_balance_are_not_published(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from yidian.runs.bill import run
    from yidian.runs.bill.report import BooksDoNotBalance

    made = run.compute

    def losing(inputs: Any, wanted: Any) -> Any:
        part = made(inputs, wanted)
        part.sums["usage_micro"] -= 1
        return part

    monkeypatch.setattr(run, "compute", losing)
    office.rate(*USED)
    with pytest.raises(BooksDoNotBalance):
        office.bill()
    assert totals(office) == {}
