"""Real usage of real networks, by the example mappings alone."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django_scopes import scope
from tests.conftest import REPOSITORY

from yidian.domains.usage import queries
from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.operations import load_mapping
from yidian.domains.usage.readers.tap.reader import TapReader
from yidian.domains.usage.readers.tap.tags import TAGS
from yidian.kernel.faults import BadInput
from yidian.platform.tenancy.models import Tenant
from yidian.runs.collect import CollectReport, collect

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TAP = "formats_tap3/CDFRAF1MDGTM42711.masked"
CALLS = "usage_social_evolution/Calls.csv"
# mapping, files, records, good, rejected by reason, duplicates
FIGURES: list[tuple[str, tuple[str, ...], int, int, dict[str, int], int]] = [
    ("social-evolution-calls", (CALLS,), 63824, 63160, {"QUANTITY_NEGATIVE": 392, "OTHER_PARTY_MISSING": 27}, 245),
    ("social-evolution-messages", ("usage_social_evolution/SMS.csv",), 76537, 42961, {}, 33576),
    ("asterisk-21-columns", ("cdr_pbx_samples/asterisk_Master_mineevburyat.csv",), 84, 37, {"NOT_ANSWERED": 47}, 0),
    ("asterisk-19-columns", ("cdr_pbx_samples/asterisk_Master_KelySaina.csv",), 14, 11, {"NOT_ANSWERED": 3}, 0),
    ("freeswitch-csv", ("cdr_pbx_samples/freeswitch_Master_Kxing.csv",), 10, 7, {"NOT_ANSWERED": 2}, 1),
    (
        "freeswitch-json", ("cdr_pbx_samples/freeswitch_json_cdr_1.json", "cdr_pbx_samples/freeswitch_json_cdr_2.json"),
        2, 1, {"NOT_ANSWERED": 1}, 0,
    ),
    ("tap3", (TAP,), 6, 6, {}, 0),
    ("switch-fixed", ("formats_tap3/stage_cdr.masked.txt",), 6, 6, {}, 0),
    ("switch-semicolon", ("formats_tap3/stage_cdr.masked.csv",), 6, 0, {"START_MISSING": 6}, 0),
]  # fmt: skip


def gather(tenant: Any, lake: Path, name: str, paths: list[Path]) -> CollectReport:
    mapping = load_mapping(REPOSITORY / "examples" / "mappings" / f"{name}.yaml")
    return collect(tenant=tenant, lake=lake, mapping=mapping, paths=paths, now=NOW)


def events(tenant: Any, lake: Path) -> list[dict[str, Any]]:
    tables = [pq.read_table(lake / file.path) for file in queries.lake_files(tenant=tenant)]
    ordered = pa.concat_tables(tables).sort_by([("start_ms", "ascending"), ("event_id", "ascending")])
    return list(ordered.to_pylist())


@pytest.mark.parametrize(
    ("name", "files", "records", "good", "rejected", "duplicates"), FIGURES, ids=[case[0] for case in FIGURES]
)
def test_real_files_come_to_their_figures_and_again_add_nothing(
    tenant: Any, tmp_path: Path, shared_data: Path, name: str, files: tuple[str, ...], records: int, good: int,
    rejected: dict[str, int], duplicates: int,
) -> None:  # fmt: skip
    paths = [shared_data / file for file in files]
    report = gather(tenant, tmp_path / "lake", name, paths)
    assert not report.faults
    assert (report.records, report.good, dict(report.rejected), report.duplicates) == (
        records,
        good,
        rejected,
        duplicates,
    )
    again = gather(tenant, tmp_path / "lake", name, paths)
    assert {file.outcome for file in again.files} == {"ALREADY_COLLECTED"}
    assert queries.totals(tenant=tenant)["good"] == good
    assert not queries.row_law_breaks(tenant=tenant, lake=tmp_path / "lake")


def test_calls_in_another_order_and_under_other_names_are_the_same_events(
    tenant: Any, tmp_path: Path, shared_data: Path
) -> None:
    head, *rows = (shared_data / CALLS).read_bytes().splitlines(keepends=True)
    rows = rows[:6000]
    (tmp_path / "whole.csv").write_bytes(head + b"".join(rows))
    pieces = []
    for number, part in enumerate((rows[4000:], rows[1000:4500], rows[:1500])):
        pieces.append(tmp_path / f"piece-{number}.csv")
        pieces[-1].write_bytes(head + b"".join(reversed(part)))
    found = []
    other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    for whose, paths in ((tenant, [tmp_path / "whole.csv"]), (other, pieces)):
        with scope(tenant=whose):
            gather(whose, tmp_path / "lake", "social-evolution-calls", paths)
            found.append(sorted(event["event_id"] for event in events(whose, tmp_path / "lake")))
    assert found[0] == found[1]
    assert len(found[0]) > 5000


def test_the_tap_file_equals_its_audit_block(tenant: Any, tmp_path: Path, shared_data: Path) -> None:
    gather(tenant, tmp_path / "lake", "tap3", [shared_data / TAP])
    found = events(tenant, tmp_path / "lake")
    charges = [json.loads(event["carried"])["charge"] for event in found]
    assert (len(found), sum(map(int, charges))) == (6, 20358)
    (sent,) = [event for event in found if event["direction"] == "out"]
    (told,) = [event for name, event in decoded(shared_data) if name == "mobileOriginatedCall"]
    basic = told["basicCallInformation"]
    assert sent["identifier"] == basic["chargeableSubscriber"][1]["imsi"].removesuffix("f")
    assert sent["other_party"] == bytes.fromhex(basic["destination"]["sMSDestinationNumber"]).decode()
    assert (sent["service"], sent["place"], sent["start_ms"]) == ("sms", "FRAF1", 1683076453000)  # 03:14:13 +0200
    assert queries.files(tenant=tenant)[0].sequence == "42711"


def decoded(shared_data: Path) -> list[Any]:
    """The events as a full ASN.1 compiler reads them, strings in hexadecimal."""
    told: list[Any] = json.loads((shared_data / f"{TAP}.decoded.json").read_text())[1]["callEventDetails"]
    return told


def test_the_tap_tree_equals_the_decoding_of_others(shared_data: Path) -> None:
    """Every leaf of all six events, against a decoding by a full ASN.1 compiler."""
    others = decoded(shared_data)
    kinds = dict(TAGS.values())
    with (shared_data / TAP).open("rb") as file:
        ours = [record.values for record in TapReader(file, ReaderSpec("tap3"), TAP)]
    assert len(ours) == len(others) == 6
    for mine, (name, theirs) in zip(ours, others, strict=True):
        assert isinstance(mine, dict)
        assert mine["event"] == name
        compare(mine, theirs, kinds, name)


def compare(mine: Any, theirs: Any, kinds: dict[str, str], where: str) -> None:
    if isinstance(theirs, dict):
        for name, value in theirs.items():
            compare(mine[name], value, kinds, name)
    elif isinstance(theirs, list) and len(theirs) == 2 and isinstance(theirs[0], str) and isinstance(mine, dict):
        compare(mine[theirs[0]], theirs[1], kinds, theirs[0])  # a choice is told as [name, value]
    elif isinstance(theirs, list):
        assert len(mine) == len(theirs)
        for one, other in zip(mine, theirs, strict=True):
            compare(one, other, kinds, where)
    elif isinstance(theirs, int):
        assert mine == theirs
    else:
        kind = "text" if where == "operatorSpecInformation" else kinds[where]
        assert mine == (
            bytes.fromhex(theirs).decode("ascii") if kind == "text"
            else theirs.removesuffix("f") if kind == "digits"
            else theirs
        )  # fmt: skip


def test_the_tap_file_cut_at_every_byte_is_refused_whole(tenant: Any, tmp_path: Path, shared_data: Path) -> None:
    whole = (shared_data / TAP).read_bytes()
    spec = ReaderSpec("tap3")
    for length in range(len(whole)):
        with pytest.raises(BadInput) as told:
            list(TapReader(io.BytesIO(whole[:length]), spec, "cut"))
        assert told.value.faults[0].code == ("TAP_NOT_A_BATCH" if length == 0 else "TAP_TRUNCATED")
    for length in range(1, len(whole), 97):
        (tmp_path / "cut").write_bytes(whole[:length])
        report = gather(tenant, tmp_path / "lake", "tap3", [tmp_path / "cut"])
        assert [fault.code for fault in report.faults] == ["TAP_TRUNCATED"]
    assert not queries.files(tenant=tenant)
    assert not [path for path in (tmp_path / "lake").rglob("*") if path.is_file()]
