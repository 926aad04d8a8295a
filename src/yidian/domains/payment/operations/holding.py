"""Receivables held until the caller's transaction ends, so that nobody else clears them meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from yidian.domains.payment.models import Receivable
from yidian.domains.payment.queries import CHUNK, OPEN
from yidian.domains.payment.types import Owed

_OWED: Final = tuple(Owed.__dataclass_fields__)


def hold_open(*, accounts: Collection[str], cycle: str | None = None) -> dict[str, list[Owed]]:
    """What the accounts owe, held in the order of ids: two that pay one bill come one after the other."""
    found: dict[str, list[Owed]] = {}
    ordered = sorted(accounts)
    for start in range(0, len(ordered), CHUNK):
        rows = Receivable.objects.select_for_update(no_key=True).filter(
            OPEN, account__in=ordered[start : start + CHUNK]
        )
        if cycle is not None:
            rows = rows.filter(cycle=cycle)
        for row in rows.order_by("id").values_list(*_OWED):
            owed = Owed(*row)
            found.setdefault(owed.account, []).append(owed)
    return found


def hold(*, ids: Collection[int]) -> dict[int, Owed]:
    """Receivables by id, open or not, held in the order of ids."""
    found: dict[int, Owed] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        rows = Receivable.objects.select_for_update(no_key=True).filter(id__in=ordered[start : start + CHUNK])
        found |= {row[0]: Owed(*row) for row in rows.order_by("id").values_list(*_OWED)}
    return found
