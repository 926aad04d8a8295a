"""The operator's files, written line by line: what is in memory is one set of elements, however large the operator."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from tools.operator.chance import chance
from tools.operator.deliveries import Deliveries
from tools.operator.identity import COLUMNS as IDENTITY
from tools.operator.identity import NOTHING, told_of
from tools.operator.moments import DAY, FOREVER, first_day, month_name, shop_text
from tools.operator.people import Held, Line
from tools.operator.world import World

REPOSITORY: Final = Path(__file__).resolve().parent.parent.parent
EXAMPLES: Final = REPOSITORY / "examples"
COLUMNS: Final = (
    "format", "customer", "customer_name", "account", "subscriber", "kind", "identifier", "home_area", "pool", "offer",
    "from", "to", *IDENTITY,
)  # fmt: skip
DATED: Final = frozenset({"ll5g", "xs10g", "uim", "hy2026"})  # sold with their end
Row = tuple[str, ...]


def write_files(world: World, folder: Path, *, copies: bool = True) -> dict[str, int]:
    """Everything below `folder`, the same bytes every time; rows of customers and records of each element.

    `copies`: with the tariff and the mappings, which are those of examples/.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    if copies:
        shutil.copytree(EXAMPLES / "tariff-cn", folder / "tariff", dirs_exist_ok=True)
        for sheet in sorted((EXAMPLES / "premium-numbers").glob("*.csv")):
            _lengthen(folder / "tariff" / sheet.name, sheet)
        for name in ("mappings", "payments", "arrears"):
            shutil.copytree(EXAMPLES / "demo" / name, folder / name, dirs_exist_ok=True)
    counts = {"customers": 0}
    with ExitStack() as open_files:
        lists = Lists(world, folder, open_files)
        for node in range(world.nodes):
            lines = world.lines_of(node)
            counts["customers"] += sum(lists.add(line) for line in lines)
            elements = Deliveries(world, node + 1, folder)
            elements.write(lines, 0, first_day(world.size.months))
            for element, written in elements.written.items():
                counts[element] = counts.get(element, 0) + written
    return counts


def _lengthen(sheet: Path, more: Path) -> None:
    """Rows of another sheet below those of a sheet, whichever columns each has."""
    rows: list[dict[str, str]] = []
    for path in (sheet, more):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    columns = dict.fromkeys(name for row in rows for name in row)
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


class Lists:
    """customers.csv of each month, and customers-late.csv of what a shop forgot in it."""

    def __init__(self, world: World, folder: Path, open_files: ExitStack) -> None:
        self.world, self.folder, self.open_files = world, folder, open_files
        self.writers: dict[tuple[int, str], Any] = {}
        for month in range(world.size.months):
            self._writer(month, "customers")

    def add(self, line: Line) -> int:
        """Rows written. What was forgotten of a month comes in that month, after somebody noticed."""
        written, told = 0, told_of(self.world.seed, line)
        for month in range(self.world.size.months):
            rows = list(rows_of(line, month))
            if rows:
                first, *others = rows
                whole = [(*first, *told), *((*row, *NOTHING) for row in others)]
                self._writer(month, self._which(line, month)).writerows(whole)
                written, told = written + len(rows), NOTHING
        return written

    def _which(self, line: Line, month: int) -> str:
        starts = line.kind != "story" and (month or line.since > 0)
        draw = chance(self.world.seed, "shop", line.code, month)
        return "customers-late" if starts and draw.randrange(1000) < self.world.odds.forgotten else "customers"

    def _writer(self, month: int, name: str) -> Any:
        if (month, name) not in self.writers:
            path = self.folder / month_name(month) / f"{name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            file = self.open_files.enter_context(path.open("w", encoding="utf-8", newline=""))
            self.writers[month, name] = csv.writer(file, lineterminator="\n")
            self.writers[month, name].writerow(COLUMNS)
        return self.writers[month, name]


def rows_of(line: Line, month: int) -> Iterator[Row]:
    """What is news of a line in a month: what begins in it (in the first: all that began before), what ends in it."""
    head = ("1", line.customer, line.name, line.account, line.code)
    since, until = (-FOREVER if not month else DAY * first_day(month)), DAY * first_day(month + 1)

    def news(held: Iterable[Held]) -> Iterator[tuple[str, str, str]]:
        for one in held:
            known = one.until < until or one.value in DATED
            if since <= one.since < until or (since <= one.until < until and one.value not in DATED):
                yield one.value, shop_text(one.since), shop_text(one.until) if known else ""

    for number, begins, ends in news(line.numbers):
        yield (*head, "msisdn", number, line.area, line.pool, "", begins, ends)
    for card, begins, ends in news(line.cards):
        yield (*head, "imsi", card, line.area, line.pool, "", begins, ends)
    for offer, begins, ends in news(line.offers):
        yield (*head, "", "", line.area, line.pool, offer, begins, ends)
