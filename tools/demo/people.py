"""The operator's customers: who holds what, since when, and how much they use it. The same list every time."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN: Final = (
    "思远",
    "婉清",
    "启明",
    "雨桐",
    "建国",
    "丽华",
    "子墨",
    "佳怡",
    "浩然",
    "志强",
    "晓雨",
    "天宇",
    "欣妍",
    "文博",
    "海燕",
)
COLUMNS: Final = (
    "format", "customer", "customer_name", "account", "subscriber", "kind", "identifier", "home_area", "pool", "offer",
    "from", "to",
)  # fmt: skip
NAMED: Final = "A3001"  # the account of 李晓雨, whose bill is shown
REISSUED: Final = "19900010002"
FORGOTTEN: Final = "19900010990"
SWAPPED: Final = ("460110000010004", "460110000019004", "2026-10-12 09:40")
PLANS: Final = (("cx129", 6), ("sl49", 4), ("sl89", 3), ("sl129", 4), ("sl189", 2), ("bz50", 5))
INCLUDES_DATA: Final = ("cx129", "jt199", "fk10")


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber. `calls`, `messages`, `sessions`: per 100 days; `session_kb`: size of a usual data session."""

    subscriber: str
    customer: str
    name: str
    account: str
    number: str
    card: str
    area: str
    pool: str
    plans: tuple[tuple[str, str, str], ...]  # offer, from, to
    extras: tuple[tuple[str, str, str], ...] = ()
    calls: int = 130
    messages: int = 35
    sessions: int = 100
    session_kb: int = 3_000

    @property
    def fixed(self) -> bool:
        return self.number.startswith("0")

    def there(self, day: str) -> bool:
        """Whether the line is in use on that whole day, `2026-10-05`."""
        ends = [to for _, _, to in self.plans]
        return min(since for _, since, _ in self.plans)[:10] < day and ("" in ends or day < max(ends)[:10])


def everybody(seed: int) -> list[Person]:
    """Named people of the story, families, firms, fixed lines, a fleet of bicycles, and everybody else."""
    chance = Random(seed)
    people = [*_story(), *_families(chance), *_firms(chance), *_lines(chance), *_fleet()]
    number = 400
    while len(people) < 265:
        number += 1
        people.append(_somebody(number, chance))
    return people


def forgotten() -> Person:
    """Sold in a shop on the fifth, and forgotten in the list: usage of an unknown number until somebody notices."""
    return _person(990, "C3990", "冯诗涵", "A3990", (("cx129", "2026-10-05", ""),), session_kb=60_000)


def _person(
    n: int, customer: str, name: str, account: str, plans: tuple[tuple[str, str, str], ...], **more: object
) -> Person:
    facts: dict[str, object] = {"area": "021", "pool": ""} | more
    return Person(
        subscriber=f"S3{n:05}", customer=customer, name=name, account=account,
        number=str(facts.pop("number", 0) or f"1990001{n:04}"), card=f"46011000001{n:04}", plans=plans, **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def _story() -> Iterator[Person]:
    """A plan change with a data pack, a number given to somebody else, a card swapped, a joiner, a leaver."""
    yield _person(
        1, "C3001", "李晓雨", NAMED, (("sl49", "2026-01-20", "2026-10-15"), ("sl129", "2026-10-15", "")),
        extras=(("ll5g", "2026-10-08 20:15", "2026-11-01"),), calls=60, session_kb=2_000,
    )  # fmt: skip
    yield _person(2, "C3002", "何雨桐", "A3002", (("bz50", "2026-02-01", "2026-10-09"),))
    yield _person(
        3, "C3003", "马建国", "A3003", (("cx129", "2026-10-20 13:30", ""),), number=REISSUED, session_kb=50_000
    )
    yield _person(
        4,
        "C3004",
        "赵启明",
        "A3004",
        (("sl89", "2026-01-20", ""),),
        extras=(("uim", "2026-10-12 09:40", "2026-11-01"),),
    )
    yield _person(5, "C3005", "刘浩然", "A3005", (("sl49", "2026-10-25", ""),))
    yield _person(6, "C3006", "欧阳静", "A3006", (("bz50", "2026-03-01", "2026-10-18"),))
    yield _person(
        7, "C3007", "吴佳怡", "A3007", (("cx129", "2026-07-07", ""),), area="0571", session_kb=90_000,
        extras=(("hy2026", "2026-07-07", "2027-07-07"), ("xs10g", "2026-10-01", "2026-11-01")),
    )  # fmt: skip


def _families(chance: Random) -> Iterator[Person]:
    """Twelve families of three: one main card, two member cards, one pool. One member joins in the month."""
    for family in range(12):
        code, name = f"C31{family:02}", _name(chance)
        for member in range(3):
            offer = "fk10" if member else "jt199"
            since = "2026-10-10" if family == 4 and member == 2 else f"2026-0{1 + family % 9}-01"
            yield _person(
                20 + family * 3 + member, code, name, f"A31{family:02}", ((offer, since, ""),),
                pool=f"family-{family:02}", session_kb=170_000 if family == 2 else 70_000,
            )  # fmt: skip


def _firms(chance: Random) -> Iterator[Person]:
    """Five firms with four lines and two accounts each: sales pays for itself."""
    for firm in range(5):
        code, name = f"C32{firm:02}", f"{_name(chance)}商贸有限公司"
        for line in range(4):
            account = f"A32{firm:02}-{'SALES' if line < 2 else 'OFFICE'}"
            plan = ("sl189", "sl129", "sl89", "sl89")[line]
            yield _person(
                100 + firm * 4 + line,
                code,
                name,
                account,
                ((plan, "2026-01-01", ""),),
                calls=300,
                pool=f"firm-{firm:02}",
            )


def _lines(chance: Random) -> Iterator[Person]:
    for n in range(15):
        extras = (("ldxs", "2025-11-01", ""),) if n % 3 == 0 else ()
        yield _person(
            140 + n, f"C33{n:02}", _name(chance), f"A33{n:02}", (("gh25", "2025-11-01", ""),), number=f"0211001{n:04}",
            extras=extras, calls=110, messages=0, sessions=0,
        )  # fmt: skip


def _fleet() -> Iterator[Person]:
    """Thirty cards in bicycles: one account, one pool; they send little, and often."""
    for n in range(30):
        offer = "fk10" if n else "jt199"
        yield _person(
            200 + n, "C3400", "晨光共享单车有限公司", "A3400", ((offer, "2026-04-01", ""),), pool="bicycles",
            calls=0, messages=4, sessions=150, session_kb=900,
        )  # fmt: skip


def _somebody(n: int, chance: Random) -> Person:
    plan = _weighted(PLANS, chance)
    area = _weighted((("021", 80), ("010", 8), ("020", 6), ("0571", 6)), chance)
    since = f"2026-0{1 + chance.randrange(9)}-{1 + chance.randrange(28):02}"
    return _person(
        n, f"C3{n}", _name(chance), f"A3{n}", ((plan, since, ""),), area=area,
        calls=60 + chance.randrange(160), messages=chance.randrange(70), sessions=40 + chance.randrange(120),
        session_kb=40_000 + chance.randrange(60_000) if plan in INCLUDES_DATA else 300 + chance.randrange(3_000),
    )  # fmt: skip


def _name(chance: Random) -> str:
    return SURNAMES[chance.randrange(len(SURNAMES))] + GIVEN[chance.randrange(len(GIVEN))]


def _weighted(choices: tuple[tuple[str, int], ...], chance: Random) -> str:
    at = chance.randrange(sum(weight for _, weight in choices))
    for choice, weight in choices:
        at -= weight
        if at < 0:
            return choice
    raise AssertionError(choices)


def write_customers(path: Path, people: list[Person]) -> int:
    """customers.csv as docs/howto/customers.md says: rows written."""
    rows = [row for person in people for row in _rows(person)]
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return len(rows)


def _rows(person: Person) -> Iterator[tuple[str, ...]]:
    head = ("1", person.customer, person.name, person.account, person.subscriber)
    for offer, since, to in person.plans:
        yield (*head, "msisdn", person.number, person.area, person.pool, offer, since, to)
    since, to = person.plans[0][1], person.plans[-1][2]
    if not person.fixed and person.card == SWAPPED[0]:
        yield (*head, "imsi", SWAPPED[0], person.area, person.pool, "", since, SWAPPED[2])
        yield (*head, "imsi", SWAPPED[1], person.area, person.pool, "", SWAPPED[2], "")
    elif not person.fixed:
        yield (*head, "imsi", person.card, person.area, person.pool, "", since, to)
    for offer, begins, ends in person.extras:
        yield (*head, "", "", person.area, person.pool, offer, begins, ends)
