"""The people of a demonstration. Whoever reads this file can sign in as them: so only the demo profile knows them.

Three things hold them there: they are made and told only where the caller says that this is the demo profile, their
rows are marked, and a marked credential is good for nothing in any other profile (`standing.is_usable`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django_scopes import scope

from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.access import staff
from yidian.platform.sign_in import totp
from yidian.platform.sign_in.credentials import add_name
from yidian.platform.sign_in.models import Credential, LoginName
from yidian.platform.sign_in.types import CUSTOMER, STAFF
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

PASSWORD: Final = "yidian-demo-2026"


@dataclass(frozen=True, slots=True)
class Cast:
    """Somebody of the demonstration: login, name, role."""

    login: str
    name: str
    role: str


PEOPLE: Final = (
    Cast("chenxi", "陈曦", "clerk"),
    Cast("luoqiang", "罗强", "supervisor"),
    Cast("weimin", "韦敏", "finance"),
    Cast("huangli", "黄丽", "finance"),
    Cast("qinan", "覃安", "security_admin"),
    Cast("mozheng", "莫正", "audit_admin"),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """What the sign-in page of a demonstration shows. `code` "": no second factor."""

    login: str
    name: str
    role: str
    password: str
    code: str

    @property
    def role_code(self) -> str:
        """The code of the role's words."""
        return f"SIGN_IN_DEMO_{self.role.upper()}"


def make_staff(*, frame: Frame, one: Cast, encoded: str) -> None:
    """One of the people, with their role on the whole tenant and a second factor whose codes the page shows."""
    staff.add_user(frame=frame, login=one.login, name=one.name, demo=True)
    staff.give_post(frame=frame, login=one.login, role=one.role, organisation=None, since=frame.now)
    row = _credential(frame, STAFF, one.login, encoded)
    if not row.totp:
        row.totp = totp.new_secret(tenant=frame.tenant, realm=STAFF, subject=one.login)
        row.save(update_fields=["totp"])
    add_name(frame=frame, credential=row, name=one.login, kind="login")


def make_customer(*, frame: Frame, customer: str, names: Sequence[tuple[str, str]], encoded: str) -> None:
    """The login of a customer: by password alone, as customers may. `names`: (name, kind)."""
    row = _credential(frame, CUSTOMER, customer, encoded)
    for name, kind in names:
        add_name(frame=frame, credential=row, name=name, kind=kind)


def demo_people(*, tenant: Tenant, realm: str, now: datetime) -> list[DemoPerson]:
    """Everybody of the demonstration in one realm, with their present codes. Asked in the demo profile only."""
    with scope(tenant=tenant):
        rows = Credential.objects.filter(realm=realm, demo=True, ended_ms=FOREVER_MS)
        return [_shown(row, now) for row in rows.select_related("tenant").order_by("id")]


def _shown(row: Credential, now: datetime) -> DemoPerson:
    cast = {one.login: one for one in PEOPLE}.get(row.subject, Cast(row.subject, "", row.realm))
    names = LoginName.objects.filter(credential=row, to_ms=FOREVER_MS).order_by("id")
    login = names.values_list("name", flat=True).first() or row.subject
    code = totp.code_at(row, row.totp, now=now) if row.totp else ""
    return DemoPerson(str(login), cast.name, cast.role, PASSWORD, code)


def demo_code(*, tenant: Tenant, realm: str, subject: str, now: datetime) -> str:
    """The present code of somebody of the demonstration; "" of anybody else. Asked in the demo profile only."""
    with scope(tenant=tenant):
        rows = Credential.objects.filter(realm=realm, subject=subject, demo=True).exclude(totp="")
        row = rows.select_related("tenant").first()
        return "" if row is None else totp.code_at(row, row.totp, now=now)


def _credential(frame: Frame, realm: str, subject: str, encoded: str) -> Credential:
    row: Credential | None = Credential.objects.filter(realm=realm, subject=subject).select_related("tenant").first()
    if row is not None and not row.demo:
        return row  # a login of somebody's own is left as it is
    if row is None:
        row = Credential(tenant=frame.tenant, realm=realm, subject=subject, demo=True)
    row.password, row.password_ms = encoded, to_ms(frame.now)
    row.save()
    frame.changed("credential", f"{realm}/{subject}", before=None, after={"demo": True})
    return row
