"""A draft tried on a month that was, and a published one tested on a sample; both kept beside the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yidian.domains.product_catalog.operations import keep_trial, record_test
from yidian.domains.product_catalog.queries import tariff_draft, tariff_of_draft, tariff_of_edition
from yidian.domains.product_catalog.types import lifecycle
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor
from yidian.runs.rate.inputs import Places
from yidian.runs.trial.run import Progress, try_tariff
from yidian.runs.trial.sample import Measure, SampleTest, judge_sample
from yidian.runs.trial.types import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """On which month a draft is tried: with the rows of which day, and who is taken to hold another offer."""

    cycle: str
    on: date | None = None
    moves: Mapping[str, str] | None = None


def try_draft(
    *, tenant: Tenant, places: Places, actor: Actor, key: str, now: datetime, number: int, asked: Asked, threads: int,
    progress: Progress | None = None,
) -> tuple[int, Trial]:  # fmt: skip
    """Try a draft and keep what came of it; the trial's number. Refusals of try_tariff and UnableToLaunch."""
    found = tariff_draft(tenant=tenant, number=number)
    tried = try_tariff(
        tenant=tenant, places=places, cycle=asked.cycle, draft=tariff_of_draft(tenant=tenant, number=number),
        source=found.source, on=asked.on, moves=asked.moves, threads=threads, progress=progress,
    )  # fmt: skip
    kept = keep_trial(
        tenant=tenant, actor=actor, key=key, now=now, number=number, sha256=found.sha256, told=tried.trial.to_json()
    )
    return int(kept.answer["trial"]), tried.trial


def sample_draft(
    *, tenant: Tenant, places: Places, actor: Actor, key: str, now: datetime, number: int, asked: Asked,
    measure: Measure, threads: int, progress: Progress | None = None,
) -> SampleTest:  # fmt: skip
    """Test a published draft on a sample, as it stands in its edition. It is tested then, or stays published.

    UnableToLaunch DRAFT_UNKNOWN, DRAFT_NOT_IN_STATE; refusals of judge_sample.
    """
    found = tariff_draft(tenant=tenant, number=number)
    lifecycle.after(number=number, state=found.state, event="test_passed")
    result = judge_sample(
        tenant=tenant, places=places, cycle=asked.cycle, offers=found.offers, measure=measure, on=asked.on,
        tariff=tariff_of_edition(tenant=tenant, number=found.edition), moves=asked.moves, threads=threads,
        progress=progress,
    )  # fmt: skip
    evidence = result.to_json() | {"edition": found.edition, "moves": dict(asked.moves or {})}
    record_test(tenant=tenant, actor=actor, key=key, now=now, number=number, passed=result.passed, evidence=evidence)
    return result
