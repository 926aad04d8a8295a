"""docs/numbers/corrections.md, executed: a minute's price corrected, to the fen and with its tax."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.conftest import REPOSITORY
from tests.corrections.office import Office, taxes
from tests.cycles.test_late_usage import at
from tests.cycles.world import NOVEMBER, OCTOBER, TARIFF

PAGE = REPOSITORY / "docs" / "numbers" / "corrections.md"
LINES = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")][2:]
ROWS = [[cell.strip().replace("−", "-").replace(",", "") for cell in line.strip("|").split("|")] for line in LINES]


def fen(told: str) -> int:
    return int(Decimal(told) * 100)


def test_the_page_has_its_table() -> None:
    assert len(ROWS) >= 5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[4]}")
def test_a_worked_correction(office: Office, row: list[str]) -> None:
    used, minutes, billed, tax, price, should, then, borne, of_it, _ = row
    world = office.world.open(OCTOBER, NOVEMBER)
    world.usage((1, "13800000005", "voice", at(OCTOBER, 3), int(used))).billed(OCTOBER)
    world.post(OCTOBER)
    assert int(minutes) * 60 >= int(used) > (int(minutes) - 1) * 60
    assert world.bills(OCTOBER)["a5"]["total_minor"] == fen(billed)
    prices = tuple(
        replace(one, price_micro=int(Decimal(price) * 1_000_000)) if (one.offer, one.item) == ("PACK", "LOCAL") else one
        for one in TARIFF.prices
    )
    number = office.edition(replace(TARIFF, prices=prices)) if price != "0.19" else 0
    if fen(borne):
        row_ = office.agreed(OCTOBER, edition=number)
        assert row_.difference_minor == fen(borne)
    world.billed(NOVEMBER)
    late = world.bills(NOVEMBER).get("a5", {"late_minor": 0})["late_minor"]
    assert late == fen(borne) == fen(should) - fen(billed)
    got = taxes(office.tenant, (OCTOBER, ""))
    assert sum(value for (account, _), value in got.items() if account == "a5") == fen(tax)
    got = taxes(office.tenant, (NOVEMBER, OCTOBER))
    assert sum(value for (account, _), value in got.items() if account == "a5") == fen(of_it) == fen(then) - fen(tax)
