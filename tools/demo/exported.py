"""Reads what `yidian export` wrote, and the tariff it came from: a bill line by line, and why a line is what it is."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from tools.demo.terminal import Terminal
from tools.operator.people import NAMED

Row = dict[str, str]
SIZES: Final = {
    "duration": ((3600, "h"), (60, "min"), (1, "s")),
    "volume": ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"), (1, "B")),
    "count": ((1, ""),),
}
NIGHT_CALL: Final = "2026-10-13T06:58:00"


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def size(quantity: int, measure: str) -> str:
    """Seconds as 1:23:45, bytes in their largest unit with two decimals, events bare."""
    if measure == "duration":
        return f"{quantity // 3600}:{quantity // 60 % 60:02}:{quantity % 60:02}"
    unit, name = next((pair for pair in SIZES[measure] if quantity >= pair[0]), SIZES[measure][-1])
    hundredths = quantity * 100 // unit
    return (
        f"{hundredths // 100}.{hundredths % 100:02} {name}" if name not in ("", "B") else f"{quantity} {name}".rstrip()
    )


@dataclass(frozen=True, slots=True)
class Bill:
    """One account's bill as exported, with the names that the tariff gives to things."""

    out: Path
    tariff: Path
    lang: str
    cycle: str
    account: str = NAMED

    def names(self, sheet: str) -> dict[str, Row]:
        return {row["code"]: row for row in read(self.tariff / f"{sheet}.csv")}

    def name(self, row: Row) -> str:
        return row[f"name_{self.lang}"]

    def items(self) -> list[Row]:
        return [row for row in read(self.out / f"items-{self.cycle}.csv") if row["account"] == self.account]

    def header(self) -> Row:
        return next(row for row in read(self.out / f"bills-{self.cycle}.csv") if row["account"] == self.account)

    def pieces(self, item: str) -> list[Row]:
        return [
            row
            for row in read(self.out / f"usage-{self.cycle}.csv")
            if row["account"] == self.account and row["item"] == item
        ]


def show_bill(bill: Bill, terminal: Terminal) -> None:
    """Every line of the bill, its total and the tax inside."""
    items, offers = bill.names("items"), bill.names("offers")
    rows = []
    for row in bill.items():
        item = items[row["item"]]
        words = bill.name(item) + (f" · {bill.name(offers[row['offer']])}" if row["offer"] else "")
        usage = row["kind"] == "usage"
        quantity = size(int(row["quantity"]), item["measure"]) if usage else terminal.text(f"kind_{row['kind']}")
        rows.append((words, quantity, row["events"], row["amount_billed"]))
    head = bill.header()
    rows.append((terminal.text("bill_total"), "", "", head["total"]))
    for column, tax in head.items():
        if column.startswith("tax_") and Decimal(tax):
            tax_class = column.removeprefix("tax_")
            rows.append((terminal.text("bill_tax", tax_class=tax_class, base=head[f"base_{tax_class}"]), "", "", tax))
    terminal.table([terminal.text(f"column_{name}") for name in ("line", "quantity", "times", "amount")], rows)


def explain_usage(bill: Bill, terminal: Terminal, item: str, *, start: str = "") -> None:
    """A line of usage: one event of it piece by piece (the one at `start`, else one that an allowance's end cuts)."""
    pieces, facts = bill.pieces(item), bill.names("items")[item]
    chosen = [p for p in pieces if p["start"].startswith(start)] if start else _straddling(pieces)
    line = next(row for row in bill.items() if row["item"] == item)
    when = chosen[0]["start"][:19].replace("T", " ")
    print()
    terminal.say("why", item=bill.name(facts), amount=line["amount_billed"], events=line["events"], start=when)
    prices, allowances = read(bill.tariff / "prices.csv"), bill.names("allowances")
    rows = []
    for piece in chosen:
        units = size(int(piece["units"]), facts["measure"])
        if piece["allowance"]:
            offer = allowances[piece["allowance"]]["offer"]
            name = bill.name(bill.names("offers")[offer])
            words = terminal.text("why_allowance", units=units, name=name, key=piece["allowance"])
        else:
            price = _price(prices, piece["price"], facts["measure"])
            words = terminal.text("why_price", units=units, price=price["price"], per=price["per"], key=piece["price"])
        rows.append((words, _plain(piece["amount"])))
    terminal.table([terminal.text("column_what"), terminal.text("column_amount")], rows)
    drawn = sum(int(p["units"]) for p in pieces if p["allowance"])
    charged = sum(int(p["units"]) for p in pieces if not p["allowance"])
    terminal.say(
        "why_pieces", drawn=size(drawn, facts["measure"]), charged=size(charged, facts["measure"]),
prices=", ".join(sorted({p["price"] for p in pieces if p["price"]})),
    )  # fmt: skip


def explain_fee(bill: Bill, terminal: Terminal, parts: tuple[tuple[str, int], ...]) -> None:
    """The month's fee of a plan change: each plan by its days, from the tariff's rows."""
    facts = bill.names("items")["month_fee"]
    amount = sum(Decimal(row["amount_billed"]) for row in bill.items() if row["item"] == "month_fee")
    fees = {row["offer"]: row["amount"] for row in read(bill.tariff / "fees.csv") if row["item"] == "month_fee"}
    print()
    terminal.say("why_fee", item=bill.name(facts), amount=amount)
    rows = []
    for offer, days in parts:
        name = bill.name(bill.names("offers")[offer])
        hundredths = int(Fraction(fees[offer]) * 100 * days / 31 + Fraction(1, 2))
        share = f"{hundredths // 100}.{hundredths % 100:02}"
        rows.append((terminal.text("why_fee_part", offer=name, fee=fees[offer], days=days), share))
    terminal.table([terminal.text("column_what"), terminal.text("column_amount")], rows)


def straddles(bill: Bill, item: str) -> bool:
    """Whether an event of the item was partly included and partly paid."""
    pieces = bill.pieces(item)
    return bool(pieces) and len({bool(piece["allowance"]) for piece in _straddling(pieces)}) == 2


def _straddling(pieces: list[Row]) -> list[Row]:
    """The pieces of the first event that was partly included and partly paid; else of the last event."""
    events: dict[str, list[Row]] = {}
    for piece in pieces:
        events.setdefault(piece["event"], []).append(piece)
    cut = [e for e in events.values() if len({bool(p["allowance"]) for p in e}) == 2]
    return min(cut, key=lambda e: e[0]["start"]) if cut else list(events.values())[-1]


def _price(prices: list[Row], key: str, measure: str) -> Row:
    """The tariff's row of `offer/item/band/step`."""
    offer, item, band, step = key.split("@")[0].split("/")
    rows = [p for p in prices if (p["offer"], p["item"], p["band"]) == (offer, item, band)]
    return next(p for p in rows if _units(p["tier_from"] or "0", measure) == int(step))


def _units(text: str, measure: str) -> int:
    digits = text.rstrip("BGHKMShimns")
    names = {name: unit for unit, name in SIZES[measure]}
    return int(digits) * names.get(text[len(digits) :], 1)


def _plain(amount: str) -> str:
    """Six decimals with the zeros behind the second taken off."""
    whole, _, decimals = amount.partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"
