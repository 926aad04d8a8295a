"""The operator's trees by region and by channel (CH-19, CH-20, CH-44), as they stood on any day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse

from yidian.faces.shell.asked import Asked, FaultTold
from yidian.journeys.organisation import end_node
from yidian.kernel.calendar import day_start_ms, from_ms
from yidian.kernel.faults import BadInput
from yidian.platform.access import organisation as nodes
from yidian.platform.access.organisation import TREES, UnableToChangeOrganisation, tree_at
from yidian.platform.access.queries import staff, within
from yidian.platform.access.types import OrganisationFacts
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform


def tree(asked: Asked) -> HttpResponse:
    return asked.page("desk/organisation.html", fragment="desk/_organisation.html", **_tree(asked))


def add(asked: Asked) -> HttpResponse:
    form = asked.form

    def work(frame: Frame) -> dict[str, Any]:
        nodes.add(frame=frame, code=form.get("code", ""), name=form.get("name", ""), level=form.get("level", ""))
        nodes.place(
            frame=frame, code=form.get("code", ""), tree=form.get("tree", ""), parent=form.get("under") or None,
            since=frame.now,
        )  # fmt: skip
        return {}

    faults = _change(asked, "organisation.add", work)
    if faults:
        return asked.refuse("desk/organisation.html", faults, **_tree(asked))
    asked.say_later("ORGANISATION_ADDED", organisation=form["name"])
    return asked.go("desk:node", code=form["code"])


def one(asked: Asked, *, code: str) -> HttpResponse:
    """A node: its names, where it stands, who works there; renamed, moved or ended."""
    if asked.method == "GET":
        return asked.page("desk/node.html", **_node(asked, code))
    form = asked.form

    def work(frame: Frame) -> dict[str, Any]:
        if form.get("do") == "rename":
            nodes.rename(frame=frame, code=code, name=form.get("name", ""))
        elif form.get("do") == "end":
            end_node(frame=frame, code=code)
        else:
            nodes.place(
                frame=frame, code=code, tree=form.get("tree", ""), parent=form.get("under") or None, since=frame.now
            )
        return {}

    faults = _change(asked, f"organisation.{form.get('do', 'move')}"[:64], work)
    if faults:
        return asked.refuse("desk/node.html", faults, **_node(asked, code))
    asked.say_later("ORGANISATION_CHANGED", organisation=code)
    if form.get("do") == "end":
        return asked.go("desk:organisation")
    return asked.go("desk:node", code=code)


def _change(asked: Asked, operation: str, work: Any) -> list[FaultTold]:
    form = {name: value for name, value in asked.form.items() if name not in ("csrfmiddlewaretoken", "key")}
    try:
        perform(
            tenant=asked.tenant, actor=asked.actor, operation=operation, key=asked.key, request=form, now=asked.now,
            work=work,
        )  # fmt: skip
    except UnableToChangeOrganisation as refused:
        return [("", refused.code, refused.params)]
    except BadInput as bad:
        fields = {"ORGANISATION_CODE": "code", "ORGANISATION_NAME": "name"}
        return [
            (fields.get(fault.code, ""), fault.code, {"value": fault.value, **fault.params}) for fault in bad.faults
        ]
    return []


def _tree(asked: Asked) -> dict[str, Any]:
    """The tree asked for on the day asked for, narrowed to where the right reaches."""
    get = asked.request.GET
    name = get.get("tree", "") if get.get("tree") in TREES else TREES[0]
    on = _day(get.get("on", ""))
    at = from_ms(day_start_ms(on, asked.zone)) if on else asked.now
    reach = within(tenant=asked.tenant, actor=asked.actor, action="organisation.read", now=asked.now)
    found = [one for one in tree_at(tenant=asked.tenant, tree=name, at=at) if reach is None or one.code in reach]
    return {
        "tree": name, "trees": TREES, "on": on, "nodes": [(one, len(one.path) - 1) for one in found],
        "levels": sorted(Counter(one.level for one in found if one.level).items()),
        "changes": asked.may("organisation.change").allowed,
    }  # fmt: skip


def _node(asked: Asked, code: str) -> dict[str, Any]:
    stands: dict[str, list[OrganisationFacts]] = {}
    found: OrganisationFacts | None = None
    everything: dict[str, OrganisationFacts] = {}
    for name in TREES:
        nodes_of = {one.code: one for one in tree_at(tenant=asked.tenant, tree=name, at=asked.now)}
        everything |= nodes_of
        if code in nodes_of:
            found = nodes_of[code]
            stands[name] = [nodes_of[step] for step in found.path if step in nodes_of]
    if found is None:
        raise Http404
    here = [(one, post) for one in staff(tenant=asked.tenant) for post in one.posts if post.organisation == code]
    others = [one for one in everything.values() if one.code != code]
    return {
        "found": found, "stands": stands, "people": here, "others": others,
        "trees": TREES, "changes": asked.may("organisation.change").allowed,
    }  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
