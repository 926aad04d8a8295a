"""Addresses of the desk that are about customers: find, 360, bills, identity."""

from __future__ import annotations

from typing import Final

from yidian.faces.desk.views import best, bill, customers, find, identity
from yidian.faces.shell.routes import Entry, Route

WHOSE: Final = {"customer": "customer"}
BILL: Final = {"customer": "customer", "account": "account"}
CUSTOMER: Final = "customers/<str:customer>/"
READ: Final = "customer.read"
CUSTOMER_ROUTES: Final = (
    Route(
        "find/", "find", find.found, reads=READ, writes=READ, narrows=True,
        entry=Entry("DESK_CUSTOMERS", "user", 20, "K"),
    ),
    Route(CUSTOMER, "customer", customers.one, reads=READ, whose=WHOSE, part="find"),
    Route(f"{CUSTOMER}months/", "customer_months", customers.months, reads="bill.read", whose=WHOSE, part="find"),
    *(
        Route(
            f"{CUSTOMER}{one.name}/", f"customer_{one.name}", customers.block(one.name), reads=one.reads, whose=WHOSE,
            part="find",
        )
        for one in customers.BLOCKS
    ),
    Route(
        f"{CUSTOMER}plans/<str:subscriber>/", "customer_plans", best.of_customer, reads="bill.read",
        whose={"customer": "customer", "subscriber": "subscriber"}, part="find",
    ),
    Route(
        f"{CUSTOMER}bills/<str:account>/<str:cycle>/", "customer_bill", bill.bill, reads="bill.read", whose=BILL,
        part="find",
    ),
    Route(
        f"{CUSTOMER}bills/<str:account>/<str:cycle>/lines/<int:place>/", "customer_bill_line", bill.line,
        reads="bill.read", whose=BILL, part="find",
    ),
    Route(
        f"{CUSTOMER}identity/<str:kind>/", "identity", identity.unmask, reads="identity.unmask",
        writes="identity.unmask", whose=WHOSE, part="find",
    ),
)  # fmt: skip
