"""A password proved at a desk: a customer says it without signing in (BH-14). No session, no token, no browser.

As in `entering`, a refusal says and costs the same whoever was named, and attempts are counted: by the name, in the
same gauge as attempts from browsers that nobody knows, and by who sits at the desk. What is slow is in no write.
A password that a clerk has given proves nothing: the clerk knows it. So only one that its owner has chosen counts.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django_scopes import scope

from yidian.kernel.calendar import to_ms
from yidian.platform.sign_in import limits, passwords
from yidian.platform.sign_in.entering import Vouch
from yidian.platform.sign_in.names import of, typed
from yidian.platform.sign_in.standing import is_usable, standing
from yidian.platform.sign_in.types import CUSTOMER, UnableToSignIn
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor


def prove_password(
    *, tenant: Tenant, actor: Actor, name: str, password: str, now: datetime, subject: str = "", demo: bool = False,
    vouch: Vouch | None = None,
) -> str:  # fmt: skip
    """Code of the customer whose password it is. UnableToSignIn SIGN_IN_WRONG, SIGN_IN_TOO_OFTEN.

    `actor`: who sits at the desk. `subject`: the customer whom the desk has before it; another one's password is as
    wrong as none. `vouch` and `demo` as in `entering.try_password`.
    """
    with scope(tenant=tenant):
        told = typed(name)
        credential = of(realm=CUSTOMER, name=told)
        whose = credential.subject if credential is not None else ""
        who = standing(tenant=tenant, realm=CUSTOMER, subject=whose, since_ms=to_ms(now), now=now)
        theirs = vouch is None or vouch(whose, told)
        gauges = limits.of_desk(tenant=tenant, realm=CUSTOMER, name=told, desk=f"{actor.kind}/{actor.id}")
        limits.charge(tenant=tenant, gauges=gauges, now=now)
        good = credential is not None and not credential.must_change and is_usable(credential, now=now, demo=demo)
        meant = good and theirs and who is not None and subject in ("", whose)
        right = passwords.is_right(password, credential.password if credential is not None and meant else None)
        if not right:
            _refuse(tenant, actor, whose, now)
            raise UnableToSignIn("SIGN_IN_WRONG")
        limits.give_back(tenant=tenant, gauges=gauges, now=now)
    return whose


def _refuse(tenant: Tenant, actor: Actor, subject: str, now: datetime) -> None:
    """Write down that somebody was refused, and at whose desk."""

    def work(frame: Frame) -> dict[str, Any]:
        told = {"result": "wrong", "desk": f"{actor.kind}/{actor.id}"}
        frame.changed("sign_in", f"{CUSTOMER}/{subject or '?'}", before=None, after=told)
        return {}

    perform(
        tenant=tenant, actor=actor, operation="sign_in.refuse", key=secrets.token_hex(16), request={}, now=now,
        work=work,
    )  # fmt: skip
