"""What access tells: decisions, people, places, approvals; and how it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class UnableToAct(Exception):
    """NOT_ALLOWED, SECOND_PERSON_NEEDED. `params` name the action, the actor and the approval; never the data."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class Decision:
    """`allowed`: alone. `second`: with the approval of a second person. Neither: not at all."""

    allowed: bool
    second: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds now, wherever it reaches: actions and codes of roles."""

    actions: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A role somebody holds; `organisation` "" for the whole tenant; [from_ms, to_ms) in UTC ms."""

    role: str
    organisation: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class StaffFacts:
    login: str
    name: str
    active: bool
    posts: tuple[PostFacts, ...]


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """A node as it stood at an instant. `path`: codes from the root to itself."""

    code: str
    name: str
    level: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """People are "kind:id"; instants UTC ms."""

    id: int
    action: str
    subject: str
    params: Mapping[str, Any]
    organisation: str
    amount_minor: int | None
    state: str
    asked_by: str
    asked_ms: int
    decided_by: str
    decided_ms: int | None
    reason: str
