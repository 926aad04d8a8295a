"""The month that is under way: its orders, and the files of its first days. A longer life has the same first months,
so nothing of what went before changes."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.operator.deliveries import Deliveries
from tools.operator.files import Lists
from tools.operator.moments import first_day, month_name
from tools.operator.world import World

QUIET = 40  # percent of the usual usage: it is there to be looked at, not to be waited for


def write_present(world: World, folder: Path, *, days: int) -> int:
    """The files of the first `days` days after the world's last month, into that month's folder; records written."""
    month = world.size.months
    longer = replace(world, size=replace(world.size, months=month + 1, busy=world.size.busy * QUIET // 100))
    records = 0
    with TemporaryDirectory(dir=folder) as told:
        with ExitStack() as open_files:
            lists = Lists(longer, Path(told), open_files)
            for node in range(longer.nodes):
                lines = longer.lines_of(node)
                for line in lines:
                    lists.add(line)
                elements = Deliveries(longer, node + 1, Path(told))
                elements.write(lines, first_day(month), first_day(month) + days)
                records += sum(elements.written.values())
        made, target = Path(told) / month_name(month), folder / month_name(month)
        target.mkdir(exist_ok=True)
        for part in ("customers.csv", "usage"):
            if (made / part).exists():
                _move(made / part, target / part)
    return records


def _move(made: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    made.replace(target)
