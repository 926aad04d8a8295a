"""The operator's files: tariff, customers, mappings, usage. What a newcomer would bring along."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tools.demo import elements, people, usage

REPOSITORY: Final = Path(__file__).resolve().parent.parent.parent
SEED: Final = 1
ONE_CALL: Final = """event,subscriber,offers,home_area,start,service,direction,other_party,duration
early-call,li-xiaoyu,sl49,021,2026-10-13 06:58:00,voice,out,01088880000,300s
"""


def write_files(folder: Path, *, seed: int = SEED) -> dict[str, int]:
    """Write them below `folder`, the same bytes every time; how many rows of customers and records of each element."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    shutil.copytree(REPOSITORY / "examples" / "tariff-cn", folder / "tariff")
    shutil.copytree(REPOSITORY / "examples" / "demo" / "mappings", folder / "mappings")
    (folder / "one-call.csv").write_text(ONE_CALL, encoding="utf-8")
    known, late = people.everybody(seed), people.forgotten()
    rows = people.write_customers(folder / "customers.csv", known)
    people.write_customers(folder / "customers-late.csv", [late])
    calls = usage.month([*known, late], seed)
    return {"customers": rows, **elements.write_all(folder / "usage", calls, usage.strangers())}
