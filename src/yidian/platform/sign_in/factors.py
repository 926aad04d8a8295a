"""Taking a code: of the second factor or of the sheet, each once; and counting the wrong ones of a session."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from yidian.kernel.calendar import to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.sign_in import sessions, totp
from yidian.platform.sign_in.credentials import recovery_digest
from yidian.platform.sign_in.models import Credential, RecoveryCode, WebSession
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

TRIES: Final = 3  # wrong codes in a row that end a session


def take_code(*, frame: Frame, credential: Credential, code: str) -> bool:
    """Use a code up, inside the caller's write, who holds the credential; False: it is wrong, or was used."""
    told = totp.digits(code)
    if not credential.totp:
        return False
    if len(told) == totp.DIGITS and told.isascii() and told.isdigit():
        step = totp.step_of(credential, credential.totp, told, now=frame.now)
        if step is None:
            return False
        Credential.objects.filter(id=credential.pk).update(totp_step=step)
        return True
    rows = RecoveryCode.objects.filter(credential=credential, digest=recovery_digest(told), used_ms__isnull=True)
    if not rows.update(used_ms=to_ms(frame.now)):
        return False
    left = RecoveryCode.objects.filter(credential=credential, used_ms__isnull=True).count()
    name = f"{credential.realm}/{credential.subject}"
    frame.changed("credential", name, before={"recovery_codes": left + 1}, after={"recovery_codes": left})
    return True


def wrong_code(*, tenant: Tenant, session: WebSession, actor: Actor, now: datetime) -> None:
    """Write down a wrong code; the third in a row ends the session."""

    def work(frame: Frame) -> dict[str, Any]:
        hold_until_commit(f"tries {tenant.pk} {session.pk}")
        row: WebSession = WebSession.objects.get(id=session.pk)
        row.tries += 1
        row.save(update_fields=["tries"])
        told = {"result": "code_wrong", "tries": row.tries}
        frame.changed("web_session", row.pk, before={"tries": row.tries - 1}, after=told)
        if row.tries >= TRIES:
            sessions.end(frame=frame, rows=WebSession.objects.filter(id=row.pk), why=sessions.TRIED_OUT)
        return {}

    perform(
        tenant=tenant, actor=actor, operation="sign_in.refuse", key=secrets.token_hex(16), request={}, now=now,
        work=work,
    )  # fmt: skip
