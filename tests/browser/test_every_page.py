"""Every page in both languages, on a desk and on a telephone: it opens, axe finds nothing, nothing hangs over."""

from __future__ import annotations

from typing import Any, Final

import pytest
from tests.browser.hands import Hands

DISPUTE: Final = "D202611-000001"  # the site has one (tests/browser/site.py)
PAGES: Final = {
    "clerk-north": (
        "/desk/", "/desk/find/", "/desk/customers/c2/", "/desk/customers/c1/bills/a1/2026-09/",
        "/desk/customers/c1/plans/s1/",
        "/desk/customers/c1/identity/resident_id/", "/desk/accounts/a1/bills/2026-09/adjust/?item=RENT&dispute=1",
        "/desk/disputes/", "/desk/disputes/?tab=ended", f"/desk/disputes/{DISPUTE}/",
        "/desk/accounts/a1/bills/2026-09/dispute/?line=1",
        "/desk/approvals/", "/desk/security/", "/desk/sign-in/again/",
    ),
    "finance": (
        "/desk/months/", "/desk/months/2026-10/", "/desk/months/2026-10/books/",
        "/desk/months/2026-10/parked/UNIT_PARKED/", "/desk/suspense/", "/desk/suspense/switch/RECORD_RAGGED/",
        "/desk/corrections/", "/desk/corrections/new/", "/desk/payments/", "/desk/payments/1/",
        "/desk/payments/files/", "/desk/payments/files/new/", "/desk/approvals/?tab=over",
    ),
    "product": ("/desk/tariffs/", "/desk/tariffs/new/", "/desk/tariffs/best/"),
    "system": ("/desk/jobs/", "/desk/jobs/1/"),
    "security": (
        "/desk/people/", "/desk/people/clerk-north/", "/desk/roles/", "/desk/roles/clerk/", "/desk/organisation/",
        "/desk/organisation/north/", "/desk/menu/", "/desk/menu/months/",
    ),
    "audit": ("/desk/audit/", "/desk/nowhere/"),
    "nobody": ("/desk/", "/desk/months/"),
}  # fmt: skip
OF_A_CUSTOMER: Final = (
    "/",
    "/bills/",
    "/bills/a1/2026-09/",
    "/usage/?month=2026-09",
    "/plans/",
    "/pay/",
    "/disputes/",
    f"/disputes/{DISPUTE}/",
    "/bills/a1/2026-09/dispute/",
    "/security/",
    "/nowhere/",
)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "dark"), ("en", "light")])
def test_every_page_holds_on_any_screen(chromium: Any, site: dict[str, Any], lang: str, theme: str) -> None:
    for login, paths in PAGES.items():
        hands = Hands(chromium, site, login, lang=lang, theme=theme)
        for path in paths:
            look(hands, path)
        hands.leave()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_every_page_of_the_hall_holds_on_any_screen(chromium: Any, site: dict[str, Any], lang: str, theme: str) -> None:
    hands = Hands(chromium, site, "c1", face="hall", lang=lang, theme=theme)
    for path in OF_A_CUSTOMER:
        look(hands, path)
    hands.leave()


def look(hands: Hands, path: str) -> None:
    hands.open(path).loaded()
    assert hands.page.locator("h1").count() == 1, path
    hands.look(width=360, contrast=False).look(width=1440)
