"""Cards ordered from a vendor: its file, what comes held against it; and 333 cities before a number is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.resources.store import Store
from tests.typed import Type

from yidian.domains.resource_inventory.models import Card, CardOrder
from yidian.domains.resource_inventory.operations import SUBJECTS, UnableToOrderCards, look
from yidian.domains.resource_inventory.queries import card_order_run, card_orders, missing_cities, numbers_to_choose
from yidian.platform.sheets import read_table
from yidian.platform.writing.files import FileSeen

ORDER = {"code": "KD-1", "vendor": "EastCard", "iccid": "8986112610079900000", "imsi": "460110079900000", "count": 5}


def _seen(store: Store, path: Path, rows: list[tuple[str, str]]) -> FileSeen:
    text = "".join(f"{iccid},{imsi},KD-1\n" for iccid, imsi in rows)
    path.write_text(f"iccid,imsi,batch\n{text}", encoding="utf-8")
    sheet = read_table(path)
    return look(subject=SUBJECTS["cards"], tenant=store.tenant, sheet=sheet, now=store.now, most=100)


def test_a_delivery_is_held_against_its_order(store: Store, tmp_path: Path) -> None:
    run = store.do("order_cards", **ORDER)
    assert store.do("order_cards", **ORDER) == run, "the same order again is the same"
    cards, path = list(run.cards()), tmp_path / "d.csv"
    stranger = ("89861126100770000202", "460110070009999")
    first = _seen(store, path, [*cards[:2], cards[1], stranger])
    [match] = first.match
    assert (match["ordered"], match["before"], match["delivered"]) == (5, 0, 2)
    assert (match["doubled"], match["surplus"], match["missing"]) == (1, 1, 3)
    assert match["surplus_cards"] == (stranger[0],)
    assert match["missing_cards"] == tuple(iccid for iccid, _ in cards[2:])

    _seen(store, path, cards[:2])
    store.take("cards", path)
    [match] = _seen(store, path, [*cards[1:4]]).match
    assert (match["before"], match["delivered"], match["doubled"], match["missing"]) == (2, 2, 1, 1)
    swapped = _seen(store, path, [(cards[2][0], cards[3][1])])
    assert [fault.code for fault in swapped.faults] == ["CARD_IMSI_OTHER"]
    assert Card.objects.filter(batch="KD-1").count() == 2, "a look brings nothing in"
    [order] = card_orders(tenant=store.tenant)
    assert (order.count, order.came) == (5, 2)
    found = card_order_run(tenant=store.tenant, code="KD-1")
    assert found is not None
    assert found[1].missing == 3


@pytest.mark.parametrize(
    ("otherwise", "code"),
    [
        ({"vendor": "WestCard"}, "CARD_ORDER_KNOWN"), ({"code": "KD-2"}, "CARD_ORDER_OVERLAPS"),
        ({"code": "KD-2", "iccid": "8986112610079900004", "imsi": ""}, "CARD_ORDER_OVERLAPS"),
        ({"code": "KD-2", "iccid": "8986112610079900005", "imsi": "460110079900004"}, "CARD_ORDER_OVERLAPS"),
        ({"code": "KD-2", "iccid": "8986112610077000000", "imsi": ""}, "CARD_ORDER_OVERLAPS"),  # stock has such cards
        ({"code": "KD-2", "iccid": "89861"}, "CARD_ORDER_ICCID"),
        ({"code": "KD-2", "iccid": "9999999999999999999"}, "CARD_ORDER_ICCID"),
        ({"code": "KD-2", "imsi": "46011x"}, "CARD_ORDER_IMSI"), ({"code": "K D", }, "CARD_ORDER_CODE"),
        ({"code": "KD-2", "count": 0}, "CARD_ORDER_COUNT"), ({"code": "KD-2", "reseller": "none"}, "RESELLER_UNKNOWN"),
    ],
)  # fmt: skip
def test_what_cannot_be_ordered(store: Store, otherwise: dict[str, Any], code: str) -> None:
    store.do("order_cards", **ORDER)
    with pytest.raises(UnableToOrderCards) as refused:
        store.do("order_cards", **(ORDER | otherwise))
    assert refused.value.code == code
    assert CardOrder.objects.count() == 1


def test_the_vendors_file_is_the_form_of_the_delivery(place: Store, line: Type, tmp_path: Path) -> None:
    for n, ending in enumerate(("csv", "xlsx")):
        path, code = tmp_path / f"o.{ending}", f"KD-{n}"
        asked = f"cards order {code} --vendor EastCard --iccid 898611261007990{n}000 --imsi 46011007990{n}000 --count 5"
        assert line(asked, "-o", str(path)).code == 0
        sheet = read_table(path)
        seen = look(subject=SUBJECTS["cards"], tenant=place.tenant, sheet=sheet, now=place.now, most=100)
        assert (set(seen.states.values()), seen.faults, seen.match[0]["missing"]) == ({"new"}, (), 0)
    assert line(asked.replace("EastCard", "WestCard"), "-o", str(path)).code == 3
    assert line("import cards", str(tmp_path / "o.csv")).code == 0
    assert "KD-0 EastCard" in line("cards orders").said
    told = line("cards orders KD-1")
    assert (told.code, "8986112610079901000" in told.said) == (0, True), told
    assert line("cards orders KD-9").code == 2


def test_a_block_waits_for_the_last_of_333_cities(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "block,kind,first,last,network,area,state\nC,mobile,13922220000,13922220009,CT,0771,selectable\n",
        encoding="utf-8",
    )
    store.take("blocks", path)
    rows = [f"C,{n:04},City {n},{'' if n == 332 else '2026-10-01'}" for n in range(333)]
    path.write_text("\n".join(["block,city,name,since", *rows]) + "\n", encoding="utf-8")
    assert store.take("office-data", path).added == 333
    choice = {"tenant": store.tenant, "now": store.now, "pattern": "13922220***"}
    assert [one.city for one in missing_cities(tenant=store.tenant, now=store.now, block="C")] == ["0332"]
    assert numbers_to_choose(**choice) == []
    path.write_text("block,city,since\nC,0332,2026-11-01\n", encoding="utf-8")
    assert store.take("office-data", path).ended == 1
    assert missing_cities(tenant=store.tenant, now=store.now, block="C") == []
    assert len(numbers_to_choose(**choice)) == 10
