"""Roles (CH-42): what each may do, which menu that makes, and changing a right, which hides and shuts its pages."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.faces.shell.amounts import typed_amount
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.menu import shown
from yidian.platform.access.menu import arranged
from yidian.platform.access.rights import Right
from yidian.platform.access.rights import actions as known
from yidian.platform.access.roles import RoleFacts, roles
from yidian.platform.access.staff import UnableToChangeStaff, set_right
from yidian.platform.access.types import Held
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform

REACHES: Final = ("none", "subtree", "tenant")


def listed(asked: Asked) -> HttpResponse:
    return asked.page("desk/roles.html", roles=roles(tenant=asked.tenant, now=asked.now))


def one(asked: Asked, *, role: str) -> HttpResponse:
    if asked.method == "POST":
        return _set(asked, role)
    return asked.page("desk/role.html", **_role(asked, role))


def _set(asked: Asked, role: str) -> HttpResponse:
    action = asked.form.get("action", "")
    right, faults = _right(asked)
    if faults:
        return asked.refuse("desk/role.html", faults, **_role(asked, role))
    try:

        def work(frame: Frame) -> dict[str, Any]:
            set_right(frame=frame, role=role, action=action, right=right)
            return {}

        if action not in known():
            return asked.refuse("desk/role.html", [("action", "ROLE_ACTION_UNKNOWN", {})], **_role(asked, role))
        perform(
            tenant=asked.tenant, actor=asked.actor, operation="role.right", key=asked.key, now=asked.now,
            request={"role": role, "action": action, "right": repr(right)}, work=work,
        )  # fmt: skip
    except UnableToChangeStaff as refused:
        return asked.refuse("desk/role.html", [("", refused.code, refused.params)], **_role(asked, role))
    asked.say_later("ROLE_RIGHT_SET", role=role, action=action)
    return asked.go("desk:role", role=role)


def _right(asked: Asked) -> tuple[Right | None, list[FaultTold]]:
    """The right as typed; None: not at all. An empty limit: any amount."""
    form, faults = asked.form, list[FaultTold]()
    if form.get("reach", "none") not in REACHES or form.get("reach", "none") == "none":
        return None, faults

    def amount(name: str) -> int | None:
        if not form.get(name):
            return None
        minor, wrong = typed_amount(asked, name)
        faults.extend(wrong)
        return minor

    right = Right(
        form["reach"], limit_minor=amount("limit"), asks="asks" in form, approves="approves" in form,
        approve_limit_minor=amount("approve_limit"),
    )  # fmt: skip
    return right, faults


def _role(asked: Asked, code: str) -> dict[str, Any]:
    found = next((one for one in roles(tenant=asked.tenant, now=asked.now) if one.code == code), None)
    if found is None:
        raise Http404
    return {
        "found": found, "actions": sorted(known()), "reaches": REACHES,
        "entries": shown("desk", _held(found), arranged(tenant=asked.tenant), asked.lang),
        "grants": asked.may("access.grant").allowed,
    }  # fmt: skip


def _held(role: RoleFacts) -> Held:
    actions = frozenset(right.action for right in role.rights if right.reach != "none")
    return Held(actions, frozenset({role.code}))
