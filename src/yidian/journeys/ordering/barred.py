"""How a line is barred (单停, 双停) at the moment the network is told: by all its reasons as they stand then.

A command that bars is planned as what it takes away and adds (`but`, `plus`); the rest is looked at when it is sent:
credit control, an office or a loss may have stopped the line since the order was submitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_inventory.types import Standing
from yidian.platform.tenancy.models import Tenant

ENDING: Final = "pre_terminated"  # bars both ways, as if it were a reason
BARS: Final = "bars"
SOON_MS: Final = 60_000  # what is written while a step is worked at is dated after the step's own now


def bars_of(stands: Standing | None, *, but: str = "", plus: str = "") -> str:
    """one, two, or "" where nothing is barred: by all reasons `but` one, and `plus` a way."""
    ways = {one.ways for one in stands.reasons if one.reason != but} if stands else set()
    if stands and stands.life == ENDING != but:
        ways.add("two")
    return "two" if "two" in ways | {plus} else "one" if "one" in ways | {plus} else ""


def depends(told: Mapping[str, Any]) -> bool:
    """Whether a command is to be settled before it is sent."""
    return BARS in told


def settled(*, tenant: Tenant, told: Mapping[str, Any], at_ms: int) -> dict[str, Any]:
    """A command as it is at an instant (UTC ms), what begins or ends within a minute of it counted."""
    ways = bars_of(standing(tenant=tenant, subscriber=told["subscriber"], at_ms=at_ms + SOON_MS), **told[BARS])
    if told["verb"] == "open":
        params = {name: value for name, value in told["params"].items() if name != "ways"}
        return {"verb": "open", "subscriber": told["subscriber"], "params": params | ({"ways": ways} if ways else {})}
    return command(told["subscriber"], ways)


def command(subscriber: str, ways: str) -> dict[str, Any]:
    """What bars a line so, and no otherwise."""
    verb, params = ("bar", {"ways": ways}) if ways else ("unbar", {})
    return {"verb": verb, "subscriber": subscriber, "params": params}
