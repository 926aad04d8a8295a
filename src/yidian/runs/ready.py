"""A tariff compiled for a cycle and kept by the process, for it is asked again: best plans, what an order comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Final

from yidian.domains.product_catalog.queries import editions, tariff_of_edition
from yidian.kernel.billing.book import BillingBook, compile_billing
from yidian.kernel.calendar import Period
from yidian.kernel.faults import refuse
from yidian.kernel.rating.arrays import Book
from yidian.kernel.rating.as_of import as_of
from yidian.kernel.rating.book import Compiled, compile_tariff
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.programs import ProgramKey, Programs
from yidian.kernel.rating.tariff import Fee, Tariff
from yidian.platform.tenancy.models import Tenant

KEPT: Final = 10  # cycles (and days) of which a process remembers the compiled tariff
KEPT_ROWS: Final = 3  # editions (and days) of which it remembers the rows
MOST_PROGRAMS: Final = 4_000  # sets of offers of which one of them remembers the prices


class KeptPrograms(Programs):
    """An interner that makes its book again only when it was asked for a program it had not."""

    def __init__(self, compiled: Compiled, like: Programs | None = None) -> None:
        super().__init__(compiled, like)
        self._book: tuple[tuple[ProgramKey, ...], Book] | None = None

    def book(self) -> Book:
        asked = self.asked
        if self._book is None or len(self._book[0]) != len(asked):
            self._book = asked, super().book()
        return self._book[1]


@dataclass(frozen=True)
class Ready:
    """A tariff for one cycle. Not for two threads at once: take `lock`. `base`: its main offers, sold or not."""

    edition: int
    tariff: Tariff
    compiled: Compiled
    billing: BillingBook
    base: frozenset[str]
    lock: Lock = field(default_factory=Lock, compare=False)
    _kept: list[KeptPrograms] = field(default_factory=list, compare=False)
    _classifier: list[Classifier] = field(default_factory=list, compare=False)

    @property
    def by_accounts(self) -> bool:
        """Whether what one is billed may depend on who else is billed on the account."""
        return bool(self.billing.arrays.account_cuts)

    @property
    def classifier(self) -> Classifier:
        """Made when it is first asked for: a cycle without usage needs none, and tries of 36,000 prefixes are large."""
        if not self._classifier:
            self._classifier.append(Classifier(self.compiled))
        return self._classifier[0]

    @property
    def programs(self) -> KeptPrograms:
        """The interner; begun anew when it has grown too large."""
        if not self._kept:
            self._kept.append(KeptPrograms(self.compiled))
        elif len(self._kept[0].asked) > MOST_PROGRAMS:
            self._kept[0] = KeptPrograms(self.compiled, like=self._kept[0])
        return self._kept[0]

    def own(self) -> Ready:
        """The same for a thread of its own."""
        like = self.programs
        return replace(self, lock=Lock(), _kept=[KeptPrograms(self.compiled, like=like)])


class _Asked:
    """An edition to be read; equal to every other: what the cache goes by is the digest beside it."""

    def __init__(self, tenant: Tenant, number: int) -> None:
        self.tenant, self.number = tenant, number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)


def newest(*, tenant: Tenant) -> tuple[int, str]:
    """(number, digest) of the newest edition. BadInput TARIFF_NOT_LOADED."""
    found = editions(tenant=tenant)
    if not found:
        raise refuse("TARIFF_NOT_LOADED", value=tenant.code)
    return int(found[0]["number"]), str(found[0]["sha256"])


def rows_of_edition(*, tenant: Tenant, edition: tuple[int, str], on: date | None = None) -> Tariff:
    """The rows alone; `on`: those of a day, in force for ever (kernel.rating.as_of)."""
    return _rows(_Asked(tenant, edition[0]), edition[1], on)


def fees_on(*, tenant: Tenant, edition: tuple[int, str], on: date) -> Mapping[str, Sequence[Fee]]:
    """The fees in force on a local day, by offer."""
    return _fees(_Asked(tenant, edition[0]), edition[1], on)


def ready(
    *, tenant: Tenant, edition: tuple[int, str], period: Period, on: date | None = None,
    before: tuple[int, str] | None = None,
) -> Ready:  # fmt: skip
    """Editions as (number, digest). `on`: with the rows of a day alone; None: as they are dated. `before`: by which the
    bills of the cycle before were made, if it was another."""
    former = None if before is None or before == edition else (_Asked(tenant, before[0]), before[1])
    return _ready(_Asked(tenant, edition[0]), edition[1], on, former, period.start_ms, period.end_ms)


@lru_cache(maxsize=KEPT_ROWS)
def _rows(asked: _Asked, digest: str, on: date | None) -> Tariff:
    del digest  # it only tells this edition from another of the same number
    rows = tariff_of_edition(tenant=asked.tenant, number=asked.number)
    return rows if on is None else as_of(rows, on)


@lru_cache(maxsize=KEPT_ROWS)
def _fees(asked: _Asked, digest: str, on: date) -> Mapping[str, Sequence[Fee]]:
    found = defaultdict[str, list[Fee]](list)
    for row in _rows(asked, digest, None).fees:
        if row.in_force(on):
            found[row.offer].append(row)
    return dict(found)


@lru_cache(maxsize=KEPT)
def _ready(
    asked: _Asked, digest: str, on: date | None, former: tuple[_Asked, str] | None, from_ms: int, to_ms: int
) -> Ready:
    tariff, period = _rows(asked, digest, on), Period(from_ms, to_ms)
    before = None if former is None else _rows(former[0], former[1], None)
    return Ready(
        edition=asked.number, tariff=tariff, compiled=compile_tariff(tariff, period),
        billing=compile_billing(tariff, period, before),
        base=frozenset(row.code for row in tariff.offers if row.kind == "base"),
    )  # fmt: skip
