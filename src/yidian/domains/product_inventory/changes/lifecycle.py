"""The life of a subscription as a table: life × event → life. What is not in it cannot happen (D6, C9, D13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

IN_USE, PRE_TERMINATED, TERMINATED = "in_use", "pre_terminated", "terminated"
LIVES: Final = (IN_USE, PRE_TERMINATED, TERMINATED)
EVENTS: Final = ("pre_terminate", "un_terminate", "terminate")
TABLE: Final[Mapping[tuple[str, str], str]] = {
    (IN_USE, "pre_terminate"): PRE_TERMINATED,  # 预拆机
    (IN_USE, "terminate"): TERMINATED,  # 拆机
    (PRE_TERMINATED, "un_terminate"): IN_USE,  # 预拆机复装
    (PRE_TERMINATED, "terminate"): TERMINATED,
}


def can_become(life: str, other: str) -> bool:
    """Whether some event leads from a life to another."""
    return other in {TABLE.get((life, event)) for event in EVENTS}
