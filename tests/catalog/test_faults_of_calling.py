"""A small mistake about areas, networks and who is called is answered with its code and its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.example import copy_of_example, faults_of

from yidian.domains.product_catalog.workbook import read_tariff

RULES = "order,item,service,net,circle,visited,relation\n"
ASKS = "600,data,data,cmcc,friend,province,province"
SHEETS = {
    "areas": "area,province,from,to\n010,bj,,\n020,gd,,\n",
    "networks": "prefix,network,own,from,to\n138,cmcc,yes,,\n186,cucc,no,,\n",
}
CASES = {
    ("AREA_OVERLAP", "areas", "area"): ("areas", "010,he,,"),
    ("AREA_UNKNOWN", "areas", "area"): ("areas", "0999,bj,,"),
    ("NETWORK_OVERLAP", "networks", "prefix"): ("networks", "138,cucc,no,2026-10-01,"),
    ("CODE_RESERVED", "networks", "network"): ("networks", "139,own,no,,"),
    ("PREFIX_INVALID", "networks", "prefix"): ("networks", "13A,cucc,no,,"),
    ("NETWORK_UNKNOWN", "rules", "net"): ("rules", "600,data,data,cbn,*,*,*"),
    ("VALUE_UNKNOWN", "rules", "circle"): ("rules", "600,data,data,*,cousin,*,*"),
    ("VALUE_UNKNOWN", "rules", "relation"): ("rules", "600,data,data,*,*,*,country"),
    ("CODE_RESERVED", "zones", "code"): ("zones", "province,,,yes"),
}


def faulty(tmp_path: Path, sheet: str, row: str, without: str = "") -> tuple[Path, int]:
    """The example with areas, networks and a rule that asks for them; `row` is the last of its sheet."""
    folder = copy_of_example(tmp_path)
    rules = (folder / "rules.csv").read_text(encoding="utf-8").splitlines()
    wider = [f"{line},net,circle" if n == 0 else f"{line},*,*" for n, line in enumerate(rules)]
    (folder / "rules.csv").write_text("\n".join([*wider, _rule(wider[0], ASKS)]) + "\n", encoding="utf-8")
    for name, text in SHEETS.items():
        if name != without:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    path = folder / f"{sheet}.csv"
    if row:
        told = _rule(wider[0], row).replace("600", "601", 1) if sheet == "rules" else row
        path.write_text(path.read_text(encoding="utf-8") + told + "\n", encoding="utf-8")
    return folder, len(path.read_text(encoding="utf-8").splitlines())


def _rule(header: str, row: str) -> str:
    """A row in the order of RULES as the example's header wants it."""
    cells = dict(zip(RULES.strip().split(","), row.split(","), strict=True))
    return ",".join(cells.get(name, "*") for name in header.split(","))


@pytest.mark.parametrize(("where", "mistake"), CASES.items(), ids=lambda one: "-".join(one))
def test_a_mistake_is_told_with_its_place(
    where: tuple[str, str, str], mistake: tuple[str, str], tmp_path: Path
) -> None:
    folder, line = faulty(tmp_path, *mistake)
    found = [(f.code, f.where.sheet, f.where.column, f.where.line) for f in faults_of(lambda: read_tariff(folder))]
    assert (*where, line) in found


def test_without_a_mistake_there_is_no_fault(tmp_path: Path) -> None:
    folder, _ = faulty(tmp_path, "rules", "")
    assert faults_of(lambda: read_tariff(folder)) == ()


def test_nothing_is_own_and_nowhere_is_a_province_unless_said(tmp_path: Path) -> None:
    folder, line = faulty(tmp_path / "a", "rules", "", without="areas")
    found = [(f.code, f.where.column, f.where.line) for f in faults_of(lambda: read_tariff(folder))]
    assert found == [("PROVINCE_UNTOLD", "visited", line), ("PROVINCE_UNTOLD", "relation", line)]
    folder, line = faulty(tmp_path / "b", "rules", "600,data,data,own,*,*,*", without="networks")
    found = [(f.code, f.where.column, f.where.line) for f in faults_of(lambda: read_tariff(folder))]
    assert found == [("NETWORK_UNKNOWN", "net", line - 1), ("NETWORK_UNKNOWN", "net", line)]
