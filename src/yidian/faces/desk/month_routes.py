"""Addresses of the desk that are about the month: runs, suspense, payments, adjustments, approvals, jobs."""

from __future__ import annotations

from functools import partial
from typing import Final

from yidian.domains.payment.operations import RIGHTS as RIGHTING
from yidian.faces.desk.views import (
    adjustments,
    approvals,
    jobs,
    month,
    payment_imports,
    payments,
    payments_taken,
    suspense,
)
from yidian.faces.shell.routes import Entry, Route
from yidian.platform.jobs.kinds import RIGHTS

READ: Final = "cycle.read"
CYCLE: Final = {"cycle": "cycle"}
STARTED: Final = ("cut", "rate", "bill", "bill.again", "post", "clear", "close")

STARTS: Final = tuple(
    Route(
        f"months/<str:cycle>/{kind.replace('.', '-')}/", f"start_{kind.replace('.', '_')}",
        partial(month.started, kind=kind), writes=RIGHTS[kind], whose=CYCLE, part="months",
    )
    for kind in STARTED
)  # fmt: skip
MONTHS: Final = (
    Route("months/", "months", month.listed, reads=READ, entry=Entry("MONTHS_TITLE", "player-track-next", 40, "M")),
    Route("months/open/", "month_open", month.opened, writes="cycle.open", part="months"),
    Route("months/collect/", "month_collect", month.collected, writes="usage.collect", part="months"),
    Route("months/<str:cycle>/", "month", month.shown, reads=READ, whose=CYCLE, part="months"),
    Route("months/<str:cycle>/books/", "month_books", month.books, reads="ledger.read", whose=CYCLE, part="months"),
    Route(
        "months/<str:cycle>/parked/<str:code>/", "month_parked", month.parked, reads=READ, whose=CYCLE, part="months"
    ),
    *STARTS,
)
JOBS: Final = (
    Route("jobs/", "jobs", jobs.listed, reads="jobs.manage", entry=Entry("JOBS_TITLE", "activity", 80, "J")),
    Route("jobs/<int:job>/", "job", jobs.one, signed=True, whose={"job": "job"}, part="jobs"),
    Route("jobs/<int:job>/again/", "job_again", jobs.again, writes="jobs.manage", whose={"job": "job"}, part="jobs"),
)
SUSPENSE: Final = (
    Route("suspense/", "suspense", suspense.listed, reads=READ, part="months"),
    Route("suspense/refeed/", "suspense_refeed", suspense.refed, writes="suspense.refeed", part="months"),
    Route("suspense/<str:source>/<str:code>/", "suspense_group", suspense.one, reads=READ, part="months"),
    Route(
        "suspense/<str:source>/<str:code>/write-off/", "suspense_write_off", suspense.written_off,
        writes="suspense.write_off", part="months",
    ),
)  # fmt: skip
FILES: Final = "payment.reconcile"
UPLOAD: Final = "payments/files/<str:upload>/<str:channel>/"
PAYMENT: Final = {"payment": "payment"}
PAYMENTS: Final = (
    Route(
        "payments/", "payments", payments.listed, reads="payment.claim", entry=Entry("PAYMENTS_TITLE", "cash", 50, "P")
    ),
    Route("payments/files/", "payment_files", payments.files, reads=FILES, part="payments"),
    Route(
        "payments/files/new/", "payment_upload", payment_imports.form, reads=FILES, part="payments"
    ),
    Route("payments/files/new/send/", "payment_send", payment_imports.uploaded, writes=FILES, part="payments"),
    Route("payments/files/<int:file>/", "payment_file", payment_imports.file, reads=FILES, part="payments"),
    Route(UPLOAD, "payment_preview", payment_imports.preview, reads=FILES, part="payments"),
    Route(f"{UPLOAD}errors.csv", "payment_errors", payment_imports.errors, reads=FILES, part="payments"),
    Route(f"{UPLOAD}apply/", "payment_apply", payment_imports.applied, writes=FILES, part="payments"),
    Route("payments/<int:payment>/", "payment", payments.one, reads="bill.read", whose=PAYMENT, part="payments"),
    *(
        Route(
            f"payments/<int:payment>/{act}/", f"payment_{act}", partial(payments.righted, act=act), writes=right,
            whose=PAYMENT, part="payments",
        )
        for act, right in RIGHTING.items()
    ),
)  # fmt: skip
TAKE: Final = "accounts/<str:account>/take/"
ADJUST: Final = "accounts/<str:account>/bills/<str:cycle>/adjust/"
APPROVAL: Final = {"approval": "approval"}
MONEY: Final = (
    Route(ADJUST, "adjust", adjustments.form, reads="bill.adjust", whose={"account": "account"}, part="find"),
    Route(
        f"{ADJUST}enter/", "adjust_enter", adjustments.entered, writes="bill.adjust", whose={"account": "account"},
        part="find",
    ),
    Route(
        TAKE, "payment_take", payments_taken.form, reads="payment.take", whose={"account": "account"}, part="find"
    ),
    Route(
        f"{TAKE}enter/", "payment_taken", payments_taken.taken, writes="payment.take", whose={"account": "account"},
        part="find",
    ),
    Route("approvals/", "approvals", approvals.listed, signed=True, entry=Entry("APPROVALS_TITLE", "inbox", 15, "D")),
    Route("approvals/<int:approval>/", "approval", approvals.one, signed=True, whose=APPROVAL, part="approvals"),
    Route(
        "approvals/<int:approval>/decide/", "approval_decide", approvals.decided, signed=True, posts=True,
        whose=APPROVAL, part="approvals",
    ),
)  # fmt: skip
MONTH_ROUTES: Final[tuple[Route, ...]] = (*MONEY, *MONTHS, *PAYMENTS, *SUSPENSE, *JOBS)
