"""A tiny operator and the command line: what the stories of a month are told with."""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from tests import forks, installations

REPOSITORY = Path(__file__).resolve().parent.parent.parent
CALL_HEAD = "id,caller,callee,began,lasted,place"
MAPPING = """format: 1
source: switch
reader: {kind: delimited}
zone: Asia/Shanghai
fields:
  service: {const: voice}
  direction: {const: out}
  identifier: {from: caller, required: yes}
  other_party: {from: callee}
  place: {from: place}
  start: {from: began, time: "%Y-%m-%d %H:%M:%S"}
  duration: {from: lasted, unit: s}
key: [id]
window: 60d
"""
PEOPLE_HEAD = "customer,account,subscriber,identifier,home_area,pool,offer,from,to"
PEOPLE = (
    "C1,A1,S1,19900000001,021,,sl49,2026-01-20,2026-10-15",
    "C1,A1,S1,19900000001,021,,sl129,2026-10-15,",
    "C2,A2,S2,19900000002,021,,bz50,2026-02-01,2026-10-09",
    "C3,A3,S3,19900000002,021,,cx129,2026-10-20,",
    "C4,A4,S4,19900000004,021,family,jt199,2026-05-01,",
    "C4,A4,S5,19900000005,021,family,fk10,2026-05-01,",
    "C6,A6,S6,19900000006,021,,dear,2026-05-01,",
    "C7,A7,S7,19900000007,021,,sl89,2026-05-01,",
)
DEAR = {  # an offer whose price cannot be: nine hundred million for a second
    "offers.csv": "dear,base,天价,beyond price,100,,,,",
    "prices.csv": "dear,voice_local,*,900000000,1s,1s,,,,,",
}


class Operator:
    """An installation in a folder, and the files beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "shop"
        self.exported: dict[tuple[str, str], list[dict[str, str]]] = {}

    def yidian(self, *words: object, exits: int = 0) -> str:
        """Type a command in the installation; what it said on both streams."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("YIDIAN_", "LANG", "LC_"))}
        done = forks.run(
            [forks.YIDIAN, *installations.typed(words, cwd=self.folder)],
            cwd=self.home if self.home.exists() else self.folder, env=environment | {"LANG": "C.UTF-8"},
        )  # fmt: skip
        told = done.stdout + done.stderr
        if words[0] not in ("export", "doctor"):
            self.exported.clear()
        assert done.returncode == exits, f"yidian {' '.join(map(str, words))} ended with {done.returncode}\n{told}"
        return told

    def write(self, name: str, head: str, rows: Sequence[str]) -> Path:
        path = self.folder / name
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return path

    def tariff(self, name: str, more: dict[str, str]) -> Path:
        """The example tariff with a row more at the end of some sheets."""
        path = self.folder / name
        shutil.copytree(REPOSITORY / "examples" / "tariff-cn", path)
        for sheet, row in more.items():
            with (path / sheet).open("a", encoding="utf-8") as f:
                f.write(row + "\n")
        return path

    def collect(self, name: str, rows: Sequence[str]) -> str:
        calls = self.write(name, CALL_HEAD, rows)
        return self.yidian("collect", "--mapping", self.folder / "switch.yaml", calls)

    def export(self, kind: str, cycle: str = "2026-10") -> list[dict[str, str]]:
        """What a cycle holds, exported once for as long as nothing else was typed."""
        if (kind, cycle) not in self.exported:
            path = self.folder / f"{kind}-{cycle}.csv"
            self.yidian("export", kind, cycle, "-o", path)
            with path.open(encoding="utf-8", newline="") as f:
                self.exported[kind, cycle] = list(csv.DictReader(f))
        return self.exported[kind, cycle]

    def digest(self, cycle: str = "2026-10") -> str:
        return last_digest(self.yidian("export", "canonical", cycle, "-o", self.folder / f"canonical-{cycle}"))

    def bills(self, cycle: str = "2026-10") -> dict[str, Decimal]:
        return {row["account"]: Decimal(row["total"]) for row in self.export("bills", cycle)}

    def close_by(self, other: Path) -> Operator:
        """The same operator once more, in another folder: for a story that changes it."""
        shutil.copytree(self.folder, other, ignore=shutil.ignore_patterns("shop"))
        installations.copy(self.home, other / "shop")
        return Operator(other)


def last_digest(told: str) -> str:
    """The SHA-256 over all files of a canonical export, which is printed last."""
    return re.findall(r"\b[0-9a-f]{64}\b", told)[-1]
