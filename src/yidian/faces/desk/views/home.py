"""The desk's first page: what waits for the person who signed in, and every half minute what waits by then."""

from __future__ import annotations

from django.http import HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.journeys.my_day import my_day


def home(asked: Asked) -> HttpResponse:
    told = my_day(tenant=asked.tenant, actor=asked.actor, actions=asked.actions, now=asked.now)
    return asked.page("desk/home.html", fragment="desk/_day.html", day=told)
