"""The month, chapter by chapter: which commands are typed, and what is told between them."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tools.demo.exported import NIGHT_CALL, Bill, Row, explain_fee, explain_usage, read, show_bill
from tools.demo.files import REPOSITORY
from tools.demo.people import NAMED
from tools.demo.terminal import Terminal

ELEMENTS: Final = ("msc", "smsc", "pgw", "exchange")
CYCLE: Final = "2026-10"


@dataclass(slots=True)
class Walk:
    """One demonstration in one folder. `law`: (step, in, good, rejected, other) as it went."""

    terminal: Terminal
    folder: Path
    threads: int
    law: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    collected: list[list[int]] = field(default_factory=list)
    refed: list[int] = field(default_factory=list)
    digest: str = ""
    law_holds: bool = True

    def all(self, counts: dict[str, int]) -> None:
        self.files(counts)
        self.install()
        self.collect()
        self.rate()
        self.put_right()
        self.take_along()
        self.check()
        self.one_bill()
        self.row_law()

    def files(self, counts: dict[str, int]) -> None:
        say = self.terminal.say
        say("title")
        self.terminal.chapter("files", folder=self.folder)
        say("files_made" if counts else "files_kept")
        if counts:
            usage = sum(counts[name] for name in ELEMENTS)
            for name in ("tariff", "customers", "mappings", "usage", *ELEMENTS, "late"):
                say(f"files_{name}", customers=counts["customers"], usage=f"{usage:,}")

    def install(self) -> None:
        self.terminal.chapter("install")
        self.terminal.say("install_why")
        threads = f" --threads {self.threads}" if self.threads else ""
        self.terminal.type(f"yidian init shop --cycle {CYCLE}{threads}")
        print("\n$ cd shop")
        self.terminal.folder = self.folder / "shop"
        self.terminal.type("yidian tariff load ../tariff")
        self.terminal.type("yidian import customers ../customers.csv")

    def collect(self) -> None:
        self.terminal.chapter("collect")
        self.terminal.say("collect_why")
        for element in ELEMENTS:
            self._collect(f"yidian collect --mapping ../mappings/{element}.yaml ../usage/{element}/*")
        print()
        self.terminal.say("suspense")
        self.terminal.type("yidian suspense list")
        self.terminal.type("yidian suspense list --source msc --code VALUE_NOT_MAPPED --limit 3")

    def rate(self) -> None:
        self.terminal.chapter("rate")
        self.terminal.say("rate_why")
        self.terminal.type(f"yidian rate {CYCLE}")
        self.terminal.type(f"yidian bill {CYCLE}")
        self.terminal.type(f"yidian export bills {CYCLE} -o ../out/bills-first.csv")

    def put_right(self) -> None:
        self.terminal.chapter("again")
        self.terminal.say("again_why")
        self.terminal.say("again_mapping")
        self._mapping_changes()
        self.refed = _numbers(
            self.terminal.type("yidian suspense refeed --mapping ../mappings/msc-volte.yaml", listen=True)
        )
        self._collect("yidian collect --mapping ../mappings/msc-volte.yaml ../usage/late/*")
        self.terminal.type("yidian import customers ../customers-late.csv")
        self.terminal.type(f"yidian rate {CYCLE}")
        self.terminal.type(f"yidian bill {CYCLE}")
        self.terminal.type(f"yidian export bills {CYCLE} -o ../out/bills.csv")
        self.terminal.type("yidian runs --json > ../out/runs.json")
        print()
        self.terminal.say("again_difference")
        self._difference()

    def take_along(self) -> None:
        self.terminal.chapter("export")
        for kind in ("items", "usage", "suspense"):
            self.terminal.type(f"yidian export {kind} {CYCLE} -o ../out/{kind}.csv")
        told = self.terminal.type(f"yidian export canonical {CYCLE} -o ../out/canonical", listen=True)
        self.digest = re.findall(r"\b[0-9a-f]{64}\b", told)[-1]
        self.terminal.say("export_why")
        print()
        self.terminal.say("quote")
        self.terminal.type("yidian quote --tariff ../tariff ../one-call.csv")

    def check(self) -> None:
        self.terminal.chapter("check")
        for command in ("doctor", f"close {CYCLE}", "runs"):
            self.terminal.type(f"yidian {command}")

    def one_bill(self) -> None:
        customers = {row["account"]: row["customer_name"] for row in read(self.folder / "customers.csv")}
        bill = Bill(out=self.folder / "out", tariff=self.folder / "tariff", lang=self.terminal.lang)
        self.terminal.chapter("bill", name=customers[NAMED], account=NAMED)
        show_bill(bill, self.terminal)
        explain_usage(bill, self.terminal, "voice_long", start=NIGHT_CALL)
        explain_usage(bill, self.terminal, "voice_local")
        explain_fee(bill, self.terminal, (("sl49", 14), ("sl129", 17)))

    def row_law(self) -> None:
        """One table over all steps; each row must add up, and what was collected must have come to rating."""
        text = self.terminal.text
        self.terminal.chapter("law")
        records, good, rejected, duplicates = map(sum, zip(*self.collected, strict=True))
        came, refed, twice, ignored, still_open = self.refed
        rated, billed = (self._run(kind)["counts"] for kind in ("rate", "bill"))
        put_aside = sum(rated["rejected"].values())
        events = rated["taken"] + rated["elsewhere"]
        other = rated["elsewhere"] + rated["parked_events"]
        rows = [
            ("law_collected", records, good, rejected, duplicates),
            ("law_refed", came, refed, twice + ignored, still_open),
            ("law_lake", events, rated["good"], put_aside, other),
            ("law_billed", billed["accounts"], billed["billed"], 0, sum(billed["parked"].values())),
        ]
        heads = [text(f"law_{name}") for name in ("step", "in", "good", "rejected", "other")]
        self.terminal.table(heads, [(text(name), *(f"{count:,}" for count in counts)) for name, *counts in rows])
        broken = [name for name, whole, *parts in rows if whole != sum(parts)]
        if broken or good + refed != events:
            self.law_holds = False
            self.terminal.say("law_broken", row=", ".join(broken) or f"{good + refed} != {events}")
        else:
            self.terminal.say("law_holds", good=f"{good + refed:,}", rated=f"{events:,}")

    def last_words(self, milliseconds: int) -> None:
        text = self.terminal.text
        shop, out = self.folder / "shop", self.folder / "out"
        self._list("where", [
            (str(self.folder), "where_files"), (str(shop), "where_shop"), (str(out), "where_out"),
            ("docs/howto/first-month.md", "where_howto"),
        ])  # fmt: skip
        self._list("next", [
            (f". {REPOSITORY}/.venv/bin/activate && cd {shop}", "next_path"),
            ("yidian suspense list --source msc", "next_suspense"),
            ("yidian quote --tariff ../tariff ../one-call.csv", "next_quote"),
            (f"cd {REPOSITORY} && python -m tools.demo --keep", "next_keep"),
            (f"make demo YIDIAN_LANG={'en' if self.terminal.lang == 'zh' else 'zh'}", "next_zh"),
        ])  # fmt: skip
        print(f"\n{text('seconds')}")
        spent = [(command, f"{ms / 1000:.1f}") for command, ms in self.terminal.spent]
        self.terminal.table(["", "s"], [*spent, (text("seconds_sum"), f"{milliseconds / 1000:.1f}")])
        print()
        self.terminal.say("digest", digest=self.digest)

    def _list(self, title: str, rows: list[tuple[str, str]]) -> None:
        print(f"\n{self.terminal.text(title)}")
        for what, why in rows:
            print(f"  {what}\n      {self.terminal.text(why)}")

    def _collect(self, command: str) -> None:
        self.collected.append(_numbers(self.terminal.type(command, listen=True)))

    def _mapping_changes(self) -> None:
        before, after = (
            (self.folder / "mappings" / name).read_text("utf-8") for name in ("msc.yaml", "msc-volte.yaml")
        )
        for line in difflib.ndiff(before.splitlines(), after.splitlines()):
            if line[:2] in ("- ", "+ ") and not line[2:].startswith("#"):
                print(f"  {line}")

    def _run(self, kind: str, *, newest: int = 0) -> Any:
        """A run of `yidian runs --json`, the newest first."""
        runs = json.loads((self.folder / "out" / "runs.json").read_text("utf-8"))
        return [run for run in runs if run["kind"] == kind][newest]

    def _difference(self) -> None:
        text, out = self.terminal.text, self.folder / "out"
        first, last = ({row["account"]: row for row in read(out / name)} for name in ("bills-first.csv", "bills.csv"))
        was, now = (self._run("rate", newest=n)["counts"] for n in (1, 0))
        moved = sorted(
            ((_total(row) - _total(first.get(account)), account) for account, row in last.items()),
            key=lambda m: (-abs(m[0]), m[1]),
        )
        changed = [(by, account) for by, account in moved if by]
        rows = [
            _compared(text("events_in"), was["taken"], now["taken"]),
            _compared(
                text("usage_money"),
                *(Decimal(run["amount_micro"]).scaleb(-6).quantize(Decimal("0.01")) for run in (was, now)),
            ),
            _compared(text("total_money"), *(sum(map(_total, bills.values()), Decimal(0)) for bills in (first, last))),
            _compared(text("bills"), len(first), len(last)),
            (text("changed"), "", "", str(len(changed))),
        ]
        self.terminal.table([text(f"column_{name}") for name in ("what", "before", "after", "difference")], rows)
        self.terminal.say("largest", bills=" · ".join(f"{account} {by:+}" for by, account in changed[:5]))


def _total(bill: Row | None) -> Decimal:
    return Decimal(bill["total"]) if bill else Decimal(0)


def _compared(what: str, before: int | Decimal, after: int | Decimal) -> tuple[str, str, str, str]:
    return what, f"{before:,}", f"{after:,}", f"{after - before:+,}"


def _numbers(told: str) -> list[int]:
    """The whole numbers of a command's last line: `7 records = 4 good + 2 rejected + 1 duplicates`."""
    return [int(digits) for digits in re.findall(r"\d+", told.strip().splitlines()[-1])]
