"""`python -m tests.browser.month_site FOLDER`: as tests.browser.site, with people at the desk and a switch that sends.

September is in the books, October billed; files of the switch have come before, so its mapping is known.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser import site

WHO = ("clerk-north", "supervisor", "finance", "finance-2", "system", "security", "audit")


def _live(home: Path, town: Any) -> dict[str, str]:
    from tests.cycles.world import World
    from tests.usage.told import HEADER, mapping

    from yidian.domains.usage import operations
    from yidian.platform.sign_in import passwords
    from yidian.platform.sign_in.types import STAFF
    from yidian.platform.tenancy.queries import serving

    hashed = passwords.hashed(town.PASSWORD)
    with serving(code=town.ALPHA) as tenant:
        known = home / "known.csv"
        known.write_text(HEADER + "13800000001,13900000000,2026-08-30 08:00:00,60\nnobody\n")
        operations.take_file(tenant=tenant, lake=home / "lake", mapping=mapping(), path=known, now=town.NOW)
        town._month(World(tenant, home, now=town.NOW), town.ALPHA)
        town._people(tenant)
        return {login: town._session(tenant, STAFF, login, hashed) for login in WHO}


if __name__ == "__main__":
    site._live = _live
    site.main()
