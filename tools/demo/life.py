"""The operator's life, chapter by chapter: its files, an installation, month after month, and what the books say."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.demo.exported import NIGHT_CALL, Bill, explain_fee, explain_usage, show_bill, straddles
from tools.demo.month import ONCE_MORE, Month
from tools.demo.terminal import Terminal
from tools.operator.deliveries import elements_of
from tools.operator.elements import ELEMENTS
from tools.operator.files import REPOSITORY
from tools.operator.moments import date_text, first_day, month_name
from tools.operator.people import NAMED
from tools.operator.world import World

TODAY: Final = 28  # days into the month after the last: all that was closed has happened by then
RESOURCES: Final = (  # in the order in which they build on one another
    ("levels", "levels"), ("level-rules", "level-rules"), ("numbers", "blocks"), ("office-data", "office-data"),
    ("cards", "cards"), ("addresses", "addresses"), ("boxes", "boxes"), ("ports", "ports"), ("devices", "devices"),
)  # fmt: skip
CALLS: Final = ("voice_local", "voice_roam", "voice_long")
ONE_CALL: Final = """event,subscriber,offers,home_area,start,service,direction,other_party,duration
early-call,li-xiaoyu,sl49,021,2026-10-13 06:58:00,voice,out,01088880000,300s
"""


@dataclass(slots=True)
class Life:
    """One demonstration in one folder. `again`: the installation has lived already, everything is typed once more."""

    terminal: Terminal
    folder: Path
    world: World
    threads: int = 0
    database: str = ""
    again: bool = False
    digest: str = ""

    @property
    def today_at(self) -> str:
        """The operator's present: a morning in the month after the last one that was closed."""
        return f"{date_text(first_day(self.months) + TODAY)} 08:30"

    @property
    def months(self) -> int:
        return self.world.size.months

    def all(self, counts: dict[str, int]) -> None:
        self.files(counts)
        self.install()
        for number in range(self.months):
            Month(self.terminal, self.folder, number, self.world.seed, self.again).live()
        self.one_bill()
        self.today()
        self.books()
        self.resources()
        self.people()

    def today(self) -> None:
        """The month under way: what has come in of it so far, rated as it is every morning."""
        month = self.months
        self.terminal.chapter("today", cycle=month_name(month))
        files = f"../{month_name(month)}"
        self.terminal.section("today_at", self.today_at)
        if (self.folder / month_name(month) / "customers.csv").exists():
            self.terminal.type(f"yidian import customers {files}/customers.csv")
        for mapping, element in elements_of(self.folder / month_name(month) / "usage"):
            self.terminal.type(
                f"yidian collect --mapping ../mappings/{mapping}.yaml {files}/usage/{element}/*", quiet=True
            )
        self.terminal.type(f"yidian rate {month_name(month)}")

    def resources(self) -> None:
        """What the desk has to choose from when somebody orders, and the network that opens it."""
        self.terminal.chapter("resources")
        self.terminal.say("resources_why")
        shutil.copytree(REPOSITORY / "examples" / "resources", self.folder / "resources", dirs_exist_ok=True)
        for subject, file in RESOURCES:
            self.terminal.type(f"yidian import {subject} ../resources/{file}.csv")
        self.terminal.type("yidian network fill")

    def people(self) -> None:
        """Those who look at all this in a browser."""
        self.terminal.chapter("people")
        self.terminal.say("today_people")
        self.terminal.type("yidian demo-logins --customer C0000000 --login li-xiaoyu")

    def files(self, counts: dict[str, int]) -> None:
        size = self.world.size
        self.terminal.say("title", months=self.months, subscribers=f"{size.subscribers:,}", seed=self.world.seed)
        self.terminal.chapter("files", folder=self.folder)
        self.terminal.say("files_made" if counts else "files_kept")
        if counts:
            usage = f"{sum(counts[name] for name in ELEMENTS):,}"
            for name in ("tariff", "customers", "mappings", "usage", *ELEMENTS, "late"):
                self.terminal.say(f"files_{name}", customers=f"{counts['customers']:,}", usage=usage)
        (self.folder / "one-call.csv").write_text(ONE_CALL, encoding="utf-8")

    def install(self) -> None:
        self.terminal.chapter("install")
        self.terminal.say("install_why")
        home = self.folder / "shop"
        threads = f" --threads {self.threads}" if self.threads else ""
        database = f" --database {self.database}" if self.database else ""
        if not self.again:
            self.terminal.section("install_at", "2026-09-30 09:00")
            self.terminal.type(f"yidian init shop --profile demo --cycle {month_name(0)}{threads}{database}")
        print("\n$ cd shop", flush=True)
        self.terminal.folder = home
        self.terminal.desk.open(home)
        self.terminal.type("yidian tariff load ../tariff")
        self.terminal.type("yidian import arrears ../arrears", ends=ONCE_MORE if self.again else (0,))
        self.terminal.say("quote")
        self.terminal.type("yidian quote --tariff ../tariff ../one-call.csv")

    def one_bill(self) -> None:
        cycle = month_name(0)
        self.terminal.chapter("bill", account=NAMED)
        self.terminal.type(f"yidian export usage {cycle} -o ../out/usage-{cycle}.csv")
        bill = Bill(out=self.folder / "out", tariff=self.folder / "tariff", lang=self.terminal.lang, cycle=cycle)
        show_bill(bill, self.terminal)
        explain_usage(bill, self.terminal, "voice_long", start=NIGHT_CALL)
        explain_usage(bill, self.terminal, next((i for i in CALLS if straddles(bill, i)), "voice_local"))
        explain_fee(bill, self.terminal, (("sl49", 14), ("sl129", 17)))

    def books(self) -> None:
        """Everything that the operator's life has come to, and whether the laws hold."""
        self.terminal.chapter("books")
        for number in range(self.months):
            self.terminal.type(f"yidian month {month_name(number)}")
        self.terminal.type("yidian audit seal")
        self.terminal.type("yidian doctor")
        self.terminal.say("books_digest")
        self.digest = re.findall(r"\b[0-9a-f]{64}\b", self.terminal.type("yidian export books -o ../out/books"))[-1]

    def last_words(self, milliseconds: int) -> None:
        shop, out = self.folder / "shop", self.folder / "out"
        self._list("where", [
            (str(self.folder), "where_files"), (str(shop), "where_shop"), (str(out), "where_out"),
            ("docs/howto/first-month.md", "where_howto"),
        ])  # fmt: skip
        self._list("next", [
            (f". {REPOSITORY}/.venv/bin/activate && cd {shop}", "next_path"),
            ("yidian suspense list --source msc", "next_suspense"),
            ("yidian quote --tariff ../tariff ../one-call.csv", "next_quote"),
            (f"cd {REPOSITORY} && make serve", "next_serve"),
            (f"cd {REPOSITORY} && .venv/bin/python -m tools.demo --keep", "next_keep"),
            (f"cd {REPOSITORY} && .venv/bin/python -m tools.demo --again", "next_again"),
            (f"make demo YIDIAN_LANG={'en' if self.terminal.lang == 'zh' else 'zh'}", "next_zh"),
        ])  # fmt: skip
        self._seconds(milliseconds)

    def _seconds(self, milliseconds: int) -> None:
        """What each kind of command took, over all months."""
        spent: dict[str, list[int]] = {}
        for command, ms in self.terminal.spent:
            words = command.split()
            kind = " ".join(words[1:3]) if words[1] in ("import", "suspense", "cycle", "tariff") else words[1]
            spent.setdefault(kind, []).append(ms)
        text = self.terminal.text
        rows = [(kind, str(len(times)), f"{sum(times) / 1000:.1f}") for kind, times in spent.items()]
        print(f"\n{text('seconds')}")
        whole = (text("seconds_sum"), str(len(self.terminal.spent)), f"{milliseconds / 1000:.1f}")
        self.terminal.table(["", text("column_times"), "s"], [*rows, whole])
        print()
        self.terminal.say("digest", digest=self.digest)

    def _list(self, title: str, rows: list[tuple[str, str]]) -> None:
        print(f"\n{self.terminal.text(title)}")
        for what, why in rows:
            print(f"  {what}\n      {self.terminal.text(why)}")
