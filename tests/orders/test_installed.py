"""Where a line comes out, through all that orders do with it: found there while it is in use, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

from django.db import connection
from tests.orders.hall import HOME, PORTS, Hall, broadband

from yidian.domains.party.queries import address_keys
from yidian.domains.product_order.models import ProductOrder
from yidian.domains.resource_inventory import _installed
from yidian.domains.resource_inventory.models import Address, Box, Installation, PlaceKey, Port
from yidian.domains.resource_inventory.operations import import_addresses
from yidian.domains.resource_inventory.queries import lines_at
from yidian.platform.writing.types import system

INDEX = {
    "sqlite": r"resource_inventory_placekey USING (COVERING )?INDEX \S+ \(tenant_id=\? AND key>\? AND key<\?\)",
    "postgresql": r"Index (Only )?Scan (using|on) place_key_looked_for",
}  # fmt: skip
FLAT, OTHER = f"{HOME}/1203", f"{HOME}/1204"


def at(hall: Hall, asked: str) -> list[str]:
    return [one.subscriber for one in lines_at(tenant=hall.tenant, asked=asked)]


def opened(hall: Hall, n: int = 0, address: str = FLAT) -> str:
    return hall.see(hall.ordered(("new", broadband(n, address=address)))).items[0].subscriber


def newest(hall: Hall) -> str:
    return str(ProductOrder.objects.order_by("-id").values_list("number", flat=True)[0])


def test_a_line_is_found_by_the_beginning_of_any_part_of_its_own_address(hall: Hall) -> None:
    me = opened(hall)
    for asked in ("民族大道", "民族大道 88", "88 号", "３栋", "1203", "民族大道 88 号 3 栋 1203 室"):
        assert at(hall, asked) == [me], asked
    for asked in ("", "族大道", "1204", "203", "民族大道 88 号 3 栋 1203 室乙"):
        assert at(hall, asked) == [], asked


def test_it_moves_with_the_line_and_comes_back_with_it(hall: Hall) -> None:
    me = opened(hall)
    move = hall.ordered(("relocation", {"address": OTHER, "port": PORTS[1]}, me))
    assert (at(hall, "1203"), at(hall, "1204")) == ([], [me])
    assert hall.reversed(move).state == "reversed"
    assert (at(hall, "1203"), at(hall, "1204")) == ([me], [])
    undone = [one.command.params for one in hall.network.commands() if one.command.key.endswith("/undo")]
    assert [(told["port"], told["address"]) for told in undone] == [(PORTS[0], FLAT)], "the network hears the flat too"


def test_an_heir_is_found_there_and_who_gave_the_line_away_is_not(hall: Hall) -> None:
    me = opened(hall)
    hall.customer("gao")
    given = hall.ordered(("transfer", hall.heir("gao"), me))
    [heir] = at(hall, "1203")
    assert heir not in ("", me)
    assert hall.reversed(given).state == "reversed"
    assert at(hall, "1203") == [me]


def test_who_left_is_found_there_no_more_and_who_comes_back_is(hall: Hall) -> None:
    me = opened(hall)
    gone = hall.ordered(("terminate", {}, me))
    assert at(hall, "民族大道") == []
    next_one = opened(hall, address=OTHER)
    assert (at(hall, "1203"), at(hall, "1204")) == ([], [next_one]), "the same port, now of somebody else"
    assert hall.reversed(newest(hall)).state == "reversed"
    assert at(hall, "民族大道") == []
    assert hall.reversed(gone).state == "reversed"
    assert (at(hall, "1203"), at(hall, "1204")) == ([me], [])


def test_an_address_that_no_file_told_is_the_nearest_one_above_it(hall: Hall) -> None:
    me = opened(hall, address=f"{HOME}/1299/A")
    assert [(one.subscriber, one.address) for one in lines_at(tenant=hall.tenant, asked="民族大道 88")] == [(me, HOME)]


def test_another_name_of_an_address_is_looked_for_at_once(hall: Hall, tmp_path: Path) -> None:
    me = opened(hall)
    path = tmp_path / "addresses.csv"
    path.write_text(f"address,name\n{FLAT},民族大道 88 号 3 栋 1203A 室\n{HOME},星湖雅苑\n", encoding="utf-8")
    import_addresses(tenant=hall.tenant, actor=system("test"), path=path, now=hall.now)
    assert (at(hall, "1203 室"), at(hall, "1203A"), at(hall, "星湖")) == ([], [me], [])
    assert not PlaceKey.objects.filter(address__code=HOME).exists(), "no line comes out there"


def test_two_lines_of_a_flat_are_both_found(hall: Hall) -> None:
    both = [opened(hall, n) for n in (0, 1)]
    assert at(hall, "1203") == both


def test_looking_walks_an_index_and_no_table(hall: Hall) -> None:
    """Both databases, with what they know of 4,000 lines, and SQLite also knowing nothing."""
    opened(hall)
    box = Box.objects.get(code="FG-MZ88-3")
    streets = [
        Address(tenant=hall.tenant, code=f"GX/ZZ/{n}", name=f"星湖路 {n} 号 {n % 7} 栋 {n % 90} 室")
        for n in range(4_000)
    ]
    Address.objects.bulk_create(streets, batch_size=200)
    ports = [Port(tenant=hall.tenant, box=box, code=f"Z/{n}", state="in_use", holder=f"Z{n}") for n in range(4_000)]
    Port.objects.bulk_create(ports, batch_size=200)
    rows = [
        Installation(tenant=hall.tenant, port=port, holder=port.holder, address=address)
        for port, address in zip(ports, streets, strict=True)
    ]
    Installation.objects.bulk_create(rows, batch_size=200)
    keys = [PlaceKey(tenant=hall.tenant, address=one, key=key) for one in streets for key in address_keys(one.name)]
    PlaceKey.objects.bulk_create(keys, batch_size=200)
    assert at(hall, "3999 号") == ["Z3999"]
    assert len(at(hall, "星湖路")) == _installed.COMPARED
    plans = [plan(hall, "3999 号")] if connection.vendor == "sqlite" else []
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for keys, lines in (*plans, plan(hall, "3999 号")):
        assert re.search(INDEX[connection.vendor], keys), keys
        assert "installation_at" in lines, lines
        for one in (keys, lines):
            assert not re.search(r"SCAN resource_|Seq Scan", one), one


def plan(hall: Hall, asked: str) -> tuple[str, str]:
    """How the database would look for it: the addresses, then their lines."""
    called = _installed.called(hall.tenant, asked)[: _installed.PAGE]
    return called.explain(), _installed.used_at(hall.tenant, [id_ for id_, _ in called]).explain()
