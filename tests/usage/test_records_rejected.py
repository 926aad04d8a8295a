"""Every way in which one record can be no event: its own reason, the others taken, nothing lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.usage.told import FIELDS, HEADER, events, laws_hold, take

from yidian.domains.usage import queries

GOOD = "19900000001,02178880000,2026-10-05 08:30:00,61\n"
BARS = "{kind: fixed, columns: {who: [1, 11], whom: [12, 11], at: [23, 19], seconds: [42, 5]}}"
NARROW = "19900000001021788800002026-10-05 08:30:0000061\n"
OBJECT = '{"who": "19900000001", "whom": "021", "at": "2026-10-05 08:30:00", "seconds": 61}\n'
JSONL = {"reader": "{kind: jsonl}"}


def fields(**replaced: str) -> str:
    lines = [line for line in FIELDS.splitlines() if line.strip().split(":")[0] not in replaced]
    return "\n".join([*lines, *(f"  {name}: {text}" for name, text in replaced.items() if text)]) + "\n"


def line(who: str = "1", whom: str = "2", at: str = "2026-10-05 08:30:01", seconds: str = "5") -> str:
    return f"{who},{whom},{at},{seconds}\n"


CASES: dict[str, tuple[str | bytes, dict[str, str]]] = {
    "RECORD_RAGGED": ("1,2\n", {}),
    "QUOTE_BROKEN": ('1,"2,2026-10-05 08:30:01,5\n', {}),
    "NUL_CHARACTER": ("1,2\0,2026-10-05 08:30:01,5\n", {}),
    "LINE_TOO_LONG": (line(who="9" * 10_000_000), {}),
    "ENCODING_UNDECODABLE": (
        b"1,\xff\xfe,2026-10-05 08:30:01,5\n", {"reader": "{kind: delimited, undecodable: record}"},
    ),
    "IDENTIFIER_MISSING": (line(who="  "), {}),
    "OTHER_PARTY_MISSING": (line(whom=""), {}),
    "START_MISSING": (line(at=""), {}),
    "DURATION_MISSING": (line(seconds=""), {"fields": fields(duration="{from: seconds, required: yes}")}),
    "SERVICE_MISSING": (line(seconds=""), {"fields": fields(service="{from: seconds, map: {'61': voice}}")}),
    "DIRECTION_MISSING": (line(seconds=""), {"fields": fields(direction="{from: seconds, map: {'61': out}}")}),
    "PLACE_MISSING": (line(seconds=""), {"fields": fields(place="{from: seconds, required: yes}")}),
    "RATING_GROUP_MISSING": (line(seconds=""), {"fields": fields(rating_group="{from: seconds, required: yes}")}),
    "COUNT_MISSING": (line(seconds=""), {"fields": fields(count="{from: seconds, required: yes}")}),
    "BYTES_UP_MISSING": (line(seconds=""), {"fields": fields(bytes_up="{from: seconds, required: yes}")}),
    "BYTES_DOWN_MISSING": (line(seconds=""), {"fields": fields(bytes_down="{from: seconds, required: yes}")}),
    "IDENTIFIER_KIND_MISSING": (line(seconds=""), {"fields": fields(identifier_kind="{from: seconds, required: yes}")}),
    "START_IMPOSSIBLE": (line(at="2026-02-30 08:30:01"), {}),
    "START_OUT_OF_RANGE": (line(at="1899-10-05 08:30:01"), {}),
    "LOCAL_TIME_REPEATED": (line(at="2026-11-01 01:30:00"), {"zone": "America/New_York"}),
    "LOCAL_TIME_MISSING": (line(at="2026-03-08 02:30:00"), {"zone": "America/New_York"}),
    "OFFSET_IMPOSSIBLE": (
        line(whom="+99"), {"fields": fields(start='{from: at, time: "%Y-%m-%d %H:%M:%S", offset: whom}',
                                            other_party="")},
    ),
    "QUANTITY_NEGATIVE": (line(seconds="-1"), {}),
    "QUANTITY_ABSURD": (line(seconds="99999999999999999999"), {}),
    "QUANTITY_NOT_WHOLE": (line(seconds="1.5"), {}),
    "QUANTITY_NOT_A_NUMBER": (line(seconds="1e3"), {}),
    "SERVICE_UNKNOWN": (line(seconds="5"), {"fields": fields(service="{from: seconds, map: {'61': voice}}")}),
    "DIRECTION_UNKNOWN": (line(seconds="5"), {"fields": fields(direction="{from: seconds, map: {'61': out}}")}),
    "VALUE_NOT_MAPPED": (
        line(seconds="5"), {"fields": fields(direction="{from: seconds, map: {'61': out}, unmapped: refuse}")},
    ),
    "VALUE_TOO_LONG": (line(whom="7" * 129), {}),
    "CHARACTER_FORBIDDEN": (line(whom="12\x1b[31m"), {}),
    "KEY_EMPTY": (line(seconds=""), {"key": "[seconds]", "more": "window: 60s\n"}),
    "NOT_OURS": (line(whom="999"), {"more": "records:\n  - {when: {whom: '999'}, reject: NOT_OURS}\n"}),
    "NOT_CHARGEABLE": (line(whom="999"), {"more": "records:\n  - {when: {whom: '999'}, ignore: NOT_CHARGEABLE}\n"}),
    "LINE_TOO_SHORT": ("199\n", {"reader": BARS}),
    "POSITION_INSIDE_CHARACTER": (
        "1990000000中021788800002026-10-05 08:30:0000061\n", {"reader": BARS.replace("fixed,", "fixed, count: bytes,")},
    ),
    "JSON_BROKEN": ('{"who": \n', JSONL),
    "JSON_TOO_DEEP": ("[" * 100_000 + "]" * 100_000 + "\n", JSONL),
    "RECORD_NOT_AN_OBJECT": ("[1, 2]\n", JSONL),
    "VALUE_NOT_SINGLE": (OBJECT.replace('"021"', '["021"]'), JSONL),
}  # fmt: skip


def good_of(parts: dict[str, str]) -> str:
    reader = parts.get("reader", "")
    if "jsonl" in reader:
        return OBJECT
    if "fixed" in reader:
        return NARROW
    return GOOD.replace("02178880000", "+0800") if "offset" in parts.get("fields", "") else GOOD


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_bad_record_has_its_reason_and_stops_no_other(tenant: Any, tmp_path: Path, code: str) -> None:
    bad, parts = CASES[code]
    header = "" if "fixed" in parts.get("reader", "") or "jsonl" in parts.get("reader", "") else HEADER
    good = good_of(parts)
    before, after = good.encode(), good.replace("08:30:00", "09:30:00").encode()
    bad_bytes = bad.encode() if isinstance(bad, str) else bad
    taken = take(tenant, tmp_path, header.encode() + before + bad_bytes + after, **parts)
    assert (taken.records, taken.good, taken.duplicates, dict(taken.rejected)) == (3, 2, 0, {code: 1})
    kept = list(queries.suspense(tenant=tenant))
    assert [(row.code, row.record_no) for row in kept] == ([] if code == "NOT_CHARGEABLE" else [(code, 2)])
    assert [event["record_no"] for event in events(tenant, tmp_path)] == [1, 3]
    assert laws_hold(tenant, tmp_path)


def test_every_reason_has_words_in_both_languages() -> None:
    from yidian.platform.wording import entries

    words = entries()
    for code in CASES:
        assert words[code]["en"], code
        assert words[code]["zh"], code


def test_a_rejected_record_keeps_its_text_line_and_parameters(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + "\n" + line(seconds="-7"))
    (row,) = queries.suspense(tenant=tenant)
    assert (row.line, row.raw, row.params) == (3, "1,2,2026-10-05 08:30:01,-7", {"field": "duration", "value": -7})


def test_a_rejected_record_repeated_word_for_word_waits_once(tenant: Any, tmp_path: Path) -> None:
    taken = take(tenant, tmp_path, HEADER + line(seconds="-7") * 3 + line(seconds="-8"))
    assert (taken.records, dict(taken.rejected), taken.duplicates) == (4, {"QUANTITY_NEGATIVE": 2}, 2)
    assert laws_hold(tenant, tmp_path)


def test_a_quote_left_open_spoils_its_own_line_only(tenant: Any, tmp_path: Path) -> None:
    lines = [line(who=str(i)) for i in range(50)]
    lines[20] = '20,"2,2026-10-05 08:30:01,5\n'
    taken = take(tenant, tmp_path, HEADER + "".join(lines))
    assert (taken.good, dict(taken.rejected)) == (49, {"QUOTE_BROKEN": 1})


def test_a_record_lost_and_another_doubled_is_seen(tenant: Any, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    take(tenant, tmp_path, HEADER + "".join(line(who=str(i)) for i in range(3)))
    (file,) = queries.lake_files(tenant=tenant)
    table = pq.read_table(tmp_path / "lake" / file.path)
    pq.write_table(
        pa.concat_tables([table.slice(0, 1), table.slice(0, 1), table.slice(2, 1)]), tmp_path / "lake" / file.path
    )
    codes = [found.code for found in queries.row_law_breaks(tenant=tenant, lake=tmp_path / "lake")]
    assert codes == ["LAKE_SUM"]
