"""I9: the audit is as it was written, from its first entry, and its end is the one that was sealed outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from yidian.platform.audit.outside import places
from yidian.platform.audit.queries import oldest_unsealed, verify
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

PATIENCE: Final = timedelta(days=2)  # entries that wait longer: nobody seals


def audit_chain(on: Visit) -> Finding:
    """Every entry, its place in the chain, and the seals of the installation's usual folder."""
    look = Look("I9", "AUDIT_CHAIN")
    seals, key_file = places(on.home)
    verdict = verify(tenant=on.tenant, seals=seals, key_file=key_file)
    look.checked = verdict.entries + verdict.unsealed
    for found in verdict.breaks:
        look.violation(found.code, **found.params)
    waiting = oldest_unsealed(tenant=on.tenant)
    if waiting is not None and waiting < on.now - PATIENCE:
        look.alarm("AUDIT_NOT_SEALED", count=verdict.unsealed, since=f"{waiting:%Y-%m-%d %H:%M}")
    if verdict.entries:
        look.note("AUDIT_SEALS", count=verdict.seals)
    return look.finding()
