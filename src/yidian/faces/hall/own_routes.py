"""Addresses of the hall that are a customer's own: home, bills, usage."""

from __future__ import annotations

from typing import Final

from yidian.faces.hall.order_routes import ORDER_ROUTES
from yidian.faces.hall.views import best, bills, disputes, home, papers, paying, usage
from yidian.faces.shell.routes import Entry, Route

ACCOUNT: Final = {"account": "account"}
BILL: Final = "bills/<str:account>/<str:cycle>/"
OWN_ROUTES: Final = (
    Route("", "home", home.home, own=True, entry=Entry("HALL_HOME", "home", 10)),
    Route("bills/", "bills", bills.bills, own=True, entry=Entry("HALL_BILLS", "receipt", 20)),
    Route(BILL, "bill", bills.bill, own=True, whose=ACCOUNT, part="bills"),
    Route(f"{BILL}pdf/", "bill_pdf", papers.bill_pdf, own=True, whose=ACCOUNT, part="bills"),
    Route(f"{BILL}lines/<int:place>/", "line", bills.line, own=True, whose=ACCOUNT, part="bills"),
    Route(f"{BILL}lines/<int:place>/events/", "events", bills.events, own=True, whose=ACCOUNT, part="bills"),
    Route(f"{BILL}dispute/", "dispute_bill", disputes.raised, own=True, posts=True, whose=ACCOUNT, part="bills"),
    Route(
        f"{BILL}lines/<int:place>/dispute/", "dispute_line", disputes.raised, own=True, posts=True, whose=ACCOUNT,
        part="bills",
    ),
    Route("disputes/", "disputes", disputes.listed, own=True, part="bills"),
    Route(
        "disputes/<str:dispute>/", "dispute", disputes.one, own=True, posts=True, whose={"dispute": "dispute"},
        part="bills",
    ),
    Route("usage/", "usage", usage.usage, own=True, entry=Entry("HALL_USAGE", "list-details", 30)),
    Route("usage/export/", "usage_export", usage.export, own=True, part="usage"),
    *ORDER_ROUTES,
    Route("plans/", "plans", best.best, own=True, part="home"),
    Route("pay/", "pay", paying.pay, own=True, part="home"),
    Route("check/", "check", papers.check, public=True),
)  # fmt: skip
