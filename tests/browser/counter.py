"""What a clerk does at every order, page by page, with a mouse or without (tests.browser.hands); and what came of it,
as the rooms below the pages have it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from tests.browser.hands import Hands
from tests.installations import sql
from tests.orders.hall import PEOPLE

from yidian.platform.wording import text

OFFICIAL: Final = {"number": "value", "card": "iccid", "port": "code"}  # what a resource is called in its table

BURST: Final = """keys => keys.forEach(key =>
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})))"""


def begins(clerk: Hands, customer: str, who: str = "li") -> str:
    """From the customer's page to what may be ordered: they show their document. Where that is, while they are here."""
    clerk.open(f"/desk/customers/{customer}/").presses("N").fill(number=PEOPLE[who][1]).goes_on()
    return str(clerk.page.url.removeprefix(clerk.address))


def chooses(clerk: Hands, deed: str, line: str = "") -> Hands:
    """A new service, or something that is done with a subscription, which may have to be chosen first."""
    button = f"button[value='{deed}..{line}']" if line else f"button[value='{deed}']"
    if line and not clerk.page.locator(button).count():
        clerk.takes(f"main a[href*='of={line}']")
    return clerk.takes(button)


def scans(clerk: Hands, card: str) -> Hands:
    """As a scanner types it, wherever the focus is: in a burst, which is quicker than anybody here could press keys."""
    clerk.page.evaluate(BURST, [*card, "Enter"])
    assert clerk.page.evaluate("document.activeElement.id") == "f-card", "a scan lands in its field"
    assert clerk.page.input_value("#f-card") == card
    return clerk


def agrees(clerk: Hands) -> Hands:
    """From what it costs to the submitted order: read back, printed, signed."""
    signs(clerk).goes_on()
    return clerk.sees(text("TAKING_SUBMITTED", clerk.lang, order=order_of(clerk)))


def signs(clerk: Hands) -> Hands:
    """From what it costs to the signed form."""
    clerk.goes_on()
    for n in range(1, clerk.page.locator("[data-gate-box]").count() + 1):
        clerk.ticks(f"#f-said-{n}")
    for _ in range(3):
        clerk.goes_on()
    return clerk


def order_of(clerk: Hands) -> str:
    """The order whose page is open."""
    return str(clerk.page.url.partition("/desk/orders/")[2].partition("/")[0])


def becomes(clerk: Hands, shop: dict[str, Any], state: str) -> Hands:
    """The worker carries the order out; then its page says so."""
    order, until = order_of(clerk), time.monotonic() + 60
    while sql(Path(shop["home"]), "SELECT state FROM product_order_productorder WHERE number = ?", order) != [(state,)]:
        assert time.monotonic() < until, f"{order} does not become {state}: {clerk.text}"
        time.sleep(0.1)
    clerk.page.reload()
    said = clerk.page.inner_text(".y-head .y-st")
    assert said == text(f"ORDER_STATE_{state}".upper(), clerk.lang), said
    return clerk


def installs(clerk: Hands, note: str) -> Hands:
    """Somebody was there: the step that waits for them is ticked."""
    field = clerk.page.locator("textarea[id^='f-note-']").first.get_attribute("id") or ""
    clerk.fill(**{field.removeprefix("f-"): note})
    return clerk.takes(f"form:has(#{field}) button")


def line_of(clerk: Hands, number: str) -> str:
    """What the customer's page says of the subscription with this number."""
    rows = clerk.page.locator("#products tbody tr").all_inner_texts()
    [row] = [row for row in rows if number in "".join(row.split())]
    return " ".join(row.split())


def held(shop: dict[str, Any], kind: str, id: str) -> tuple[str, str]:
    """(state, holder) of a number, card or port."""
    [(state, holder)] = sql(
        Path(shop["home"]), f"SELECT state, holder FROM resource_inventory_{kind} WHERE {OFFICIAL[kind]} = ?", id
    )
    return state, holder


def in_the_network(shop: dict[str, Any], number: str) -> tuple[str, str, str] | None:
    """(subscription, how it is barred, services) of a line; None: there is none of this number."""
    [memory] = Path(shop["home"]).glob("work/network/*.sqlite3")
    with closing(sqlite3.connect(memory)) as base:
        row = base.execute("SELECT subscriber, bars, services FROM lines WHERE number = ?", (number,)).fetchone()
    return (row[0], row[1], " ".join(json.loads(row[2]))) if row else None
