"""A correction that was looked at, made without the pages."""

from __future__ import annotations

from django_scopes import scope
from tests.web.town import ALPHA, NOW, Town, named

from yidian.platform.writing.types import Actor
from yidian.runs.correct.ask import keep_preview
from yidian.runs.correct.criteria import Criteria
from yidian.runs.correct.preview import Asked


def kept(town: Town, tenant: str = ALPHA, key: str = "kept") -> str:
    """Its number; it is about one account, by the month's own tariff."""
    row, world = town.tenant(tenant), town.worlds[tenant]
    asked = Asked(cycle="2026-09", criteria=Criteria(accounts=(named("a1", tenant),)), reason="late_change")
    with scope(tenant=row):
        made, _ = keep_preview(
            tenant=row, places=world.places, actor=Actor("staff", "finance"), key=key, now=NOW, asked=asked, threads=1
        )
    return made.number
