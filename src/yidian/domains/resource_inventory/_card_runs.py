"""A run of cards: from an ICCID and an IMSI on, one by one; and what of it has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from yidian.domains.resource_inventory._check_digits import check_digit
from yidian.domains.resource_inventory.types import CardMatch

SHOWN = 20  # of missing and of surplus cards


class UnableToOrderCards(Exception):
    """CARD_ORDER_CODE, CARD_ORDER_ICCID, CARD_ORDER_IMSI, CARD_ORDER_COUNT: not written so, or too many.
    CARD_ORDER_KNOWN: another order has the code. CARD_ORDER_OVERLAPS: `other` (a card or an order) is there already.
    RESELLER_UNKNOWN.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class CardRun:
    """`first_iccid`: without its check digit; `first_imsi` "": blank cards."""

    code: str
    first_iccid: str
    first_imsi: str
    count: int

    def iccid(self, n: int) -> str:
        body = str(int(self.first_iccid) + n).zfill(len(self.first_iccid))
        return body + check_digit(body)

    def imsi(self, n: int) -> str:
        return str(int(self.first_imsi) + n).zfill(len(self.first_imsi)) if self.first_imsi else ""

    def place(self, iccid: str) -> int:
        """Which card of the run has an ICCID, -1: none."""
        n = int(iccid[:-1]) - int(self.first_iccid)
        return n if len(iccid) == len(self.first_iccid) + 1 and 0 <= n < self.count else -1

    def cards(self) -> Iterator[tuple[str, str]]:
        """(ICCID, IMSI) of each."""
        return ((self.iccid(n), self.imsi(n)) for n in range(self.count))

    def meets(self, other: CardRun) -> bool:
        """Whether a card, or an IMSI, is in both."""
        pairs = ((self.first_iccid, other.first_iccid), (self.first_imsi, other.first_imsi))
        return any(
            one and len(one) == len(two) and int(one) < int(two) + other.count and int(two) < int(one) + self.count
            for one, two in pairs
        )

    def missing(self, come: Collection[int]) -> Iterator[str]:
        return (self.iccid(n) for n in range(self.count) if n not in come)


def run_of(*, code: str, iccid: str, imsi: str, count: int, most: int) -> CardRun:
    """UnableToOrderCards."""
    if not 0 < len(code) <= 64 or not code.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise UnableToOrderCards("CARD_ORDER_CODE", order=code[:64])
    if not 1 <= count <= most:
        raise UnableToOrderCards("CARD_ORDER_COUNT", most=most)
    for name, told, lengths in (("ICCID", iccid, (18, 19)), ("IMSI", imsi, (0, 14, 15))):
        plain = told.isascii() and (told.isdigit() or not told)
        if not plain or len(told) not in lengths or (told and len(str(int(told) + count - 1)) > len(told)):
            raise UnableToOrderCards(f"CARD_ORDER_{name}", value=told[:24])
    return CardRun(code, iccid, imsi, count)


def matched(run: CardRun, *, before: Iterable[str], delivered: Iterable[str]) -> CardMatch:
    """A delivery's ICCIDs held against an order, beside those that came before."""
    known = {run.place(iccid) for iccid in before} - {-1}
    come, surplus, doubled = set(known), list[str](), 0
    for iccid in delivered:
        n = run.place(iccid)
        if n < 0:
            surplus.append(iccid)
        elif n in come:
            doubled += 1
        else:
            come.add(n)
    return CardMatch(
        order=run.code, ordered=run.count, before=len(known), delivered=len(come) - len(known), doubled=doubled,
        surplus=len(surplus), surplus_cards=tuple(surplus[:SHOWN]), missing=run.count - len(come),
        missing_cards=tuple(islice(run.missing(come), SHOWN)),
    )  # fmt: skip
