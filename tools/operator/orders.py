"""What customers order in their lives, month by month: plan and number changes, cards, packs, terminations.

A number that is given back rests for ninety days (X4) and is then given to somebody else, who is another subscriber of
another customer. Some lines of the first months have numbers that others had before the operator's files begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Final

from tools.operator.chance import chance
from tools.operator.moments import DAY, FOREVER, first_day
from tools.operator.people import PLANS, Held, Line

REST: Final = 90 * DAY
CHANGES_PLAN: Final = ("single", "firm")
TERMINATED, PLAN, NUMBER, CARD, PACK = 25, 60, 75, 90, 160  # of a thousand in a month, each up to the next


def lives(seed: int, line: Line, *, months: int) -> Iterator[Line]:
    """The line with all its orders, after the one who had its number before, before the one who has it then."""
    if line.since >= DAY * first_day(months):
        return
    draw = chance(seed, "life", line.n)
    if line.since > 0 and not draw.randrange(3):
        yield _former(line, draw)
    lived = line
    for month in range(months):
        if lived.kind != "story" and lived.since < DAY * first_day(month) and lived.until == FOREVER:
            lived = _ordered(lived, month, chance(seed, "order", line.n, month))
    yield lived
    again = lived.until + REST + DAY * (1 + draw.randrange(20)) + 60 * draw.randrange(9 * 60, 20 * 60)
    if again < DAY * first_day(months):
        yield _successor(lived, again - again % 60)


def _former(line: Line, draw: Random) -> Line:
    """Who had the number until at least ninety days before the line got it."""
    until = (line.since - REST) // DAY * DAY - DAY * draw.randrange(1, 10)
    return _other(line, "F", since=until - DAY * 200, until=until)


def _successor(line: Line, since: int) -> Line:
    return _other(line, "N", since=since, until=FOREVER)


def _other(line: Line, letter: str, *, since: int, until: int) -> Line:
    """Another customer on the last number of the line, with a card of his own and the standard tariff."""
    mobile = bool(line.cards)
    card = ((Held(f"46012{'FN'.index(letter)}{line.n:09}", since, until)),) if mobile else ()
    last = line.numbers[0 if letter == "F" else -1].value
    return replace(
        line, kind="single" if mobile else "fixed", code=line.code + letter, customer=f"C{line.n:07}{letter}",
        name="何雨桐" if letter == "F" else "马建国", account=f"A{line.n:07}{letter}", pool="", cards=card,
        numbers=(Held(last, since, until),), offers=(Held("bz50" if mobile else "gh25", since, until),),
    )  # fmt: skip


def _ordered(line: Line, month: int, draw: Random) -> Line:
    """The line after at most one order in a month. The first card of a family or fleet stays as it is."""
    way, day = draw.randrange(1000), first_day(month) + draw.randrange(1, 26)
    at = DAY * day + 60 * draw.randrange(9 * 60, 20 * 60)
    if way < TERMINATED and (line.kind != "things" and line.offers[0].value != "jt199"):
        return _ended(line, at)
    if way < PLAN and line.kind in CHANGES_PLAN:
        return _changed_plan(line, DAY * (day if way % 2 else first_day(month)), draw)
    if way < NUMBER and line.cards:
        number = f"198{month % 10}{line.n:07}"
        return replace(line, numbers=(*_closed(line.numbers, at), Held(number, at)))
    if way < CARD and line.cards:
        card = Held(f"46013{month % 10}{line.n:09}", at)
        fee = Held("uim", at, DAY * first_day(month + 1))
        return replace(line, cards=(*_closed(line.cards, at), card), offers=(*line.offers, fee))
    if CARD <= way < PACK and line.kind in ("single", "family"):
        pack = "ll5g" if way % 2 else "xs10g"
        return replace(line, offers=(*line.offers, Held(pack, at, DAY * first_day(month + 1))))
    return line


def _changed_plan(line: Line, at: int, draw: Random) -> Line:
    base = [held for held in line.offers if held.value in dict(PLANS) and held.until == FOREVER]
    others = [plan for plan, _ in PLANS if plan != base[-1].value]
    kept = [held for held in line.offers if held not in base]
    changed = Held(others[draw.randrange(len(others))], at)
    return replace(line, offers=(*kept, *_closed(tuple(base), at), changed))


def _ended(line: Line, at: int) -> Line:
    return replace(
        line, numbers=_closed(line.numbers, at), cards=_closed(line.cards, at), offers=_closed(line.offers, at)
    )


def _closed(held: tuple[Held, ...], at: int) -> tuple[Held, ...]:
    return tuple(one._replace(until=at) if one.until > at else one for one in held if one.since < at)
