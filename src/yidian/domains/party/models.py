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


class IdentityDocument(TenantRow):
    """A document that says who the customer is; one of each kind.

    `sealed` is the number under the installation's secret (platform.secrets), `blind` its index for exact search,
    `masked` what everybody may see: 4501**********2231.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    sealed = models.TextField()
    blind = models.CharField(max_length=64)
    masked = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "kind"], name="identity_document_once_a_kind")]
        indexes = [models.Index(fields=["tenant", "blind"], name="identity_document_blind")]


class IdentityLook(TenantRow):
    """Somebody saw a document's number in full, for a purpose. Never changed: the customer may read who it was."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
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
