"""The bill arithmetic as machine code says what the oracle says."""

from __future__ import annotations

from tests.properties import bill_doors
from tests.properties.choosing import Seeded
from tests.properties.random_months import with_totals

from yidian.kernel.billing.compiled import machine


def test_compiled_bills_are_the_oracle_s() -> None:
    differences = [
        f"{seed}: {difference}"
        for seed in range(5_000, 5_150)
        if (difference := bill_doors.first_difference(*with_totals(Seeded(seed)), functions=machine()))
    ]
    assert differences == []
