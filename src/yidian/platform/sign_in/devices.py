"""Browsers that people have signed in from: attempts from them are counted by themselves (limits)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from yidian.kernel.calendar import to_ms
from yidian.platform.sign_in.lifecycle import OPEN
from yidian.platform.sign_in.limits import digest_of
from yidian.platform.sign_in.models import Credential, KnownDevice, WebSession
from yidian.platform.sign_in.types import Browser
from yidian.platform.writing.frame import Frame

KEPT: Final = timedelta(days=180)


def known(credential: Credential | None, token: str) -> str:
    """The digest of a browser that this person has signed in from; "" of any other. One query either way."""
    digest = digest_of(token)
    there = KnownDevice.objects.filter(credential_id=credential.pk if credential else 0, digest=digest).exists()
    return digest if token and there else ""


def remember(*, frame: Frame, session: WebSession, browser: Browser) -> str:
    """Once somebody is in, their browser is known; its token, "" before that."""
    if session.stage != OPEN:
        return ""
    token = browser.device if 20 <= len(browser.device) <= 64 else secrets.token_urlsafe(24)
    digest, now_ms = digest_of(token), to_ms(frame.now)
    old = now_ms - int(KEPT / timedelta(milliseconds=1))
    KnownDevice.objects.filter(tenant=frame.tenant, credential_id=session.credential_id, last_ms__lt=old).delete()
    KnownDevice.objects.update_or_create(
        tenant=frame.tenant, credential_id=session.credential_id, digest=digest, defaults={"last_ms": now_ms}
    )
    if session.device != digest:
        WebSession.objects.filter(id=session.pk).update(device=digest)
    return token
