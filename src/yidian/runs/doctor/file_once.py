"""I4: a file is taken once."""

from __future__ import annotations

from yidian.domains.usage import queries
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

ALARMS = frozenset({"NAME_WITH_OTHER_CONTENT", "SEQUENCE_GAP"})  # for people to look into: nothing was taken twice


def file_once(on: Visit) -> Finding:
    """No content twice in a source. A name with other content and a gap in a sequence are told."""
    look = Look("I4", "FILE_ONCE")
    look.checked = len(queries.files(tenant=on.tenant))
    for found in queries.file_once_breaks(tenant=on.tenant):
        tell = look.alarm if found.code in ALARMS else look.violation
        tell(found.code, **found.params)
    return look.finding()
