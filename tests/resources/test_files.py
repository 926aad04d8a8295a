"""Files of resources: taken whole, known again, or refused with the place and the reason of every fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.resources.store import EXAMPLES, FILES, NUMBER, Store, filled

from yidian.domains.resource_inventory.models import Card, Number, Port, ResourceStep
from yidian.domains.resource_inventory.queries import capacity, counts, free_ports

CARD = "89861126100770000004"
HEADS = {subject: (EXAMPLES / f"{subject}.csv").read_text(encoding="utf-8").splitlines()[0] for subject in FILES}
BLOCK = {"block": "N", "kind": "mobile", "first": "13911110000", "last": "13911110009", "network": "CT", "area": "0771"}
WRONG: dict[str, list[tuple[dict[str, str], str, str]]] = {  # file: cells, column and code of its fault
    "blocks": [
        ({"last": ""}, "last", "VALUE_MISSING"), ({"kind": "satellite"}, "kind", "VALUE_UNKNOWN"),
        ({"last": "1391111000"}, "last", "BLOCK_BACKWARDS"), ({"last": "13911109999"}, "last", "BLOCK_BACKWARDS"),
        ({"first": "13900000000", "last": "13999999999"}, "last", "BLOCK_TOO_LARGE"),
        ({"first": "1x"}, "first", "DIGITS_WRONG"), ({"block": "a b"}, "block", "RESOURCE_CODE"),
        ({"first": "17011110000", "last": "17011110009", "portable": "yes"}, "portable", "BLOCK_NEVER_PORTED"),
        ({"kind": "iot", "portable": "是"}, "portable", "BLOCK_NEVER_PORTED"),
        ({"portable": "1"}, "portable", "VALUE_UNKNOWN"), ({"organisation": "X"}, "organisation", "BLOCK_WHOSE"),
        ({"reseller": "x", "state": "in_pool"}, "reseller", "BLOCK_WHOSE"),
        ({"organisation": "X", "state": "selectable"}, "organisation", "ORGANISATION_UNKNOWN"),
        ({"reseller": "x", "state": "selectable"}, "reseller", "RESELLER_UNKNOWN"),
        ({"first": "13900771999", "last": "13900772005"}, "first", "BLOCK_OVERLAPS"),
        ({"block": "M1390077"}, "first", "BLOCK_DIFFERS"), ({"state": "in_use"}, "state", "VALUE_UNKNOWN"),
    ],
    "office-data": [
        ({"block": "none", "city": "1"}, "block", "BLOCK_UNKNOWN"), ({"block": "M1390077"}, "city", "VALUE_MISSING"),
        ({"block": "M1390077", "city": "1", "since": "2026-13-01"}, "since", "DATE_IMPOSSIBLE"),
    ],
    "levels": [
        ({"level": "7", "from": "2026-01-01", "min_spend": "1", "months": "24"}, "from", "LEVEL_TOLD_OTHERWISE"),
        ({"level": "9", "from": "2026-01-01", "min_spend": "-1", "months": "1"}, "min_spend", "AMOUNT_BELOW_ZERO"),
        ({"level": "9", "from": "2026-01-01", "min_spend": "1.005", "months": "1"}, "min_spend", "AMOUNT_TOO_PRECISE"),
        ({"level": "9", "from": "2026-01-01", "min_spend": "1", "months": "1.5"}, "months", "WHOLE_WRONG"),
    ],
    "level-rules": [
        ({"priority": "1", "shape": "+1", "level": "7"}, "shape", "SHAPE_INVALID"),
        ({"priority": "1", "shape": "AABB", "level": "x"}, "level", "LEVEL_UNKNOWN"),
        ({"priority": "0", "shape": "AABB", "level": "7"}, "priority", "WHOLE_WRONG"),
        ({"priority": "1", "shape": "AABB", "level": "7", "place": "middle"}, "place", "VALUE_UNKNOWN"),
    ],
    "cards": [
        ({"iccid": CARD, "imsi": "460110070009999"}, "iccid", "CARD_KNOWN"),
        ({"iccid": CARD[:-1] + "5", "imsi": "460110070009999"}, "iccid", "CHECK_DIGIT"),
        ({"iccid": "89861126100770000202", "imsi": "460110070000001"}, "imsi", "IMSI_KNOWN"),
        ({"iccid": "89861126100770000202"}, "imsi", "CARD_WITHOUT_IMSI"),
        ({"iccid": "89861126100770000202", "imsi": "46011"}, "imsi", "DIGITS_WRONG"),
        ({"iccid": "89861126100770000202", "imsi": "460110070009999", "ki": "secret"}, "ki", "KEY_WRONG"),
    ],
    "addresses": [({"address": "GX/LZ/YF", "name": "x"}, "address", "ADDRESS_WITHOUT_PARENT")],
    "boxes": [
        ({"box": "B", "kind": "cross", "address": "none", "capacity": "1"}, "address", "ADDRESS_UNKNOWN"),
        ({"box": "JJ-MZ88", "kind": "cross", "address": "GX", "capacity": "8"}, "box", "BOX_DIFFERS"),
        ({"box": "JJ-MZ88", "kind": "cross", "address": "GX/NN/QX/MZ88", "capacity": "5"}, "capacity", "BOX_FULL"),
    ],
    "ports": [
        ({"port": "P", "box": "none"}, "box", "BOX_UNKNOWN"), ({"port": "P", "box": "FG-MZ88-3"}, "box", "BOX_FULL"),
        ({"port": "FG-MZ88-3/1", "box": "JJ-MZ88"}, "box", "PORT_DIFFERS"),
        ({"port": "P", "box": "JJ-MZ88", "state": "in_use"}, "state", "VALUE_UNKNOWN"),
    ],
    "devices": [
        ({"imei": "356938035600007", "model": "x", "price": "1"}, "imei", "DEVICE_KNOWN"),
        ({"imei": "356938035600008", "model": "x", "price": "1"}, "imei", "CHECK_DIGIT"),
        ({"imei": "356938035600999", "model": "x", "price": "y"}, "price", "AMOUNT_NOT_A_NUMBER"),
    ],
}  # fmt: skip


def text_of(subject: str, *rows: dict[str, str]) -> str:
    names = HEADS[subject].split(",")
    return "\n".join([HEADS[subject], *(",".join(row.get(name, "") for name in names) for row in rows)]) + "\n"


@pytest.mark.parametrize("subject", WRONG)
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_taken(store: Store, subject: str, tmp_path: Path) -> None:
    first = BLOCK if subject == "blocks" else {}
    before = (Number.objects.count(), Card.objects.count(), Port.objects.count(), ResourceStep.objects.count())
    for cells, column, code in WRONG[subject]:
        faults = store.refused(subject, tmp_path / f"{subject}.csv", text_of(subject, first | cells))
        assert (column, code) in [(fault.where.column, fault.code) for fault in faults], (cells, faults)
        assert {fault.where.line for fault in faults} == {2}
    assert before == (Number.objects.count(), Card.objects.count(), Port.objects.count(), ResourceStep.objects.count())


def test_rows_that_stand_twice_or_overlap_each_other(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    other = BLOCK | {"block": "O", "first": "13911110009", "last": "13911110012"}
    codes = [(f.where.line, f.code) for f in store.refused("blocks", path, text_of("blocks", BLOCK, BLOCK, other))]
    assert codes == [(3, "ROW_TWICE")]
    [fault] = store.refused("blocks", path, text_of("blocks", BLOCK, other))
    assert (fault.where.line, fault.code, fault.params["other"]) == (3, "BLOCK_OVERLAPS", "N")
    cards = [{"iccid": id, "imsi": "460110070009999"} for id in ("89861126100770000202", "89861126100770000210")]
    assert [f.code for f in store.refused("cards", path, text_of("cards", *cards))] == ["ROW_TWICE"]
    [column] = store.refused("ports", path, "port,box,colour\n")
    assert column.code == "COLUMN_UNKNOWN"


def test_the_same_file_again_does_nothing_and_more_rows_add_only_themselves(store: Store, tmp_path: Path) -> None:
    before = counts(tenant=store.tenant, kind="number")
    for subject in FILES:
        assert store.take(subject, EXAMPLES / f"{subject}.csv").repeated
    assert counts(tenant=store.tenant, kind="number") == before
    path = tmp_path / "more.csv"
    for subject, added in (("blocks", 10), ("addresses", 1), ("boxes", 1), ("office-data", 1)):
        known = (EXAMPLES / f"{subject}.csv").read_text(encoding="utf-8")
        more = {
            "blocks": text_of("blocks", BLOCK), "addresses": "address,name\nGX/LZ,柳州\n",
            "boxes": text_of("boxes", {"box": "B", "kind": "cross", "address": "GX", "capacity": "2"}),
            "office-data": text_of("office-data", {"block": "M1709977", "city": "0772", "since": "2026-10-01"}),
        }[subject]  # fmt: skip
        path.write_text(known + more.split("\n", 1)[1], encoding="utf-8")
        taken = store.take(subject, path)
        assert (taken.added, taken.ended, taken.repeated) == (added, 0, False), subject
    assert store.state("number", "13911110009") == ("planned", "")


def test_what_a_file_may_change(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for subject, text in {
        "addresses": "address,name\nGX,广西壮族自治区\n",
        "boxes": "box,kind,address,capacity\nFG-MZ88-3,splitter,GX/NN/QX/MZ88/3,6\n",
        "office-data": "block,city,since\nM1390077,0771,\n",
    }.items():
        path.write_text(text, encoding="utf-8")
        assert (store.take(subject, path).ended) == 1
    with pytest.raises(Exception, match="OFFICE_DATA_MISSING"):
        store.reserve("number", NUMBER)


def test_a_guests_number_is_in_no_block(store: Store, tmp_path: Path) -> None:
    from yidian.kernel.calendar import to_ms

    store.do("enter", number="13911110005", holder="order/1", until_ms=to_ms(store.now) + 1_000)
    [fault] = store.refused("blocks", tmp_path / "x.csv", text_of("blocks", BLOCK))
    assert (fault.code, fault.params["number"]) == ("NUMBER_KNOWN", "13911110005")


def test_what_reaches_an_address(store: Store) -> None:
    flat, house, other = "GX/NN/QX/MZ88/3/1203", "GX/NN/QX/MZ88", "GX/NN/QX/MZ90"
    reached = capacity(tenant=store.tenant, address=flat)
    assert (reached.boxes, reached.free, dict(reached.states), reached.room) == (2, 9, {"free": 9, "faulty": 1}, 2)
    ports = [one.port for one in free_ports(tenant=store.tenant, address=flat, limit=5)]
    assert ports == ["FG-MZ88-3/1", "FG-MZ88-3/2", "FG-MZ88-3/3", "JJ-MZ88/1", "JJ-MZ88/2"], "the nearest box first"
    assert capacity(tenant=store.tenant, address=house).boxes == 1
    assert free_ports(tenant=store.tenant, address=other) == []
    store.reserve("port", "FG-MZ88-3/1", minutes=10)
    assert free_ports(tenant=store.tenant, address=flat, limit=1)[0].port == "FG-MZ88-3/2"
    store.later(minutes=10)
    assert free_ports(tenant=store.tenant, address=flat, limit=1, now=store.now)[0].port == "FG-MZ88-3/1"
    with pytest.raises(Exception, match="no address"):
        capacity(tenant=store.tenant, address="none")


def test_a_workbook_is_read_as_a_csv_is(tenant: Any, tmp_path: Path) -> None:
    from yidian.platform.sheets.book import written_book

    store = filled(tenant)
    path = tmp_path / "devices.xlsx"
    with written_book(path, digits=2) as book:
        book.sheet("devices", HEADS["devices"].split(","), [("356938035600106", "Phone C", "1.50", "")])
    assert store.take("devices", path).added == 1
    assert store.facts("device", "356938035600106").price_minor == 150
