"""I1 on the way in: every record of a collected file is an event, a rejected record or a duplicate, once."""

from __future__ import annotations

from collections import Counter

from yidian.domains.usage import queries
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def collected_rows(on: Visit) -> Finding:
    """Counts and order-free sums of each file; rows of the lake by source. `deep`: the sums again from the lake."""
    look = Look("I1", "COLLECTED_ROWS")
    for broken in queries.row_law_breaks(tenant=on.tenant, lake=on.places.lake, deep=on.deep):
        look.violation(broken.code, **broken.params)
    expected: Counter[str] = Counter()
    for file in queries.files(tenant=on.tenant):
        look.checked += 1
        expected[file.source] += file.good
    for source, _, state, count in queries.suspense_counts(tenant=on.tenant):
        if state == "refed":
            expected[source] += count
    found: Counter[str] = Counter()
    for stored in queries.lake_files(tenant=on.tenant):
        found[stored.subject] += stored.rows
    for source in sorted(expected.keys() | found.keys()):
        if expected[source] != found[source]:
            look.violation("LAKE_ROWS_OF_SOURCE", source=source, expected=expected[source], found=found[source])
    return look.finding()
