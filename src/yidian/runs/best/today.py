"""The newest tariff with the rows of one day, compiled for a cycle: kept by the process, for it is asked again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Final

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_catalog.queries import editions, tariff_of_edition
from yidian.kernel.billing.book import BillingBook, compile_billing
from yidian.kernel.calendar import Period
from yidian.kernel.faults import refuse
from yidian.kernel.rating.arrays import Book
from yidian.kernel.rating.as_of import as_of
from yidian.kernel.rating.book import Compiled, compile_tariff
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.programs import ProgramKey, Programs
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best.offers import base_offers

KEPT: Final = 6  # cycles (and days) of which a process remembers the compiled tariff
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
class Today:
    """A tariff as it is on a day, for one cycle. Not for two threads at once: take `lock`."""

    edition: int
    tariff: Tariff
    compiled: Compiled
    classifier: Classifier
    billing: BillingBook
    base: frozenset[str]
    lock: Lock = field(default_factory=Lock, compare=False)
    _kept: list[KeptPrograms] = field(default_factory=list, compare=False)

    @property
    def by_accounts(self) -> bool:
        """Whether what one is billed may depend on who else is billed on the account."""
        return bool(self.billing.arrays.account_cuts)

    @property
    def programs(self) -> KeptPrograms:
        """The interner; begun anew when it has grown too large."""
        if not self._kept:
            self._kept.append(KeptPrograms(self.compiled))
        elif len(self._kept[0].asked) > MOST_PROGRAMS:
            self._kept[0] = KeptPrograms(self.compiled, like=self._kept[0])
        return self._kept[0]

    def own(self) -> Today:
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


def today(*, tenant: Tenant, cycle: Cycle, on: date) -> Today:
    """BadInput TARIFF_NOT_LOADED."""
    number, digest = _newest(tenant)
    return _today(_Asked(tenant, number), digest, on, cycle.from_ms, cycle.to_ms)


def tariff_today(*, tenant: Tenant, on: date) -> Tariff:
    """The rows alone."""
    number, digest = _newest(tenant)
    return _rows(_Asked(tenant, number), digest, on)


def _newest(tenant: Tenant) -> tuple[int, str]:
    found = editions(tenant=tenant)
    if not found:
        raise refuse("TARIFF_NOT_LOADED", value=tenant.code)
    return int(found[0]["number"]), str(found[0]["sha256"])


@lru_cache(maxsize=2)
def _rows(asked: _Asked, digest: str, on: date) -> Tariff:
    del digest  # it only tells this edition from another of the same number
    return as_of(tariff_of_edition(tenant=asked.tenant, number=asked.number), on)


@lru_cache(maxsize=KEPT)
def _today(asked: _Asked, digest: str, on: date, from_ms: int, to_ms: int) -> Today:
    tariff, period = _rows(asked, digest, on), Period(from_ms, to_ms)
    compiled = compile_tariff(tariff, period)
    return Today(
        edition=asked.number, tariff=tariff, compiled=compiled, classifier=Classifier(compiled),
        billing=compile_billing(tariff, period), base=base_offers(tariff),
    )  # fmt: skip
