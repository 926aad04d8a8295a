"""One month of the operator: which commands are typed, in which order, and at which of its hours."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tools.demo.terminal import Terminal
from tools.operator.deliveries import elements_of
from tools.operator.gifts import write_gifts
from tools.operator.moments import date_text, first_day, month_name
from tools.operator.payers import NAMES, Came, write_payments
from tools.operator.people import NAMED

ONCE_MORE: Final = (0, 2, 3)  # a command that is typed once more is done, or refused as a whole: the digest shows it


@dataclass(slots=True)
class Month:
    """`again`: everything is typed a second time, on an installation that has lived already."""

    terminal: Terminal
    folder: Path
    number: int
    seed: int
    again: bool = False

    @property
    def cycle(self) -> str:
        return month_name(self.number)

    @property
    def bills(self) -> Path:
        """The month's bills as exported: what customers are asked for."""
        return self.folder / "out" / f"bills-{self.cycle}.csv"

    @property
    def files(self) -> str:
        return f"../{self.cycle}"

    def type(self, command: str, *, quiet: bool = False) -> str:
        return self.terminal.type(f"yidian {command}", quiet=quiet, ends=ONCE_MORE if self.again else (0,))

    def on(self, day: int, hour: str, name: str, **params: object) -> None:
        """A section at an hour of a day of the month (0 the first; beyond the last: of the next)."""
        self.terminal.section(name, f"{date_text(first_day(self.number) + day)} {hour}", **params)

    def after(self, day: int, hour: str, name: str, **params: object) -> None:
        """A section in the month that follows, when this one's bills are made and paid."""
        self.on(first_day(self.number + 1) - first_day(self.number) + day, hour, name, **params)

    def live(self) -> None:
        self.terminal.chapter("month", cycle=self.cycle)
        self._collect()
        self._rate()
        self._put_right()
        self._post()
        self._money()

    def _collect(self) -> None:
        """The month is over: the next one's cycle, the orders that the shops sent, the files of the elements."""
        last = first_day(self.number + 1) - first_day(self.number) - 1
        self.on(last, "23:00", "orders")
        self.type(f"import customers {self.files}/customers.csv")
        self.after(0, "00:30", "collect")
        self.type(f"books expire --on {date_text(first_day(self.number + 1))}")
        self.type(f"cycle open {month_name(self.number + 1)}")
        self._take("usage", first=not self.number)
        self.type("suspense list")

    def _take(self, kind: str, *, first: bool = False) -> None:
        """Every element's files of a kind through its mapping. In the first month the switch's is an older one."""
        for mapping, element in elements_of(self.folder / self.cycle / kind):
            named = "msc" if first and element == "msc" else mapping
            told = self.type(f"collect --mapping ../mappings/{named}.yaml {self.files}/{kind}/{element}/*", quiet=True)
            self._say_sum(told)

    def _say_sum(self, told: str) -> None:
        """The last line of what collecting said is the sum over all files."""
        lines = [line for line in told.splitlines() if re.search(r"\d", line)]
        print(lines[-1] if lines else "")

    def _rate(self) -> None:
        self.after(0, "03:00", "rate")
        self.type(f"rate {self.cycle}")
        self.type(f"bill {self.cycle}")

    def _put_right(self) -> None:
        """Files that came late, orders that a shop forgot, a mapping that did not know a new kind of call."""
        self.after(0, "10:00", "put_right")
        if not self.number:
            self.type(f"export bills {self.cycle} -o ../out/bills-first.csv")
            self.type("suspense refeed --mapping ../mappings/msc-volte.yaml")
        self._take("late")
        if (self.folder / self.cycle / "customers-late.csv").exists():
            self.type(f"import customers {self.files}/customers-late.csv")
        self.type(f"rate {self.cycle}")
        self.type(f"bill {self.cycle}")
        for kind in ("bills", "items"):
            self.type(f"export {kind} {self.cycle} -o ../out/{kind}-{self.cycle}.csv")
        if not self.number:
            self._difference()

    def _difference(self) -> None:
        text, out = self.terminal.text, self.folder / "out"
        first, last = (totals(out / name) for name in ("bills-first.csv", f"bills-{self.cycle}.csv"))
        moved = {account: total - first.get(account, Decimal(0)) for account, total in last.items()}
        changed = sorted((account for account, by in moved.items() if by), key=lambda a: (-abs(moved[a]), a))
        rows = [
            _compared(text("bills"), len(first), len(last)),
            _compared(text("total_money"), sum(first.values(), Decimal(0)), sum(last.values(), Decimal(0))),
            (text("changed"), "", "", f"{len(changed):,}"),
        ]
        print()
        self.terminal.table([text(f"column_{name}") for name in ("what", "before", "after", "difference")], rows)
        self.terminal.say("largest", bills=" · ".join(f"{account} {moved[account]:+}" for account in changed[:5]))

    def _post(self) -> None:
        self.after(1, "02:00", "close")
        write_gifts(seed=self.seed, month=self.number, bills=self.bills, folder=self.folder)
        self.type(f"import gifts {self.files}/money/gifts.csv")
        self.type(f"post {self.cycle}")
        self.type(f"clear {self.cycle}")
        self.type(f"close {self.cycle}")
        self.type(f"month {self.cycle}")

    def _money(self) -> None:
        came = write_payments(seed=self.seed, month=self.number, bills=self.bills, folder=self.folder)
        wrong = f"shops:W{self.number}"
        self.after(2, "10:00", "wrong_payment")
        self.type(f"pay {NAMED} 500.00 --channel shops --txn W{self.number} --method cash --key wrong-{self.number}")
        self.type(f'payments reverse {wrong} --reason "another customer stood at the counter"')
        self.after(25, "22:00", "money")
        for name, file in NAMES.items():
            self.type(f"import payments {self.files}/money/{file} --mapping ../payments/{name}.toml")
        self.terminal.say("money_again")
        self.type(f"import payments {self.files}/money/bank.txt --mapping ../payments/bank.toml")
        self._unknown(came)
        self._give_back(came)
        self._arrears()

    def _unknown(self, came: Came) -> None:
        """Money of nobody known; the first payer was found."""
        self.type("payments list --suspended")
        for channel, reference, account in came.strange[:1]:
            self.type(f"payments assign {channel}:{reference} {account}")

    def _give_back(self, came: Came) -> None:
        """Somebody wants back what he paid too much; somebody was charged wrongly: it stands on the next bill."""
        for account, minor in [one for one in came.over if one[1] >= 1_000][:1]:
            self.type(f"refund {account} {minor // 200}.00 --reason overpaid --key refund-{self.number}")
        self.type(
            f"adjust {NAMED} --cycle {self.cycle} --item voice_local --amount=-{self.number + 2}.50 --reason BAD_LINE"
        )

    def _arrears(self) -> None:
        self.after(27, "05:00", "arrears")
        self.type(f"dun {date_text(first_day(self.number + 1) + 27)} --limit 5")

    def runs(self) -> Any:
        return json.loads(self.type("runs --json", quiet=True))


def totals(path: Path) -> dict[str, Decimal]:
    """The total of each account's bill in an export."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["account"]: Decimal(row["total"]) for row in csv.DictReader(file)}


def _compared(what: str, before: int | Decimal, after: int | Decimal) -> tuple[str, str, str, str]:
    return what, f"{before:,}", f"{after:,}", f"{after - before:+,}"
