"""Two resellers in one installation, both with a month of usage rated and billed. Whatever B has is a canary."""

from __future__ import annotations

import json
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from tests import forks, installations
from tests.doctor.office import CYCLE, HEADER, MAPPING, REPOSITORY, usage

A, B = "alpha", "canary-b"
CANARY = re.compile(r"canary|金丝雀|19955500\d{3}|4601199\d{10}", re.IGNORECASE)
OFFERS = re.compile(r"\b(cx129|jt199|fk10|ll5g|sl49|sl89)\b")
# One process types all lines: what a cache keeps from one tenant's command, the next one of the other would show.
TYPE = """
import contextlib, io, json, os, sys
from tests.tenants import planted
from yidian.faces.cli.main import main
told = []
for line in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = planted.plant(line[1:]) if line[0] == "PLANT" else main(line)
    told.append([code, out.getvalue(), err.getvalue()])
json.dump(told, sys.stdout)
"""


@dataclass(frozen=True)
class Told:
    line: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Two:
    home: Path

    def type(self, *lines: tuple[object, ...]) -> list[Told]:
        typed = [[str(word) for word in line] for line in lines]
        planted = any(line[0] == "PLANT" for line in typed)  # before a command has imported what is to be replaced
        done = (forks.run_really if planted else forks.run)(
            [sys.executable, "-c", TYPE], told=json.dumps(typed), cwd=REPOSITORY,
            env=installations.clean_environment() | {
                "YIDIAN_HOME": str(self.home), "YIDIAN_NOW": "2026-11-02T10:00:00+08:00", "YIDIAN_LANG": "en",
            },
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [Told(tuple(line), *rest) for line, rest in zip(typed, json.loads(done.stdout), strict=True)]

    def done(self, *lines: tuple[object, ...]) -> list[Told]:
        found = self.type(*lines)
        assert [told for told in found if told.code != 0] == []
        return found


def make(home: Path) -> Two:
    two = Two(home)
    inbox = home.parent / "inbox"
    for tenant in (A, B):
        _papers(inbox / tenant, canary=tenant == B)
    made = forks.run([forks.YIDIAN, *installations.typed(["init", str(home)])], env=installations.clean_environment())
    assert made.returncode == 0, made.stderr
    two.done(("tenant", "add", A), ("tenant", "add", B))
    two.done(*(("--tenant", tenant, *line) for tenant in (B, A) for line in _month(inbox / tenant, tenant)))
    return two


def _month(inbox: Path, tenant: str) -> list[tuple[object, ...]]:
    who = "canary" if tenant == B else "zhang"
    staff = [("user", "add", f"{who}-sec", "--role", "security_admin", "--name", f"{who} 安")]
    other = "2026-08" if tenant == B else "2026-07"
    return [
        ("cycle", "open", CYCLE), ("cycle", "open", other),
        ("tariff", "load", inbox / f"{who}-tariff"), ("import", "customers", inbox / f"{who}.csv"),
        ("collect", "--mapping", inbox / "mapping.yaml", inbox / f"{who}-usage.csv"),
        ("rate", CYCLE), ("bill", CYCLE),
        ("pay", f"{who.upper() if tenant == B else ''}A1001", "10.00", "--channel", "cash", "--txn", f"{who}-1"),
        ("org", "add", f"{who}-org", f"{who} 分公司" if tenant == A else "金丝雀分公司"), *staff,
    ]  # fmt: skip


def _papers(inbox: Path, *, canary: bool) -> None:
    """A tariff, customers and usage; B's with canaries in every code, name and number."""
    who = "canary" if canary else "zhang"
    tariff = inbox / f"{who}-tariff"
    tariff.mkdir(parents=True)
    for path in (REPOSITORY / "examples" / "tariff-cn").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if canary:
            text = OFFERS.sub(r"canary-\1", text).replace("5G畅享", "金丝雀")
        (tariff / path.name).write_text(text, encoding="utf-8")
    customers = (REPOSITORY / "examples" / "customers.csv").read_text(encoding="utf-8")
    lines = usage(random.Random(5), 120)
    late = "2026-10-05 99:99:99,msisdn,19900010001,voice,out,02112345678,,60,0,0\n"
    told = HEADER + "".join(lines) + late
    mapping = MAPPING
    if canary:
        customers = OFFERS.sub(r"canary-\1", customers)
        customers = re.sub(r"\b([CAS])(\d{4,6})\b", r"CANARY\1\2", customers)
        customers = re.sub(r"\b199000(\d{5})\b", r"199555\1", customers).replace("46011000", "46011990")
        customers = re.sub(r"[一-鿿]{2,3}", "金丝雀", customers).replace("lin-family", "canary-family")
        told = re.sub(r"\b199000(\d{5})\b", r"199555\1", told).replace("18899999999", "19955500999")
        mapping = mapping.replace("source: switch", "source: canary-switch")
    (inbox / f"{who}.csv").write_text(customers, encoding="utf-8")
    (inbox / f"{who}-usage.csv").write_text(told, encoding="utf-8")
    (inbox / "mapping.yaml").write_text(mapping, encoding="utf-8")


def words_of(path: Path) -> str:
    """All that a file tells: its name, its text, or every value of its columns."""
    if path.suffix == ".parquet":
        return path.name + repr(pq.read_table(path).to_pydict())
    if path.suffix == ".xlsx":
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(path)
        return path.name + repr([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return path.name + path.read_bytes().decode("utf-8", "replace")


def canaries(text: Any) -> set[str]:
    return {found[0] for found in CANARY.finditer(str(text))}
