"""A few people and all they had, as rows that may be changed, and as the columns that the runs read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidian.domains.product_inventory.types import Reference
from yidian.platform.identity import BUCKETS, bucket_of, make_id

MADE_UP: Final = 1 << 44  # sequences from here on stand for what is not in the database; none of its own is as high


class Had(NamedTuple):
    """Something (a number, an offer, an account, a unit) in [from_ms, to_ms), UTC ms; `kind` of a number, else ""."""

    what: str
    from_ms: int
    to_ms: int
    kind: str = ""

    def touches(self, from_ms: int, to_ms: int) -> bool:
        return self.from_ms < to_ms and self.to_ms > from_ms

    def holds(self, at_ms: int) -> bool:
        return self.from_ms <= at_ms < self.to_ms


@dataclass(frozen=True, slots=True)
class Person:
    """One subscription. `customer`: its code, "" where nobody asked."""

    id: int
    code: str
    home_area: str
    customer: str = ""
    identifiers: tuple[Had, ...] = ()
    holdings: tuple[Had, ...] = ()
    payers: tuple[Had, ...] = ()
    units: tuple[Had, ...] = ()


@dataclass(slots=True)
class Crowd:
    """Subscriptions by code, and the ids of accounts and units by code; those that are not known yet are made up.

    An id's last bits come from its code, and people stand in the order of these bits and codes: made-up ids put nobody
    elsewhere than real ones would.
    """

    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    made: int = 0

    def copied(self) -> Crowd:
        return replace(self, people=dict(self.people), accounts=dict(self.accounts), units=dict(self.units))

    def new_id(self, code: str) -> int:
        self.made += 1
        return make_id(MADE_UP + self.made, code)

    def know(self, ids: dict[str, int], code: str) -> None:
        """See to it that an account or a unit has an id."""
        if code not in ids:
            ids[code] = self.new_id(code)


def crowd_of(reference: Reference) -> Crowd:
    """The same as rows."""
    codes = reference.subscriber_code
    held: list[dict[str, list[Had]]] = [{name: [] for name in _HISTORIES} for _ in codes]
    for name, (sub, what, begin, end) in _HISTORIES.items():
        table = _texts(reference, what)
        columns = (np.asarray(getattr(reference, n)).tolist() for n in (sub, begin, end))
        for n, (who, from_ms, to_ms) in enumerate(zip(*columns, strict=True)):
            kind = reference.id_kind[n] if name == "identifiers" else ""
            held[who][name].append(Had(table[n], from_ms, to_ms, kind))
    ids = np.asarray(reference.subscriber_id, np.int64).tolist()
    people = {
        code: Person(id_, code, area, "", **{name: tuple(rows) for name, rows in had.items()})
        for id_, code, area, had in zip(ids, codes, reference.home_area, held, strict=True)
    }
    return Crowd(
        people=people,
        accounts=dict(zip(reference.account_code, np.asarray(reference.account_id).tolist(), strict=True)),
        units=dict(zip(reference.unit_code, np.asarray(reference.unit_id).tolist(), strict=True)),
    )


_HISTORIES: Final = {  # name of Person's history → columns of the reference: subscriber, what, begin, end
    "identifiers": ("id_sub", "id_value", "id_from", "id_to"),
    "holdings": ("hold_sub", "hold_offer", "hold_from", "hold_to"),
    "payers": ("acc_sub", "acc_index", "acc_from", "acc_to"),
    "units": ("mem_sub", "mem_unit", "mem_from", "mem_to"),
}
_LISTS: Final = {"hold_offer": "offer_codes", "acc_index": "account_code", "mem_unit": "unit_code"}


def _texts(reference: Reference, column: str) -> list[str]:
    if column not in _LISTS:
        found: list[str] = getattr(reference, column)
        return found
    names = getattr(reference, _LISTS[column])
    return [names[n] for n in np.asarray(getattr(reference, column)).tolist()]


def reference_of(crowd: Crowd, *, from_ms: int, to_ms: int) -> Reference:
    """What load_reference would answer of a period, were these rows in the database."""
    here = [one for one in crowd.people.values() if any(row.touches(from_ms, to_ms) for row in one.units)]
    here.sort(key=lambda one: (bucket_of(one.id), one.code))

    def history(name: str) -> list[tuple[int, Had]]:
        rows = [(n, row) for n, one in enumerate(here) for row in getattr(one, name) if row.touches(from_ms, to_ms)]
        return sorted(rows, key=lambda row: (row[0], row[1].from_ms, row[1].what, row[1].kind))

    numbers, holdings, payers, units = (history(name) for name in _HISTORIES)
    offers = sorted({row.what for _, row in holdings})
    accounts, of_account = _listed(crowd.accounts, payers)
    in_units, of_unit = _listed(crowd.units, units)
    offer_at = {code: n for n, code in enumerate(offers)}
    made: dict[str, Any] = {
        "id_kind": [row.kind for _, row in numbers], "id_value": [row.what for _, row in numbers],
        "offer_codes": offers, "hold_offer": _ints(offer_at[row.what] for _, row in holdings),
        "account_id": _ints(crowd.accounts[code] for code in accounts), "account_code": accounts,
        "acc_index": of_account, "unit_id": _ints(crowd.units[code] for code in in_units), "unit_code": in_units,
        "mem_unit": of_unit,
    }  # fmt: skip
    for rows, (sub, _, begin, end) in zip((numbers, holdings, payers, units), _HISTORIES.values(), strict=True):
        made[sub] = _ints(n for n, _ in rows)
        made[begin], made[end] = _ints(row.from_ms for _, row in rows), _ints(row.to_ms for _, row in rows)
    return Reference(
        subscriber_id=_ints(one.id for one in here), subscriber_code=[one.code for one in here],
        home_area=[one.home_area for one in here], **made,
    )  # fmt: skip


def _listed(ids: dict[str, int], rows: Sequence[tuple[int, Had]]) -> tuple[list[str], NDArray[np.int64]]:
    """The codes that rows name, in the order of the runs, and the place of each row's among them."""
    codes = sorted({row.what for _, row in rows}, key=lambda code: (ids[code] % BUCKETS, code))
    place = {code: n for n, code in enumerate(codes)}
    return codes, _ints(place[row.what] for _, row in rows)


def _ints(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), np.int64)
