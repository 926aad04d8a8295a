"""Numbers somebody may choose, found by index among millions (the partial indexes of models.Number).

Statements are written here so that the state stands in them as a constant: with a parameter in its place neither
database would see that the index of what can be chosen is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from yidian.domains.resource_inventory._shapes import LONGEST, Shape
from yidian.domains.resource_inventory.models import NumberBlock
from yidian.platform.tenancy.models import Tenant

TAIL: Final = 8  # digits that people look at: those before are the network's and the area's
TABLE: Final = "resource_inventory_number"
COLUMNS: Final = "value, level, block_id, organisation"
Found = tuple[str, str, int, str]
Terms = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted. `shape`: from the end. None and empty: anything. `levels`: "" among them is an ordinary number.

    `without`, `lucky`: digits that none of the last eight is, that are all among them. `organisations`: whose numbers.
    """

    shape: Shape | None = None
    level: str | None = None
    without: str = ""
    lucky: str = ""
    organisations: tuple[str, ...] | None = None
    reseller: str = ""


def choose(
    *, tenant: Tenant, blocks: Sequence[NumberBlock], wish: Wish, after: str, limit: int, now_ms: int
) -> list[Found]:
    """(number, level, id of the block, organisation) of at most `limit` after a number, in the order of the digits.

    Where more of the end is told than of the beginning the order is that of the endings, read backwards. `blocks`:
    those whose numbers may be reserved. What is reserved and ran out at `now_ms` is among them.
    """
    shape, told = wish.shape, _terms(wish)
    ending = _fixed_end(shape)
    widths = {len(block.first) for block in blocks}
    if shape is None or (shape.length in widths and len(_fixed_begin(shape)) >= len(ending)):
        ending = ""
    possible = [block for block in blocks if _can_have(block, wish)]
    if not possible:
        return []
    if ending:
        found = _by_ending(tenant, possible, told, after, limit, ending)
    else:
        found = list(_by_block(tenant, possible, wish, told, after, limit))
    found += _ran_out(tenant, possible, told, after, limit, now_ms, backwards=bool(ending))
    return sorted(found, key=lambda row: row[0][::-1] if ending else row[0])[:limit]


def _by_ending(
    tenant: Tenant, blocks: Sequence[NumberBlock], told: Terms, after: str, limit: int, ending: str
) -> list[Found]:
    """All numbers that end so stand together in the index of the reversed digits."""
    terms, params = told
    begin = ending[::-1]
    end = begin.ljust(LONGEST, "9")  # digits only: what stands behind them is another sign in each collation
    bound = ">=" if begin > after[::-1] else ">"  # one bound: SQLite looks for the first only
    marks = ", ".join(["%s"] * len(blocks))
    return _asked(
        f"SELECT {COLUMNS} FROM {TABLE}{_by('number_ending')} WHERE tenant_id = %s AND state = 'selectable'"
        f" AND reversed {bound} %s AND reversed <= %s AND block_id IN ({marks}){terms}"
        " ORDER BY reversed LIMIT %s",
        [tenant.pk, max(begin, after[::-1]), end, *[block.pk for block in blocks], *params, limit],
    )


def _by_block(
    tenant: Tenant, blocks: Sequence[NumberBlock], wish: Wish, told: Terms, after: str, limit: int
) -> Iterator[Found]:
    """Block after block, so that nobody walks over those that are not asked for."""
    terms, params = told
    left = limit
    for block in sorted(blocks, key=lambda one: one.first):
        width = len(block.first)
        begun = _fixed_begin(wish.shape) if wish.shape and wish.shape.length == width else ""
        first, last = max(block.first, begun.ljust(width, "0")), min(block.last, begun.ljust(width, "9"))
        if first > last or last <= after or left <= 0:
            continue
        index = "number_choice" if wish.level is None else "number_of_level"
        rows = _asked(
            f"SELECT {COLUMNS} FROM {TABLE}{_by(index)} WHERE tenant_id = %s AND state = 'selectable'"
            f" AND value {'>=' if first > after else '>'} %s AND value <= %s AND block_id = %s{terms}"
            " ORDER BY value LIMIT %s",
            [tenant.pk, max(first, after), last, block.pk, *params, left],
        )
        left -= len(rows)
        yield from rows


def _ran_out(
    tenant: Tenant, blocks: Sequence[NumberBlock], told: Terms, after: str, limit: int, now_ms: int, *, backwards: bool
) -> list[Found]:
    """What is reserved, and nobody's any more: few, until they are tidied."""
    terms, params = told
    key = "reversed" if backwards else "value"
    marks = ", ".join(["%s"] * len(blocks))
    return _asked(
        f"SELECT {COLUMNS} FROM {TABLE}{_by('number_until')} WHERE tenant_id = %s AND until_ms > 0 AND until_ms <= %s"
        f" AND state = 'reserved' AND NOT guest AND {key} > %s AND block_id IN ({marks}){terms}"
        f" ORDER BY {key} LIMIT %s",
        [tenant.pk, now_ms, after[::-1] if backwards else after, *[block.pk for block in blocks], *params, limit],
    )


def _by(index: str) -> str:
    """SQLite, knowing little of partial indexes, walks all numbers of a block instead; PostgreSQL need not be told."""
    return f" INDEXED BY {index}" if connection.vendor == "sqlite" else ""


def _asked(statement: str, params: list[Any]) -> list[Found]:
    """A statement that names its tenant_id."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def _can_have(block: NumberBlock, wish: Wish) -> bool:
    """Whether some number of a block can be so: the digits that all its numbers share do not speak against it."""
    width = len(block.first)
    shared = next((n for n in range(width) if block.first[n] != block.last[n]), width)
    known = {width - 1 - n: block.first[n] for n in range(shared)}  # from the right
    if any(digit in wish.without for at, digit in known.items() if at < TAIL):
        return False
    shape = wish.shape
    if shape is None:
        return True
    if shape.length > width:
        return False

    def digit(at: int) -> int | None:
        found = known.get(shape.length - 1 - at)
        return None if found is None else int(found)

    pairs = [(digit(at), digit(other), by) for at, other, by in shape.steps]
    return (
        all(digit(at) in (None, value) for at, value in shape.fixed)
        and all(one is None or other is None or other == one + by for one, other, by in pairs)
        and all(digit(at) is None or digit(at) != digit(other) for at, other in shape.apart)
    )


def _fixed_begin(shape: Shape | None) -> str:
    """The digits that a shape begins with."""
    fixed = dict(shape.fixed) if shape else {}
    begun = ""
    while len(begun) in fixed:
        begun += str(fixed[len(begun)])
    return begun


def _fixed_end(shape: Shape | None) -> str:
    """The digits that a shape ends with."""
    if shape is None:
        return ""
    fixed = dict(shape.fixed)
    ending = ""
    while len(ending) < shape.length and shape.length - 1 - len(ending) in fixed:
        ending = str(fixed[shape.length - 1 - len(ending)]) + ending
    return ending


def _terms(wish: Wish) -> Terms:
    """What every row must be, as SQL beside what an index finds; and its parameters."""
    terms, params = _shape_terms(wish.shape)
    if wish.level is not None:
        terms.append("level = %s")
        params.append(wish.level)
    tail = f"substr(reversed, 1, {TAIL})"
    for digits, verb in ((wish.without, "NOT LIKE"), (wish.lucky, "LIKE")):
        for digit in sorted(set(digits)):
            terms.append(f"{tail} {verb} %s")
            params.append(f"%{digit}%")
    terms.append("reseller = %s")
    params.append(wish.reseller)
    if wish.organisations is not None:
        terms.append(f"organisation IN ({', '.join(['%s'] * len(wish.organisations))})")
        params += wish.organisations
    return "".join(f" AND {term}" for term in terms), params


def _shape_terms(shape: Shape | None) -> tuple[list[str], list[Any]]:
    if shape is None:
        return [], []

    def digit(at: int) -> str:
        return f"substr(reversed, {shape.length - at}, 1)"

    terms, params = [f"length(value) >= {shape.length}"], []
    for at, value in shape.fixed:
        terms.append(f"{digit(at)} = %s")
        params.append(str(value))
    for at, other, by in shape.steps:
        if by:
            terms.append(f"CAST({digit(other)} AS integer) = CAST({digit(at)} AS integer) + ({by})")
        else:
            terms.append(f"{digit(other)} = {digit(at)}")
    terms += [f"{digit(at)} <> {digit(other)}" for at, other in shape.apart]
    return terms, params
