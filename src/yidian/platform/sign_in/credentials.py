"""Making credentials and changing them. Every one inside the caller's write frame.

Nobody reads a password, and whoever sets somebody else's only gives one that has to be changed (E20).
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.sign_in import passwords, sessions, totp
from yidian.platform.sign_in.limits import digest_of
from yidian.platform.sign_in.models import Credential, KnownDevice, LoginName, RecoveryCode
from yidian.platform.sign_in.names import of, typed
from yidian.platform.sign_in.types import CODES, CUSTOMER, ONE_TIME, STAFF
from yidian.platform.writing.frame import Frame

KINDS: Final = ("login", "name", "number")


class UnableToChangeCredential(Exception):
    """CREDENTIAL_UNKNOWN, LOGIN_NAME_TAKEN, LOGIN_NAME_WRONG; `params` name the subject."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def give_password(*, frame: Frame, realm: str, subject: str, encoded: str) -> Credential:
    """A password (`encoded`: hashed) that somebody else has given: good for ONE_TIME, to be changed. Sessions end.

    Makes the credential where there is none, takes back one that was ended; a second factor stays (E20).
    """
    hold_until_commit(f"credential {frame.tenant.pk} {realm} {subject}")
    now_ms = to_ms(frame.now)
    there: Credential | None = Credential.objects.filter(realm=realm, subject=subject).first()
    fresh, row = there is None, there
    if row is None:
        row = Credential(tenant=frame.tenant, realm=realm, subject=subject)
    row.password, row.password_ms, row.must_change = encoded, now_ms, True
    row.one_time_until_ms, row.ended_ms, row.demo = _later(frame.now), FOREVER_MS, False
    row.save()
    if not fresh:
        sessions.end_all(frame=frame, credential=row, why=sessions.CHANGED)
        KnownDevice.objects.filter(tenant=frame.tenant, credential=row).delete()
    if realm == STAFF:
        add_name(frame=frame, credential=row, name=subject, kind="login")
    told = {"must_change": True, "one_time_until_ms": row.one_time_until_ms}
    frame.changed("credential", f"{realm}/{subject}", before=None if fresh else {}, after=told)
    return row


def set_own_password(*, frame: Frame, credential: Credential, encoded: str, session: int) -> None:
    """The owner's own new password; every other session of theirs ends."""
    credential.password, credential.password_ms = encoded, to_ms(frame.now)
    credential.must_change, credential.one_time_until_ms = False, FOREVER_MS
    credential.save(update_fields=["password", "password_ms", "must_change", "one_time_until_ms"])
    sessions.end_all(frame=frame, credential=credential, why=sessions.CHANGED, but=session)
    _told(frame, credential, {"must_change": False, "password_ms": credential.password_ms})


def add_name(*, frame: Frame, credential: Credential, name: str, kind: str) -> None:
    """One more thing to name oneself by. Theirs already: nothing changes. LOGIN_NAME_TAKEN, LOGIN_NAME_WRONG."""
    told = typed(name)
    if not 1 <= len(told) <= 64 or kind not in KINDS:
        raise UnableToChangeCredential("LOGIN_NAME_WRONG", name=name[:64])
    hold_until_commit(f"login name {frame.tenant.pk} {credential.realm} {told}")
    there = of(realm=credential.realm, name=told)
    if there is not None and there.pk != credential.pk:
        raise UnableToChangeCredential("LOGIN_NAME_TAKEN", name=told)
    if there is None:
        LoginName.objects.create(
            tenant=frame.tenant, realm=credential.realm, name=told, kind=kind, credential=credential,
            from_ms=to_ms(frame.now),
        )  # fmt: skip
        _told(frame, credential, {"name_added": told, "kind": kind})


def end_name(*, frame: Frame, realm: str, name: str) -> None:
    """From now on nobody signs in under this name: a number that went to somebody else. CREDENTIAL_UNKNOWN."""
    credential = of(realm=realm, name=typed(name))
    if credential is None:
        raise UnableToChangeCredential("CREDENTIAL_UNKNOWN", subject=name)
    LoginName.objects.filter(realm=realm, name=typed(name), to_ms=FOREVER_MS).update(to_ms=to_ms(frame.now))
    _told(frame, credential, {"name_ended": typed(name)})


def end_credential(*, frame: Frame, realm: str, subject: str) -> None:
    """From now on nobody signs in as this; every session ends, every name becomes free. CREDENTIAL_UNKNOWN."""
    row = found(realm=realm, subject=subject)
    now_ms = to_ms(frame.now)
    Credential.objects.filter(id=row.pk).update(ended_ms=now_ms)
    LoginName.objects.filter(credential=row, to_ms=FOREVER_MS).update(to_ms=now_ms)
    sessions.end_all(frame=frame, credential=row, why=sessions.CHANGED)
    _told(frame, row, {"ended_ms": now_ms})


def reset_second_factor(*, frame: Frame, realm: str, subject: str) -> None:
    """The second factor is gone, with its sheet of codes; every session ends. Staff set up a new one at the next
    sign-in. CREDENTIAL_UNKNOWN.
    """
    row = found(realm=realm, subject=subject)
    Credential.objects.filter(id=row.pk).update(totp="", totp_next="", totp_step=0)
    RecoveryCode.objects.filter(tenant=frame.tenant, credential=row).delete()
    KnownDevice.objects.filter(tenant=frame.tenant, credential=row).delete()
    sessions.end_all(frame=frame, credential=row, why=sessions.CHANGED)
    _told(frame, row, {"second": False})


def prepare_second_factor(*, frame: Frame, credential: Credential) -> None:
    """A secret to be shown and confirmed; worth nothing until then."""
    credential.totp_next = totp.new_secret(tenant=frame.tenant, realm=credential.realm, subject=credential.subject)
    credential.save(update_fields=["totp_next"])
    _told(frame, credential, {"second": "shown"})


def confirm_second_factor(*, frame: Frame, credential: Credential, step: int, codes: list[str]) -> None:
    """What was shown is the second factor from now on; the sheet of recovery codes is a new one."""
    credential.totp, credential.totp_next, credential.totp_step = credential.totp_next, "", step
    credential.save(update_fields=["totp", "totp_next", "totp_step"])
    RecoveryCode.objects.filter(tenant=frame.tenant, credential=credential).delete()
    RecoveryCode.objects.bulk_create([
        RecoveryCode(tenant=frame.tenant, credential=credential, digest=recovery_digest(code)) for code in codes
    ])  # fmt: skip
    _told(frame, credential, {"second": True, "recovery_codes": len(codes)})


def new_codes() -> list[str]:
    """A sheet of recovery codes, 50 bits each; the attempts at them are counted like all others."""
    alphabet = passwords.LETTERS
    return ["-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(2)) for _ in range(CODES)]


def recovery_digest(code: str) -> str:
    return digest_of("".join(letter for letter in code.lower() if letter.isalnum()))


def found(*, realm: str, subject: str) -> Credential:
    """The credential of a subject. CREDENTIAL_UNKNOWN."""
    row: Credential | None = Credential.objects.filter(realm=realm, subject=subject).select_related("tenant").first()
    if row is None:
        raise UnableToChangeCredential("CREDENTIAL_UNKNOWN", subject=subject)
    return row


def open_customer_login(*, frame: Frame, customer: str, encoded: str, names: dict[str, str]) -> Credential:
    """A login of a customer, named by `names` (name → "name" or "number"), with a password that has to be changed."""
    row = give_password(frame=frame, realm=CUSTOMER, subject=customer, encoded=encoded)
    for name, kind in names.items():
        add_name(frame=frame, credential=row, name=name, kind=kind)
    return row


def _later(now: datetime) -> int:
    return to_ms(now + ONE_TIME)


def _told(frame: Frame, credential: Credential, after: dict[str, Any]) -> None:
    frame.changed("credential", f"{credential.realm}/{credential.subject}", before={}, after=after)
