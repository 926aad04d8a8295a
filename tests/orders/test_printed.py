"""docs/numbers/orders.md shows the tables as they are."""

from __future__ import annotations

from tests.conftest import REPOSITORY

from yidian.domains.product_order.deeds import DEEDS
from yidian.domains.product_order.lifecycle import ITEM, ITEM_STATES, ORDER, ORDER_STATES, STEP, STEP_STATES, Table
from yidian.platform.wording import text

PAGE = REPOSITORY / "docs" / "numbers" / "orders.md"


def grid(table: Table, states: tuple[str, ...]) -> str:
    events = sorted({event for _, event in table}, key=[event for _, event in table].index)
    lines = ["| state | " + " | ".join(events) + " |", "|---" * (len(events) + 1) + "|"]
    lines += [
        f"| {state} | " + " | ".join(table.get((state, event), "–") for event in events) + " |" for state in states
    ]
    return "\n".join(lines)


def deeds() -> str:
    lines = [
        "| deed | | told (in brackets: may be left out) | may be in flight beside | on the web |",
        "|---|---|---|---|---|",
    ]
    for code, deed in DEEDS.items():
        told = ", ".join(field.name if field.needed else f"({field.name})" for field in deed.fields) or "–"
        beside = ", ".join(sorted(deed.beside)) or "–"
        lines.append(f"| {code} | {text(f'DEED_{code.upper()}', 'zh')} | {told} | {beside} | {deed.web} |")
    return "\n".join(lines)


def printed() -> str:
    return f"""# Orders: their lives and deeds

Printed from `product_order/lifecycle.py` and `deeds.py`; tests/orders/tables/*.csv say the same from the facts.

## An order
{grid(ORDER, ORDER_STATES)}

## An item
{grid(ITEM, ITEM_STATES)}

## A step
{grid(STEP, STEP_STATES)}

## Deeds
{deeds()}
"""


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == printed(), "python -m tests.orders.test_printed"


if __name__ == "__main__":
    PAGE.write_text(printed(), encoding="utf-8")
