"""Who people are: documents whose check digits are right, of invented persons and firms; telephone and street."""

from __future__ import annotations

from random import Random
from typing import Final

from tools.operator.chance import chance
from tools.operator.people import Line

COLUMNS: Final = ("id_kind", "id_number", "phone", "address")
Told = tuple[str, str, str, str]
NOTHING: Final[Told] = ("", "", "", "")
NOWHERE: Final = "999999"  # no region has this code: nobody has such a number
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
STREETS: Final = ("星湖路", "民主路", "园湖路", "新竹路", "双拥路", "古城路")


def told_of(seed: int, line: Line) -> Told:
    """What the shop wrote down of a customer, from a generator of its own; nothing for who follows on a number."""
    if line.code != f"S{line.customer[1:]}":
        return NOTHING  # another member of the party has said it
    draw = chance(seed, "identity", line.customer)
    company = line.kind in ("firm", "things")
    kind, number = ("uscc", _company(draw)) if company else ("resident_id", _resident(draw))
    street = f"{STREETS[draw.randrange(len(STREETS))]} {draw.randrange(1, 200)} 号"
    return kind, number, f"199{draw.randrange(10**8):08}", street


def _resident(draw: Random) -> str:
    year, month, day = draw.randrange(1945, 2008), draw.randrange(1, 13), draw.randrange(1, 29)
    digits = f"{NOWHERE}{year}{month:02}{day:02}{draw.randrange(1000):03}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def _company(draw: Random) -> str:
    signs = "91" + NOWHERE + "".join(SIGNS[draw.randrange(len(SIGNS))] for _ in range(9))
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(signs))
    return signs + SIGNS[-total % 31]
