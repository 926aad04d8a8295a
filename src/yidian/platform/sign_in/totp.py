"""The second factor: codes of RFC 6238 (SHA-1, 6 digits, 30 s: what every authenticator knows), each good once."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import datetime
from typing import Final

import pyotp

from yidian.kernel.calendar import to_ms
from yidian.platform.secrets.sealing import seal, unseal
from yidian.platform.sign_in.models import Credential
from yidian.platform.tenancy.models import Tenant

STEP_MS: Final = 30_000
DRIFT: Final = 1  # intervals that a telephone's clock may be off
DIGITS: Final = 6
PURPOSE: Final = "totp"
ISSUER: Final = "Yidian"


def new_secret(*, tenant: Tenant, realm: str, subject: str) -> str:
    """A new secret of 160 bits, sealed for its owner."""
    return sealed(tenant=tenant, realm=realm, subject=subject, plain=pyotp.random_base32())


def sealed(*, tenant: Tenant, realm: str, subject: str, plain: str) -> str:
    return seal(tenant=tenant, purpose=PURPOSE, bound=f"{realm}/{subject}", plain=plain)


def opened(credential: Credential, secret: str) -> str:
    """The secret in base32. UnableToUnseal where the key is not here."""
    bound = f"{credential.realm}/{credential.subject}"
    return unseal(tenant=credential.tenant, purpose=PURPOSE, bound=bound, sealed=secret)


def uri(credential: Credential, secret: str) -> str:
    """What an authenticator scans: otpauth://totp/…"""
    issuer = f"{ISSUER} {credential.tenant.code}"
    return str(pyotp.TOTP(opened(credential, secret)).provisioning_uri(name=credential.subject, issuer_name=issuer))


def code_at(credential: Credential, secret: str, *, now: datetime) -> str:
    """The code of an instant."""
    return _code(opened(credential, secret), to_ms(now) // STEP_MS)


def step_of(credential: Credential, secret: str, code: str, *, now: datetime) -> int | None:
    """The interval that a code belongs to, newer than the last that was taken; None where it fits none.

    A last one that lies in the future was taken while the clock was wrong, and says nothing about now; of a secret
    that is not yet in use none was taken.
    """
    plain, present = opened(credential, secret), to_ms(now) // STEP_MS
    used = credential.totp_step if secret == credential.totp and credential.totp_step <= present + DRIFT else 0
    found = None
    if not code.isascii():
        return None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(_code(plain, step).encode(), code.encode()) and step > used:
            found = step
    return found


def digits(code: str) -> str:
    """A code as it was typed: full-width digits are plain ones, spaces go."""
    return "".join(unicodedata.normalize("NFKC", code).split())


def _code(plain: str, step: int) -> str:
    return str(pyotp.TOTP(plain, digits=DIGITS).generate_otp(step))
