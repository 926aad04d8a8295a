"""Who may do what: asked at every act, of the rows as they are now. Nothing is remembered between two requests (E4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from django_scopes import scope

from yidian.kernel.calendar import to_ms
from yidian.platform.access import organisation as tree
from yidian.platform.access.models import Approval, Organisation, OrganisationName, Post, Role, RoleAction, User
from yidian.platform.access.types import Decision, Held, PostFacts, StaffFacts, UnableToAct
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor

NOWHERE: Final = "none"  # the reach of a right that was taken away
NO: Final = Decision(allowed=False)
YES: Final = Decision(allowed=True)
_POSTS: Final = Reading(
    lambda login, at_ms: Post.objects.filter(
        user__login=login, user__is_active=True,
        from_ms__lte=at_ms, to_ms__gt=at_ms, role__from_ms__lte=at_ms, role__to_ms__gt=at_ms,
    ).select_related("role", "organisation").order_by("id")
)  # fmt: skip
_RIGHTS: Final = Reading(
    lambda action, roles: RoleAction.objects.filter(action=action, role_id__in=roles).exclude(reach=NOWHERE)
)
_ALL_RIGHTS: Final = Reading(
    lambda roles: RoleAction.objects.filter(role_id__in=roles).exclude(reach=NOWHERE).values_list("action")
)
BEGINNING: Final = frozenset({"access.grant", "organisation.change"})  # what the console keeps until somebody grants


def allowed(
    *, tenant: Tenant, actor: Actor, action: str, organisation: str | None = None, amount_minor: int | None = None,
    now: datetime,
) -> Decision:  # fmt: skip
    """Whether an actor may do an action: at a node of the organisation (None: on the whole tenant), for an amount.

    `amount_minor` is in the tenant's minor units; its sign does not matter. What no role may do nobody may.
    """
    with scope(tenant=tenant):
        if actor.kind == "system":
            return YES if _console_may(action, now) else NO
        found = [
            YES if right.limit_minor is None or _within(amount_minor, right.limit_minor) else _more(right)
            for right in _rights(tenant, actor, action, organisation, now)
        ]
    return max(found, key=lambda one: (one.allowed, one.second), default=NO)


def held(*, tenant: Tenant, actor: Actor, now: datetime) -> Held:
    """Every action that an actor's posts allow somewhere, up to some amount, and their roles: what a menu shows. Two
    queries.
    """
    with scope(tenant=tenant):
        roles = {post.role_id: post.role.code for post in _posts(tenant, actor, now)}
        rights = _ALL_RIGHTS.rows(tenant=tenant, roles=sorted(roles))
        return Held(frozenset(action for (action,) in rights), frozenset(roles.values()))


def may_approve(
    *, tenant: Tenant, actor: Actor, action: str, organisation: str | None, amount_minor: int | None, now: datetime
) -> bool:
    """Whether an actor may be the second person of somebody else's action."""
    with scope(tenant=tenant):
        return actor.kind == "staff" and any(
            right.approves and (right.approve_limit_minor is None or _within(amount_minor, right.approve_limit_minor))
            for right in _rights(tenant, actor, action, organisation, now)
        )


def may_approve_each(
    *, tenant: Tenant, actor: Actor, asked: Sequence[tuple[str, str, int | None]], now: datetime
) -> list[bool]:
    """As `may_approve` for many (action, organisation, "" the tenant, amount): rights are read once for a place."""
    if actor.kind != "staff":
        return [False] * len(asked)
    with scope(tenant=tenant):
        places = {(action, node) for action, node, _ in asked}
        rights = {
            (action, node): [one for one in _rights(tenant, actor, action, node or None, now) if one.approves]
            for action, node in sorted(places)
        }
    return [
        any(
            right.approve_limit_minor is None or _within(amount, right.approve_limit_minor)
            for right in rights[action, node]
        )
        for action, node, amount in asked
    ]


def who_may(
    *, tenant: Tenant, action: str, organisation: str | None, amount_minor: int | None, now: datetime, limit: int = 20
) -> list[tuple[str, str]]:
    """(login, name) of staff who may do an action alone: whoever may not is told whom to ask. By login."""
    with scope(tenant=tenant):
        roles = RoleAction.objects.filter(action=action).exclude(reach=NOWHERE).values("role_id")
        posts = Post.objects.filter(role_id__in=roles, user__is_active=True, to_ms__gt=to_ms(now))
        people = list(posts.order_by("user__login").values_list("user__login", "user__name").distinct())
    found = []
    for login, name in people:
        decision = allowed(
            tenant=tenant, actor=Actor("staff", login), action=action, organisation=organisation,
            amount_minor=amount_minor, now=now,
        )  # fmt: skip
        if decision.allowed:
            found.append((login, name))
        if len(found) == limit:
            break
    return found


def alone_up_to(*, tenant: Tenant, actor: Actor, action: str, organisation: str | None, now: datetime) -> int | None:
    """How much an actor may do of an action alone, minor units; 0: nothing, None: any amount."""
    with scope(tenant=tenant):
        limits = [right.limit_minor for right in _rights(tenant, actor, action, organisation, now)]
    if None in limits:
        return None
    return max((limit for limit in limits if limit is not None), default=0)


def names_of(*, tenant: Tenant, logins: Collection[str]) -> dict[str, str]:
    """What the users of some logins are called; who has no name is left out."""
    with scope(tenant=tenant):
        rows = User.objects.filter(tenant=tenant, login__in=sorted(logins)).exclude(name="")
        return dict(rows.values_list("login", "name"))


def node_names(*, tenant: Tenant, codes: Collection[str]) -> dict[str, str]:
    """What nodes of the organisation are called, by code: the last name of those that have ended."""
    with scope(tenant=tenant):
        rows = OrganisationName.objects.filter(tenant=tenant, organisation__code__in=sorted(codes)).order_by("from_ms")
        return dict(rows.values_list("organisation__code", "name"))


def demand(
    *, tenant: Tenant, actor: Actor, action: str, organisation: str | None = None, amount_minor: int | None = None,
    now: datetime,
) -> None:  # fmt: skip
    """UnableToAct NOT_ALLOWED, or SECOND_PERSON_NEEDED where an approval would do, unless it is allowed alone."""
    decision = allowed(
        tenant=tenant, actor=actor, action=action, organisation=organisation, amount_minor=amount_minor, now=now
    )
    if not decision.allowed:
        code = "SECOND_PERSON_NEEDED" if decision.second else "NOT_ALLOWED"
        raise UnableToAct(code, action=action, actor=f"{actor.kind}:{actor.id}")


def _within(amount_minor: int | None, limit_minor: int) -> bool:
    """An act without an amount is within no limit."""
    return amount_minor is not None and abs(amount_minor) <= limit_minor


def _more(right: RoleAction) -> Decision:
    return Decision(allowed=False, second=right.asks)


def _rights(tenant: Tenant, actor: Actor, action: str, organisation: str | None, now: datetime) -> Iterator[RoleAction]:
    """What the roles of an actor's posts say of an action, of the posts that reach the place of the act."""
    posts = _posts(tenant, actor, now)
    rights: dict[int, list[RoleAction]] = {}
    for right in _RIGHTS.instances(tenant=tenant, action=action, roles=sorted({post.role_id for post in posts})):
        rights.setdefault(right.role_id, []).append(right)
    for post in posts:
        for right in rights.get(post.role_id, ()):
            if right.reach == "tenant" or post.organisation_id is None or _reaches(tenant, post, organisation, now):
                yield right


def _posts(tenant: Tenant, actor: Actor, now: datetime) -> list[Post]:
    """The posts that somebody of the staff holds, with their roles and nodes."""
    if actor.kind != "staff":
        return []
    found = _POSTS.instances(tenant=tenant, login=actor.id, at_ms=to_ms(now))
    return [post for post in found if actor.user_id in (None, post.user_id)]


def _reaches(tenant: Tenant, post: Post, organisation: str | None, now: datetime) -> bool:
    """Whether a node stands at or below the post's, in any tree. The whole tenant is below no node."""
    if organisation is None or post.organisation is None:
        return False
    mine = tree.paths_at(tenant=tenant, codes=[post.organisation.code], at=now)
    theirs = tree.paths_at(tenant=tenant, codes=[organisation], at=now)
    return any(name == other and path.startswith(top) for name, top in mine for other, path in theirs)


def _console_may(action: str, now: datetime) -> bool:
    """The console of an installation without staff may do all (those of a demonstration do not count); then only what
    it takes to have somebody who grants.
    """
    if not User.objects.filter(is_demo=False).exists():
        return True
    if action not in BEGINNING:
        return False
    at_ms = to_ms(now)
    granting = RoleAction.objects.filter(action="access.grant").exclude(reach=NOWHERE).values("role_id")
    posts = Post.objects.filter(user__is_active=True, from_ms__lte=at_ms, to_ms__gt=at_ms, role_id__in=granting)
    return not posts.filter(role__from_ms__lte=at_ms, role__to_ms__gt=at_ms).exists()


def within(*, tenant: Tenant, actor: Actor, action: str, now: datetime) -> frozenset[str] | None:
    """Codes of the nodes that an actor's right reaches: what lists and finding are narrowed to. None: everything."""
    with scope(tenant=tenant):
        if actor.kind == "system":
            return None if _console_may(action, now) else frozenset()
        posts = _posts(tenant, actor, now)
        roles = sorted({post.role_id for post in posts})
        reach = {right.role_id: right.reach for right in _RIGHTS.instances(tenant=tenant, action=action, roles=roles)}
        held = [post for post in posts if post.role_id in reach]
        if any(post.organisation is None or reach[post.role_id] == "tenant" for post in held):
            return None
        nodes = sorted({post.organisation.code for post in held if post.organisation is not None})
        return frozenset(
            code
            for node in nodes
            for name in tree.TREES
            for code in (node, *tree.subtree_at(tenant=tenant, organisation=node, tree=name, at=now))
        )


def nodes_of_users(*, tenant: Tenant, logins: Collection[str]) -> dict[str, str]:
    """Where users work, by login: the node of the post given last; "" for the whole tenant, or without a post."""
    with scope(tenant=tenant):
        found = dict.fromkeys(User.objects.filter(login__in=sorted(logins)).values_list("login", flat=True), "")
        posts = Post.objects.filter(user__login__in=sorted(found)).order_by("from_ms", "id")
        return found | {login: node or "" for login, node in posts.values_list("user__login", "organisation__code")}


def nodes_of_approvals(*, tenant: Tenant, ids: Collection[int]) -> dict[int, str]:
    """The node that an approval is about, "" the whole tenant, by id."""
    with scope(tenant=tenant):
        return dict(Approval.objects.filter(tenant=tenant, id__in=sorted(ids)).values_list("id", "organisation"))


def known_nodes(*, tenant: Tenant, codes: Collection[str]) -> set[str]:
    """Those of the codes that are a node's of the organisation, standing or not."""
    with scope(tenant=tenant):
        return set(Organisation.objects.filter(tenant=tenant, code__in=sorted(codes)).values_list("code", flat=True))


def known_roles(*, tenant: Tenant, codes: Collection[str]) -> set[str]:
    """Those of the codes that are a role's."""
    with scope(tenant=tenant):
        return set(Role.objects.filter(tenant=tenant, code__in=sorted(codes)).values_list("code", flat=True))


def user_id_of(*, tenant: Tenant, login: str) -> int | None:
    """The id of the user who works under a login now; None when there is none."""
    with scope(tenant=tenant):
        found = User.objects.filter(login=login, is_active=True).values_list("id", flat=True).first()
        return None if found is None else int(found)


def staff(*, tenant: Tenant) -> list[StaffFacts]:
    """Everybody who works or worked here, by login, with all their posts."""
    with scope(tenant=tenant):
        posts: dict[int, list[PostFacts]] = {}
        for post in Post.objects.select_related("role", "organisation").order_by("from_ms", "id"):
            node = post.organisation.code if post.organisation is not None else ""
            posts.setdefault(post.user_id, []).append(PostFacts(post.role.code, node, post.from_ms, post.to_ms))
        return [
            StaffFacts(user.login, user.name, user.is_active, tuple(posts.get(user.pk, ())))
            for user in User.objects.order_by("login", "id")
        ]
