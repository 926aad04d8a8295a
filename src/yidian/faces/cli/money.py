"""Money on the command line: read as people write it, shown as they read it; and the key of a command that pays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context


def read_minor(text: str, context: Context) -> int:
    """An amount as typed, in minor units; BadInput."""
    from yidian.kernel.money import currency, parse_minor

    return parse_minor(text, currency(context.tenant.currency))


def shown(amount_minor: int, context: Context) -> str:
    """An amount in minor units, as text."""
    from yidian.kernel.money import currency, format_minor

    return format_minor(amount_minor, currency(context.tenant.currency))


def amounts_in(code: str) -> Callable[[int | None], str]:
    """How amounts in minor units of a currency are written, one after the other; – for none."""
    from yidian.kernel.money import currency, format_minor

    unit = currency(code)
    return lambda amount_minor: "–" if amount_minor is None else format_minor(amount_minor, unit)


def key_of(told: str) -> str:
    """The key as typed, to repeat a command whose end is not known; else one of its own."""
    return told or f"console/{uuid4().hex}"
