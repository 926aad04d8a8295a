"""`python -m tests.faults.till HOME`: accounts that owe, some with balance books, put into a new installation."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

ACCOUNTS: Final = 45
PAYMENTS: Final = 100
MAPPING: Final = """
format = 1
channel = "bank"
[fields]
txn = "id"
payer = "account"
amount = "amount"
when = "at"
[trailer]
begins = "END,"
count = 2
total = 3
"""


def payment_file() -> str:
    """Payments of all kinds: part, over, duplicate, unknown payer and refused; three chunks."""
    rows, total = [], 0
    for n in range(PAYMENTS):
        account = f"A{n % (ACCOUNTS + 3):03d}" if n % 10 else "nobody"
        amount = -1 if n == 33 else 1 + n * 7 % 260
        total += amount
        rows.append(
            f"{n if n != 41 else 40},{account},{amount if n != 41 else 1 + 40 * 7 % 260}.00,2026-11-04 10:00:00"
        )
        total += (1 + 40 * 7 % 260) - amount if n == 41 else 0
    return "\n".join(["id,account,amount,at", *rows, f"END,{PAYMENTS},{total}.00,"]) + "\n"


def main(home: Path) -> None:
    from yidian.config.start import start

    start(home)
    from tests.payment import counter

    from yidian.domains.credit.operations import set_rules
    from yidian.domains.credit.types import FeeTerm
    from yidian.platform.tenancy.queries import serving

    posted = datetime(2026, 10, 3, 2, 0, tzinfo=UTC)
    with serving(code="operator") as tenant:
        codes = [f"A{n:03d}" for n in range(ACCOUNTS)]
        counter.accounts(tenant, *codes)
        fees = [FeeTerm("", date(2026, 1, 1), True, 3_000)]
        set_rules(tenant=tenant, actor=counter.STAFF, key="rules", now=posted, fees=fees)
        for n, code in enumerate(codes[::3]):
            counter.paid(tenant, code, 2_000 + 777 * n, now=posted)
        for n, code in enumerate(codes):
            counter.bill(tenant, n + 1, code, 9_000 + 100 * n, due=date(2026, 10, 20), now=posted)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
