"""Addresses of the desk that are about corrections of months in the books."""

from __future__ import annotations

from typing import Final

from yidian.domains.customer_bill.operations import CORRECT
from yidian.faces.desk.views import corrections
from yidian.faces.shell.routes import Route
from yidian.platform.jobs.kinds import RIGHTS

READ: Final = "cycle.read"
NUMBER: Final = {"correction": "correction"}
ONE: Final = "corrections/<str:correction>/"
CORRECTION_ROUTES: Final[tuple[Route, ...]] = (
    Route("corrections/", "corrections", corrections.listed, reads=READ, part="months"),
    Route("corrections/new/", "correction_new", corrections.form, reads=CORRECT, part="months"),
    Route(
        "corrections/new/send/", "correction_send", corrections.sent, writes=RIGHTS["correct.preview"], part="months"
    ),
    Route(ONE, "correction", corrections.one, reads=READ, whose=NUMBER, part="months"),
    Route(f"{ONE}xlsx/", "correction_file", corrections.file, reads=READ, whose=NUMBER, part="months"),
    Route(f"{ONE}ask/", "correction_ask", corrections.asked_for, writes=CORRECT, whose=NUMBER, part="months"),
    Route(f"{ONE}withdraw/", "correction_withdraw", corrections.withdrawn, writes=CORRECT, whose=NUMBER, part="months"),
)
