"""Mapping files: what they may say, and every fault told at once with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import REPOSITORY
from tests.usage.told import FIELDS, HEADER, events, mapping, mapping_text, take

from yidian.domains.usage.mapping.schema import SECTIONS
from yidian.domains.usage.operations import load_mapping, read_mapping
from yidian.kernel.faults import BadInput, Fault

EXAMPLES = sorted((REPOSITORY / "examples" / "mappings").glob("*.yaml"))


def faults(text: str) -> list[Fault]:
    with pytest.raises(BadInput) as told:
        read_mapping(text=text, file="m.yaml")
    assert all(fault.where.file == "m.yaml" for fault in told.value.faults)
    return list(told.value.faults)


CASES: dict[str, str] = {
    "MAPPING_NOT_YAML": "format: [1",
    "MAPPING_EMPTY": "# nothing\n",
    "MAPPING_TAG_FORBIDDEN": "format: !!python/object/apply:os.system ['true']\n",
    "MAPPING_FORMAT_UNKNOWN": mapping_text().replace("format: 1", "format: 2"),
    "MAPPING_FIELD_UNKNOWN": mapping_text(more="colour: red\n"),
    "MAPPING_FIELD_TWICE": mapping_text(more="zone: UTC\n"),
    "MAPPING_FIELD_MISSING": mapping_text().replace("zone: Asia/Shanghai\n", ""),
    "MAPPING_VALUE_WRONG": mapping_text(more="window: often\n"),
    "MAPPING_SOURCE_NAME": mapping_text(source="../up"),
    "MAPPING_ZONE_UNKNOWN": mapping_text(zone="Asia/Atlantis"),
    "MAPPING_OPTION_MISPLACED": mapping_text(reader="{kind: jsonl, delimiter: ';'}"),
    "MAPPING_POSITIONS": mapping_text(reader="{kind: fixed, columns: [who, whom, at, seconds]}"),
    "MAPPING_FIELD_SOURCE": mapping_text(fields=FIELDS + "  place: {trim: yes}\n"),
    "MAPPING_TIME_FORMAT": mapping_text(fields=FIELDS.replace("%Y-%m-%d %H:%M:%S", "%Q")),
    "MAPPING_RULE_ACTS": mapping_text(more="records:\n  - {when: {who: x}}\n"),
    "MAPPING_COLUMN_UNKNOWN": mapping_text(reader="{kind: delimited, columns: [who, whom, at, secs]}"),
    "MAPPING_TOO_BIG": "a: &a [1]\n" + "".join(
        f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_wrong_mapping_is_told_by_its_reason(code: str) -> None:
    assert faults(CASES[code])[0].code == code


def test_a_mapping_that_points_at_itself_is_refused() -> None:
    assert faults("a: &a {b: *a}\n")[0].code in ("MAPPING_TOO_BIG", "MAPPING_NOT_YAML")


def test_an_unknown_option_is_told_with_its_line_and_what_it_may_be() -> None:
    (fault,) = faults(mapping_text(fields=FIELDS.replace("unit: s}", "unit: s, rounding: up}")))
    assert (fault.code, fault.where.line, fault.value) == ("MAPPING_FIELD_UNKNOWN", 12, "rounding")
    assert "round" in str(fault.params["known"])


def test_all_faults_are_told_at_once() -> None:
    text = mapping_text(zone="Nowhere", more="colour: red\nwindow: 1y\nmax_suspense: -1\n")
    assert [fault.code for fault in faults(text)] == [
        "MAPPING_FIELD_UNKNOWN", "MAPPING_ZONE_UNKNOWN", "MAPPING_VALUE_WRONG", "MAPPING_VALUE_WRONG",
    ]  # fmt: skip


def test_values_are_taken_as_written() -> None:
    fields = FIELDS.replace("service: {const: voice}", "service: {from: who, map: {NO: voice, 0086: sms}, default: on}")
    (spec,) = mapping(fields=fields).fields["service"]
    assert dict(spec.table) == {"NO": "voice", "0086": "sms"}
    assert spec.default == "on"


def test_a_mapping_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_bytes(b"\xff\xfe")
    for name in ("m.yaml", "none.yaml"):
        with pytest.raises(BadInput, match="MAPPING_UNREADABLE"):
            load_mapping(tmp_path / name)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_mapping(path: Path) -> None:
    assert load_mapping(path).source


def test_the_page_explains_every_option_and_every_value_of_every_section() -> None:
    page = (REPOSITORY / "docs" / "howto" / "collect.md").read_text(encoding="utf-8")
    for section, options in SECTIONS.items():
        assert f"`{section}`" in page, section
        for name, option in options.items():
            assert f"| `{name}` |" in page, (section, name)
            assert option.meaning in page, (section, name)


def test_the_complete_example_of_the_page_works(tenant: Any, tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "howto" / "collect.md").read_text(encoding="utf-8")
    text, data = (page.split(f"```{kind}\n")[1].split("```")[0] for kind in ("yaml", "csv"))
    taken = take(tenant, tmp_path, data, mapping=read_mapping(text=text))
    assert (taken.records, taken.good, dict(taken.rejected), taken.duplicates) == (
        6, 3, {"NOT_ANSWERED": 1, "START_IMPOSSIBLE": 1}, 1,
    )  # fmt: skip
    assert [event["service"] for event in events(tenant, tmp_path)] == ["voice", "sms", "data"]


def test_transforms_of_texts_are_done_in_the_order_of_the_page(tenant: Any, tmp_path: Path) -> None:
    way = "{from: whom, map: {hot: 0086-400}, digits_only: yes, strip_prefix: ['00', '0'], add_prefix: '+'}"
    fields = FIELDS.replace("{from: whom, required: yes}", way)
    take(tenant, tmp_path, HEADER + "1, hot ,2026-10-05 08:30:01,5\n2,021-5,2026-10-05 08:30:02,5\n", fields=fields)
    assert [event["other_party"] for event in events(tenant, tmp_path)] == ["+86400", "+215"]


@pytest.mark.parametrize(
    ("way", "written", "seconds"),
    [
        ("{from: seconds, unit: ms, round: up}", "1001", 2),
        ("{from: seconds, unit: ms, round: down}", "1999", 1),
        ("{from: seconds, unit: ms, round: half_up}", "1500", 2),
        ("{from: seconds, unit: us, round: down}", "67539896", 67),
        ("{from: seconds, unit: min}", "2.5", 150),
        ("{from: seconds, unit: hms}", "1:02:03", 3723),
        ("{from: seconds, scale: 6}", "7", 42),
        ("{from: seconds, default: 9}", "", 9),
        ("{from: seconds}", "+0007.000", 7),
        ("{const: 3}", "x", 3),
    ],
)
def test_quantities_come_to_whole_seconds(tenant: Any, tmp_path: Path, way: str, written: str, seconds: int) -> None:
    fields = FIELDS.replace("{from: seconds, unit: s}", way)
    take(tenant, tmp_path, HEADER + f"1,2,2026-10-05 08:30:01,{written}\n", fields=fields)
    assert [event["duration_s"] for event in events(tenant, tmp_path)] == [seconds]


def test_kilobytes_are_1024_bytes_and_decimals_count(tenant: Any, tmp_path: Path) -> None:
    fields = FIELDS + "  bytes_up: {from: seconds, unit: KB}\n  bytes_down: {from: seconds, unit: MB, round: up}\n"
    take(tenant, tmp_path, HEADER + "1,2,2026-10-05 08:30:01,1.5\n", fields=fields.replace("unit: s}", "round: up}"))
    (event,) = events(tenant, tmp_path)
    assert (event["bytes_up"], event["bytes_down"]) == (1536, 1572864)


def test_carried_columns_are_kept_as_received(tenant: Any, tmp_path: Path) -> None:
    data = 'who,whom,at,seconds,charge\n1,2,2026-10-05 08:30:01,5,"1,50 \x7f€"\n'
    take(tenant, tmp_path, data, more="carry: [charge, who]\n")
    import json

    (event,) = events(tenant, tmp_path)
    assert json.loads(event["carried"]) == {"charge": "1,50 \x7f€", "who": "1"}


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "big5"])
def test_declared_encodings_are_read(tenant: Any, tmp_path: Path, encoding: str) -> None:
    data = (HEADER + "1,中文|\n2,甲乙,2026-10-05 08:30:01,5\n").replace("1,中文|\n", "").encode(encoding)
    reader = f"{{kind: delimited, encoding: {encoding.removesuffix('-sig')}}}"
    take(tenant, tmp_path, data, reader=reader)
    assert [event["other_party"] for event in events(tenant, tmp_path)] == ["甲乙"]
