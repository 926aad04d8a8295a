"""Who works here, where, as what, what a role may do, and what two people have agreed on.

Users are unique by (tenant, login): two resellers may both have a `zhang`. Validity is [from_ms, to_ms) in UTC ms.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q

from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.tenancy.models import TenantRow


class User(TenantRow, AbstractBaseUser):
    """Somebody who works here. `is_demo`: of a demonstration; where only such are the console still may do all."""

    login = models.CharField(max_length=64)
    name = models.CharField(max_length=128, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS = ["login"]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "login"], name="user_login_once")]


class Dated(TenantRow):
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField(default=FOREVER_MS)

    class Meta:
        abstract = True


class Organisation(TenantRow):
    """A node of the operator: a province, a branch, a team, a community. `level` is the operator's own word for it."""

    code = models.CharField(max_length=32)
    level = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="organisation_code_once")]


class OrganisationName(Dated):
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(to_ms=FOREVER_MS), name="organisation_one_open_name"
            ),
            models.CheckConstraint(condition=Q(from_ms__lte=F("to_ms")), name="organisation_name_forward"),
        ]


class OrganisationPlace(Dated):
    """Where a node stands in one tree ("region", "channel"). `path`: ids from the root to itself, "3/17/58/"."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    tree = models.CharField(max_length=16)
    parent = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "tree"], condition=Q(to_ms=FOREVER_MS), name="organisation_one_open_place"
            ),
            models.CheckConstraint(condition=Q(from_ms__lte=F("to_ms")), name="organisation_place_forward"),
        ]
        indexes = [models.Index(fields=["tenant", "tree", "path"], name="organisation_by_path")]


class Role(Dated):
    """`power`: "system", "security" or "audit" for the three that never meet in one account; else ""."""

    code = models.CharField(max_length=32)
    power = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="role_code_once")]


class RoleAction(TenantRow):
    """What a role may do. `reach`: "tenant", or "subtree" of the organisation where the post is.

    Alone up to `limit_minor` (None: any amount); beyond it with a second person where it `asks`. Whoever `approves` is
    such a second person, for others, up to `approve_limit_minor` (None: any amount).
    """

    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=64)
    reach = models.CharField(max_length=16)
    limit_minor = models.BigIntegerField(null=True)
    asks = models.BooleanField(default=False)
    approves = models.BooleanField(default=False)
    approve_limit_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "action"], name="role_action_once")]


class Post(Dated):
    """A user holds a role at a node of the organisation; without one, for the whole tenant."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(from_ms__lte=F("to_ms")), name="post_forward")]
        indexes = [models.Index(fields=["tenant", "user", "to_ms"], name="post_of_user")]


class Approval(TenantRow):
    """Four eyes: one asks, another decides, it is used once. People are "kind:id". `params` is what was agreed on."""

    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    organisation = models.CharField(max_length=32, blank=True)
    amount_minor = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16)
    asked_by = models.CharField(max_length=160)
    asked_ms = models.BigIntegerField()
    decided_by = models.CharField(max_length=160, blank=True)
    decided_ms = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    used_by = models.CharField(max_length=160, blank=True)
    used_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "action", "subject"], condition=Q(state__in=["asked", "approved"]),
                name="approval_one_open",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="approval_two_people"),
        ]  # fmt: skip


class MenuItem(TenantRow):
    """An entry of the desk's menu as the tenant wants it (menu.py): one of its own, or a standard one told otherwise.

    `target`: the name of a page, or an https address outside; a standard entry's is its own code, and it has no
    titles. `roles`: who sees it; none: whoever may open the page. `hidden`: nobody sees it.
    """

    code = models.CharField(max_length=32)
    title_zh = models.CharField(max_length=32, blank=True)
    title_en = models.CharField(max_length=32, blank=True)
    target = models.CharField(max_length=500)
    place = models.IntegerField()
    roles = models.JSONField(default=list)
    hidden = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="menu_item_once")]
