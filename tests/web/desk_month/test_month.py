"""The month board: how a month stands, its steps started as jobs, what takes two people."""

from __future__ import annotations

import pytest
from tests.web.town import Town

PAGES = (
    "/desk/months/", "/desk/months/2026-10/", "/desk/months/2026-09/", "/desk/months/2026-10/books/",
    "/desk/months/2026-09/books/", "/desk/months/2026-10/parked/UNIT_PARKED/", "/desk/suspense/", "/desk/payments/",
    "/desk/payments/files/", "/desk/payments/files/new/", "/desk/approvals/", "/desk/accounts/a1/bills/2026-09/adjust/",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_read_by_finance(town: Town, lang: str) -> None:
    browser = town.staff("finance")
    for address in PAGES:
        page = browser.get(f"{address}?lang={lang}")
        assert page.status_code == 200, (address, page.content.decode()[:2000])
