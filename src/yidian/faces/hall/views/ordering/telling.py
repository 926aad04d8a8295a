"""Rules and refusals as a customer reads them: in the hall's own words where it has some."""

from __future__ import annotations

from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.refusals import faults_of
from yidian.platform.wording import entries


def own_words(code: str) -> str:
    """The hall's code for one of the counter's."""
    own = f"WEB_RULE_{code}"
    return own if own in entries() else code


def told_at(asked: Asked, error: Exception, fields: frozenset[str] = frozenset()) -> list[FaultTold]:
    """What a door refuses, at the fields of the form that it has."""
    return [(at if at in fields else "", own_words(code), params) for at, code, params in faults_of(asked, error)]
