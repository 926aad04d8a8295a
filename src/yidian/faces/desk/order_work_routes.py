"""Addresses of the desk that are about orders once they are taken: those to work off, one, what is done with it."""

from __future__ import annotations

from functools import partial
from typing import Final

from yidian.faces.desk.views.order_work import acts, lists, one
from yidian.faces.desk.views.orders.form import form_pdf
from yidian.faces.shell.routes import Entry, Route
from yidian.journeys.ordering.paying import RIGHT

READ: Final = "order.read"
ORDER: Final = {"order": "order"}
ONE: Final = "orders/<str:order>/"
STEP: Final = f"{ONE}steps/<int:place>/<int:step>/"
ORDER_WORK_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "orders/", "orders", lists.listed, reads=READ, narrows=True,
        entry=Entry("ORDER_WORK_TITLE", "hourglass", 22, "W"),
    ),
    Route(ONE, "order", one.shown, reads=READ, whose=ORDER, part="orders"),
    Route(f"{ONE}forms/<int:version>/", "order_paper", form_pdf, reads=READ, whose=ORDER, part="orders"),
    *(
        Route(
            f"{STEP}{act.replace('_', '-')}/", f"order_{act}", partial(acts.worked, act=act), writes="order.work",
            whose=ORDER, part="orders",
        )
        for act in acts.ON_STEPS
    ),
    Route(f"{ONE}pay/", "order_pay", acts.paid, writes=RIGHT, whose=ORDER, part="orders"),
    *(
        Route(
            f"{ONE}{act}/", f"order_{act}", partial(acts.taken_back, act=act), writes=right, whose=ORDER, part="orders"
        )
        for act, right in acts.ON_ORDERS.items()
    ),
)  # fmt: skip
