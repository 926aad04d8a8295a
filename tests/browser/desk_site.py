"""`python -m tests.browser.desk_site FOLDER`: as tests.browser.site, with people at the desk and a document of c1.

The tokens it prints are those of the staff.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser import site

RESIDENT = "11010519491231002X"  # the example of GB 11643: nobody's


def _live(home: Path, town: Any) -> dict[str, str]:
    from tests.cycles.world import World

    from yidian.domains.party.operations import add_parties
    from yidian.domains.party.types import Particulars
    from yidian.platform.sign_in import passwords
    from yidian.platform.sign_in.types import STAFF
    from yidian.platform.tenancy.queries import serving

    hashed = passwords.hashed(town.PASSWORD)
    with serving(code=town.ALPHA) as tenant:
        town._month(World(tenant, home, now=town.NOW), town.ALPHA)
        town._people(tenant)
        told = {"c1": Particulars("north", "13900000001", "星湖路 1 号", "resident_id", RESIDENT)}
        add_parties(tenant=tenant, customers={"c1": "李晓雨"}, accounts={}, particulars=told)
        return {login: town._session(tenant, STAFF, login, hashed) for login in ("clerk-north", "clerk-south")}


if __name__ == "__main__":
    site._live = _live
    site.main()
