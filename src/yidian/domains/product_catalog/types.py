"""What crosses the border of this domain. Nothing here needs a database: a quote reads its tariff by this door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yidian.domains.product_catalog import lifecycle as lifecycle
from yidian.domains.product_catalog.comparing import Change as Change
from yidian.domains.product_catalog.comparing import compare_tariffs as compare_tariffs
from yidian.domains.product_catalog.comparing.offers import offers_changed as offers_changed
from yidian.domains.product_catalog.findings import Finding as Finding
from yidian.domains.product_catalog.findings import check_tariff as check_tariff
from yidian.domains.product_catalog.findings import findings_of as findings_of
from yidian.domains.product_catalog.lifecycle import UnableToLaunch as UnableToLaunch
from yidian.domains.product_catalog.terms import Terms as Terms
from yidian.domains.product_catalog.terms import terms_of as terms_of
from yidian.domains.product_catalog.workbook import read_tariff as read_tariff
from yidian.domains.product_catalog.workbook.packed import pack as pack
from yidian.kernel.faults import BadInput


class UnableToLoadTariff(BadInput):
    """The tariff is refused as a whole: TARIFF_CHANGES_HISTORY, with the rows that would change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedTariff:
    """What came of loading. `added` is False when the newest edition has the same rows; `counts`: rows by sheet."""

    edition: int
    sha256: str
    added: bool
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStepFacts:
    """A step of a draft: who did what when, in which round, and the state it led to."""

    sequence: int
    round: int
    event: str
    state: str
    at: datetime
    actor: str
    comment: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """A draft without its workbook. `done`: events of its round; `open_to`: what may happen to it now.

    `findings`: {severity code sheet line column value params}; `changes`: {sheet key how since until cells}, the first
    of `change_count`.
    """

    number: int
    title: str
    policy: str
    source: str
    sha256: str
    base: int
    edition: int
    offers: tuple[str, ...]
    findings: tuple[Mapping[str, Any], ...]
    changes: tuple[Mapping[str, Any], ...]
    change_count: int
    state: str
    round: int
    drafted_at: datetime
    changed_at: datetime
    steps: tuple[DraftStepFacts, ...]

    @property
    def version(self) -> str:
        """What names its rows to people: who configures a system says which version it was."""
        return self.sha256[:12]

    @property
    def done(self) -> frozenset[str]:
        return frozenset(step.event for step in self.steps if step.round == self.round)

    @property
    def open_to(self) -> tuple[str, ...]:
        return lifecycle.open_to(self.state, self.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A draft in a list."""

    number: int
    title: str
    offers: tuple[str, ...]
    state: str
    round: int
    edition: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTrialFacts:
    """A trial of a draft; `told` as runs/trial says it. `stands`: the draft is still what was tried."""

    number: int
    cycle: str
    at: datetime
    actor: str
    stands: bool
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferForOrder:
    """An offer as who orders sees it. On sale from, until before (None: open); `role`: main or addon.

    `quota` 0: as many as are wanted; `held_back`: the code for which nobody may be given it now, "" where there is
    none; `asked`: the local day that was asked about.
    """

    code: str
    name_zh: str
    name_en: str
    sale_from: date | None
    sale_to: date | None
    role: str
    line_of_business: str
    terms: Terms
    quota: int
    held_back: str
    asked: date

    def on_sale(self, on: date | None = None) -> bool:
        """Whether somebody may be given it on a local day, that of the question if none is named."""
        day = on or self.asked
        begun = self.sale_from is None or self.sale_from <= day
        return begun and (self.sale_to is None or day < self.sale_to) and not self.held_back
