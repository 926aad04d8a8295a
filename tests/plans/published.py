"""The tables of docs/plans-cn.md, and the published plans they speak of, where the data is at hand."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY
from tests.numbers.pages import read_page

PAGE = REPOSITORY / "docs" / "plans-cn.md"
CARDS, CTC = (REPOSITORY / "examples" / "plans-cn" / name for name in ("cards", "ctc"))
OPERATORS = {"10000": "dx", "10010": "lt", "10086": "yd", "10099": "gd"}


@dataclass(frozen=True, slots=True)
class Card:
    """A plan of the shop. `clauses`: T1 … of its title and P1 … of its selling points → their words."""

    source: str
    operator: str
    fee: int
    general_gb: int
    directed_gb: int
    minutes: int
    clauses: dict[str, str]


def cards(data: Path) -> list[Card]:
    with (data / "cn_sim_plans" / "plans.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            Card(
                source=row["id"], operator=OPERATORS[row["operator"]], fee=int(row["monthly_fee_cny"]),
                general_gb=int(row["general_gb"]), directed_gb=int(row["directed_gb"]),
                minutes=int(row["voice_minutes"]),
                clauses=numbered("T", title_clauses(row["title"])) | numbered("P", json.loads(row["selling_point"])),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def listed(data: Path) -> dict[str, dict[str, Any]]:
    """The same plans as the shop's list answered, by id: the second source."""
    told = json.loads((data / "cn_sim_plans" / "cards_2025-04-08.json").read_text(encoding="utf-8"))
    return {str(row["id"]): row for row in told["data"]["goods"]}


def of_telecom(data: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((data / "tariffs_cn" / "ctc_plans_huaji.json").read_text(encoding="utf-8"))
    return rows


def title_clauses(title: str) -> list[str]:
    """A title without the shop's number before it, cut at +, 包, commas and brackets."""
    text = re.sub(r"^\d+\.(?=\D)", "", unicodedata.normalize("NFKC", title))
    return [part.strip() for part in re.split(r"[+包(),]", text) if part.strip()]


def numbered(letter: str, clauses: list[str]) -> dict[str, str]:
    return {f"{letter}{n}": clause for n, clause in enumerate(clauses, start=1) if clause}


def table(column: str, *, under: str) -> list[dict[str, str]]:
    """The rows of the table of the page that has this column, in the section of this title."""
    (section,) = (one for one in read_page(PAGE) if one.title == under)
    (found,) = (one for one in section.tables if column in one.header)
    return [row for _, row in found.rows]


def reads(pattern: str, clause: str) -> bool:
    """Whether a clause is what one of the patterns says: `n` a number, `…` anything."""
    return any(
        re.fullmatch(re.escape(one.strip()).replace("n", r"[\d.]+").replace("…", ".*"), clause)
        for one in pattern.split(" · ")
    )
