"""Who is signed in, and what may be told of credentials and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django_scopes import scope

from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.sign_in import sessions
from yidian.platform.sign_in.lifecycle import OPEN
from yidian.platform.sign_in.models import Credential, LoginName, RecoveryCode, WebSession
from yidian.platform.sign_in.standing import is_usable, standing
from yidian.platform.sign_in.types import FRESH, CredentialFacts, Person, SessionFacts
from yidian.platform.tenancy.models import Tenant


def person_of(
    *, tenant: Tenant, realm: str, token: str, now: datetime, demo: bool = False, alone: bool = False
) -> tuple[Person, dict[str, Any]] | None:
    """Who is signed in by a token, and what faces keep in the session; None: nobody, or not any more.

    Looked up at every request, of the rows as they are now. Being seen is written down at most once a minute; a page
    that asks `alone`, by itself, is nobody at work: a session left open still ends.
    """
    with scope(tenant=tenant):
        row = sessions.by_token(tenant=tenant, realm=realm, token=token)
        if row is None or row.stage != OPEN or not sessions.is_live(row, now=now):
            return None
        if not is_usable(row.credential, now=now, demo=demo):
            return None
        credential = row.credential
        who = standing(tenant=tenant, realm=realm, subject=credential.subject, since_ms=row.opened_ms, now=now)
        if who is None:
            return None
        if not alone:
            sessions.see(row, now=now)
        found = Person(
            realm=realm, subject=credential.subject, name=who.name, user_id=who.user_id, session=row.pk,
            opened_ms=row.opened_ms, stepped_ms=row.stepped_ms, second=bool(credential.totp),
        )  # fmt: skip
        return found, dict(row.data)


def is_fresh(person: Person, *, now: datetime) -> bool:
    """Whether the person has proved themselves within FRESH (E22): by the second factor, else the password."""
    age_ms = to_ms(now) - person.stepped_ms
    return 0 <= age_ms < FRESH.total_seconds() * 1000


def sessions_of(*, tenant: Tenant, person: Person, now: datetime) -> list[SessionFacts]:
    """A person's open sessions, the newest seen first."""
    with scope(tenant=tenant):
        mine = WebSession.objects.get(id=person.session).credential_id
        rows = WebSession.objects.filter(credential_id=mine, stage=OPEN, ended_ms=FOREVER_MS)
        return [
            SessionFacts(row.pk, row.opened_ms, row.seen_ms, row.address, row.agent, row.pk == person.session)
            for row in rows.order_by("-seen_ms", "-id")
            if sessions.is_live(row, now=now)
        ]


def credential_facts(*, tenant: Tenant, realm: str, subject: str) -> CredentialFacts | None:
    """What may be told of a credential; None where there is none, or it has ended."""
    with scope(tenant=tenant):
        row: Credential | None = Credential.objects.filter(realm=realm, subject=subject, ended_ms=FOREVER_MS).first()
        if row is None:
            return None
        names = LoginName.objects.filter(credential=row, to_ms=FOREVER_MS).order_by("id").values_list("name", flat=True)
        left = RecoveryCode.objects.filter(credential=row, used_ms__isnull=True).count()
        return CredentialFacts(realm, subject, tuple(names), bool(row.totp), row.must_change, left)
