"""A page of worked numbers as data: its sections, each with the tariff it says and the tables under it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "docs" / "numbers"
ELSEWHERE = (  # measured; tests of their own
    "speed.md", "orders.md", "states.md", "late-fee.md", "deductions.md", "bills.md", "corrections.md", "leaving.md",
    "disputes.md", "gifts-and-deposits.md",
)  # fmt: skip
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name not in ELSEWHERE)
BASE = re.compile(r"^Tariff: \[[^\]]*\]\(([^)]+)\)")
OWN = "Tariff: of its own"
SHEET = re.compile(r"csv tariff ([a-z]+)")
FENCE = "```"


class PageUnreadable(Exception):
    """A page says something that would be passed over in silence."""


@dataclass
class Table:
    """A table of a page: the page's line of its header, column names, and rows as (line, column → text)."""

    line: int
    header: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


@dataclass
class Section:
    """What stands under one heading `##`, its `###` included.

    `base` is a folder of CSV sheets; `sheets` take the place of sheets in it.
    """

    title: str
    base: Path | None = None
    sheets: dict[str, str] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)

    def write_tariff(self, folder: Path) -> Path:
        """The section's tariff as a folder of CSV sheets."""
        folder.mkdir(parents=True)
        for path in sorted(self.base.glob("*.csv")) if self.base else ():
            (folder / path.name).write_bytes(path.read_bytes())
        for name, text in self.sheets.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return folder


def read_page(path: Path) -> list[Section]:
    """The sections of a page; what stands before the first heading `##` holds in all of them."""
    return read_text(path.read_text(encoding="utf-8"), path.parent)


def read_text(text: str, folder: Path) -> list[Section]:
    lines = text.splitlines()
    sections = [Section(title="")]
    at = 0
    while at < len(lines):
        line, here = lines[at], sections[-1]
        if line.startswith("## "):
            sections.append(Section(title=line[3:].strip(), base=sections[0].base, sheets=dict(sections[0].sheets)))
        elif line.lstrip().startswith(FENCE):
            at = _fence(lines, at, here)
        elif line.lstrip().startswith("|"):
            at = _table(lines, at, here)
        elif line.startswith(OWN):
            here.base, here.sheets = None, {}
        elif base := BASE.match(line):
            here.base = (folder / base[1]).resolve()
            if not here.base.is_dir():
                raise PageUnreadable(f"line {at + 1}: no folder {base[1]}")
        at += 1
    return sections


def _fence(lines: list[str], at: int, section: Section) -> int:
    """Read a fenced block; answers the line of its end."""
    said = lines[at].strip().removeprefix(FENCE).strip()
    end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == FENCE), None)
    if end is None:
        raise PageUnreadable(f"line {at + 1}: a block that never ends")
    sheet = SHEET.fullmatch(said)
    if sheet:
        section.sheets[sheet[1]] = "\n".join(lines[at + 1 : end]) + "\n"
        if not next(csv.reader(io.StringIO(section.sheets[sheet[1]])), None):
            raise PageUnreadable(f"line {at + 1}: an empty sheet {sheet[1]}")
    elif said.startswith("csv"):
        raise PageUnreadable(f"line {at + 1}: `{said}` is no sheet of a tariff")
    return end


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def _table(lines: list[str], at: int, section: Section) -> int:
    """Read a table; answers its last line."""
    header = _cells(lines[at])
    end = at
    while end + 1 < len(lines) and lines[end + 1].lstrip().startswith("|"):
        end += 1
    if end == at or not set("".join(_cells(lines[at + 1]))) <= set("-: ") or len(set(header)) != len(header):
        raise PageUnreadable(f"line {at + 1}: not a table with a header of its own")
    table = Table(at + 1, tuple(header))
    for n in range(at + 2, end + 1):
        cells = _cells(lines[n])
        if len(cells) != len(header):
            raise PageUnreadable(f"line {n + 1}: {len(cells)} cells under {len(header)} columns")
        table.rows.append((n + 1, dict(zip(header, cells, strict=True))))
    if not table.rows:
        raise PageUnreadable(f"line {at + 1}: a table without rows")
    section.tables.append(table)
    return end
