"""What people sign in with, what they have opened by it, and how often it was tried.

Nothing here can be used by whoever reads a copy: passwords are hashed slowly, secrets of second factors sealed, tokens,
recovery codes, devices and whatever attempts are counted by are digests. Instants are UTC ms.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.tenancy.models import TenantRow


class Credential(TenantRow):
    """What one person proves themselves by. `subject`: a login of the staff, or the code of a customer.

    `totp`: the sealed secret of the second factor, "" where there is none; `totp_next` one that was shown and not yet
    confirmed; `totp_step`: the newest interval a code was taken of. `one_time_until_ms`: the password was given by
    somebody else, and is good until then. `demo`: made for the demo profile, good for nothing elsewhere.
    """

    realm = models.CharField(max_length=16)
    subject = models.CharField(max_length=64)
    password = models.CharField(max_length=256)
    password_ms = models.BigIntegerField()
    must_change = models.BooleanField(default=False)
    one_time_until_ms = models.BigIntegerField(default=FOREVER_MS)
    totp = models.CharField(max_length=256, blank=True, default="")
    totp_next = models.CharField(max_length=256, blank=True, default="")
    totp_step = models.BigIntegerField(default=0)
    demo = models.BooleanField(default=False)
    ended_ms = models.BigIntegerField(default=FOREVER_MS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "realm", "subject"], name="credential_once"),
        ]


class LoginName(TenantRow):
    """What is typed to name oneself: a login, a name of one's own, a number that one has. [from_ms, to_ms)."""

    realm = models.CharField(max_length=16)
    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="+")
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField(default=FOREVER_MS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "realm", "name"], condition=Q(to_ms=FOREVER_MS), name="login_name_one_open"
            ),
        ]


class RecoveryCode(TenantRow):
    """One code of the paper that stands in for a lost telephone; used once."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    used_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credential", "digest"], name="recovery_code_once")]


class KnownDevice(TenantRow):
    """A browser from which somebody has signed in: attempts from it are counted by themselves."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    last_ms = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credential", "digest"], name="known_device_once")]


class WebSession(TenantRow):
    """One browser, signed in or on its way. `digest`: SHA-256 of the token in its cookie.

    `stage`: how far it has come (lifecycle). `stepped_ms`: when the second factor was last given; 0: never. `tries`:
    wrong codes since the last right one. `data`: what a face keeps between two pages.
    """

    digest = models.CharField(max_length=64)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="+")
    realm = models.CharField(max_length=16)
    stage = models.CharField(max_length=16)
    opened_ms = models.BigIntegerField()
    seen_ms = models.BigIntegerField()
    stepped_ms = models.BigIntegerField(default=0)
    tries = models.IntegerField(default=0)
    ended_ms = models.BigIntegerField(default=FOREVER_MS)
    ended_why = models.CharField(max_length=16, blank=True, default="")
    address = models.CharField(max_length=64, blank=True, default="")
    agent = models.CharField(max_length=200, blank=True, default="")
    device = models.CharField(max_length=64, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="web_session_once")]
        indexes = [models.Index(fields=["tenant", "credential", "ended_ms"], name="web_session_of")]


class AttemptGauge(TenantRow):
    """How full one measure of attempts is: at `full_ms` it will be empty again (limits)."""

    kind = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    full_ms = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "digest"], name="attempt_gauge_once")]
        indexes = [models.Index(fields=["tenant", "full_ms"], name="attempt_gauge_age")]
