"""Addresses of the desk that are about tariffs on their way to sale: drafts, trials, each step."""

from __future__ import annotations

from functools import partial
from typing import Final

from yidian.domains.product_catalog.operations import MOVES
from yidian.domains.product_catalog.types import lifecycle
from yidian.faces.desk.views import best, tariff_steps, tariff_trials, tariffs
from yidian.faces.shell.routes import Entry, Route
from yidian.platform.jobs.kinds import RIGHTS

READ: Final = "tariff.read"
WRITE: Final = "tariff.draft"
DRAFT: Final = {"draft": "tariff_draft"}
ONE: Final = "tariffs/<int:draft>/"
TARIFF_ROUTES: Final[tuple[Route, ...]] = (
    Route("tariffs/", "tariffs", tariffs.listed, reads=READ, entry=Entry("TARIFFS_TITLE", "list-details", 55, "T")),
    Route("tariffs/best/", "best_plans", best.listed, reads=READ, writes=RIGHTS["best.plans"], part="tariffs"),
    Route("tariffs/best/<int:run>/", "best_plans_run", best.one, reads=READ, part="tariffs"),
    Route(
        "tariffs/best/<int:run>/xlsx/", "best_plans_file", best.file, reads="marketing.list",
        part="tariffs",
    ),
    Route("tariffs/new/", "tariff_new", tariffs.form, reads=WRITE, part="tariffs"),
    Route("tariffs/new/send/", "tariff_send", tariffs.sent, writes=WRITE, part="tariffs"),
    Route(ONE, "tariff", tariffs.one, reads=READ, whose=DRAFT, part="tariffs"),
    Route(f"{ONE}workbook/", "tariff_workbook", tariffs.workbook, reads=READ, whose=DRAFT, part="tariffs"),
    Route(f"{ONE}revise/", "tariff_revise", tariffs.revision, reads=WRITE, whose=DRAFT, part="tariffs"),
    Route(f"{ONE}revise/send/", "tariff_resend", tariffs.resent, writes=WRITE, whose=DRAFT, part="tariffs"),
    *(
        Route(
            f"{ONE}{event.replace('_', '-')}/", f"tariff_{event}", partial(tariff_steps.moved, event=event),
            writes=lifecycle.RIGHTS[event], whose=DRAFT, part="tariffs",
        )
        for event in MOVES
    ),
    Route(
        f"{ONE}publish/", "tariff_publish", tariff_steps.published, writes="tariff.publish", whose=DRAFT, part="tariffs"
    ),
    Route(f"{ONE}try/", "tariff_try", tariff_trials.tried, writes=RIGHTS["tariff.trial"], whose=DRAFT, part="tariffs"),
    Route(
        f"{ONE}test/", "tariff_test", tariff_trials.tested, writes=RIGHTS["tariff.test"], whose=DRAFT, part="tariffs"
    ),
    Route(f"{ONE}trials/<int:trial>/", "tariff_trial", tariff_trials.one, reads=READ, whose=DRAFT, part="tariffs"),
    Route(
        f"{ONE}trials/<int:trial>/xlsx/", "tariff_trial_file", tariff_trials.file, reads=READ, whose=DRAFT,
        part="tariffs",
    ),
)  # fmt: skip
