"""Rating units drawn from the inventory, as the plain door of rating wants them: names and dated relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from yidian.domains.product_inventory.bulk import Reference
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.rating.quote import Held, Subscriber
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.inputs import Inputs
from yidian.runs.rate.people import People, people

LARGEST: Final = 500  # subscribers of a group that is drawn: the plain door takes its time
NOBODY: Final = Held(code="", from_ms=FOREVER_MS - 1, to_ms=FOREVER_MS)  # an account in no cycle


@dataclass(frozen=True, slots=True)
class Sampled:
    """`holders`: (kind, identifier) → (from, to, subscriber) in UTC ms; groups are what is priced together."""

    subscribers: tuple[Subscriber, ...]
    holders: dict[tuple[str, str], list[tuple[int, int, str]]]
    group_of: dict[str, int]
    group_of_unit: dict[str, int]

    @property
    def groups(self) -> int:
        return len(set(self.group_of.values()))

    def holder(self, kind: str, value: str, at_ms: int) -> str | None:
        """Code of the chosen subscriber that had the identifier at an instant."""
        found = self.holders.get((kind, value), ())
        return next((code for since, until, code in found if since <= at_ms < until), None)

    def beside(self, codes: set[str]) -> set[str]:
        """Everybody who is priced together with one of these."""
        groups = {self.group_of[code] for code in codes}
        return {code for code, group in self.group_of.items() if group in groups}


def sampled_units(on: Visit, reference: Reference, inputs: Inputs) -> Sampled:
    everybody = people(reference, parts=1)
    first = everybody.group_first
    small = np.flatnonzero(first[1:] - first[:-1] <= LARGEST)
    places = on.sample(len(small), on.units, f"units {inputs.cycle.name}")
    chosen = {int(g): everybody.old[first[g] : first[g + 1]].tolist() for g in small[places].tolist()}
    return Sampled(
        subscribers=tuple(_subscriber(reference, s) for members in chosen.values() for s in members),
        holders=_holders(reference, {s for members in chosen.values() for s in members}),
        group_of={reference.subscriber_code[s]: g for g, members in chosen.items() for s in members},
        group_of_unit=_units(reference, everybody, set(chosen)),
    )


def span_of(sub: object, subscriber: int) -> range:
    """Rows of a subscriber in a history, which is sorted by subscriber."""
    column = np.asarray(sub)
    return range(int(np.searchsorted(column, subscriber)), int(np.searchsorted(column, subscriber, side="right")))


def _subscriber(reference: Reference, s: int) -> Subscriber:
    accounts = tuple(
        Held(
            code=reference.account_code[int(reference.acc_index[n])],
            from_ms=int(reference.acc_from[n]), to_ms=int(reference.acc_to[n]),
        )
        for n in span_of(reference.acc_sub, s)
    )  # fmt: skip
    return Subscriber(
        code=reference.subscriber_code[s],
        home_area=reference.home_area[s],
        holdings=tuple(
            Held(
                code=reference.offer_codes[int(reference.hold_offer[n])],
                from_ms=int(reference.hold_from[n]), to_ms=int(reference.hold_to[n]),
            )
            for n in span_of(reference.hold_sub, s)
        ),
        accounts=accounts or (NOBODY,),
        units=tuple(
            Held(
                code=reference.unit_code[int(reference.mem_unit[n])],
                from_ms=int(reference.mem_from[n]), to_ms=int(reference.mem_to[n]),
            )
            for n in span_of(reference.mem_sub, s)
        ),
    )  # fmt: skip


def _holders(reference: Reference, chosen: set[int]) -> dict[tuple[str, str], list[tuple[int, int, str]]]:
    found: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for s in sorted(chosen):
        for n in span_of(reference.id_sub, s):
            entry = (int(reference.id_from[n]), int(reference.id_to[n]), reference.subscriber_code[s])
            found.setdefault((reference.id_kind[n], reference.id_value[n]), []).append(entry)
    return found


def _units(reference: Reference, everybody: People, groups: set[int]) -> dict[str, int]:
    group_of_sub = np.empty(len(everybody.old), np.int64)
    group_of_sub[everybody.old] = everybody.group
    return {
        reference.unit_code[int(unit)]: int(group)
        for unit, group in zip(np.asarray(reference.mem_unit), group_of_sub[np.asarray(reference.mem_sub)], strict=True)
        if int(group) in groups
    }
