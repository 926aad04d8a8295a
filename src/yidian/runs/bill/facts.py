"""What a bill depends on beside usage and holdings: states, who else pays, grades. Whole tables, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.party.bulk import load_grades
from yidian.domains.party.types import NORMAL_GRADE
from yidian.domains.product_inventory.bulk import customers_of, load_responsibilities, load_states
from yidian.domains.product_inventory.types import Reference
from yidian.kernel.billing import layout as at
from yidian.kernel.billing.book import BillingBook
from yidian.kernel.calendar import Period
from yidian.platform.identity import BUCKETS
from yidian.platform.tenancy.models import Tenant

Ints = NDArray[np.int64]
EVERYTHING: Final = "*"


@dataclass(frozen=True)
class Facts:
    """Columns by id. `grade`, `grades`: (subscriber, place in `grades`) of those whose customer has a grade.

    The rows of who else pays stand in the order in which they take lines; `item_sets`: what each names, as texts.
    """

    state_of: Ints
    state: Ints
    state_from: Ints
    state_to: Ints
    pays_for: Ints
    payer: Ints
    payer_code: list[str]
    mode: Ints
    value: Ints
    item_set: Ints
    item_sets: list[str]
    graded: Ints
    grade: Ints
    grades: list[str]

    @property
    def told(self) -> str:
        """What a digest is told of them."""
        return repr([value.tolist() if isinstance(value, np.ndarray) else value for value in vars(self).values()])


def facts(*, tenant: Tenant, cycle: Cycle, subscribers: Sequence[int] | None = None) -> Facts:
    """As they are now known of a cycle: states during it and the instant before, the rest as of its last instant.

    `subscribers`: only of these few (ids).
    """
    last = cycle.to_ms - 1
    states = load_states(
        tenant=tenant, period_start_ms=cycle.from_ms - 1, period_end_ms=cycle.to_ms, subscribers=subscribers
    )
    pays = load_responsibilities(tenant=tenant, at_ms=last, subscribers=subscribers)
    graded, grade, grades = _grades(tenant, last, subscribers)
    item_set, item_sets = _coded(pays["items"])
    mode = _codes_in(pays["mode"], at.MODES)
    value = np.where(mode == at.MODE_LIMIT, _ints(pays["limit_micro"]), _ints(pays["rate_ppm"]))
    return Facts(
        state_of=_ints(states["subscriber_id"]), state=_codes_in(states["state"], at.STATES),
        state_from=_ints(states["from_ms"]), state_to=_ints(states["to_ms"]), pays_for=_ints(pays["subscriber_id"]),
        payer=_ints(pays["account_id"]), payer_code=pays["code"].to_pylist(), mode=mode,
        value=np.ascontiguousarray(value, np.int64), item_set=item_set, item_sets=item_sets,
        graded=graded, grade=grade, grades=grades,
    )  # fmt: skip


def _grades(tenant: Tenant, at_ms: int, only: Sequence[int] | None) -> tuple[Ints, Ints, list[str]]:
    of = None if only is None else customers_of(tenant=tenant, subscribers=only)
    asked = None if of is None else np.unique(of[1]).tolist()
    found = load_grades(tenant=tenant, at_ms=at_ms, customers=asked)
    if not found.num_rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), []
    place, names = _coded(found["grade"])
    customer = _ints(found["customer_id"])
    subscribers, owners = of or customers_of(tenant=tenant)
    order = np.argsort(subscribers, kind="stable")
    subscribers, owners = subscribers[order], owners[order]
    row = np.minimum(np.searchsorted(customer, owners), len(customer) - 1)
    theirs = customer[row] == owners
    return _ints(subscribers[theirs]), _ints(place[row[theirs]]), names


def _ints(column: Any) -> Ints:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks().to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(column, np.int64)


def _coded(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Texts as places in a sorted list of them."""
    names = sorted(pc.unique(column).to_pylist())
    return _codes_in(column, names), names


def _codes_in(column: pa.ChunkedArray, names: Sequence[str]) -> Ints:
    found = pc.index_in(column, value_set=pa.array(names, pa.string()))
    return _ints(pc.fill_null(found, -1).cast(pa.int64()))


def with_payers(reference: Reference, known: Facts | None) -> Reference:
    """The reference with the accounts that pay for others only, behind its own, in the order (bucket, code)."""
    if known is None or not len(known.payer):
        return reference
    codes = dict(zip(known.payer.tolist(), known.payer_code, strict=True))
    new = sorted(codes.keys() - set(np.asarray(reference.account_id).tolist()), key=lambda a: (a % BUCKETS, codes[a]))
    return replace(
        reference,
        account_id=np.append(np.asarray(reference.account_id, np.int64), np.array(new, np.int64)),
        account_code=[*reference.account_code, *(codes[account] for account in new)],
    )


@dataclass(frozen=True)
class Placed:
    """Facts in places of the reference's lists and the book's, of the subscribers that the reference has."""

    state_sub: Ints
    state_is: Ints
    state_from: Ints
    state_to: Ints
    pay_sub: Ints
    pay_account: Ints
    pay_mode: Ints
    pay_value: Ints
    pay_set: Ints
    pay_items: NDArray[np.int64]
    grade: Ints
    unit: Ints


def placed(known: Facts | None, reference: Reference, book: BillingBook) -> Placed:
    """`grade` and `unit` have a value for each subscriber, or none where no discount looks at them."""
    none = np.zeros(0, np.int64)
    unit = last_units(reference, book.days.period) if book.looks_at_units else none
    if known is None:
        grade = _grade_of(book, none, none, [], len(reference.subscriber_code))
        nobody = np.zeros((0, len(book.items)), np.int64)
        return Placed(none, none, none, none, none, none, none, none, none, nobody, grade, unit)
    subscribers, accounts = _Ids(reference.subscriber_id), _Ids(reference.account_id)
    state_sub, of_state = subscribers.at(known.state_of)
    pay_sub, of_pay = subscribers.at(known.pays_for)
    graded, of_grade = subscribers.at(known.graded)
    return Placed(
        state_sub=state_sub, state_is=known.state[of_state], state_from=known.state_from[of_state],
        state_to=known.state_to[of_state], pay_sub=pay_sub, pay_account=accounts.at(known.payer[of_pay])[0],
        pay_mode=known.mode[of_pay], pay_value=known.value[of_pay], pay_set=known.item_set[of_pay],
        pay_items=_sets(known.item_sets, book), unit=unit,
        grade=_grade_of(book, graded, known.grade[of_grade], known.grades, len(reference.subscriber_code)),
    )  # fmt: skip


def _grade_of(book: BillingBook, subs: Ints, grade: Ints, names: Sequence[str], count: int) -> Ints:
    """The place of each subscriber's grade in the book's."""
    if not book.grades:
        return np.zeros(0, np.int64)
    place = {code: n for n, code in enumerate(book.grades)}
    found = np.full(count, place.get(NORMAL_GRADE, len(place)), np.int64)
    table = np.array([place.get(name, len(place)) for name in names] or [0], np.int64)
    found[subs] = table[grade]
    return found


def _sets(texts: Sequence[str], book: BillingBook) -> NDArray[np.int64]:
    made = np.zeros((len(texts), len(book.items)), np.int64)
    place = {code: n for n, code in enumerate(book.items)}
    for row, text in enumerate(texts):
        named = list(place) if text == EVERYTHING else text.split(";")
        made[row, [place[code] for code in named if code in place]] = 1
    return made


def last_units(reference: Reference, period: Period) -> Ints:
    """The unit of each subscriber's last membership in the cycle; beyond all units, a number of its own."""
    count = len(reference.subscriber_code)
    found = len(reference.unit_code) + np.arange(count, dtype=np.int64)
    here = (np.asarray(reference.mem_from) < period.end_ms) & (np.asarray(reference.mem_to) > period.start_ms)
    found[np.asarray(reference.mem_sub)[here]] = np.asarray(reference.mem_unit)[here]  # by (subscriber, from)
    return found


class _Ids:
    """Ids → places in a list of ids in any order."""

    def __init__(self, ids: Any) -> None:
        self._ids = np.asarray(ids, np.int64)
        self._order = np.argsort(self._ids, kind="stable")

    def at(self, wanted: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """(the places of those that are in the list, which they are)."""
        if not len(self._ids) or not len(wanted):
            return np.zeros(0, np.int64), np.zeros(len(wanted), np.bool_)
        ascending = self._ids[self._order]
        row = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
        there = ascending[row] == wanted
        return _ints(self._order[row[there]]), there
