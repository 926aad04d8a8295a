"""Addresses of the hall that are about ordering: what can be done, the form of a deed, reading it, signing it."""

from __future__ import annotations

from typing import Final

from yidian.faces.hall.views import orders
from yidian.faces.hall.views.ordering import cart, form, what
from yidian.faces.shell.routes import Entry, Route

ORDER: Final = {"order": "order"}
ORDER_ROUTES: Final[tuple[Route, ...]] = (
    Route("do/", "do", what.shown, own=True, entry=Entry("WEB_DO", "file-plus", 25)),
    Route("do/new/<str:line>/", "order_new", form.new, own=True, posts=True, part="do"),
    Route(
        "do/<str:subscriber>/<str:deed>/", "order_do", form.of_line, own=True, posts=True,
        whose={"subscriber": "subscriber"}, part="do",
    ),
    Route("orders/", "orders", orders.listed, own=True, part="do"),
    Route("orders/<str:order>/", "order", orders.one, own=True, whose=ORDER, part="do"),
    *(
        Route(f"orders/<str:order>/{path}/", name, view, own=True, posts=True, whose=ORDER, part="do")
        for path, name, view in (
            ("choose", "order_again", form.again), ("check", "order_check", cart.check),
            ("let-go", "order_let_go", cart.let_go), ("cancel", "order_cancel", orders.cancel),
        )
    ),
    Route("orders/<str:order>/form/", "order_form", orders.form, own=True, whose=ORDER, part="do"),
)  # fmt: skip
