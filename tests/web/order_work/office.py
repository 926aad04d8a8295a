"""An order in the town that fell out, for the tests that walk every address."""

from __future__ import annotations

from datetime import timedelta

from tests.orders.book import NEW, NOON, Book
from tests.web.town import ALPHA, NORTH, Town

FALLEN = "NETWORK_NUMBER_TAKEN"


def fallen(town: Town) -> tuple[str, str, str]:
    """(number, node, customer): of the north, and of a month in which nobody else ordered anything."""
    book = Book(town.tenant(ALPHA), now=NOON - timedelta(days=30))
    order = book.submitted(book.cart(("new", NEW, ""), customer="c1"))
    book.say(book.claim(order)[0], "fall_out", reason=FALLEN)
    return order, NORTH, "c1"
