"""What a bill depends on beside usage and holdings, with the changes: stops, and grades of new subscriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.party.bulk import load_grades
from yidian.domains.party.queries import customers_by_code
from yidian.kernel.billing import layout as at
from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import Facts
from yidian.runs.first_bill.people import Person

States = Sequence[tuple[int, str]]  # from when (UTC ms) a subscription is in which billing state, in order of time
Ints = NDArray[np.int64]


def with_states(told: Facts, cycle: Cycle, states: Mapping[int, States]) -> Facts:
    """The facts of a cycle with what changes say of the states of some subscriptions (ids) from the first change on."""
    if not states:
        return told
    rows = zip(
        *(column.tolist() for column in (told.state_of, told.state, told.state_from, told.state_to)), strict=True
    )
    found = [
        (who, state, begin, min(end, states[who][0][0]) if who in states else end)
        for who, state, begin, end in rows
    ]  # fmt: skip
    for who, said in states.items():
        ends = [from_ms for from_ms, _ in said[1:]] + [FOREVER_MS]
        found += [
            (who, at.STATES.index(state), begin, end)
            for (begin, state), end in zip(said, ends, strict=True) if at.STATES.index(state) != at.ACTIVE
        ]  # fmt: skip
    kept = sorted(
        {row for row in found if row[2] < row[3] and row[2] < cycle.to_ms and row[3] > cycle.from_ms - 1},
        key=lambda row: (row[0], row[2]),
    )
    columns = [np.array([row[n] for row in kept], np.int64) for n in range(4)]
    return replace(told, state_of=columns[0], state=columns[1], state_from=columns[2], state_to=columns[3])


def with_grades(told: Facts, tenant: Tenant, cycle: Cycle, new: Sequence[Person]) -> Facts:
    """The facts with the grades of the customers of new subscriptions."""
    customers = customers_by_code(tenant=tenant, codes={one.customer for one in new}) if new else {}
    if not customers:
        return told
    ids = {one.id: code for code, one in customers.items()}
    rows = load_grades(tenant=tenant, at_ms=cycle.to_ms - 1, customers=sorted(ids)).to_pydict()
    grade = {ids[who]: name for who, name in zip(rows["customer_id"], rows["grade"], strict=True)}
    graded = [(one.id, grade[one.customer]) for one in new if one.customer in grade]
    names = [*told.grades, *sorted({name for _, name in graded} - {*told.grades})]
    more: dict[str, Any] = {
        "graded": np.append(told.graded, np.array([who for who, _ in graded], np.int64)),
        "grade": np.append(told.grade, np.array([names.index(name) for _, name in graded], np.int64)),
    }
    return replace(told, grades=names, **more)
