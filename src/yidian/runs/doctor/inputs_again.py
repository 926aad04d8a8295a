"""What a finished rate run stood on, put together once more: the proof that comparing with it means something."""

from __future__ import annotations

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.domains.product_inventory.queries import versions
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.lake.queries import files
from yidian.runs.doctor.finding import Look
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.inputs import Inputs
from yidian.runs.rate.left import left_files
from yidian.runs.rate.results import current_run

PART = "part "


def inputs_again(on: Visit, look: Look, cycle: Cycle) -> tuple[Run, Inputs] | None:
    """The cycle's rate run and its inputs. None, with an alarm, where customers or the program have changed."""
    run = current_run(tenant=on.tenant, cycle=cycle.name)
    if run is None or run.state != Run.State.DONE or "edition" not in run.counts:
        return None  # law I6 speaks of it
    number = int(run.counts["edition"])
    used = files(tenant=on.tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms))
    tariff = tariff_of_edition(tenant=on.tenant, number=number)
    inputs = Inputs(
        cycle=cycle,
        edition=number,
        tariff=tariff,
        versions=versions(tenant=on.tenant),
        files=tuple(file for file in used if file.id <= cycle.cutoff_file),
        parts=RunTask.objects.filter(run=run, name__startswith=PART).count(),
        left=left_files(tenant=on.tenant, cycle=cycle, tariff=tariff),
    )
    if inputs.parts and inputs.digest == run.input_digest:
        return run, inputs
    look.alarm("INPUTS_CHANGED", cycle=cycle.name, run=run.pk)
    return None
