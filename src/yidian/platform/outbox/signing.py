"""The signature of a webhook: HMAC-SHA256 over the moment of sending and the raw body.

    Yidian-Signature: t=1793491200,v1=<64 hex digits>[,v1=<64 hex digits>]

`v1` signs b"<t>." + body. Two of them are sent while a secret is being changed; one that fits is enough. `t` is inside
what is signed, so a consumer refuses what is older than its replay window.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets as random_secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

HEADER: Final = "Yidian-Signature"
WINDOW_S: Final = 300  # what a consumer should allow between `t` and its own clock


def new_secret() -> str:
    """256 random bits, as text for a consumer's settings."""
    return "whsec_" + random_secrets.token_hex(32)


def signature(*, secrets: Sequence[str], body: bytes, at: datetime) -> str:
    """The header's value for a body sent at an instant."""
    moment = int(at.timestamp())
    return ",".join([f"t={moment}", *(f"v1={_mac(secret, moment, body)}" for secret in secrets)])


def verify(*, header: str, body: bytes, secrets: Sequence[str], now: datetime, window_s: int = WINDOW_S) -> bool:
    """Whether a header signs these raw bytes with one of the secrets, not longer ago (or ahead) than the window."""
    parts = [part.partition("=") for part in header.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdecimal() and len(moments[0]) < 16):
        return False
    moment = int(moments[0])
    told = [value for name, _, value in parts if name == "v1"]
    fits = any(hmac.compare_digest(_mac(s, moment, body).encode(), v.encode()) for s in secrets for v in told)
    return fits and abs(now.timestamp() - moment) <= window_s


def _mac(secret: str, moment: int, body: bytes) -> str:
    return hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
