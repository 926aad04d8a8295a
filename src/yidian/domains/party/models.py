"""Who buys and who pays. Ids carry the bucket of the code (platform.identity)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.platform.tenancy.models import TenantRow


class Customer(TenantRow):
    """A person or an organisation that has a contract.

    `organisation`: code of the node of the operator (platform.access) that looks after it; "": none, so that only
    rights over the whole tenant reach it.
    """

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.PERSON)
    organisation = models.CharField(max_length=32, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="customer_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="customer_code_given"),
        ]


class NameKey(TenantRow):
    """A name from its `place`-th sign on, as it is looked for: bytes, because bytes have one order on every database.

    A look for "晓雨" is then a range of an index, wherever in the name it stands.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    key = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["tenant", "key", "place", "customer"], name="name_key_looked_for")]


class AddressKey(TenantRow):
    """A customer's address from the beginning of one of its parts on, as it is looked for: bytes, as of names."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    key = models.BinaryField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["tenant", "key", "customer"], name="address_key_looked_for")]


class IdentityDocument(TenantRow):
    """A document that says who the customer is; one of each kind.

    `sealed` is the number under the installation's secret (platform.secrets), `blind` its index for exact search,
    `masked` what everybody may see: 4501**********2231. `valid_until`: the last local day on which it is good; None:
    not told, or for good.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    sealed = models.TextField()
    blind = models.CharField(max_length=64)
    masked = models.CharField(max_length=64)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "kind"], name="identity_document_once_a_kind")]
        indexes = [models.Index(fields=["tenant", "blind"], name="identity_document_blind")]


class IdentityLook(TenantRow):
    """Somebody saw a document's number in full, for a purpose. Never changed: the customer may read who it was.

    `check_of`: the identity check whose stand-in's document it was; None: the customer's own.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    check_of = models.ForeignKey(
        "IdentityCheck", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )  # fmt: skip
    kind = models.CharField(max_length=16)
    purpose = models.CharField(max_length=32)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=128)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "id"], name="identity_look_at"),
            models.Index(fields=["tenant", "actor_id", "at_ms"], name="identity_look_by"),
        ]


class FormerDocument(TenantRow):
    """A document that another one took the place of, as it stood, until an instant (UTC ms). It proves nothing now."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    sealed = models.TextField()
    masked = models.CharField(max_length=64)
    valid_until = models.DateField(null=True)
    until_ms = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["customer", "id"], name="former_document_of")]


class FormerParticulars(TenantRow):
    """What a customer was called and how it was reached until an instant (UTC ms)."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    until_ms = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["customer", "id"], name="former_particulars_of")]


class IdentityCheck(TenantRow):
    """Before any business a customer proved who they are: how, to whom and where, good from `at_ms` until `until_ms`.

    `document`: the kind that was shown, "" of a password. `place`: where the actor works (a session, a till), "" where
    that is not told; a check is good there only.
    """

    class How(models.TextChoices):
        DOCUMENT = "document"
        PASSWORD = "password"
        PROXY = "proxy"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    how = models.CharField(max_length=8, choices=How.choices)
    document = models.CharField(max_length=16, blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=128)
    place = models.CharField(max_length=64, blank=True, default="")
    at_ms = models.BigIntegerField()
    until_ms = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["customer", "id"], name="identity_check_of")]
        constraints = [models.CheckConstraint(condition=Q(at_ms__lte=F("until_ms")), name="identity_check_period")]


class StandIn(TenantRow):
    """Who acted for the customer at a check: a proxy (代办人), a minor's guardian (监护人), an organisation's
    responsible person (经办人). Their document is sealed and masked like a customer's.
    """

    class Role(models.TextChoices):
        PROXY = "proxy"
        GUARDIAN = "guardian"
        RESPONSIBLE = "responsible"

    check_of = models.OneToOneField(IdentityCheck, on_delete=models.PROTECT, related_name="stand_in")
    role = models.CharField(max_length=16, choices=Role.choices)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=32, blank=True, default="")
    kind = models.CharField(max_length=16)
    sealed = models.TextField()
    blind = models.CharField(max_length=64)
    masked = models.CharField(max_length=64)
    valid_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "blind"], name="stand_in_blind")]


class RealNameTerm(TenantRow):
    """Terms of real names from a local day until the next row: how long a check is good, how many mobile numbers one
    identity may have (None: any number), from which age people act for themselves.
    """

    valid_from = models.DateField()
    check_minutes = models.PositiveIntegerField()
    most_person = models.PositiveIntegerField(null=True)
    most_organisation = models.PositiveIntegerField(null=True)
    adult_years = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "valid_from"], name="real_name_term_once")]


class CustomerContact(TenantRow):
    """Somebody to speak to at a customer, in a role, during a period."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=32)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["customer", "to_ms"], name="customer_contact_of")]
        constraints = [models.CheckConstraint(condition=Q(from_ms__lte=F("to_ms")), name="customer_contact_period")]


class BillingAccount(TenantRow):
    """A billing account (合同号): what one bill of a cycle is for. Belongs to one customer for good."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=64)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)

    class Meta:
        # With the tenant: SQLite, which has no statistics, else walks all of a tenant's accounts to find a customer's.
        indexes = [models.Index(fields=["tenant", "customer"], name="billing_account_of_customer")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="billing_account_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="billing_account_code_given"),
        ]


class CustomerGrade(TenantRow):
    """The grade of a customer (客户等级: normal, silver, gold, diamond, or the operator's own code) during a period."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    grade = models.CharField(max_length=32)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "from_ms"], name="customer_grade_begins_once"),
            models.CheckConstraint(condition=Q(from_ms__lt=F("to_ms")), name="customer_grade_period"),
        ]
