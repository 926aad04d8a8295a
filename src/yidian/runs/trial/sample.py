"""A sample of a rated month's bills under a tariff, each judged: what must hold before anybody is sold it (MV-19)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from yidian.domains.customer_bill.types import Cycle
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.inputs import Places
from yidian.runs.trial.run import Progress, TwoMonths, UnableToTry, two_months
from yidian.runs.trial.shadow import MonthUnder, moved
from yidian.runs.trial.watch import Watch, accounts_of_subscribers, holders_of

PPM: Final = 1_000_000
TAKES_AWAY: Final = ("discount",)  # kinds of lines that may be below nought
CASES_KEPT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a sample is drawn and judged. The same `seed` draws the same accounts of the same month.

    `threshold_ppm`: what part of the cases must pass. A bill may change by `tolerance_ppm` of what it was, or by
    `tolerance_minor` where that is more; neither given: by anything.
    """

    size: int = 100
    seed: int = 1
    threshold_ppm: int = PPM
    tolerance_ppm: int | None = None
    tolerance_minor: int | None = None

    def allows(self, before_minor: int, after_minor: int) -> bool:
        if self.tolerance_ppm is None and self.tolerance_minor is None:
            return True
        by_part = abs(before_minor) * (self.tolerance_ppm or 0) // PPM
        return abs(after_minor - before_minor) <= max(by_part, self.tolerance_minor or 0)


@dataclass(frozen=True, slots=True)
class Case:
    """A bill of the sample. `wrong`: SAMPLE_… codes, none: it passes."""

    account: str
    before_minor: int
    after_minor: int
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleTest:
    """What a test found. `population`: accounts that it could have drawn; `failures`: the first cases that fail."""

    cycle: str
    on: str
    measure: Measure
    population: int
    cases: int
    passed_cases: int
    reasons: Mapping[str, int]
    failures: tuple[Case, ...]

    @property
    def passed(self) -> bool:
        """Never by having looked at nothing."""
        return self.cases > 0 and self.passed_cases * PPM >= self.measure.threshold_ppm * self.cases

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"passed": self.passed}


def judge_sample(
    *, tenant: Tenant, places: Places, cycle: str, tariff: Tariff, offers: Collection[str], measure: Measure,
    on: date | None = None, moves: Mapping[str, str] | None = None, threads: int, progress: Progress | None = None,
) -> SampleTest:  # fmt: skip
    """Price a rated month again under a tariff and judge the bills of a sample.

    `offers`: what the tariff is about; the sample is of accounts that hold one of them (after `moves`), where it is
    about none of all. `on`, `moves`, refusals: as of try_tariff; UnableToTry SAMPLE_OF_NOBODY.
    """
    drawn: list[Watch] = []
    chosen: list[tuple[int, list[str]]] = []

    def watching(found: Cycle, before: MonthUnder) -> Watch:
        chosen.append(_drawn(found, before, offers, moves or {}, measure))
        if not chosen[0][1]:
            raise UnableToTry("SAMPLE_OF_NOBODY", cycle=cycle, offers=" ".join(sorted(offers)))
        drawn.append(Watch(before.inputs.reference, found, chosen[0][1]))
        return drawn[0]

    two = two_months(
        tenant=tenant, places=places, cycle=cycle, draft=tariff, on=on, moves=moves or {}, threads=threads,
        progress=progress, watching=watching,
    )  # fmt: skip
    [(population, accounts)], [watch] = chosen, drawn
    cases = _judged(two, watch, accounts, measure)
    failures = [case for case in cases if case.wrong]
    return SampleTest(
        cycle=cycle, on=on.isoformat() if on else "", measure=measure, population=population, cases=len(cases),
        passed_cases=len(cases) - len(failures),
        reasons=dict(sorted(Counter(code for case in failures for code in case.wrong).items())),
        failures=tuple(failures[:CASES_KEPT]),
    )  # fmt: skip


def _drawn(
    cycle: Cycle, before: MonthUnder, offers: Collection[str], moves: Mapping[str, str], measure: Measure
) -> tuple[int, list[str]]:
    """How many accounts could be drawn, and those that are."""
    who = before.inputs.reference
    billed = set(before.headers["account"].to_pylist())
    codes = {code for id_, code in zip(who.account_id, who.account_code, strict=True) if int(id_) in billed}
    if offers:
        holders = holders_of(moved(who, moves), cycle, offers)
        theirs = accounts_of_subscribers(who, cycle, codes)
        codes = {account for sub in holders for account in theirs.get(sub, ())}
    ordered = sorted(codes)
    drawn = random.Random(measure.seed).sample(ordered, min(measure.size, len(ordered)))
    return len(ordered), sorted(drawn)


def _judged(two: TwoMonths, watch: Watch, accounts: list[str], measure: Measure) -> list[Case]:
    who = two.before.inputs.reference
    ids = {code: int(id_) for id_, code in zip(who.account_id, who.account_code, strict=True)}
    before, after = _totals(two.before), _totals(two.after)
    lines, below = _lines(two.after)
    parked, units = set(two.after.parked), watch.units
    found = []
    for account in accounts:
        id_ = ids[account]
        old, new = before.get(id_, 0), after.get(id_, 0)
        wrong = [
            code for code, is_so in (
                ("SAMPLE_EVENT_WITHOUT_PRICE", bool(watch.found.get(account))),
                ("SAMPLE_UNIT_PARKED", bool(units[account] & parked)),
                ("SAMPLE_WITHOUT_BILL", id_ not in after),
                ("SAMPLE_LINE_BELOW_NOUGHT", id_ in below),
                ("SAMPLE_LINES_DIFFER", lines.get(id_, 0) != new),
                ("SAMPLE_BILL_CHANGES", not measure.allows(old, new)),
            ) if is_so
        ]  # fmt: skip
        found.append(Case(account, old, new, tuple(wrong)))
    return found


def _totals(month: MonthUnder) -> dict[int, int]:
    return dict(zip(month.headers["account"].to_pylist(), month.headers["total_minor"].to_pylist(), strict=True))


def _lines(month: MonthUnder) -> tuple[dict[int, int], set[int]]:
    """Account id → the sum of its lines; and the accounts with a line below nought that takes nothing away."""
    summed = month.items.select(["account", "amount_minor"]).group_by("account").aggregate([("amount_minor", "sum")])
    sums = dict(zip(summed["account"].to_pylist(), summed["amount_minor_sum"].to_pylist(), strict=True))
    negative = month.items.filter(np.asarray(month.items["amount_minor"].to_numpy() < 0))
    kinds = zip(negative["account"].to_pylist(), negative["kind"].to_pylist(), strict=True)
    return sums, {account for account, kind in kinds if kind not in TAKES_AWAY}


def from_json(told: Mapping[str, Any]) -> SampleTest:
    """What to_json said, as it was."""
    rest = {name: value for name, value in told.items() if name in SampleTest.__dataclass_fields__}
    failures = tuple(replace(Case(**case), wrong=tuple(case["wrong"])) for case in told["failures"])
    return SampleTest(**(rest | {"measure": Measure(**told["measure"]), "failures": failures}))
