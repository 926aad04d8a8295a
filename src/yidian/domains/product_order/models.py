"""Orders, what they ask for, the steps that open it, and what every one of them wrote."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yidian.domains.product_order import lifecycle
from yidian.platform.tenancy.models import TenantRow


class ProductOrder(TenantRow):
    """An order (客户订单): a cart until it is submitted.

    `revision` moves with everything that is put in or taken out: what was priced, read back and signed was one
    revision. `check`: the identity check it was taken on. `quote`: what it was said to cost, by account. `due`: what
    is to be paid with it (types.Due); null where nobody asked.
    """

    number = models.CharField(max_length=32)
    customer = models.ForeignKey("party.Customer", on_delete=models.PROTECT, related_name="+")
    organisation = models.CharField(max_length=32, blank=True, default="")
    channel = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default=lifecycle.CART)
    revision = models.IntegerField(default=0)
    check_id = models.BigIntegerField(null=True)
    quote = models.JSONField(default=dict)
    due = models.JSONField(null=True)
    quoted = models.IntegerField(null=True)
    read_back = models.IntegerField(null=True)
    taken_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="order_number_once"),
            models.CheckConstraint(condition=Q(state__in=lifecycle.ORDER_STATES), name="order_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=lifecycle.ENDED, ended_at__isnull=False)
                | (~Q(state__in=lifecycle.ENDED) & Q(ended_at__isnull=True)),
                name="order_ended_when_told",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(lifecycle.CART, lifecycle.ABANDONED))
                | Q(submitted_at__isnull=False, quoted=F("revision"), read_back=F("revision")),
                name="order_submitted_as_quoted",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer", "id"], name="order_of_customer"),
            models.Index(fields=["tenant", "state", "promised_at"], name="order_by_promise"),
        ]


class OrderItem(TenantRow):
    """One deed of an order (订单项) on one subscription, from 1. `told`: the fields of its deed (deeds.py).

    `subscriber`: code of the subscription, also of one that the item will make. `after`: the place of the item that
    must be completed before. `moves`: what its completion did with resources; `deposits`: ids of those it took.
    """

    order = models.ForeignKey(ProductOrder, on_delete=models.PROTECT, related_name="items", db_index=False)
    place = models.IntegerField()
    deed = models.CharField(max_length=16)
    subscriber = models.CharField(max_length=64)
    told = models.JSONField(default=dict)
    after = models.IntegerField(default=0)
    state = models.CharField(max_length=16, default=lifecycle.PLANNED)
    completed_ms = models.BigIntegerField(null=True)
    moves = models.JSONField(default=list)
    deposits = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "place"], name="order_item_once"),
            models.CheckConstraint(condition=Q(state__in=lifecycle.ITEM_STATES), name="order_item_state_known"),
            models.CheckConstraint(condition=Q(after__lt=F("place")), name="order_item_after_earlier"),
        ]
        indexes = [models.Index(fields=["tenant", "subscriber"], name="order_item_of_subscriber")]


class OrderStep(TenantRow):
    """What must happen for an item: the network told, somebody's work, completion (opening.py).

    kind: network | manual | complete. `needs`: places of the steps of its item that must be done before; `ready`: they
    are, and it can be worked at, or undone. `fence` counts who took it: an answer is only taken from the last one.
    `undo`: the command that takes it back ({}: there is nothing to take back). `round` counts how often somebody
    began it anew after a refusal: under the key of before the network would answer as before. `began_at`: since when it
    is tried, forward or back; `heard_at`: since when its network may know of it, so that it stays with that one.
    `sent`: by key the commands that depend on how the line stands, as they were sent: under its key nothing else ever
    is; those of keys before this round were done. `faults`: how often in a row something unforeseen happened.
    """

    item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="steps", db_index=False)
    place = models.IntegerField()
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=32)
    needs = models.JSONField(default=list)
    command = models.JSONField(default=dict)
    undo = models.JSONField(default=dict)
    sent = models.JSONField(default=dict)
    state = models.CharField(max_length=16, default=lifecycle.WAITING)
    ready = models.BooleanField(default=False)
    attempts = models.IntegerField(default=0)
    faults = models.IntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    round = models.IntegerField(default=0)
    due_ms = models.BigIntegerField(default=0)
    fence = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=64, blank=True, default="")
    params = models.JSONField(default=dict)
    done_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="order_step_once"),
            models.CheckConstraint(condition=Q(state__in=lifecycle.STEP_STATES), name="order_step_state_known"),
        ]
        indexes = [
            models.Index(fields=["tenant", "due_ms"], condition=Q(ready=True), name="order_step_due"),
            models.Index(
                fields=["tenant", "state"],
                condition=Q(state__in=(lifecycle.FALLEN, lifecycle.STUCK)),
                name="order_step_fallen",
            ),
        ]


class OrderEffect(TenantRow):
    """What an item wrote into what the customer has, and the row it replaces (D5). action: add modify keep remove."""

    item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="effects", db_index=False)
    sequence = models.IntegerField()
    action = models.CharField(max_length=8)
    table = models.CharField(max_length=32)
    row = models.BigIntegerField()
    told = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "sequence"], name="order_effect_once")]


class OrderEvent(TenantRow):
    """What happened to an order, from 1 without gaps: enough to say its state at any instant.

    `item`, `step`: places, 0 where the whole order (item) is meant.
    """

    order = models.ForeignKey(ProductOrder, on_delete=models.PROTECT, related_name="events", db_index=False)
    sequence = models.IntegerField()
    event = models.CharField(max_length=32)
    item = models.IntegerField(default=0)
    step = models.IntegerField(default=0)
    state = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)
    told = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "sequence"], name="order_event_once")]


class OrderForm(TenantRow):
    """A printed form (业务单) of one revision of an order. state: printed, signed, void (BH-18: refilled).

    `content`: every word that was on it, as it was printed ({}: it was never put on paper); `digest`: its SHA-256. Who
    did something and when: `…_by` kind:id, "" and null where nobody did.
    """

    class State(models.TextChoices):
        PRINTED = "printed"
        SIGNED = "signed"
        VOID = "void"

    order = models.ForeignKey(ProductOrder, on_delete=models.PROTECT, related_name="forms", db_index=False)
    version = models.IntegerField()
    revision = models.IntegerField()
    number = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PRINTED)
    at = models.DateTimeField()
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, default="")
    printed_by = models.CharField(max_length=167, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=167, blank=True, default="")
    void_at = models.DateTimeField(null=True)
    void_by = models.CharField(max_length=167, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "version"], name="order_form_once"),
            models.UniqueConstraint(fields=["order"], condition=~Q(state="void"), name="order_form_one_good"),
        ]


class PortOutCode(TenantRow):
    """授权码: what a customer is given to take a number to another network (N4). Only the newest of a subscription
    counts, until `until_at`, for one order, and for so many `wrong` guesses. The code itself is nowhere: it follows
    from the row and the installation's secret.
    """

    subscriber = models.CharField(max_length=64)
    number = models.CharField(max_length=32)
    channel = models.CharField(max_length=16)
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    wrong = models.IntegerField(default=0)
    order = models.CharField(max_length=32, blank=True, default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["tenant", "subscriber", "id"], name="port_out_code_newest")]


class OrderOrigin(TenantRow):
    """Which other system asked for an order, and by what name: asked again by that name it is the same order, for ever.

    `items`: in order, what each item was asked as: {id action place}, `place` 0 of one that asks for nothing.
    """

    order = models.OneToOneField(ProductOrder, on_delete=models.PROTECT, related_name="origin")
    system = models.CharField(max_length=64)
    external_id = models.CharField(max_length=100)
    items = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "system", "external_id"], name="order_origin_once")]


class OrderTerm(TenantRow):
    """From a local day until the next row of its deed: what a deed brings along and how soon it is promised.

    `fees`: codes of offers given for a moment, so that their one-off fees are billed; `free_for`: grades of customers
    who pay none (BH-25). `hours`: within so many after submission it is done (0: at once).
    """

    deed = models.CharField(max_length=16)
    line = models.CharField(max_length=16, blank=True, default="")
    valid_from = models.DateField()
    fees = models.JSONField(default=list)
    free_for = models.JSONField(default=list)
    hours = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "deed", "line", "valid_from"], name="order_term_once_a_day"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="order_term_sane"),
        ]
