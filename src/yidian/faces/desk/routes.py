"""The desk's table of addresses, joined from the tables of its parts."""

from __future__ import annotations

from typing import Final

from yidian.faces.desk.correction_routes import CORRECTION_ROUTES
from yidian.faces.desk.customer_routes import CUSTOMER_ROUTES
from yidian.faces.desk.dispute_routes import DISPUTE_ROUTES
from yidian.faces.desk.import_routes import IMPORT_ROUTES
from yidian.faces.desk.month_routes import MONTH_ROUTES
from yidian.faces.desk.order_routes import ORDER_ROUTES
from yidian.faces.desk.order_work_routes import ORDER_WORK_ROUTES
from yidian.faces.desk.people_routes import PEOPLE_ROUTES
from yidian.faces.desk.tariff_routes import TARIFF_ROUTES
from yidian.faces.desk.views.home import home
from yidian.faces.shell.routes import Entry, Route

HOME: Final = Route("", "home", home, signed=True, entry=Entry("DESK_HOME", "home", 10, "H"))
ROUTES: Final = (
    HOME, *CUSTOMER_ROUTES, *ORDER_WORK_ROUTES, *ORDER_ROUTES, *DISPUTE_ROUTES, *IMPORT_ROUTES, *MONTH_ROUTES,
    *CORRECTION_ROUTES, *TARIFF_ROUTES, *PEOPLE_ROUTES
)  # fmt: skip
