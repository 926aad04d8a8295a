"""What may be a password, and the slow comparison. No periodic change: it makes weak passwords (ASVS 6.2.10).

scrypt as Django brings it (no further dependency); the length is counted after NFKC, so that one keyboard's full-width
digits are the other's plain ones.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from typing import Final

from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator

from yidian.platform.sign_in.types import UnableToSignIn

SHORTEST: Final = 8
LONGEST: Final = 256
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # what can be read aloud: without l, 1, o, 0, i
# What Django's list of 20,000 leaves out and people here choose first.
ALSO_COMMON: Final = frozenset({
    "woaini1314", "woaini520", "5201314a", "a5201314", "1qaz2wsx3edc", "qwer1234", "aa123456", "a12345678", "admin123",
    "zhongguo", "yidian123", "yidianyidian", "10000hao", "password123", "qq123456", "abc123456", "88888888a",
})  # fmt: skip


def expect_good(password: str, *, about: tuple[str, ...] = ()) -> str:
    """The password as it is kept; UnableToSignIn PASSWORD_SHORT, PASSWORD_LONG, PASSWORD_COMMON, PASSWORD_ABOUT_YOU.

    `about`: what everybody knows of its owner, and a password must not consist of.
    """
    told = normal(password)
    if len(told) < SHORTEST:
        raise UnableToSignIn("PASSWORD_SHORT", least=SHORTEST)
    if len(told) > LONGEST:
        raise UnableToSignIn("PASSWORD_LONG", most=LONGEST)
    low = told.lower()
    if low in _common() or low in ALSO_COMMON or len(set(low)) < 4:
        raise UnableToSignIn("PASSWORD_COMMON")
    if any(word and low in (word.lower(), word.lower() * 2, f"{word.lower()}123") for word in about):
        raise UnableToSignIn("PASSWORD_ABOUT_YOU")
    return told


def normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    return make_password(password)


def is_right(password: str, encoded: str | None) -> bool:
    """The comparison, as slow for nobody's password (None) as for somebody's."""
    told = normal(password)[: LONGEST + 1]
    if encoded is None:
        check_password(told, _nobodys(get_hasher().algorithm))
        return False
    return check_password(told, encoded)


def is_outdated(encoded: str) -> bool:
    """Whether it was hashed with less work than is usual now."""
    return bool(get_hasher().must_update(encoded)) or identify_hasher(encoded).algorithm != get_hasher().algorithm


def one_time() -> str:
    """A password to be told and changed: 15 letters in threes of five, 74 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


@cache
def _nobodys(_algorithm: str) -> str:
    return make_password(secrets.token_urlsafe(16))
