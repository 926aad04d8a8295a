"""Signing in, step by step: the password, then what `lifecycle` still asks for. Every step gives a new token.

What is slow (hashing) happens before the write, never in it. A refusal says and costs the same whoever was named (E15):
the same queries, one comparison, one write.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django_scopes import scope

from yidian.kernel.calendar import to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.sign_in import credentials, limits, passwords, sessions, totp
from yidian.platform.sign_in.devices import known, remember
from yidian.platform.sign_in.factors import take_code, wrong_code
from yidian.platform.sign_in.lifecycle import CHANGE, CODE, ENROL, OPEN, stage
from yidian.platform.sign_in.models import Credential, WebSession
from yidian.platform.sign_in.names import of, typed
from yidian.platform.sign_in.standing import Standing, is_usable, standing
from yidian.platform.sign_in.types import Browser, OnTheWay, Step, UnableToSignIn
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, system

DOOR = system("sign-in")
Vouch = Callable[[str, str], bool]  # (subject, name as typed) → whether the name is still theirs


def try_password(
    *, tenant: Tenant, realm: str, name: str, password: str, browser: Browser, now: datetime, demo: bool = False,
    vouch: Vouch | None = None,
) -> Step:  # fmt: skip
    """The first step. UnableToSignIn SIGN_IN_WRONG, SIGN_IN_TOO_OFTEN.

    `demo`: this is a demo installation, whose credentials count. `vouch` tells whether a name is still its owner's
    (numbers change hands); it is asked about every name, so that being asked tells nothing.
    """
    with scope(tenant=tenant):
        told = typed(name)
        credential = of(realm=realm, name=told)
        device = known(credential, browser.device)
        subject = credential.subject if credential else ""
        who = standing(tenant=tenant, realm=realm, subject=subject, since_ms=to_ms(now), now=now)
        theirs = vouch is None or vouch(credential.subject if credential else "", told)
        gauges = limits.of_password(tenant=tenant, realm=realm, name=told, address=browser.address, device=device)
        limits.charge(tenant=tenant, gauges=gauges, now=now)
        usable = credential is not None and who is not None and theirs and is_usable(credential, now=now, demo=demo)
        right = passwords.is_right(password, credential.password if credential is not None and usable else None)
        if credential is None or who is None or not right:
            _refuse(tenant, realm, credential, browser, now)
            raise UnableToSignIn("SIGN_IN_WRONG")
        encoded = passwords.hashed(password) if passwords.is_outdated(credential.password) else ""
    return _open(tenant, credential, who, browser, device, gauges, encoded, now)


def _open(
    tenant: Tenant, credential: Credential, who: Standing, browser: Browser, device: str,
    gauges: list[limits.Gauge], encoded: str, now: datetime,
) -> Step:  # fmt: skip
    """The password was right: a session that asks for the next step, or is open."""
    token, told = sessions.new_token(), {"stage": "", "device": ""}

    def work(frame: Frame) -> dict[str, Any]:
        row = _held(credential)
        if row.password != credential.password:  # changed while it was compared
            raise UnableToSignIn("SIGN_IN_WRONG")
        if encoded:
            row.password = encoded
            row.save(update_fields=["password"])
        limits.give_back(tenant=tenant, gauges=gauges, now=now)
        told["stage"] = stage(realm=row.realm, second=bool(row.totp), given=False, must_change=row.must_change)
        if told["stage"] == ENROL and not row.totp_next:
            credentials.prepare_second_factor(frame=frame, credential=row)
        session = sessions.open_session(
            frame=frame, credential=row, token=token, stage=told["stage"], browser=browser, device=device
        )
        told["device"] = remember(frame=frame, session=session, browser=browser)
        return {"session": session.pk, "stage": told["stage"]}

    _perform(tenant, credential, who.user_id, "sign_in.password", now, work)
    return Step(token, told["stage"], told["device"])


def try_code(*, tenant: Tenant, realm: str, token: str, code: str, browser: Browser, now: datetime) -> Step:
    """The second factor, or a code of the sheet. UnableToSignIn SIGN_IN_CODE_WRONG, _TOO_OFTEN, _ENDED."""
    with scope(tenant=tenant):
        session = _on_the_way(tenant, realm, token, CODE, now)
        gauges = limits.of_code(tenant=tenant, credential=session.credential_id, device=session.device)
        limits.charge(tenant=tenant, gauges=gauges, now=now)

    def right(frame: Frame, row: WebSession) -> None:
        credential = _held(row.credential)
        if not take_code(frame=frame, credential=credential, code=code):
            raise UnableToSignIn("SIGN_IN_CODE_WRONG")
        limits.give_back(tenant=tenant, gauges=gauges, now=now)

    try:
        return _step(tenant, session, "sign_in.code", browser, now, right)
    except UnableToSignIn as error:
        if error.code == "SIGN_IN_CODE_WRONG":
            wrong_code(tenant=tenant, session=session, actor=DOOR, now=now)
        raise


def confirm_second_factor(
    *, tenant: Tenant, realm: str, token: str, code: str, browser: Browser, now: datetime
) -> tuple[Step, list[str]]:
    """The telephone has the secret: its code proves it. Answers the sheet of recovery codes, which is shown once.

    UnableToSignIn SIGN_IN_CODE_WRONG, SIGN_IN_ENDED.
    """
    with scope(tenant=tenant):
        session = _on_the_way(tenant, realm, token, ENROL, now)
    codes = credentials.new_codes()

    def right(frame: Frame, row: WebSession) -> None:
        credential = _held(row.credential)
        step = totp.step_of(credential, credential.totp_next, totp.digits(code), now=now) if credential.totp_next else 0
        if not step:
            raise UnableToSignIn("SIGN_IN_CODE_WRONG")
        credentials.confirm_second_factor(frame=frame, credential=credential, step=step, codes=codes)

    return _step(tenant, session, "sign_in.enrol", browser, now, right), codes


def choose_password(*, tenant: Tenant, realm: str, token: str, password: str, browser: Browser, now: datetime) -> Step:
    """A password of one's own in place of one that was given. UnableToSignIn PASSWORD_…, SIGN_IN_ENDED."""
    with scope(tenant=tenant):
        session = _on_the_way(tenant, realm, token, CHANGE, now)
        if passwords.is_right(password, session.credential.password):
            raise UnableToSignIn("PASSWORD_AS_BEFORE")
        about = (session.credential.subject, tenant.code, totp.ISSUER)
        encoded = passwords.hashed(passwords.expect_good(password, about=about))

    def right(frame: Frame, row: WebSession) -> None:
        credentials.set_own_password(frame=frame, credential=_held(row.credential), encoded=encoded, session=row.pk)

    return _step(tenant, session, "sign_in.change", browser, now, right)


def on_the_way(*, tenant: Tenant, realm: str, token: str, now: datetime) -> OnTheWay | None:
    """Who is between the password and the last step, and what is asked; None: nobody, or not any more."""
    with scope(tenant=tenant):
        row = sessions.by_token(tenant=tenant, realm=realm, token=token)
        if row is None or row.stage == OPEN or not sessions.is_live(row, now=now):
            return None
        credential = row.credential
        uri = totp.uri(credential, credential.totp_next) if row.stage == ENROL and credential.totp_next else ""
        return OnTheWay(row.pk, row.stage, credential.subject, realm, uri)


def _step(
    tenant: Tenant, session: WebSession, operation: str, browser: Browser, now: datetime,
    right: Callable[[Frame, WebSession], None],
) -> Step:  # fmt: skip
    """One step inside its write: `right` does what it is about or refuses; then what is still missing is asked."""
    token, told = sessions.new_token(), {"stage": "", "device": ""}

    def work(frame: Frame) -> dict[str, Any]:
        _held(session.credential)  # before the session is read: whoever takes the same step meanwhile comes after
        row: WebSession = WebSession.objects.select_related("credential", "credential__tenant").get(id=session.pk)
        if row.stage != session.stage or row.digest != session.digest or not sessions.is_live(row, now=now):
            raise UnableToSignIn("SIGN_IN_ENDED")
        right(frame, row)
        credential = Credential.objects.get(id=row.credential_id)
        given = row.stage in (CODE, ENROL) or bool(row.stepped_ms)
        told["stage"] = stage(
            realm=row.realm, second=bool(credential.totp), given=given, must_change=credential.must_change
        )
        stepped = row.stage in (CODE, ENROL)
        sessions.move_on(frame=frame, row=row, token=token, stage=told["stage"], stepped=stepped)
        told["device"] = remember(frame=frame, session=row, browser=browser)
        return {"session": row.pk, "stage": told["stage"]}

    with scope(tenant=tenant):
        who = standing(
            tenant=tenant, realm=session.realm, subject=session.credential.subject, since_ms=session.opened_ms, now=now
        )
    if who is None:
        raise UnableToSignIn("SIGN_IN_ENDED")
    _perform(tenant, session.credential, who.user_id, operation, now, work)
    return Step(token, told["stage"], told["device"])


def _on_the_way(tenant: Tenant, realm: str, token: str, stage_: str, now: datetime) -> WebSession:
    row = sessions.by_token(tenant=tenant, realm=realm, token=token)
    if row is None or row.stage != stage_ or not sessions.is_live(row, now=now):
        raise UnableToSignIn("SIGN_IN_ENDED")
    return row


def _held(credential: Credential) -> Credential:
    """The credential as it is now, and nobody else changes it until this write ends."""
    hold_until_commit(f"credential {credential.tenant_id} {credential.realm} {credential.subject}")
    row: Credential = Credential.objects.select_related("tenant").get(id=credential.pk)
    return row


def _refuse(tenant: Tenant, realm: str, credential: Credential | None, browser: Browser, now: datetime) -> None:
    """Write down that somebody was refused (E60): of a name that leads nowhere not even what was typed, it may be a
    password.
    """
    subject = credential.subject if credential is not None else "?"

    def work(frame: Frame) -> dict[str, Any]:
        told = {"result": "wrong", "address": browser.address[:64]}
        frame.changed("sign_in", f"{realm}/{subject}", before=None, after=told)
        return {}

    perform(
        tenant=tenant, actor=DOOR, operation="sign_in.refuse", key=secrets.token_hex(16), request={}, now=now, work=work
    )


def _perform(
    tenant: Tenant, credential: Credential, user_id: int | None, operation: str, now: datetime,
    work: Callable[[Frame], dict[str, Any]],
) -> None:  # fmt: skip
    actor = Actor(credential.realm, credential.subject, user_id)
    perform(tenant=tenant, actor=actor, operation=operation, key=secrets.token_hex(16), request={}, now=now, work=work)
