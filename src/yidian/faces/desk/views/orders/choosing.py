"""What can be ordered for a customer: new services, and what may be done with one of their subscriptions (C8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_inventory.types import Standing, permitted
from yidian.domains.product_order.queries import in_flight
from yidian.domains.product_order.types import DEEDS, LINES
from yidian.faces.shell.asked import Asked
from yidian.journeys.customer.products import products
from yidian.journeys.ordering.fitting import fits
from yidian.kernel.calendar import to_ms

OF_A_LINE: Final = tuple(code for code, deed in DEEDS.items() if not deed.makes)


@dataclass(frozen=True, slots=True)
class Choice:
    """A deed that may be chosen: `what` is its name in a form; `code` "" or what to mind, or why not."""

    deed: str
    what: str
    code: str = ""
    params: Mapping[str, str] | None = None


def new_services() -> list[Choice]:
    return [*(Choice("new", f"new.{line}") for line in LINES), Choice("port_in", "port_in")]


def deeds_of(asked: Asked, customer: str) -> dict[str, Any]:
    """For a page: new services, the subscriptions, the one that is looked at and what may be done with it."""
    lines = [one for one in products(tenant=asked.tenant, customer=customer, now=asked.now).shown if one.state == "ok"]
    chosen = asked.request.GET.get("of", "")
    line = next((one for one in lines if one.code == chosen), lines[0] if lines else None)
    stands = None
    if line is not None:
        stands = standing(tenant=asked.tenant, subscriber=line.code, at_ms=to_ms(asked.now))
    may, never = _deeds(stands) if stands is not None else ([], [])
    flying = in_flight(tenant=asked.tenant, subscribers=[line.code]).get(line.code, "") if line else ""
    return {
        "news": new_services(), "lines": lines, "line": line, "stands": stands, "may": may, "never": never,
        "in_flight": flying,
    }  # fmt: skip


def _deeds(stands: Standing) -> tuple[list[Choice], list[Choice]]:
    may: list[Choice] = []
    never: list[Choice] = []
    reasons = [one.reason for one in stands.reasons]
    for deed in OF_A_LINE:
        if not fits(deed, stands):
            continue
        verdict = permitted(deed=deed, life=stands.life, reasons=reasons)
        one = Choice(deed, f"{deed}..{stands.code}", verdict.code, verdict.params)
        (never if verdict.kind == "no" else may).append(one)
    return may, never


def chosen(what: str) -> tuple[str, str, str]:
    """(deed, line of business, subscription) of the name of a choice; deed "" where it names none."""
    deed, _, rest = what.partition(".")
    line, _, subscriber = rest.partition(".")
    if deed not in DEEDS or (line and line not in LINES) or DEEDS[deed].makes == bool(subscriber):
        return "", "", ""
    return deed, line or ("mobile" if deed == "port_in" else ""), subscriber
