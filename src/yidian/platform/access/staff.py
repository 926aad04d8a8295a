"""Giving and taking away: people, their posts, roles. Every one inside the caller's write frame."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password

from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.kernel.faults import refuse
from yidian.platform.access.models import Organisation, Post, Role, RoleAction, User
from yidian.platform.access.rights import Right, defaults
from yidian.platform.locks import hold_until_commit
from yidian.platform.writing.frame import Frame

LOGIN: Final = re.compile(r"[\w.@+-]{1,64}")


class UnableToChangeStaff(Exception):
    """STAFF_UNKNOWN, ROLE_UNKNOWN, POST_UNKNOWN, ORGANISATION_UNKNOWN, POWERS_TOGETHER; `params` name the login."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def seed_roles(*, frame: Frame) -> None:
    """Rows of the default table that the tenant has not yet: all at first, later those of a newer program."""
    hold_until_commit(f"staff {frame.tenant.pk}")
    roles = {role.code: role for role in Role.objects.all()}
    there = set(RoleAction.objects.values_list("role__code", "action"))
    for code, table in defaults().items():
        if code not in roles:
            roles[code] = Role.objects.create(
                tenant=frame.tenant, code=code, power=table.power, from_ms=to_ms(frame.now)
            )
        rows = [
            RoleAction(
                tenant=frame.tenant, role=roles[code], action=action, reach=right.reach, limit_minor=right.limit_minor,
                asks=right.asks, approves=right.approves, approve_limit_minor=right.approve_limit_minor,
            )
            for action, right in table.rights.items()
            if (code, action) not in there
        ]  # fmt: skip
        RoleAction.objects.bulk_create(rows)
        if rows:
            frame.changed("role", code, before=None, after={"actions": sorted(row.action for row in rows)})


def add_user(*, frame: Frame, login: str, name: str, demo: bool = False) -> int:
    """Make a user, or take back one who had ended; the id. BadInput LOGIN. `demo`: one of a demonstration."""
    if not LOGIN.fullmatch(login):
        raise refuse("LOGIN", value=login)
    if len(name) > 128:
        raise refuse("STAFF_NAME", value=name)
    seed_roles(frame=frame)
    was = User.objects.filter(login=login).first()
    if was is None:
        user = User.objects.create(
            tenant=frame.tenant, login=login, name=name, password=make_password(None), is_demo=demo
        )
        frame.changed("user", login, before=None, after={"name": name, "active": True})
        return int(user.pk)
    User.objects.filter(id=was.pk).update(is_active=True, name=name or was.name)
    frame.changed(
        "user", login, before={"name": was.name, "active": was.is_active},
        after={"name": name or was.name, "active": True},
    )  # fmt: skip
    return int(was.pk)


def rename_user(*, frame: Frame, login: str, name: str) -> None:
    """From now on somebody is called otherwise. BadInput STAFF_NAME; STAFF_UNKNOWN."""
    if len(name) > 128:
        raise refuse("STAFF_NAME", value=name)
    user = _user(login)
    User.objects.filter(id=user.pk).update(name=name)
    frame.changed("user", login, before={"name": user.name}, after={"name": name})


def give_post(
    *, frame: Frame, login: str, role: str, organisation: str | None, since: datetime, until: datetime | None = None
) -> None:
    """Let a user hold a role at a node (None: on the whole tenant) from `since` on. Held already: nothing changes.

    POWERS_TOGETHER: whoever administrates the system, grants rights or reads the audit does only that (E9, 三权分立).
    """
    hold_until_commit(f"staff {frame.tenant.pk}")
    user, kind, node = _user(login), _role(role), _node(organisation)
    from_ms, end_ms = to_ms(since), FOREVER_MS if until is None else to_ms(until)
    if from_ms >= end_ms:
        raise refuse("POST_ENDS_BEFORE", value=str(until), login=login)
    held = Post.objects.filter(user=user, from_ms__lt=end_ms, to_ms__gt=from_ms).select_related("role")
    others = {post.role for post in held if post.role.code != role}
    for other in others:
        if other.power or kind.power:
            raise UnableToChangeStaff("POWERS_TOGETHER", login=login, role=role, other=other.code)
    if any(
        (p.role.code, p.organisation_id) == (role, node.pk if node else None)
        and p.from_ms <= from_ms <= end_ms <= p.to_ms
        for p in held
    ):
        return
    Post.objects.create(tenant=frame.tenant, user=user, role=kind, organisation=node, from_ms=from_ms, to_ms=end_ms)
    after = {"role": role, "organisation": organisation or "", "from_ms": from_ms, "to_ms": end_ms}
    frame.changed("post", login, before=None, after=after)


def end_post(*, frame: Frame, login: str, role: str, organisation: str | None = None) -> None:
    """From now on the user does not hold the role; at one node, or (None) nowhere. POST_UNKNOWN."""
    hold_until_commit(f"staff {frame.tenant.pk}")
    rows = Post.objects.filter(user=_user(login), role=_role(role), to_ms__gt=to_ms(frame.now))
    if organisation is not None:
        rows = rows.filter(organisation=_node(organisation))
    if not _end(frame, login, list(rows.select_related("role"))):
        raise UnableToChangeStaff("POST_UNKNOWN", login=login, role=role)


def end_user(*, frame: Frame, login: str) -> None:
    """From now on nobody acts under this login; their posts end with it. The row stays, for the record names it."""
    hold_until_commit(f"staff {frame.tenant.pk}")
    user = _user(login)
    _end(frame, login, list(Post.objects.filter(user=user, to_ms__gt=to_ms(frame.now)).select_related("role")))
    User.objects.filter(id=user.pk).update(is_active=False)
    frame.changed("user", login, before={"active": user.is_active}, after={"active": False})


def end_role(*, frame: Frame, role: str) -> None:
    """From now on the role allows nothing to whoever holds it."""
    found = _role(role)
    Role.objects.filter(id=found.pk).update(to_ms=to_ms(frame.now))
    frame.changed("role", role, before={"to_ms": found.to_ms}, after={"to_ms": to_ms(frame.now)})


def set_right(*, frame: Frame, role: str, action: str, right: Right | None) -> None:
    """Let a role do an action otherwise than the default table says; None: not at all.

    An action of one of the three powers stays with it: POWERS_TOGETHER.
    """
    found = _role(role)
    owner = {power.power for power in defaults().values() if action in power.rights}
    if right is not None and owner != {found.power} and (found.power or owner & {"system", "security", "audit"}):
        raise UnableToChangeStaff("POWERS_TOGETHER", login="", role=role, other=action)
    row = RoleAction.objects.filter(role=found, action=action).first()
    before = None if row is None else {"limit_minor": row.limit_minor, "asks": row.asks, "approves": row.approves}
    # A right that was taken away stays as a row that reaches nothing, so that it is not seeded again.
    told = right or Right("none", limit_minor=0)
    RoleAction.objects.update_or_create(
        role=found, action=action, tenant=frame.tenant,
        defaults={
            "reach": told.reach, "limit_minor": told.limit_minor, "asks": told.asks, "approves": told.approves,
            "approve_limit_minor": told.approve_limit_minor,
        },
    )  # fmt: skip
    after = {"reach": told.reach, "limit_minor": told.limit_minor, "asks": told.asks, "approves": told.approves}
    frame.changed("right", f"{role} {action}", before=before, after=after)


def _end(frame: Frame, login: str, posts: list[Post]) -> int:
    """Posts end now; one that was only to begin never does."""
    now_ms = to_ms(frame.now)
    for post in posts:
        Post.objects.filter(id=post.pk).update(to_ms=max(now_ms, post.from_ms))
        frame.changed("post", login, before={"role": post.role.code, "to_ms": post.to_ms}, after={"to_ms": now_ms})
    return len(posts)


def _user(login: str) -> User:
    user: User | None = User.objects.filter(login=login).first()
    if user is None:
        raise UnableToChangeStaff("STAFF_UNKNOWN", login=login)
    return user


def _role(code: str) -> Role:
    role: Role | None = Role.objects.filter(code=code).first()
    if role is None:
        known = ", ".join(Role.objects.order_by("code").values_list("code", flat=True))
        raise UnableToChangeStaff("ROLE_UNKNOWN", role=code, known=known)
    return role


def _node(code: str | None) -> Organisation | None:
    if code is None:
        return None
    node: Organisation | None = Organisation.objects.filter(code=code).first()
    if node is None:
        raise UnableToChangeStaff("ORGANISATION_UNKNOWN", organisation=code)
    return node
