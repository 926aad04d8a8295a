"""The numbers of a block, written in one go, each with its level; and their levels anew when rules have changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from django.db import connection

from yidian.domains.resource_inventory._shapes import digits_of, levels_of
from yidian.domains.resource_inventory.models import Number
from yidian.platform.database.loading import change_rows
from yidian.platform.database.rows import bring
from yidian.platform.tenancy.models import Tenant

TABLE: Final = "resource_inventory_number"
PIECE: Final = 100_000  # numbers whose digits are looked at together
Rules = list[tuple[str, str, str]]  # shape, place, level; in order of priority


def add_numbers(
    *, tenant: Tenant, block: int, first: str, last: str, rules: Rules, state: str, organisation: str, reseller: str
) -> None:
    """The numbers of a block (its id); in a transaction of the caller. Some seconds for a million."""
    same = {
        "tenant_id": tenant.pk, "block_id": block, "state": state, "organisation": organisation, "reseller": reseller,
        "guest": False, "holder": "", "until_ms": 0,
    }  # fmt: skip
    left = _graded(first, int(last) - int(first) + 1, rules)
    while piece := list(islice(left, PIECE)):
        numbers = [number for number, _ in piece]
        each = {"value": numbers, "reversed": [number[::-1] for number in numbers], "level": [of for _, of in piece]}
        bring(Number, count=len(piece), same=same, each=each)


def regrade(*, tenant: Tenant, block: int, first: str, last: str, rules: Rules, states: tuple[str, ...]) -> int:
    """Give the numbers of a block that are in some states the level of the rules; how many got another one."""
    changed = 0
    marks = ", ".join(["%s"] * len(states))
    for start in range(0, int(last) - int(first) + 1, PIECE):
        begin = str(int(first) + start).zfill(len(first))
        count = min(PIECE, int(last) - int(begin) + 1)
        end = str(int(begin) + count - 1).zfill(len(first))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT value, id, level FROM {TABLE} WHERE tenant_id = %s AND block_id = %s"
                f" AND value >= %s AND value <= %s AND state IN ({marks})",
                [tenant.pk, block, begin, end, *states],
            )
            stored = {value: (pk, level) for value, pk, level in cursor.fetchall()}
        other = [
            (stored[number][0], level)
            for number, level in _graded(begin, count, rules)
            if number in stored and stored[number][1] != level
        ]
        change_rows(tenant=tenant, table=TABLE, columns={"level": "text"}, rows=other)
        changed += len(other)
    return changed


def _graded(first: str, count: int, rules: Rules) -> Iterator[tuple[str, str]]:
    """Numbers from one on, each with its level."""
    levels = [*(level for _, _, level in rules), ""]  # the last for -1: of no rule
    width = len(first)
    for start in range(0, count, PIECE):
        begin, many = int(first) + start, min(PIECE, count - start)
        found: Any = levels_of(rules, digits_of(str(begin).zfill(width), many))
        for n, place in enumerate(found.tolist()):
            yield str(begin + n).zfill(width), levels[place]
