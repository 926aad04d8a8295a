"""What somebody who is signed in does with their own credential and sessions."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django_scopes import scope

from yidian.platform.locks import hold_until_commit
from yidian.platform.sign_in import credentials, limits, passwords, sessions, totp
from yidian.platform.sign_in.factors import take_code, wrong_code
from yidian.platform.sign_in.models import Credential, WebSession
from yidian.platform.sign_in.types import Person, UnableToSignIn
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor


def step_up(*, tenant: Tenant, person: Person, proof: str, now: datetime) -> str:
    """Prove oneself again (E22), by a code where there is a second factor, else by the password. A new token.

    UnableToSignIn SIGN_IN_CODE_WRONG, SIGN_IN_WRONG, SIGN_IN_TOO_OFTEN, SIGN_IN_ENDED.
    """
    if not person.second:
        _compare(tenant, person, proof, now)
        return _renewed(tenant, person, now, lambda _frame, _credential: None)
    session, gauges = _charge_code(tenant, person, now)

    def right(frame: Frame, credential: Credential) -> None:
        if not take_code(frame=frame, credential=credential, code=proof):
            raise UnableToSignIn("SIGN_IN_CODE_WRONG")
        limits.give_back(tenant=tenant, gauges=gauges, now=now)

    try:
        return _renewed(tenant, person, now, right)
    except UnableToSignIn as error:
        if error.code == "SIGN_IN_CODE_WRONG":
            wrong_code(tenant=tenant, session=session, actor=person.actor, now=now)
        raise


def change_password(*, tenant: Tenant, person: Person, old: str, new: str, now: datetime) -> None:
    """A new password; every other session ends. UnableToSignIn PASSWORD_…, SIGN_IN_WRONG, SIGN_IN_TOO_OFTEN."""
    told = passwords.expect_good(new, about=(person.subject, tenant.code, totp.ISSUER))
    if passwords.normal(old) == told:
        raise UnableToSignIn("PASSWORD_AS_BEFORE")
    _compare(tenant, person, old, now)
    encoded = passwords.hashed(told)

    def work(frame: Frame, credential: Credential) -> None:
        credentials.set_own_password(frame=frame, credential=credential, encoded=encoded, session=person.session)

    _do(tenant, person, "sign_in.change", now, work)


def show_second_factor(*, tenant: Tenant, person: Person, now: datetime) -> None:
    """A new second factor, to be shown and confirmed; worth nothing until then. One that is shown already stays."""

    def work(frame: Frame, credential: Credential) -> None:
        if not credential.totp_next:
            credentials.prepare_second_factor(frame=frame, credential=credential)

    _do(tenant, person, "sign_in.enrol", now, work)


def shown_second_factor(*, tenant: Tenant, person: Person) -> str:
    """What an authenticator scans of the second factor that waits to be confirmed; "": none does."""
    with scope(tenant=tenant):
        credential = _credential(person)
        return totp.uri(credential, credential.totp_next) if credential.totp_next else ""


def confirm_second_factor(*, tenant: Tenant, person: Person, code: str, now: datetime) -> list[str]:
    """The telephone has the secret. Answers the sheet of recovery codes, which is shown once. SIGN_IN_CODE_WRONG."""
    codes = credentials.new_codes()

    def work(frame: Frame, credential: Credential) -> None:
        told = totp.digits(code)
        step = totp.step_of(credential, credential.totp_next, told, now=now) if credential.totp_next else None
        if step is None:
            raise UnableToSignIn("SIGN_IN_CODE_WRONG")
        credentials.confirm_second_factor(frame=frame, credential=credential, step=step, codes=codes)
        sessions.end_all(frame=frame, credential=credential, why=sessions.CHANGED, but=person.session)

    _do(tenant, person, "sign_in.enrol", now, work)
    return codes


def sign_out(*, tenant: Tenant, realm: str, token: str, now: datetime) -> None:
    """End the session of a token on the server; one that is not there, or half open, too."""
    with scope(tenant=tenant):
        row = sessions.by_token(tenant=tenant, realm=realm, token=token)
    if row is None:
        return

    def work(frame: Frame) -> dict[str, Any]:
        rows = WebSession.objects.filter(id=row.pk)
        return {"ended": sessions.end(frame=frame, rows=rows, why=sessions.SIGNED_OUT)}

    actor = Actor(realm, row.credential.subject)
    perform(
        tenant=tenant, actor=actor, operation="sign_in.out", key=secrets.token_hex(16), request={}, now=now, work=work
    )


def end_sessions(*, tenant: Tenant, person: Person, now: datetime, session: int | None = None) -> int:
    """End one session of one's own, or (None) every other one; how many. Somebody else's is none of one's own: 0."""
    ended = 0

    def work(frame: Frame, credential: Credential) -> None:
        nonlocal ended
        rows = WebSession.objects.filter(credential=credential)
        rows = rows.filter(id=session) if session is not None else rows.exclude(id=person.session)
        ended = sessions.end(frame=frame, rows=rows, why=sessions.ENDED_BY_OWNER)

    _do(tenant, person, "sign_in.end", now, work)
    return ended


def keep_data(*, tenant: Tenant, session: int, put: Mapping[str, Any], gone: Mapping[str, Any]) -> None:
    """What a face keeps between two pages, by name: what one request `put`, and what it took away and had found so.

    Nothing else is touched: two tabs of one session answer at once, and neither undoes what the other has kept.
    """
    with scope(tenant=tenant):
        sessions.keep_data(session=session, put=put, gone=gone)


def _compare(tenant: Tenant, person: Person, password: str, now: datetime) -> None:
    """The password again, counted by this session. SIGN_IN_WRONG, SIGN_IN_TOO_OFTEN."""
    with scope(tenant=tenant):
        name = f"{person.subject}/{person.session}"
        gauges = limits.of_password(tenant=tenant, realm=person.realm, name=name, address="", device="session")
        limits.charge(tenant=tenant, gauges=gauges, now=now)
        if not passwords.is_right(password, _credential(person).password):
            raise UnableToSignIn("SIGN_IN_WRONG")
        limits.give_back(tenant=tenant, gauges=gauges, now=now)


def _charge_code(tenant: Tenant, person: Person, now: datetime) -> tuple[WebSession, list[limits.Gauge]]:
    with scope(tenant=tenant):
        session = WebSession.objects.get(id=person.session)
        gauges = limits.of_code(tenant=tenant, credential=session.credential_id, device=session.device)
        limits.charge(tenant=tenant, gauges=gauges, now=now)
        return session, gauges


def _renewed(tenant: Tenant, person: Person, now: datetime, right: Callable[[Frame, Credential], None]) -> str:
    """The session under a new token, its owner just proved."""
    token = sessions.new_token()

    def work(frame: Frame, credential: Credential) -> None:
        right(frame, credential)
        row = WebSession.objects.get(id=person.session)
        if not sessions.is_live(row, now=now):
            raise UnableToSignIn("SIGN_IN_ENDED")
        sessions.move_on(frame=frame, row=row, token=token, stage=row.stage, stepped=True)

    _do(tenant, person, "sign_in.again", now, work)
    return token


def _do(
    tenant: Tenant, person: Person, operation: str, now: datetime, work: Callable[[Frame, Credential], None]
) -> None:
    def held(frame: Frame) -> dict[str, Any]:
        hold_until_commit(f"credential {tenant.pk} {person.realm} {person.subject}")
        work(frame, _credential(person))
        return {}

    key = secrets.token_hex(16)
    perform(tenant=tenant, actor=person.actor, operation=operation, key=key, request={}, now=now, work=held)


def _credential(person: Person) -> Credential:
    return credentials.found(realm=person.realm, subject=person.subject)
