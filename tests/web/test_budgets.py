"""How many statements a page may ask of the database: tests/budgets/pages.toml, a line for every page that reads.

A page without a line fails; so does one above it. YIDIAN_BUDGETS=print tells what they take, to be written down.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.test_sweep import addresses, expected, known
from tests.web.town import STAFF_OF, Town

from yidian.faces.shell.routes import TABLES

BUDGETS = Path(__file__).parents[1] / "budgets/pages.toml"
PRINT = os.environ.get("YIDIAN_BUDGETS") == "print"


def asked_of(town: Town) -> dict[str, int]:
    """Statements of each page that somebody may read, for the first one who may: the second look at it."""
    things, found = known(town), dict[str, int]()
    for face, table in TABLES.items():
        for route in table:
            for address, chosen in (
                addresses(face, route, things) if "GET" in route.methods() and not route.public else ()
            ):
                if any(thing.node is None for thing in chosen) or any(thing.node == "south" for thing in chosen):
                    continue
                who = (
                    [login for login in STAFF_OF if not expected(login, route, "GET", chosen)] if face == "desk" else []
                )
                browser = town.staff(who[0]) if who else town.customer("c1")
                if browser.get(address).status_code != 200:
                    continue
                with CaptureQueriesContext(connection) as told:
                    browser.get(address)
                found[f"{face}:{route.name}"] = max(found.get(f"{face}:{route.name}", 0), len(told))
    return found


def test_every_page_keeps_to_its_budget(town: Town) -> None:
    found = asked_of(town)
    if PRINT:
        sys.stdout.writelines(f'"{name}" = {count}\n' for name, count in sorted(found.items()))
    budgets = tomllib.loads(BUDGETS.read_text(encoding="utf-8"))["statements"]
    assert {name: count for name, count in found.items() if count > budgets.get(name, 0)} == {}
    assert sorted(budgets.keys() - found.keys()) == [], "pages that are gone, or that nobody may read here"
