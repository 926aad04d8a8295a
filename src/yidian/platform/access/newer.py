"""Rights that a newer program knows, given to the roles of tenants that are there already (`yidian upgrade`)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final

from yidian.platform.access.models import Role, RoleAction
from yidian.platform.access.rights import TABLE
from yidian.platform.access.staff import seed_roles
from yidian.platform.tenancy.queries import serving, tenants
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

UPGRADE: Final = system("upgrade")


def give_newer_rights(*, now: datetime) -> int:
    """Rows of the table that the tenants' roles have not; how many were added. What was taken away stays so.

    A tenant without roles has no staff: it begins with the whole table.
    """
    table = hashlib.sha256(TABLE.read_bytes()).hexdigest()
    return sum(_give(one.code, table, now) for one in tenants())


def _give(tenant: str, table: str, now: datetime) -> int:
    with serving(code=tenant) as row:
        if not Role.objects.exists():
            return 0

        def work(frame: Frame) -> dict[str, Any]:
            before = RoleAction.objects.count()
            seed_roles(frame=frame)
            return {"added": RoleAction.objects.count() - before}

        done = perform(
            tenant=row, actor=UPGRADE, operation="role.upgrade", key=f"rights/{table}", request={"table": table},
            now=now, work=work,
        )  # fmt: skip
        return 0 if done.repeated else int(done.answer["added"])
