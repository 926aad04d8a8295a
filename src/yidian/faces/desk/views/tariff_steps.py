"""A step of a draft from its page: done, refused with the reason, or a second person is asked."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse

from yidian.domains.product_catalog.operations import UnableToLaunch, UnableToLoadTariff, move_draft
from yidian.faces.desk.views.tariffs import BEHIND_PROOF, shown
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.sign_in import step_up
from yidian.faces.shell.telling import code_words, told, who
from yidian.kernel.faults import BadInput
from yidian.platform.access.types import UnableToAct
from yidian.runs.launch.publish import publish


def moved(asked: Asked, *, draft: int, event: str) -> HttpResponse:
    """A comment, a confirmation, a tick, the launch, the end of a sale."""
    back = reverse("desk:tariff", kwargs={"draft": draft})
    if event in BEHIND_PROOF and step_up.needed(asked):
        return step_up.first(asked, back=back)
    typed = asked.form
    try:
        move_draft(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, number=draft, event=event,
            comment=typed.get("comment", ""), version=typed.get("version", ""),
        )  # fmt: skip
    except UnableToLaunch as error:
        return refused(asked, draft, error.code, error.params)
    asked.say_later(f"TARIFF_NOW_{event.upper()}")
    return asked.go("desk:tariff", draft=draft)


def published(asked: Asked, *, draft: int) -> HttpResponse:
    """It becomes the newest edition; or somebody else is asked first, and does it by agreeing."""
    if step_up.needed(asked):
        return step_up.first(asked, back=reverse("desk:tariff", kwargs={"draft": draft}))
    try:
        outcome = publish(tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, number=draft)
    except UnableToAct as error:
        if error.code != "SECOND_PERSON_NEEDED":
            return refused(asked, draft, error.code, error.params)
        asked.say_later("DESK_SECOND_ASKED", approval=error.params["approval"])
        return asked.go("desk:tariff", draft=draft)
    except UnableToLaunch as error:
        return refused(asked, draft, error.code, error.params)
    except (UnableToLoadTariff, BadInput) as error:
        first = error.faults[0]
        return refused(asked, draft, first.code, {"value": first.value, "line": first.where.line, **first.params})
    asked.say_later("TARIFF_NOW_PUBLISH", edition=outcome.answer["edition"])
    return asked.go("desk:tariff", draft=draft)


def refused(asked: Asked, draft: int, code: str, params: Mapping[str, object]) -> HttpResponse:
    """The page again, with why not."""
    words = told(asked, params)
    for name, prefix in (("event", "DRAFT_EVENT_"), ("state", "DRAFT_STATE_")):
        if name in params:
            words[name] = code_words(f"{prefix}{params[name]}", asked.lang)
    if "who" in params:
        words["who"] = who(str(params["who"]))
    context = shown(asked, draft) | {"faults": [("", code, words)], "typed": asked.form}
    return asked.page("desk/tariff.html", status=409, **context)
