"""A small operator with a collected, rated and billed month, made by the commands as anybody types them."""

from __future__ import annotations

import json
import os
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forks, installations

REPOSITORY = Path(__file__).resolve().parents[2]
CYCLE = "2026-10"
MAPPING = """format: 1
source: switch
reader: {kind: delimited}
zone: Asia/Shanghai
key: [at, who, whom, service, seconds, up]
window: 30d
fields:
  service: {from: service}
  direction: {from: direction}
  identifier: {from: who}
  identifier_kind: {from: kind}
  other_party: {from: whom}
  place: {from: place}
  start: {from: at, time: "%Y-%m-%d %H:%M:%S"}
  duration: {from: seconds, unit: s}
  bytes_up: {from: up, unit: B}
  bytes_down: {from: down, unit: B}
"""
HEADER = "at,kind,who,service,direction,whom,place,seconds,up,down\n"
NUMBERS = [f"199000100{n:02d}" for n in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 14, 15, 16)]
OTHERS = ["02112345678", "01012345678", "13800211234", "0085212345678", "004912345678", "10000"]


def usage(rng: random.Random, rows: int) -> list[str]:
    """Calls, messages and data of October, a few of numbers that nobody has and of places that nobody knows."""
    lines = []
    for _ in range(rows):
        hour, minute, second = rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
        at = f"2026-10-{rng.randint(1, 31):02d} {hour:02d}:{minute:02d}:{second:02d}"
        who = rng.choice(NUMBERS) if rng.random() > 0.03 else "18899999999"
        service = rng.choice(["voice", "voice", "sms", "data"])
        whom = "" if service == "data" else rng.choice(OTHERS)
        seconds = rng.randint(1, 900) if service == "voice" else 0
        up, down = (rng.randint(1, 1 << 20), rng.randint(1, 1 << 26)) if service == "data" else (0, 0)
        place = rng.choice(["", "", "010", "021"]) if rng.random() > 0.02 else "mars"
        lines.append(f"{at},msisdn,{who},{service},out,{whom},{place},{seconds},{up},{down}\n")
    return lines


@dataclass(frozen=True)
class Office:
    home: Path

    def run(self, *line: str, points: str = "", expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        """One command line in a process of its own; `expect` is its exit code (None: any)."""
        env = os.environ | {
            "YIDIAN_HOME": str(self.home), "YIDIAN_NOW": "2026-11-02T10:00:00+08:00", "YIDIAN_POINTS": points,
            "YIDIAN_LANG": "en", "YIDIAN_EVENTS_PER_PART": "100",
        }  # fmt: skip
        done = forks.run([forks.YIDIAN, *installations.typed(line)], env=env)
        if expect is not None:
            assert done.returncode == expect, (line, done.returncode, done.stdout, done.stderr)
        return done

    def doctor(self, *line: str, expect: int) -> dict[str, dict[str, Any]]:
        """The findings by the name of their query; the exit code must be the one expected."""
        done = self.run("doctor", "--json", *line, expect=expect)
        return {finding["query"]: finding for finding in json.loads(done.stdout)}

    def sql(self, statement: str, *params: object) -> list[Any]:
        """Raw SQL, past every door and check."""
        return installations.sql(self.home, statement, *params)

    def files(self, kind: str) -> list[Path]:
        return sorted((self.home / "lake" / "operator" / kind).rglob("*.parquet"))


def make(home: Path) -> Office:
    office = Office(home)
    office.run("init", str(home), "--cycle", CYCLE)
    office.run("tariff", "load", str(REPOSITORY / "examples" / "tariff-cn"))
    office.run("import", "customers", str(REPOSITORY / "examples" / "customers.csv"))
    inbox = home / "inbox"
    inbox.mkdir()
    (inbox / "mapping.yaml").write_text(MAPPING)
    rng = random.Random(7)
    first, second = usage(rng, 300), usage(rng, 100)
    broken = "2026-10-05 99:99:99,msisdn,19900010001,voice,out,02112345678,,60,0,0\n"
    (inbox / "one.csv").write_text(HEADER + "".join(first) + broken)
    (inbox / "two.csv").write_text(HEADER + "".join(second) + first[3])  # one record came before
    mapping = str(inbox / "mapping.yaml")
    office.run("collect", "--mapping", mapping, str(inbox / "one.csv"), str(inbox / "two.csv"))
    office.run("rate", CYCLE)
    office.run("bill", CYCLE)
    return office
