"""Packs that stack: some offers of a random tariff may be held several times at one time, and some people do so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.properties.choosing import Chooser, likely, pick

from yidian.kernel.rating.tariff import Tariff

FOREVER_MS = 1 << 62
DAY_MS = 86_400_000


def stacking(by: Chooser, made: Tariff) -> Tariff:
    """The tariff, a third of its offers as packs that stack."""
    offers = (replace(one, kind="pack", stacks=True) if likely(by, 3) else one for one in made.offers)
    return replace(made, offers=tuple(offers))


def stack(
    by: Chooser, made: Tariff, people: Sequence[dict[str, Any]], cycle: tuple[int, int], starts: Sequence[int]
) -> None:
    """Give people further holdings of such packs: from before the cycle, from where something is used; over its end.

    None begins with another.
    """
    codes = [one.code for one in made.offers if one.stacks]
    for who in people if codes else ():
        for n in range(by.number(0, 3)):
            offer = pick(by, codes)
            begins = cycle[0] - pick(by, (1, 1, 35, 70)) * DAY_MS - n - 1
            if likely(by, 6):
                begins = max(pick(by, starts or cycle) + pick(by, (0, 1, -1, -DAY_MS)) - n, cycle[0])
            ends = pick(by, (FOREVER_MS, cycle[1], max(begins, cycle[0]) + pick(by, (1, 7, 9)) * DAY_MS))
            if all((code, begun) != (offer, begins) for code, begun, _ in who["holdings"]) and begins < cycle[1]:
                who["holdings"].append((offer, begins, ends))
        who["holdings"].sort(key=lambda held: held[1])
