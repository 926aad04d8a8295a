"""The table of roles × actions that every tenant begins with: `rights.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

TABLE: Final = Path(__file__).with_name("rights.toml")
REACHES: Final = ("tenant", "subtree")
POWERS: Final = ("system", "security", "audit")


@dataclass(frozen=True, slots=True)
class Right:
    """What a role may do of one action; amounts in minor units, None: any. See models.RoleAction."""

    reach: str
    limit_minor: int | None = None
    asks: bool = False
    approves: bool = False
    approve_limit_minor: int | None = None


@dataclass(frozen=True, slots=True)
class RoleTable:
    power: str
    rights: Mapping[str, Right]


@cache
def defaults() -> Mapping[str, RoleTable]:
    """Roles by code."""
    told = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {code: RoleTable(row.get("power", ""), _rights(row["rights"])) for code, row in told.items()}


def _rights(told: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Right]:
    return {
        action: Right(
            row["reach"], row.get("alone"), row.get("asks", False), row.get("approves", False), row.get("up_to")
        )
        for action, row in told.items()
    }


@cache
def actions() -> frozenset[str]:
    """Every action that a role of the table may do. What is not among them nobody may."""
    return frozenset(action for role in defaults().values() for action in role.rights)
