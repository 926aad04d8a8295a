"""Small texts that must not be read from a copied database: sealed, and found again without being opened.

A sealed text is `key id.base64url(nonce ‖ AES-256-GCM)`. It opens only for the tenant, purpose and row that it was
sealed for (`bound`): moved to another row it is refused. Each tenant's and purpose's key is derived from one of the
installation (HKDF-SHA256); nonces are 96 random bits. A blind index is an HMAC-SHA256 under a derived key: equal texts
have equal indexes, and nothing else can be told from one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from functools import cache
from typing import TYPE_CHECKING, Final

from django.conf import settings

from yidian.platform.secrets.key_file import KEY_BYTES, KeyRing, key_ring, ring_of
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES: Final = 12


class UnableToUnseal(Exception):
    """SEALED_KEY_UNKNOWN: its key is not in the file `secret`. SEALED_DAMAGED: it is not what was sealed here."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def seal(*, tenant: Tenant, purpose: str, bound: str, plain: str) -> str:
    """Seal a text for one row: seal(tenant=…, purpose="identity", bound="C1/resident_id", plain="4501…")."""
    ring = _ring()
    nonce = os.urandom(NONCE_BYTES)
    cipher = _cipher(_derived(ring.keys[ring.current], "seal", tenant.code, purpose))
    sealed = cipher.encrypt(nonce, plain.encode(), _bound(tenant, purpose, bound))
    return f"{ring.current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(*, tenant: Tenant, purpose: str, bound: str, sealed: str) -> str:
    """The text again. UnableToUnseal."""
    from cryptography.exceptions import InvalidTag

    key_id, _, body = sealed.partition(".")
    master = _ring().keys.get(key_id)
    if master is None:
        raise UnableToUnseal("SEALED_KEY_UNKNOWN", key=key_id[:16])
    try:
        raw = base64.urlsafe_b64decode(body.encode())
        key = _derived(master, "seal", tenant.code, purpose)
        plain = _cipher(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(tenant, purpose, bound))
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise UnableToUnseal("SEALED_DAMAGED", purpose=purpose) from error
    return plain.decode()


def blind_index(*, tenant: Tenant, purpose: str, plain: str) -> str:
    """The index to store beside a sealed text: 64 hex digits."""
    ring = _ring()
    return _index(ring.keys[ring.current], tenant, purpose, plain)


def blind_indexes(*, tenant: Tenant, purpose: str, plain: str) -> list[str]:
    """The indexes to look for: one for each key that may have been current when the text was stored."""
    return [_index(key, tenant, purpose, plain) for key in _ring().keys.values()]


def _index(master: bytes, tenant: Tenant, purpose: str, plain: str) -> str:
    key = _derived(master, "index", tenant.code, purpose)
    return hmac.digest(key, plain.encode(), "sha256").hex()


def _bound(tenant: Tenant, purpose: str, bound: str) -> bytes:
    return "\0".join((tenant.code, purpose, bound)).encode()


@cache
def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


@cache
def _derived(master: bytes, use: str, tenant: str, purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = "\0".join(("yidian", use, tenant, purpose)).encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)


def _ring() -> KeyRing:
    path = settings.SECRET_FILE
    return _of_this_process() if path is None else key_ring(path)


@cache
def _of_this_process() -> KeyRing:
    """Without an installation (a test's or a tool's database in memory) what is sealed ends with the process."""
    return ring_of([os.urandom(KEY_BYTES)])
