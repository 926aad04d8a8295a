"""Who acts, and what came of a write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `kind`: "staff", "system", "customer" or "partner"; `id`: login, or the name of the process.

    `user_id` when a row of `User` stands behind it.
    """

    kind: str
    id: str
    user_id: int | None = None


def system(name: str) -> Actor:
    """A process of ours that nobody drives: system("worker")."""
    return Actor("system", name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write answered. `repeated`: it had been done before and nothing was done now."""

    answer: dict[str, Any]
    repeated: bool
