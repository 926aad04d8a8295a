"""The states of a subscriber as a table: state × event → state. What is not in it cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ACTIVE, STOPPED, KEPT = "active", "stopped", "kept"
STATES: Final = (ACTIVE, STOPPED, KEPT)
EVENTS: Final = ("stop", "keep", "resume")
TABLE: Final[Mapping[tuple[str, str], str]] = {
    (ACTIVE, "stop"): STOPPED,  # 停机
    (ACTIVE, "keep"): KEPT,  # 停机保号
    (STOPPED, "resume"): ACTIVE,  # 复机
    (STOPPED, "keep"): KEPT,
    (KEPT, "resume"): ACTIVE,
}


def can_become(state: str, other: str) -> bool:
    """Whether some event leads from a state to another, or it is that already."""
    return state == other or other in {TABLE.get((state, event)) for event in EVENTS}
