"""The tariff of a cycle's rating, compiled once a process: what the numbers in rated items mean, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_catalog.queries import current_tariff, edition_digests, tariff_of_edition
from yidian.kernel.billing.book import BillingBook, compile_billing
from yidian.kernel.calendar import Period
from yidian.kernel.rating.book import Compiled, compile_tariff
from yidian.kernel.rating.programs import Programs
from yidian.kernel.rating.tariff import Rule, Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.tariffs import editions_of
from yidian.runs.explain.types import NOTHING, Named

KEPT: Final = 16  # cycles of which a process remembers the tariff
NOT_LOOKED_AT: Final = ("prefixes", "places")


@dataclass(frozen=True)
class Known:
    """A tariff for one cycle. Names by code; `rules` by the charge item they name."""

    edition: int
    tariff: Tariff
    compiled: Compiled
    billing: BillingBook
    items: Mapping[str, Named]
    measures: Mapping[str, str]
    offers: Mapping[str, Named]
    zones: Mapping[str, Named]
    rules: Mapping[str, tuple[Rule, ...]]

    def item(self, code: str) -> Named:
        return self.items.get(code) or (Named(code, code, code) if code else NOTHING)

    def offer(self, code: str) -> Named:
        return self.offers.get(code) or (Named(code, code, code) if code else NOTHING)

    def programs(self) -> Programs:
        return Programs(self.compiled)

    def service(self, item: str) -> str:
        """The service that a charge item is of; "" where its rules name several."""
        return _one({rule.service for rule in self.rules.get(item, ())})

    def direction(self, item: str) -> str:
        """out, in or forward; "" where its rules leave it open."""
        return _one({rule.direction for rule in self.rules.get(item, ())})


def known(*, tenant: Tenant, cycle: Cycle) -> Known:
    """The tariff a cycle was rated by, else the newest. BadInput TARIFF_NOT_LOADED."""
    own, before = editions_of(tenant=tenant, cycle=cycle)
    number = own if own is not None else current_tariff(tenant=tenant)[0]
    other = _Asked(tenant, before) if before is not None and before != number else None
    digests = edition_digests(tenant=tenant, numbers={number, before if before is not None else number})
    digest = "".join(digests[one] for one in sorted(digests))
    return _known(_Asked(tenant, number), other, digest, cycle.from_ms, cycle.to_ms)


class _Asked:
    """An edition to be read; equal to every other: what the cache goes by is the digest beside it."""

    def __init__(self, tenant: Tenant, number: int) -> None:
        self.tenant, self.number = tenant, number

    def tariff(self) -> Tariff:
        return tariff_of_edition(tenant=self.tenant, number=self.number, without=NOT_LOOKED_AT)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)


@lru_cache(maxsize=KEPT)
def _known(asked: _Asked, before: _Asked | None, digest: str, from_ms: int, to_ms: int) -> Known:
    del digest  # it only tells this edition from another of the same number
    tariff = asked.tariff()
    period = Period(from_ms, to_ms)
    rules: dict[str, tuple[Rule, ...]] = {}
    for rule in tariff.rules:
        rules[rule.item] = (*rules.get(rule.item, ()), rule)
    return Known(
        edition=asked.number,
        tariff=tariff,
        compiled=compile_tariff(tariff, period),
        billing=compile_billing(tariff, period, before.tariff() if before else None),
        items={row.code: _named(row.code, row.name_zh, row.name_en) for row in tariff.items},
        measures={row.code: row.measure for row in tariff.items if row.kind == "usage"},
        offers={row.code: _named(row.code, row.name_zh, row.name_en) for row in tariff.offers},
        zones={row.code: _named(row.code, row.name_zh, row.name_en) for row in tariff.zones},
        rules=rules,
    )


def _named(code: str, zh: str, en: str) -> Named:
    return Named(code, zh or en or code, en or zh or code)


def _one(values: set[str]) -> str:
    return values.pop() if len(values) == 1 and "*" not in values else ""
