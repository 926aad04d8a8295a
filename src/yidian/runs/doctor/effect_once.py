"""I5: what was asked under a key was done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from yidian.platform.writing.queries import effect_breaks, keyed_writes
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

RECENT: Final = timedelta(days=40)
EVER: Final = timedelta(days=100 * 365)


def effect_once(on: Visit) -> Finding:
    """Keys and audit entries stand one to one; `deep`: of all times, else of the last forty days."""
    look = Look("I5", "EFFECT_ONCE")
    since = on.now - (EVER if on.deep else RECENT)
    look.checked = keyed_writes(tenant=on.tenant, since=since)
    for found in effect_breaks(tenant=on.tenant, since=since, now=on.now):
        look.violation(found.code, **found.params)
    return look.finding()
