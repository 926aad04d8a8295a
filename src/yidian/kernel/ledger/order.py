"""The order in which books pay (K6), as names of rules; an operator keeps its own list as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from yidian.kernel.ledger.books import Book

_NEVER: Final = date.max.toordinal() + 1


def _expiry(book: Book) -> int:
    return _NEVER if book.expires_on is None else book.expires_on.toordinal()


RULES: Final[Mapping[str, Callable[[Book], int]]] = {
    "special_first": lambda book: not book.special,
    "general_first": lambda book: book.special,
    "earlier_expiry_first": _expiry,
    "gift_first": lambda book: book.principal,
    "principal_first": lambda book: not book.principal,
    "smaller_scope_first": lambda book: not book.subscriber,
    "larger_scope_first": lambda book: bool(book.subscriber),
    "type_priority": lambda book: book.priority,
    "older_first": lambda book: book.id,
}
DEFAULT_ORDER: Final = (
    "special_first", "earlier_expiry_first", "gift_first", "smaller_scope_first", "type_priority", "older_first",
)  # fmt: skip


class UnableToOrder(Exception):
    """A rule that there is not, or one named twice. Code DEDUCTION_RULE_UNKNOWN."""

    code = "DEDUCTION_RULE_UNKNOWN"

    def __init__(self, *, rule: str) -> None:
        self.params = {"rule": rule, "known": " ".join(RULES)}
        super().__init__(f"no rule {rule}")


def in_order(books: Iterable[Book], order: Sequence[str]) -> list[Book]:
    """The books as they pay: by the first rule, where equal by the next …, in the end by age. UnableToOrder."""
    for place, rule in enumerate(order):
        if rule not in RULES or rule in order[:place]:
            raise UnableToOrder(rule=rule)
    keys = [RULES[rule] for rule in order]
    return sorted(books, key=lambda book: (*(key(book) for key in keys), book.id))
