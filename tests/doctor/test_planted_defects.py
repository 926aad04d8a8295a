"""Each law is broken on purpose, past every door, and the doctor tells which one and how."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests import installations
from tests.doctor.office import CYCLE, Office

Findings = dict[str, dict[str, Any]]
held_by_the_server = pytest.mark.skipif(
    installations.ON_POSTGRESQL, reason="PostgreSQL itself refuses this defect: there is no switching its checks off"
)
BOOKS = ("LEDGER_SUMS", "BALANCES", "RECEIVABLES", "RECEIPTS")  # the cycle is billed and not posted


def broken(found: Findings) -> set[tuple[str, str]]:
    """(query, code) of every violation."""
    return {(name, remark["code"]) for name, finding in found.items() for remark in finding["violations"]}


def alarms(found: Findings) -> set[tuple[str, str]]:
    return {(name, remark["code"]) for name, finding in found.items() for remark in finding["alarms"]}


def rewrite(office: Office, path: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change rows of a lake file, and forge its size and digest wherever the database tells them."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path, compression="zstd")
    name = path.relative_to(office.home / "lake").as_posix()
    facts = {"rows": len(rows), "bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    office.sql("UPDATE lake_lakefile SET rows = ?, bytes = ?, sha256 = ? WHERE path = ?", *facts.values(), name)
    for number, told in office.sql("SELECT id, result FROM jobs_runtask"):
        result = json.loads(told)
        for file in [*(result.get("files") or []), *([result["file"]] if "file" in result else [])]:
            if isinstance(file, dict) and file["path"] == name:
                file |= facts
        office.sql("UPDATE jobs_runtask SET result = ? WHERE id = ?", json.dumps(result), number)


def test_a_sound_installation_is_told_to_be_sound(model_office: Office) -> None:
    found = model_office.doctor("--deep", "--parts", "8", expect=0)
    assert (broken(found), alarms(found)) == (set(), set())
    nothing_to_look_at = {name for name, finding in found.items() if not finding["checked"]}
    server = {"DATABASE"} if installations.ON_POSTGRESQL else set()  # looks after its own pages
    given_up = {"PARKED_JOBS", "DEAD_DELIVERIES"}
    assert nothing_to_look_at == {
        "LATE_USAGE",
        "DIFFERENCES",
        "DISPUTES",
        "RESOURCES",
        "ORDERS",
        "ORDER_MONEY",
        "NETWORK",
        "NUMBERS",
        "SUBSCRIPTIONS",
        "UNFINISHED",
        *BOOKS,
        *given_up,
        *server,
    }
    assert found["ONE_ARITHMETIC"]["checked"] > 300


@held_by_the_server
def test_a_count_of_a_file_that_does_not_add_up(office: Office) -> None:
    office.sql("UPDATE usage_usagefile SET good = good + 1 WHERE name = 'two.csv'")
    found = office.doctor("--law", "I1", expect=4)
    assert ("COLLECTED_ROWS", "ROW_LAW_COUNT") in broken(found)


def test_counts_of_a_file_that_add_up_and_are_wrong(office: Office) -> None:
    office.sql("UPDATE usage_usagefile SET good = good + 1, records = records + 1 WHERE name = 'two.csv'")
    found = office.doctor("--law", "I1", expect=4)
    assert broken(found) == {("COLLECTED_ROWS", "LAKE_ROWS_OF_SOURCE")}


def test_an_event_lost_and_another_doubled_on_the_way_in(office: Office) -> None:
    def swap(rows: list[dict[str, Any]]) -> None:
        rows[0] = dict(rows[1])

    rewrite(office, office.files("usage")[0], swap)
    found = office.doctor("--deep", expect=4)
    assert {
        ("COLLECTED_ROWS", "LAKE_SUM"), ("RATED_ROWS", "RUN_TAKEN_SUM"), ("EVENT_ONCE", "EVENT_TWICE"),
    } <= broken(found)  # fmt: skip


def test_a_rated_row_lost_and_another_doubled_keep_the_count_and_are_seen(office: Office) -> None:
    def swap(rows: list[dict[str, Any]]) -> None:
        whole = [n for n, row in enumerate(rows) if row["part"] == 0 and row["amount_micro"] == 0]
        rows[whole[0]] = dict(rows[whole[1]])

    rewrite(office, office.files("rated")[0], swap)
    found = office.doctor(expect=4)
    assert ("RATED_ROWS", "RATED_SUM") in broken(found)
    assert {code for query, code in broken(found) if query == "ONE_ARITHMETIC"} == {"LINE_MISSING", "LINE_TWICE"}


def test_a_rejected_event_lost(office: Office) -> None:
    path = next(path for path in office.files("reject") if path.name.endswith("-classify.parquet"))
    rewrite(office, path, lambda rows: rows.pop())
    found = office.doctor("--law", "I1", expect=4)
    assert broken(found) == {("RATED_ROWS", "RUN_REJECTED")}


def test_money_changed_in_a_rated_row_is_seen_in_the_sum(office: Office) -> None:
    def more(rows: list[dict[str, Any]]) -> None:
        rows[0]["amount_micro"] += 1

    rewrite(office, office.files("rated")[0], more)
    found = office.doctor("--law", "I1", expect=4)
    assert broken(found) == {("RATED_ROWS", "RATED_MONEY")}


def test_money_moved_between_two_rows_of_one_subscriber_is_seen_by_doing_it_again(office: Office) -> None:
    """Every sum, size and digest agrees: only rating again and the quote's arithmetic can tell."""

    def move(rows: list[dict[str, Any]]) -> None:
        key = ("account", "subscriber", "item")
        one, other = next(
            (a, b) for a in rows for b in rows
            if a is not b and a["amount_micro"] > 0 and b["amount_micro"] > 0 and all(a[n] == b[n] for n in key)
        )  # fmt: skip
        one["amount_micro"] += 1
        other["amount_micro"] -= 1

    rewrite(office, office.files("rated")[0], move)
    found = office.doctor("--deep", "--parts", "8", expect=4)
    assert broken(found) == {("SAME_BYTES", "ROWS_DIFFER"), ("ONE_ARITHMETIC", "LINE_DIFFERS")}


def test_rows_written_by_another_library_are_told_and_break_nothing(office: Office) -> None:
    rewrite(office, office.files("rated")[0], lambda _: None)
    found = office.doctor("--law", "I13", "--parts", "8", expect=0)
    assert alarms(found) == {("SAME_BYTES", "BYTES_DIFFER_ROWS_NOT")}


def test_a_deleted_file_of_the_lake(office: Office) -> None:
    office.files("usage")[0].unlink()
    found = office.doctor(expect=4)
    assert {("LAKE_BYTES", "LAKE_FILE_MISSING"), ("LAKE_CENSUS", "LAKE_HOLE")} <= broken(found)
    assert ("RATED_ROWS", "LAKE_FILE_MISSING") in broken(found), "the other laws are asked all the same"


@pytest.mark.parametrize("days_ago", [0, 40])
def test_a_file_that_nobody_registered(office: Office, days_ago: int) -> None:
    strange = office.files("usage")[0].with_name("strange.parquet")
    strange.write_bytes(b"PAR1")
    at = 1_793_584_800 - days_ago * 86_400  # the office's now
    os.utime(strange, (at, at))
    found = office.doctor("--law", "I14", expect=4 if days_ago else 0)
    assert (broken(found) if days_ago else alarms(found)) == {
        ("LAKE_CENSUS", "LAKE_ORPHAN" if days_ago else "FILE_YOUNG")
    }


def test_a_flipped_byte_is_seen_by_reading_all_of_them(office: Office) -> None:
    path = office.files("bill_item")[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert broken(office.doctor("--law", "I6", expect=0)) == set()
    found = office.doctor("--law", "I6", "--deep", expect=4)
    assert broken(found) == {("LAKE_BYTES", "LAKE_FILE_CHANGED")}


def test_a_cut_file_is_seen_by_its_size(office: Office) -> None:
    path = office.files("bill_item")[0]
    path.write_bytes(path.read_bytes()[:-1])
    assert broken(office.doctor("--law", "I6", expect=4)) == {("LAKE_BYTES", "LAKE_FILE_SIZE")}


def test_a_file_of_events_registered_twice(office: Office) -> None:
    path = office.files("usage")[0]
    copy = shutil.copyfile(path, path.with_name("copy.parquet"))
    columns = "tenant_id, kind, subject, rows, bytes, sha256, min_start_ms, max_start_ms, run_id, part"
    names = [p.relative_to(office.home / "lake").as_posix() for p in (copy, path)]
    office.sql(
        f"INSERT INTO lake_lakefile (path, {columns}) SELECT ?, {columns} FROM lake_lakefile WHERE path = ?", *names
    )
    assert {code for _, code in broken(office.doctor("--law", "I1", expect=4))} == {"LAKE_ROWS_OF_SOURCE"}
    assert broken(office.doctor("--law", "I4", expect=4)) == {("EVENT_ONCE", "EVENT_TWICE")}


def test_a_content_taken_twice(office: Office) -> None:
    office.sql("CREATE TABLE bare AS SELECT * FROM usage_usagefile")  # a table without its constraints
    office.sql("INSERT INTO bare SELECT * FROM bare WHERE name = 'two.csv'")
    row = "ctid" if installations.ON_POSTGRESQL else "rowid"
    office.sql(f"UPDATE bare SET id = id + 1 WHERE {row} = (SELECT max({row}) FROM bare)")
    office.sql("DROP TABLE usage_usagefile" + (" CASCADE" if installations.ON_POSTGRESQL else ""))
    office.sql("ALTER TABLE bare RENAME TO usage_usagefile")
    found = office.doctor("--law", "I4", expect=4)
    assert broken(found) == {("FILE_ONCE", "FILE_TWICE")}


def test_a_name_with_other_content_is_told_and_breaks_nothing(office: Office) -> None:
    inbox = office.home / "inbox"
    text = (inbox / "one.csv").read_text().splitlines(keepends=True)
    (inbox / "one.csv").write_text("".join(text[:10]))
    office.run("collect", "--mapping", str(inbox / "mapping.yaml"), str(inbox / "one.csv"))
    found = office.doctor("--law", "I4", expect=0)
    assert alarms(found) == {("FILE_ONCE", "NAME_WITH_OTHER_CONTENT")}


def more_usage(office: Office) -> None:
    inbox = office.home / "inbox"
    head = (inbox / "one.csv").read_text().splitlines(keepends=True)[0]
    (inbox / "three.csv").write_text(head + "2026-10-30 10:00:00,msisdn,19900010001,voice,out,02112345678,,61,0,0\n")
    office.run("collect", "--mapping", str(inbox / "mapping.yaml"), str(inbox / "three.csv"))


def test_a_killed_run_is_known_and_one_marked_done_without_its_files_is_seen(office: Office) -> None:
    more_usage(office)
    office.run("rate", CYCLE, points="run.publish=kill", expect=-9)
    found = office.doctor(expect=0)
    assert alarms(found) == {("UNFINISHED", "RUN_UNFINISHED"), ("LAKE_CENSUS", "FILE_OF_UNFINISHED_RUN")}
    office.sql("UPDATE jobs_run SET state = 'done', finished_at = started_at WHERE state = 'working'")
    found = office.doctor("--law", "I6", expect=4)
    assert broken(found) == {("DONE_RUNS", "TASK_FILE_NOT_REGISTERED"), ("DONE_RUNS", "DONE_WITHOUT_RESULT")}


def test_a_killed_run_typed_again_leaves_nothing_to_tell(office: Office) -> None:
    more_usage(office)
    office.run("rate", CYCLE, points="rate.rated=kill", expect=-9)
    office.run("rate", CYCLE)
    office.run("bill", CYCLE)
    found = office.doctor("--deep", expect=0)
    assert (broken(found), alarms(found)) == (set(), set())


def test_a_run_killed_after_its_publication_left_files_that_are_told(office: Office) -> None:
    more_usage(office)
    office.run("rate", CYCLE, points="run.published=kill", expect=-9)
    found = office.doctor("--law", "I14", "--law", "I6", expect=0)
    assert alarms(found) == {("LAKE_CENSUS", "FILE_LEFT_OVER")}


def test_a_run_that_is_done_and_did_nothing(office: Office) -> None:
    office.sql("DELETE FROM jobs_runtask WHERE run_id IN (SELECT id FROM jobs_run WHERE kind = 'bill')")
    assert broken(office.doctor("--law", "I6", expect=4)) == {("DONE_RUNS", "DONE_WITHOUT_TASKS")}


def test_a_file_registered_otherwise_than_its_task_told(office: Office) -> None:
    office.sql("UPDATE lake_lakefile SET rows = rows + 1 WHERE kind = 'bill_item'")
    assert broken(office.doctor("--law", "I6", expect=4)) == {("DONE_RUNS", "TASK_FILE_OTHERWISE")}


def test_a_cycle_that_points_at_another_run(office: Office) -> None:
    office.sql("UPDATE customer_bill_billingcycle SET rate_run_id = bill_run_id")
    assert broken(office.doctor("--law", "I6", expect=4)) == {("POINTERS", "POINTER_TO_OTHER")}


@held_by_the_server
def test_a_row_that_points_nowhere(office: Office) -> None:
    office.sql("DELETE FROM jobs_run WHERE kind = 'classify'")  # its tasks stay
    assert ("DATABASE", "DATABASE_DANGLING") in broken(office.doctor("--law", "I6", expect=4))


def test_a_bill_changed_in_the_database(office: Office) -> None:
    office.sql(
        "UPDATE customer_bill_customerbill SET total_minor = total_minor + 1"
        " WHERE id = (SELECT min(id) FROM customer_bill_customerbill)"
    )
    assert broken(office.doctor("--law", "I13", expect=4)) == {("SAME_BILLS", "BILL_DIFFERS")}


def test_customers_that_changed_since_are_told_and_not_compared(office: Office) -> None:
    more = office.home / "inbox" / "more.csv"
    head = "format,customer,customer_name,account,subscriber,kind,identifier,home_area,pool,offer,from,to"
    more.write_text(f"{head}\n1,C2001,N,A2001,S200101,msisdn,19900020001,021,,cx129,2026-10-12,\n")
    office.run("import", "customers", str(more))
    found = office.doctor("--deep", expect=0)
    assert alarms(found) == {(query, "INPUTS_CHANGED") for query in ("SAME_BYTES", "SAME_BILLS", "ONE_ARITHMETIC")}
