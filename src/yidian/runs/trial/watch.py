"""Some accounts of a trial watched event by event: what of theirs got no price."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.types import Reference
from yidian.kernel.rating.classify import REASONS
from yidian.kernel.rating.quote import REASONS as PRICE_REASONS
from yidian.runs.rate.classify import REJECT


class Watch:
    """`found`: account → reason → events without a price; `units`: rating units of each account, by their ids."""

    def __init__(self, who: Reference, cycle: Cycle, accounts: Collection[str]) -> None:
        self.found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._lock = Lock()  # parts are rated side by side
        self._accounts_of = accounts_of_subscribers(who, cycle, accounts)
        self._of_unit: defaultdict[int, set[str]] = defaultdict(set)
        for row in _within(who.mem_from, who.mem_to, cycle):
            self._of_unit[int(who.unit_id[who.mem_unit[row]])] |= self._accounts_of.get(int(who.mem_sub[row]), set())
        self._numbers: defaultdict[bytes, list[tuple[int, int, int]]] = defaultdict(list)
        for row in _within(who.id_from, who.id_to, cycle):
            if int(who.id_sub[row]) in self._accounts_of:
                told = (int(who.id_from[row]), int(who.id_to[row]), int(who.id_sub[row]))
                self._numbers[who.id_value[row].encode()[:64]].append(told)

    @property
    def units(self) -> dict[str, set[int]]:
        found: defaultdict[str, set[int]] = defaultdict(set)
        for unit, accounts in self._of_unit.items():
            for account in accounts:
                found[account].add(unit)
        return found

    def see_rejects(self, folder: Path, names: Sequence[str]) -> None:
        """What classification rejected of these files, of theirs."""
        for name in names:
            path = folder / f"{name}.rejects"
            if not path.is_file():
                continue
            for record in np.fromfile(path, REJECT):
                for from_ms, to_ms, sub in self._numbers.get(bytes(record["identifier"]), ()):
                    if from_ms <= record["start_ms"] < to_ms:
                        self._note(self._accounts_of[sub], REASONS[int(record["reason"])])

    def see_unpriced(self, rejects: pa.Table) -> None:
        """What pricing rejected of one part, of their units."""
        for unit, reason in zip(rejects["unit"].to_pylist(), rejects["reason"].to_pylist(), strict=True):
            if unit in self._of_unit:
                self._note(self._of_unit[unit], PRICE_REASONS[int(reason)])

    def _note(self, accounts: Collection[str], reason: str) -> None:
        with self._lock:
            for account in accounts:
                self.found[account][reason] += 1


def accounts_of_subscribers(who: Reference, cycle: Cycle, among: Collection[str]) -> dict[int, set[str]]:
    """Place of a subscriber in the reference → codes of the accounts that pay for it in the cycle, of some accounts."""
    wanted, found = frozenset(among), defaultdict[int, set[str]](set)
    for row in _within(who.acc_from, who.acc_to, cycle):
        account = who.account_code[who.acc_index[row]]
        if account in wanted:
            found[int(who.acc_sub[row])].add(account)
    return dict(found)


def holders_of(who: Reference, cycle: Cycle, offers: Collection[str]) -> set[int]:
    """Places of the subscribers that hold one of some offers in the cycle."""
    theirs = np.array([code in offers for code in who.offer_codes] or [False])
    rows = _within(who.hold_from, who.hold_to, cycle)
    return {int(who.hold_sub[row]) for row in rows if theirs[who.hold_offer[row]]}


def _within(from_ms: object, to_ms: object, cycle: Cycle) -> list[int]:
    """Rows of a history that touch the cycle."""
    begins, ends = np.asarray(from_ms, np.int64), np.asarray(to_ms, np.int64)
    return list(np.flatnonzero((begins < cycle.to_ms) & (ends > cycle.from_ms)).tolist())
