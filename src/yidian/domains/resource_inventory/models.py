"""Numbers, cards, ports and terminals: whose each is now (state, holder, until), and what happened to it before."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory._card_runs import CardRun
from yidian.platform.tenancy.models import TenantRow


def _sound(kind: str) -> list[models.BaseConstraint]:
    """A known state; a holder just where somebody holds it, an instant only where the state ends by itself."""
    held = Q(state__in=lifecycle.HELD)
    return [
        models.CheckConstraint(condition=Q(state__in=lifecycle.STATES[kind]), name=f"{kind}_state_known"),
        models.CheckConstraint(condition=(held & ~Q(holder="")) | (~held & Q(holder="")), name=f"{kind}_held_by"),
        models.CheckConstraint(condition=Q(until_ms=0) | Q(state__in=lifecycle.TIMED), name=f"{kind}_until"),
    ]


class Resource(TenantRow):
    """`holder`: whoever reserved it ("order/…"), or the code of the subscriber who uses it. `until_ms`: UTC ms, 0 none.

    `organisation`: the node that has it; "" the operator itself.
    """

    state = models.CharField(max_length=12)
    holder = models.CharField(max_length=96, blank=True, default="")
    until_ms = models.BigIntegerField(default=0)
    organisation = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True


class NumberBlock(TenantRow):
    """Numbers from `first` to `last` (号段), of one length, of one home network and area. Blocks never overlap."""

    class Kind(models.TextChoices):
        MOBILE = "mobile"
        FIXED = "fixed"
        IOT = "iot"

    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    first = models.CharField(max_length=20)
    last = models.CharField(max_length=20)
    network = models.CharField(max_length=64)
    area = models.CharField(max_length=32)
    portable = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="number_block_code_once"),
            models.UniqueConstraint(fields=["tenant", "first"], name="number_block_first_once"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="number_block_rising"),
        ]


class OfficeData(TenantRow):
    """A block needs a city to have loaded it (局数据), and since when it has; None: not yet."""

    block = models.ForeignKey(NumberBlock, on_delete=models.PROTECT, related_name="cities", db_index=False)
    city = models.CharField(max_length=32)
    name = models.CharField(max_length=64, blank=True, default="")
    since_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["block", "city"], name="office_data_of_city_once")]


class NumberLevel(TenantRow):
    """Terms of a level of premium numbers (靓号等级) from a local day until its next row (G1, G2).

    `offer`: code of the offer that brings them into the bill: the minimum, its months, what leaving early costs.
    """

    code = models.CharField(max_length=16)
    name = models.CharField(max_length=64, blank=True, default="")
    valid_from = models.DateField()
    min_spend_minor = models.BigIntegerField()
    months = models.IntegerField()
    deposit_minor = models.BigIntegerField()
    deposit_months = models.IntegerField()
    penalty_ppm = models.IntegerField()
    kept_pays = models.BooleanField()
    transfer_restarts = models.BooleanField()
    offer = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code", "valid_from"], name="number_level_once_a_day"),
            models.CheckConstraint(
                condition=Q(min_spend_minor__gte=0, months__gte=0, deposit_minor__gte=0, deposit_months__gte=0)
                & Q(penalty_ppm__gte=0, penalty_ppm__lte=1_000_000),
                name="number_level_sane",
            ),
        ]


class LevelRule(TenantRow):
    """Numbers of a shape (_shapes.py) are of a level; of several rules the one with the lowest priority."""

    priority = models.IntegerField()
    shape = models.CharField(max_length=20)
    place = models.CharField(max_length=4)
    level = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "priority"], name="level_rule_priority_once")]


class Number(Resource):
    """`reversed`: its digits from the last to the first, so that endings have an index. `level` "": ordinary.

    `reseller`: the code of the reseller it is allocated to (MV-22). `guest`: it came from another network, which has it
    back when nobody here uses it; then it has no block of ours.
    """

    value = models.CharField(max_length=20)
    reversed = models.CharField(max_length=20)
    block = models.ForeignKey(NumberBlock, on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    level = models.CharField(max_length=16, blank=True, default="")
    reseller = models.CharField(max_length=32, blank=True, default="")
    guest = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "value"], name="number_once"),
            models.CheckConstraint(condition=Q(block__isnull=False) | Q(guest=True), name="number_has_a_home"),
            *_sound("number"),
        ]
        indexes = [
            # Of what can be chosen only: bulk/choosing.py writes the same condition, so that both databases see it.
            models.Index(fields=["tenant", "state", "value"], condition=Q(state="selectable"), name="number_choice"),
            models.Index(fields=["tenant", "state", "reversed"], condition=Q(state="selectable"), name="number_ending"),
            models.Index(
                fields=["tenant", "state", "level", "value"], condition=Q(state="selectable"), name="number_of_level"
            ),
            models.Index(fields=["tenant", "until_ms"], condition=Q(until_ms__gt=0), name="number_until"),
            models.Index(fields=["tenant", "holder"], condition=~Q(holder=""), name="number_of_holder"),
        ]


class Card(Resource):
    """A SIM or UIM card. A blank one has no IMSI yet. `sealed`: Ki, OPc, PIN, PUK … for this card alone, "" none."""

    class Kind(models.TextChoices):
        BLANK = "blank"
        FINISHED = "finished"

    iccid = models.CharField(max_length=20)
    imsi = models.CharField(max_length=15, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    batch = models.CharField(max_length=64, blank=True, default="")
    sealed = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "iccid"], name="card_once"),
            models.UniqueConstraint(fields=["tenant", "imsi"], condition=~Q(imsi=""), name="card_imsi_once"),
            models.CheckConstraint(condition=Q(kind="blank") | ~Q(imsi=""), name="card_finished_has_imsi"),
            *_sound("card"),
        ]
        indexes = [
            models.Index(fields=["tenant", "until_ms"], condition=Q(until_ms__gt=0), name="card_until"),
            models.Index(fields=["tenant", "holder"], condition=~Q(holder=""), name="card_of_holder"),
        ]


class CardOrder(TenantRow):
    """Cards ordered from a vendor (制卡单): a run of ICCIDs (without check digit) and of IMSIs.

    Its code is the batch of what comes. `reseller`: for whom, "" the operator itself.
    """

    code = models.CharField(max_length=64)
    vendor = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Card.Kind.choices)
    first_iccid = models.CharField(max_length=19)
    first_imsi = models.CharField(max_length=15, blank=True, default="")
    count = models.IntegerField()
    reseller = models.CharField(max_length=32, blank=True, default="")
    at_ms = models.BigIntegerField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="card_order_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="card_order_of_some"),
        ]

    @property
    def run(self) -> CardRun:
        return CardRun(self.code, self.first_iccid, self.first_imsi, self.count)


class Address(TenantRow):
    """A standard address (标准地址). Its code says what it lies in: "GX/NN/QX/MZ88/3-1203" lies in "GX/NN/QX/MZ88"."""

    code = models.CharField(max_length=96)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="address_code_once")]


class Box(TenantRow):
    """A cross-connect box or a splitter (交接箱, 分光箱): serves its address and all that lie in it."""

    class Kind(models.TextChoices):
        CROSS_CONNECT = "cross"
        SPLITTER = "splitter"

    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    capacity = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="box_code_once"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="box_has_room"),
        ]


class Port(Resource):
    """A port of a box."""

    code = models.CharField(max_length=64)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="port_code_once"), *_sound("port")]
        indexes = [
            models.Index(fields=["tenant", "until_ms"], condition=Q(until_ms__gt=0), name="port_until"),
            models.Index(fields=["tenant", "holder"], condition=~Q(holder=""), name="port_of_holder"),
        ]


class PlaceKey(TenantRow):
    """The name of an address where lines come out, from the beginning of one of its parts on, as it is looked for:
    bytes, as of customers' addresses."""

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="keys")
    key = models.BinaryField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key", "address"], name="place_key_looked_for")]


class Installation(TenantRow):
    """Where the line comes out that a port serves, or served, for a holder (装机地址): a port that is retired keeps it,
    so that what is taken back is as it was."""

    port = models.ForeignKey(Port, on_delete=models.CASCADE, related_name="+", db_index=False)
    holder = models.CharField(max_length=96)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["tenant", "address"], name="installation_at")]
        constraints = [
            models.UniqueConstraint(fields=["port", "holder"], name="installation_once"),
            models.CheckConstraint(condition=~Q(holder=""), name="installation_of_somebody"),
        ]


class Device(Resource):
    """A terminal in stock, by its IMEI: a telephone, a tablet, a router."""

    imei = models.CharField(max_length=15)
    model = models.CharField(max_length=64)
    price_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "imei"], name="device_once"),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="device_price"),
            *_sound("device"),
        ]
        indexes = [
            models.Index(fields=["tenant", "until_ms"], condition=Q(until_ms__gt=0), name="device_until"),
            models.Index(fields=["tenant", "holder"], condition=~Q(holder=""), name="device_of_holder"),
            models.Index(fields=["tenant", "model"], name="device_of_model"),
        ]


class ResourceStep(TenantRow):
    """Something that happened to a resource, or to all numbers from `resource` to `last` that it was possible for.

    `holder`: who had it after; where nobody has, who had it before. `organisation` and `reseller` after an allocation.
    """

    kind = models.CharField(max_length=8)
    resource = models.CharField(max_length=64)
    last = models.CharField(max_length=20, blank=True, default="")
    event = models.CharField(max_length=12)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    holder = models.CharField(max_length=96, blank=True, default="")
    organisation = models.CharField(max_length=64, blank=True, default="")
    reseller = models.CharField(max_length=32, blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "kind", "resource", "id"], name="step_of_resource"),
            models.Index(fields=["tenant", "kind", "last"], condition=~Q(last=""), name="step_of_range"),
        ]
