"""A document's number in full: for a purpose, after proving oneself again, written down, for sixty seconds."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from yidian.domains.party.operations import UnableToReveal
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.sign_in import step_up
from yidian.journeys.identity import A_DAY, PURPOSES, SHOWN_S, UnableToLook, left_today, reveal
from yidian.platform.secrets.sealing import UnableToUnseal

FORM = "desk/identity.html"


def ask(asked: Asked, customer: str, kind: str) -> HttpResponse:
    """The form; of htmx, which asks when the time is over, that it is."""
    if asked.is_fragment:
        return asked.page("desk/_identity_over.html", customer=customer, kind=kind)
    if step_up.needed(asked):
        return step_up.first(asked)
    return asked.page(FORM, customer=customer, kind=kind, **_limits(asked))


def look(asked: Asked, customer: str, kind: str) -> HttpResponse:
    if step_up.needed(asked):
        return step_up.first(asked)
    try:
        told = reveal(
            tenant=asked.tenant, actor=asked.actor, customer=customer, kind=kind, now=asked.now, key=asked.key,
            purpose=asked.form.get("purpose", ""),
        )  # fmt: skip
    except (UnableToLook, UnableToReveal, UnableToUnseal) as refusal:
        fault = ("purpose" if refusal.code == "PURPOSE_UNKNOWN" else "", refusal.code, refusal.params)
        return asked.refuse(FORM, [fault], customer=customer, kind=kind, **_limits(asked))
    return asked.page("desk/identity_shown.html", customer=customer, told=told, seconds=SHOWN_S)


def unmask(asked: Asked, customer: str, kind: str) -> HttpResponse:
    return look(asked, customer, kind) if asked.method == "POST" else ask(asked, customer, kind)


def _limits(asked: Asked) -> dict[str, Any]:
    left = left_today(tenant=asked.tenant, actor=asked.actor, now=asked.now)
    return {"left": left, "most": A_DAY, "seconds": SHOWN_S, "purposes": PURPOSES}
