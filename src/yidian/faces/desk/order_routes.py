"""Addresses of the desk that are about orders: taking one, step by step, and one as it stands."""

from __future__ import annotations

from typing import Final

from yidian.faces.desk.views.orders import identity, items, mirror, money, reading, signing
from yidian.faces.desk.views.orders.cart import TAKE
from yidian.faces.shell.routes import Route

CUSTOMER: Final = {"customer": "customer"}
ORDER: Final = {"order": "order"}
AT: Final = "orders/<str:order>/"
ITEM: Final = f"{AT}items/<int:place>/"
ORDER_ROUTES: Final[tuple[Route, ...]] = (
    Route("register/", "order_register", identity.register, reads=TAKE, writes=TAKE, narrows=True, part="orders"),
    Route("register/begin/", "order_newcomer", identity.newcomer, writes=TAKE, narrows=True, part="orders"),
    Route(
        "customers/<str:customer>/order/", "order_begin", identity.begin, reads=TAKE, writes=TAKE, whose=CUSTOMER,
        part="orders",
    ),
    Route(
        "customers/<str:customer>/order/open/", "order_open", identity.opened, writes=TAKE, whose=CUSTOMER,
        part="orders",
    ),
    *(
        Route(f"{AT}{path}/", f"order_{name}", view, reads=TAKE if read else "", writes=TAKE if written else "",
              whose=ORDER, part="orders")
        for path, name, view, read, written in (
            ("identity", "identity", identity.again, True, True),
            ("items", "items", items.shown, True, False),
            ("items/add", "item_new", items.new, True, True),
            ("port-code", "port_code", items.port_code, False, True),
            ("numbers", "numbers", items.numbers, True, False),
            ("places", "places", items.places, True, False),
            ("price", "price", money.priced, False, True),
            ("money", "money", money.shown, True, False),
            ("advance", "advance", money.advance, False, True),
            ("read-back", "read", reading.back, True, True),
            ("sign", "sign", signing.shown, True, False),
            ("print", "print", signing.printed, False, True),
            ("signed", "signed", signing.signed, False, True),
            ("submit", "submit", signing.submitted, False, True),
            ("let-go", "let_go", items.let_go, False, True),
            ("mirror", "mirror", mirror.shown, True, False),
        )
    ),
    Route(ITEM, "order_item", items.one, reads=TAKE, writes=TAKE, whose=ORDER, part="orders"),
    Route(f"{ITEM}drop/", "order_item_drop", items.dropped, writes=TAKE, whose=ORDER, part="orders"),
    Route(f"{AT}form/<int:version>/", "order_form", signing.pdf, reads=TAKE, whose=ORDER, part="orders"),
)  # fmt: skip
