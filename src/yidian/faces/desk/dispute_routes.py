"""Addresses of the desk that are about disputes."""

from __future__ import annotations

from functools import partial
from typing import Final

from yidian.faces.desk.views import disputes
from yidian.faces.shell.routes import Entry, Route

BILL: Final = "accounts/<str:account>/bills/<str:cycle>/dispute/"
ACCOUNT: Final = {"account": "account"}
DISPUTE: Final = {"dispute": "dispute"}
HANDLE: Final = "dispute.handle"
DISPUTE_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "disputes/", "disputes", disputes.listed, reads=disputes.READ, narrows=True,
        entry=Entry("DISPUTES_TITLE", "message-question", 25, "B"),
    ),
    Route("disputes/<str:dispute>/", "dispute", disputes.one, reads=disputes.READ, whose=DISPUTE, part="disputes"),
    *(
        Route(
            f"disputes/<str:dispute>/{act}/", f"dispute_{act}", partial(disputes.decided, act=act), writes=right,
            whose=DISPUTE, part="disputes",
        )
        for act, right in disputes.RIGHTS.items()
    ),
    Route(BILL, "dispute_form", disputes.form, reads=HANDLE, whose=ACCOUNT, part="disputes"),
    Route(f"{BILL}raise/", "dispute_raise", disputes.raised, writes=HANDLE, whose=ACCOUNT, part="disputes"),
)  # fmt: skip
