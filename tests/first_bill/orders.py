"""Orders of all kinds, drawn for whatever people there are: each a list of changes at one instant, or of a few."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from yidian.domains.product_inventory.types import (
    Change,
    EndIdentifier,
    EndOffer,
    GiveIdentifier,
    GiveOffer,
    MovePayer,
    OpenSubscription,
    ResumeFrom,
    SetLife,
    StopFor,
)

MAIN: Final = ("PLAN", "ROLL", "TOGETHER", "AHEAD", "TERM", "HALF")
HOUR_MS: Final = 3_600_000
Order = list[Change]


@dataclass
class Line:
    """A subscription as its orders left it."""

    customer: str
    account: str
    unit: str
    number: str
    offers: dict[str, int]  # held, since when
    kept: bool = False


@dataclass
class Book:
    """Who there is. `new`: customers and accounts that no order before has named, (customer, account)."""

    lines: dict[str, Line]
    counted: int = 0
    new: list[tuple[str, str]] = field(default_factory=list)

    def opened(self, *, customer: str, account: str, unit: str, at: int) -> tuple[str, Order]:
        self.counted += 1
        code, number = f"n{self.counted}", f"139{self.counted:08d}"
        self.lines[code] = Line(customer, account, unit, number, {})
        opening = OpenSubscription(subscriber=code, customer=customer, account=account, unit=unit, at_ms=at)
        return code, [opening, GiveIdentifier(subscriber=code, kind="msisdn", value=number, at_ms=at)]

    def gives(self, code: str, offer: str, at: int) -> GiveOffer:
        self.lines[code].offers[offer] = at
        return GiveOffer(subscriber=code, offer=offer, at_ms=at)

    def ends(self, code: str, offer: str, at: int) -> EndOffer:
        del self.lines[code].offers[offer]
        return EndOffer(subscriber=code, offer=offer, at_ms=at)

    def party(self) -> tuple[str, str]:
        customer = f"cn{self.counted}"
        return customer, self.account_of(customer)

    def account_of(self, customer: str) -> str:
        self.counted += 1
        self.new.append((customer, f"an{self.counted}"))
        return self.new[-1][1]

    def some(self, chance: random.Random, at: int, held: Callable[[Line], bool] = lambda _: True) -> str | None:
        """A subscription all of whose offers began before."""
        fit = [code for code, line in sorted(self.lines.items())
               if line.offers and held(line) and max(line.offers.values()) < at]  # fmt: skip
        return chance.choice(fit) if fit else None


def new(book: Book, chance: random.Random, at: int) -> Order:
    customer, account = book.party()
    code, opening = book.opened(customer=customer, account=account, unit=account, at=at)
    return [*opening, *(book.gives(code, offer, at) for offer in (chance.choice(MAIN), "PACK"))]


def new_in_a_family(book: Book, chance: random.Random, at: int) -> Order:
    beside = book.lines[chance.choice(["s2", "s3"])]
    code, opening = book.opened(customer=beside.customer, account=beside.account, unit="pool:family", at=at)
    main = book.some(
        chance, at, lambda one: one.unit == "pool:family" and {*one.offers} & {"TOGETHER", "PLAN"} != set()
    )
    return [*opening, book.gives(code, "SUB" if main else "PLAN", at)]


def converged(book: Book, chance: random.Random, at: int) -> Order:
    """Two mobile lines and a broadband in one order, one pool, a discount for having both."""
    customer, account = book.party()
    changes: Order = []
    for offer in ("PLAN", chance.choice(["SUB", "PLAN"]), "BROAD"):
        code, opening = book.opened(customer=customer, account=account, unit=f"pool:{account}", at=at)
        changes += [*opening, book.gives(code, offer, at)]
    chance.shuffle(changes)
    return changes


def joins(book: Book, chance: random.Random, at: int) -> Order:
    """Somebody comes into the family's pool and is paid for by it."""
    code = book.some(chance, at, lambda one: one.customer == "c2" and one.unit != "pool:family")
    if code is None:
        return []
    book.lines[code].account, book.lines[code].unit = "a2", "pool:family"
    return [MovePayer(subscriber=code, account="a2", unit="pool:family", at_ms=at)]


def moves_out(book: Book, chance: random.Random, at: int) -> Order:
    """Another account of the customer pays, and nothing is shared any more."""
    code = book.some(chance, at)
    if code is None:
        return []
    account = book.account_of(book.lines[code].customer)
    book.lines[code].account = book.lines[code].unit = account
    return [MovePayer(subscriber=code, account=account, unit=account, at_ms=at)]


def add_on(book: Book, chance: random.Random, at: int) -> Order:
    code = book.some(chance, at, lambda one: "PACK" not in one.offers)
    return [] if code is None else [book.gives(code, "PACK", at)]


def gift(book: Book, chance: random.Random, at: int) -> Order:
    """One that stacks and ends by itself."""
    code = book.some(chance, at)
    if code is None:
        return []
    return [
        GiveOffer(subscriber=code, offer="STACK", at_ms=at),
        GiveOffer(subscriber=code, offer="STACK", at_ms=at + 5),
    ]


def drop_on(book: Book, chance: random.Random, at: int) -> Order:
    code = book.some(chance, at, lambda one: "PACK" in one.offers)
    return [] if code is None else [book.ends(code, "PACK", at)]


def plan_change(book: Book, chance: random.Random, at: int) -> Order:
    code = book.some(chance, at, lambda one: {*one.offers} & {*MAIN} != set())
    if code is None:
        return []
    before = next(offer for offer in book.lines[code].offers if offer in MAIN)
    after = chance.choice([offer for offer in MAIN if offer != before])
    return [book.gives(code, after, at), book.ends(code, before, at)]


def number_change(book: Book, chance: random.Random, at: int) -> Order:
    code = book.some(chance, at)
    if code is None:
        return []
    line, book.counted = book.lines[code], book.counted + 1
    before, line.number = line.number, f"139{book.counted:08d}"
    return [
        EndIdentifier(subscriber=code, kind="msisdn", value=before, at_ms=at),
        GiveIdentifier(subscriber=code, kind="msisdn", value=line.number, at_ms=at),
    ]


def stopped_for_a_while(book: Book, chance: random.Random, at: int) -> Order:
    code = book.some(chance, at, lambda one: not one.kept)
    if code is None:
        return []
    return [
        ResumeFrom(subscriber=code, reason="loss", at_ms=at + 40 * HOUR_MS),
        StopFor(subscriber=code, reason="loss", ways="two", at_ms=at),
    ]


def keep_number(book: Book, chance: random.Random, at: int) -> Order:
    code = book.some(chance, at, lambda one: not one.kept)
    if code is None:
        return []
    book.lines[code].kept = True
    return [StopFor(subscriber=code, reason="keep_number", ways="two", at_ms=at)]


def terminate(book: Book, chance: random.Random, at: int) -> Order:
    code = book.some(chance, at, lambda one: one.unit != "pool:family")
    if code is None:
        return []
    line = book.lines.pop(code)
    return [
        *(EndOffer(subscriber=code, offer=offer, at_ms=at) for offer in line.offers),
        EndIdentifier(subscriber=code, kind="msisdn", value=line.number, at_ms=at),
        SetLife(subscriber=code, life="terminated", at_ms=at),
    ]


KINDS: Final = (
    new, new_in_a_family, converged, joins, moves_out, add_on, gift, drop_on, plan_change, number_change,
    stopped_for_a_while, keep_number, terminate, plan_change, new,
)  # fmt: skip
