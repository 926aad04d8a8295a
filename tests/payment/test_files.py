"""Payment files: taken once, judged line by line, held as a whole when their tail says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import REPOSITORY
from tests.payment.counter import NOW, STAFF, accounts, add_up, bill, cash, key, owing, paid, principal

from yidian.domains.charging.operations import UnableToUndo
from yidian.domains.ledger import queries
from yidian.domains.ledger.types import AccountKey
from yidian.domains.payment.lifecycle import UnableToChangePayment
from yidian.domains.payment.models import Payment, PaymentFile
from yidian.domains.payment.operations import (
    UnableToReversePayment,
    assign_payment,
    import_payments,
    refund,
    return_payment,
    reverse_payment,
)
from yidian.domains.payment.operations.intake import CHUNK
from yidian.domains.payment.queries import payment_files, receipts
from yidian.domains.payment.types import FileReport
from yidian.domains.product_inventory.operations import import_customers
from yidian.kernel.faults import BadInput
from yidian.platform.points import PlantedFault, configure

EXAMPLES = REPOSITORY / "examples" / "payments"
HEAD = "receipt,account,amount,paid_at,method\n"
TRAILED = (EXAMPLES / "counter.toml").read_text() + '\n[trailer]\nbegins = "END,"\ncount = 2\ntotal = 3\n'


def taken(tenant: Any, folder: Path, text: str | bytes, *, mapping: Path | str = EXAMPLES / "counter.toml",
          now: datetime = NOW) -> FileReport:  # fmt: skip
    path = folder / "payments.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if isinstance(mapping, str):
        told, mapping = mapping, folder / "mapping.toml"
        mapping.write_text(told)
    return import_payments(tenant=tenant, actor=STAFF, path=path, mapping_path=mapping, now=now, locks=folder / "locks")


def line(txn: str, account: str = "A1", amount: str = "1.00", at: str = "2026-11-03 09:15:00") -> str:
    return f"{txn},{account},{amount},{at},cash\n"


def row_law(report: FileReport) -> None:
    assert report.rows == report.good + report.duplicates + report.suspended + report.rejected


def test_the_counters_example_tells_each_kind_of_line(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1001", "A1002", "A1003")
    bill(tenant, 1, "A1001", 10_000)
    report = taken(tenant, tmp_path, (EXAMPLES / "counter.csv").read_bytes())
    assert (report.rows, report.good, report.duplicates, report.suspended, report.rejected) == (5, 2, 1, 1, 1)
    row_law(report)
    assert report.amount_minor == 20_750
    assert [(one[0], one[1], one[2], one[3]) for one in report.rejects] == [
        (5, "amount", "-5.00", "PAYMENT_NOT_POSITIVE")
    ]
    assert (owing(tenant, "A1001"), principal(tenant, "A1001")) == ([], 2_900)
    assert cash(tenant, "counter-east") == 20_750
    add_up(tenant)


def test_the_banks_example_finds_the_payer_by_the_number_of_that_day(tenant: Any, tmp_path: Path) -> None:
    people = tmp_path / "customers.csv"
    people.write_text(
        "customer,account,subscriber,identifier,offer,from,to\n"
        "C1,A1,S1,19900000001,basic,2026-01-01,2026-11-01\nC2,A2,S2,19900000001,basic,2026-11-02,\n"
        "C3,A3,S3,19900000002,basic,2026-01-01,\n"
    )
    import_customers(tenant=tenant, path=people, known_offers={"basic": (None, None)})
    report = import_payments(
        tenant=tenant, actor=STAFF, path=EXAMPLES / "bank.txt", mapping_path=EXAMPLES / "bank.toml", now=NOW,
        locks=tmp_path,
    )  # fmt: skip
    assert (report.rows, report.good, report.suspended) == (2, 2, 0)
    assert {one.account: one.amount_minor for one in receipts(tenant=tenant)} == {"A2": 12_900, "A3": 5_850}
    add_up(tenant)


def test_the_collections_example_takes_what_was_collected_only(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1001", "A1002", "A1003")
    report = import_payments(
        tenant=tenant, actor=STAFF, path=EXAMPLES / "collection.txt", mapping_path=EXAMPLES / "collection.toml",
        now=NOW, locks=tmp_path,
    )  # fmt: skip
    assert (report.rows, report.good, report.rejected, report.amount_minor) == (3, 2, 1, 15_900)
    assert report.rejects[0][3] == "PAYMENT_NOT_COLLECTED"
    add_up(tenant)


def test_the_same_bytes_again_under_any_name_add_nothing(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1")
    text = HEAD + line("1") + line("2")
    first = taken(tenant, tmp_path, text)
    (tmp_path / "other").mkdir()
    again = taken(tenant, tmp_path / "other", text)
    assert (first.again, again.again, again.good) == (False, True, 2)
    assert Payment.objects.count() == 2
    other = taken(tenant, tmp_path, text + line("3"))
    assert (other.good, other.duplicates) == (1, 2)
    row_law(other)
    add_up(tenant)


def test_a_channels_id_with_another_amount_is_a_fault_not_a_payment(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1")
    paid(tenant, "A1", 100, channel="counter-east", channel_txn="1")
    report = taken(tenant, tmp_path, HEAD + line("1", amount="1.01") + line("2") + line("2", amount="3"))
    assert (report.good, report.rejected) == (1, 2)
    assert [one[3] for one in report.rejects] == ["PAYMENT_TXN_TAKEN"] * 2
    assert cash(tenant, "counter-east") == 200
    row_law(report)


REFUSED = [
    (line("x", amount="0"), "amount", "PAYMENT_NOT_POSITIVE"),
    (line("x", amount="-0.01"), "amount", "PAYMENT_NOT_POSITIVE"),
    (line("x", amount="1000000.01"), "amount", "PAYMENT_ABSURD"),
    (line("x", amount="99999999999999999999"), "amount", "AMOUNT_OUT_OF_RANGE"),
    (line("x", amount="1.001"), "amount", "AMOUNT_TOO_PRECISE"),
    (line("x", amount="１.00"), "amount", "AMOUNT_NOT_A_NUMBER"),
    (line("x", amount=""), "amount", "AMOUNT_NOT_A_NUMBER"),
    (line("x", at="2026-11-05 10:05:01"), "paid_at", "PAYMENT_IN_FUTURE"),
    (line("x", at="2026-02-30 10:00:00"), "paid_at", "PAYMENT_TIME_WRONG"),
    (line(""), "receipt", "PAYMENT_CELL_WRONG"),
    (line("9" * 65), "receipt", "PAYMENT_CELL_WRONG"),
    (line("x", account=""), "account", "PAYMENT_CELL_WRONG"),
    ("x,A1,1.00\n", "", "PAYMENT_LINE_BROKEN"),
    ('"x,A1,1.00,2026-11-03 09:15:00,cash\n', "", "PAYMENT_LINE_BROKEN"),
]


@pytest.mark.parametrize(("bad", "column", "code"), REFUSED, ids=lambda value: str(value)[:30])
def test_a_wrong_line_is_refused_with_its_place_and_stops_no_other(
    tenant: Any, tmp_path: Path, bad: str, column: str, code: str
) -> None:
    accounts(tenant, "A1")
    report = taken(tenant, tmp_path, HEAD + line("1") + bad + line("2"))
    assert (report.good, report.rejected) == (2, 1)
    assert [(one[0], one[1], one[3]) for one in report.rejects] == [(3, column, code)]
    row_law(report)


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("", "TRAILER_MISSING"),
        ("END,3,2.00\n", "TRAILER_COUNT_DIFFERS"),
        ("END,2,2.01\n", "TRAILER_TOTAL_DIFFERS"),
        ("END,two,2.00\n", "TRAILER_UNREADABLE"),
        ("END,2,2.00\n" + line("3"), "TRAILER_NOT_LAST"),
        ("END,2,2.00\nEND,2,2.00\n", "TRAILER_NOT_LAST"),
    ],
)
def test_a_file_whose_tail_is_missing_or_wrong_is_held_and_nothing_of_it_is_taken(
    tenant: Any, tmp_path: Path, tail: str, reason: str
) -> None:
    accounts(tenant, "A1")
    text = HEAD + line("1") + line("2")
    for _ in range(2):  # typed again it is held again, in one row
        report = taken(tenant, tmp_path, text + tail, mapping=TRAILED)
        assert (report.state, report.reason, report.good) == ("held", reason, 0)
    assert (Payment.objects.count(), PaymentFile.objects.count()) == (0, 1)
    good = taken(tenant, tmp_path, text + "END,2,2.00\n", mapping=TRAILED)
    assert (good.state, good.good) == ("loaded", 2)
    assert [one.state for one in payment_files(tenant=tenant)] == ["loaded", "held"]
    add_up(tenant)


def test_a_file_that_is_no_file_of_the_mapping_is_refused_and_leaves_no_trace(tenant: Any, tmp_path: Path) -> None:
    for text, code in (
        (b"receipt,account\n1,A1\n", "PAYMENT_COLUMN_MISSING"),
        (b"", "PAYMENT_COLUMN_MISSING"),
        (b"receipt,\xff\n", "PAYMENT_FILE_ENCODING"),
    ):
        with pytest.raises(BadInput) as error:
            taken(tenant, tmp_path, text)
        assert error.value.faults[0].code == code
    assert PaymentFile.objects.count() == 0


def test_every_fault_of_a_mapping_is_told_at_once(tenant: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        taken(
            tenant,
            tmp_path,
            HEAD,
            mapping='format = 2\nkind = "tape"\nzone = "Moon"\nsurprise = 1\n[amount]\nunit = "yuan"',
        )
    codes = {fault.code for fault in error.value.faults}
    wanted = ("FORMAT", "CHOICE", "WRONG", "UNKNOWN", "FIELD")
    assert codes >= {f"PAYMENT_MAPPING_{name}" for name in wanted}


def test_suspended_money_is_given_to_an_account_or_back(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1")
    bill(tenant, 1, "A1", 60)
    taken(tenant, tmp_path, HEAD + line("1", "Z1") + line("2", "Z2"))
    add_up(tenant)
    assign_payment(tenant=tenant, actor=STAFF, key=key(), now=NOW, payment="counter-east:1", account="A1")
    assert (owing(tenant, "A1"), principal(tenant, "A1")) == ([], 40)
    add_up(tenant)
    return_payment(tenant=tenant, actor=STAFF, key=key(), now=NOW, payment="counter-east:2", reason="nobody's")
    assert [one.state for one in receipts(tenant=tenant)] == ["returned", "assigned"]
    assert cash(tenant, "counter-east") == 100
    add_up(tenant)


def test_assigned_money_is_taken_back_on_the_day_it_came(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1")
    bill(tenant, 1, "A1", 60)
    taken(tenant, tmp_path, HEAD + line("1", "Z1"))
    told = {"tenant": tenant, "actor": STAFF, "now": NOW, "payment": "counter-east:1"}
    assign_payment(key=key(), account="A1", **told)
    reverse_payment(key=key(), reason="the bank took it back", **told)
    assert (owing(tenant, "A1"), principal(tenant, "A1"), cash(tenant, "counter-east")) == ([60], 0, 0)
    (one,) = receipts(tenant=tenant)
    assert (one.state, one.cleared_minor, one.credited_minor, one.suspense_minor) == ("reversed", 0, 0, 0)
    assert queries.balance(tenant=tenant, key=AccountKey("suspense", code="unknown_payer")) == 0
    add_up(tenant)
    with pytest.raises(UnableToChangePayment):
        reverse_payment(key=key(), reason="again", **told)


@pytest.mark.parametrize("owed", [0, 40, 100])
def test_assigned_money_is_taken_back_whatever_it_had_cleared(tenant: Any, tmp_path: Path, owed: int) -> None:
    accounts(tenant, "A1")
    paid(tenant, "A1", 25)
    if owed:
        bill(tenant, 1, "A1", owed)
    taken(tenant, tmp_path, HEAD + line("1", "Z1"))
    before = queries.trial_balance(tenant=tenant)
    told = {"tenant": tenant, "actor": STAFF, "now": NOW, "payment": "counter-east:1"}
    assign_payment(key=key(), account="A1", **told)
    reverse_payment(key=key(), reason="wrong", **told)
    assert (sum(owing(tenant, "A1")), principal(tenant, "A1")) == (owed, 25)
    left = {(row.kind, row.code): row.balance_minor for row in queries.trial_balance(tenant=tenant)}
    wanted = {(row.kind, row.code): row.balance_minor for row in before}
    wanted |= {("cash", "counter-east"): 0, ("suspense", "unknown_payer"): 0}
    assert {place: minor for place, minor in left.items() if minor} == {p: m for p, m in wanted.items() if m}
    add_up(tenant)


def test_assigned_money_that_is_spent_or_of_another_day_is_not_taken_back(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1")
    taken(tenant, tmp_path, HEAD + line("1", "Z1") + line("2", "Z2"))
    told = {"tenant": tenant, "actor": STAFF, "now": NOW}
    assign_payment(key=key(), payment="counter-east:1", account="A1", **told)
    refund(key=key(), account="A1", amount_minor=1, channel="counter-east", **told)
    with pytest.raises(UnableToUndo):
        reverse_payment(key=key(), payment="counter-east:1", reason="late", **told)
    tomorrow = told | {"now": NOW + timedelta(days=1)}
    assign_payment(key=key(), payment="counter-east:2", account="A1", **tomorrow)
    with pytest.raises(UnableToReversePayment):
        reverse_payment(key=key(), payment="counter-east:2", reason="late", **tomorrow)
    assert principal(tenant, "A1") == 199
    add_up(tenant)


def test_an_import_that_was_cut_off_goes_on_where_it_was(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1")
    text = HEAD + "".join(line(str(n)) for n in range(2 * CHUNK + 5))
    configure("payments.chunk:2=raise")
    try:
        with pytest.raises(PlantedFault):
            taken(tenant, tmp_path, text)
    finally:
        configure("")
    assert Payment.objects.count() == CHUNK
    assert payment_files(tenant=tenant)[0].state == "loading"
    report = taken(tenant, tmp_path, text, now=NOW.astimezone(UTC))
    assert (report.good, report.duplicates, report.state) == (2 * CHUNK + 5, 0, "loaded")
    row_law(report)
    add_up(tenant)
