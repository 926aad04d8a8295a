"""Editions of a tenant's tariff and their rows, one table per kind of row; an edition never changes. Drafts of them."""

from __future__ import annotations

from typing import Final

from django.db import models

from yidian.domains.product_catalog import lifecycle
from yidian.platform.tenancy.models import TenantRow

CODE: Final = 64


def _code() -> models.CharField[str, str]:
    return models.CharField(max_length=CODE, blank=True)


class TariffEdition(TenantRow):
    """One loaded tariff. `sha256` is of its canonical rows; `source` is the name of the file it came from."""

    number = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=64)
    bill_rounding = models.CharField(max_length=16)
    loaded_at = models.DateTimeField()
    source = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="tariff_edition_number_once")]


class EditionRow(TenantRow):
    """A row of an edition, in force on the local dates [valid_from, valid_to); null: open. Lists hold blanks."""

    edition = models.ForeignKey(TariffEdition, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        abstract = True


class TariffZone(EditionRow):
    code = _code()
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    domestic = models.BooleanField()


class TariffPrefix(EditionRow):
    prefix = models.CharField(max_length=32)
    zone = _code()
    area = _code()


class TariffPlace(EditionRow):
    place = _code()
    zone = _code()
    area = _code()


class TariffArea(EditionRow):
    area = _code()
    province = _code()


class TariffNetwork(EditionRow):
    prefix = models.CharField(max_length=32)
    network = _code()
    own = models.BooleanField()


class TariffDay(EditionRow):
    on = models.DateField(db_column="on_date")
    day_type = models.CharField(max_length=16)


class TariffBand(EditionRow):
    band_set = _code()
    band = _code()
    day_type = models.CharField(max_length=16)
    from_minute = models.IntegerField()
    to_minute = models.IntegerField()


class TariffItem(EditionRow):
    code = _code()
    kind = models.CharField(max_length=16)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    measure = models.CharField(max_length=16)
    tax_class = _code()
    band_set = _code()
    split = models.CharField(max_length=16)
    rounding = models.CharField(max_length=16)
    round_to = models.CharField(max_length=16)
    round_on = models.CharField(max_length=16)
    free_below = models.BigIntegerField(default=0)


class TariffRule(EditionRow):
    order = models.IntegerField(db_column="rule_order")
    item = _code()
    service = _code()
    direction = models.CharField(max_length=16)
    zone = _code()
    visited = _code()
    relation = models.CharField(max_length=16)
    rating_group = _code()
    net = models.CharField(max_length=CODE, default="*")
    circle = models.CharField(max_length=16, default="*")


class TariffOffer(EditionRow):
    code = _code()
    kind = models.CharField(max_length=16)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    priority = models.IntegerField()
    quota = models.IntegerField(default=0)
    stacks = models.BooleanField(default=False)
    months = models.IntegerField(default=0)
    ends_with = models.CharField(max_length=16, default="day")
    needs = models.TextField(default="", blank=True)
    line_of_business = models.CharField(max_length=16, default="", blank=True)


class TariffFee(EditionRow):
    offer = _code()
    item = _code()
    amount_micro = models.BigIntegerField()
    charged = models.CharField(max_length=16)
    proration = models.CharField(max_length=16)
    day_price_micro = models.BigIntegerField()
    rounding = models.CharField(max_length=16)
    round_to = models.CharField(max_length=16)
    during = models.CharField(max_length=16, default="any")
    free_cycles = models.IntegerField(default=0)
    billed = models.CharField(max_length=16, default="arrears")
    term_cycles = models.IntegerField(default=0)


class TariffPart(EditionRow):
    offer = _code()
    item = _code()
    part_item = _code()
    price_micro = models.BigIntegerField()


class TariffPrice(EditionRow):
    offer = _code()
    item = _code()
    price_micro = models.BigIntegerField()
    per = models.BigIntegerField()
    block = models.BigIntegerField()
    band = _code()
    tier_from = models.BigIntegerField()
    tier_scope = models.CharField(max_length=16)
    counter = _code()
    repeat = models.BigIntegerField()
    block_on = models.CharField(max_length=16, default="event")
    tier_mode = models.CharField(max_length=16, default="graduated")
    setup_micro = models.BigIntegerField(default=0)


class TariffAllowance(EditionRow):
    code = _code()
    offer = _code()
    items = models.TextField()
    quantity = models.BigIntegerField()
    block = models.BigIntegerField()
    bands = models.TextField()
    priority = models.IntegerField()
    scope = models.CharField(max_length=16)
    proration = models.CharField(max_length=16)
    rounding = models.CharField(max_length=16)
    period = models.CharField(max_length=16, default="cycle")
    rollover = models.IntegerField(default=0)
    member_limit = models.BigIntegerField(default=0)


class TariffConversion(EditionRow):
    allowance = _code()
    item = _code()
    block = models.BigIntegerField()
    takes = models.BigIntegerField()


class TariffMark(EditionRow):
    code = _code()
    offer = _code()
    items = models.TextField()
    quantity = models.BigIntegerField()
    mark = models.CharField(max_length=16)
    scope = models.CharField(max_length=16)
    period = models.CharField(max_length=16)
    value = models.CharField(max_length=200, blank=True)


class TariffCap(EditionRow):
    code = _code()
    offer = _code()
    items = models.TextField()
    amount_micro = models.BigIntegerField()
    scope = models.CharField(max_length=16)
    period = models.CharField(max_length=16, default="cycle")


class TariffDiscount(EditionRow):
    code = _code()
    offer = _code()
    item = _code()
    items = models.TextField()
    rate_ppm = models.IntegerField()
    amount_micro = models.BigIntegerField()
    threshold_micro = models.BigIntegerField()
    priority = models.IntegerField()
    scope = models.CharField(max_length=16, default="subscriber")
    requires = models.TextField(default="", blank=True)
    level = models.TextField(default="*")
    cycles = models.IntegerField(default=0)
    cap_micro = models.BigIntegerField(default=0)


class TariffMinimum(EditionRow):
    offer = _code()
    item = _code()
    amount_micro = models.BigIntegerField()
    during = models.CharField(max_length=16, default="any")
    free_cycles = models.IntegerField(default=0)
    level = models.TextField(default="*")


class TariffTax(EditionRow):
    tax_class = _code()
    rate_ppm = models.IntegerField()


class TariffDraft(TenantRow):
    """A tariff on its way to sale. `content`: the workbook as it was sent (a folder zipped), read again when needed.

    `base` is the edition it was made on (0: there was none), `edition` what it became; `offers` those it is about, as a
    list with blanks. `findings` and `changes`: what the check found in it, and what it says otherwise than its base.
    A new workbook begins another `round`, in which nothing is confirmed.
    """

    class State(models.TextChoices):
        DRAFT = lifecycle.DRAFT
        CONFIRMED = lifecycle.CONFIRMED
        CONFIGURED = lifecycle.CONFIGURED
        PUBLISHED = lifecycle.PUBLISHED
        TESTED = lifecycle.TESTED
        ON_SALE = lifecycle.ON_SALE
        SUSPENDED = lifecycle.SUSPENDED
        WITHDRAWN = lifecycle.WITHDRAWN
        CANCELLED = lifecycle.CANCELLED

    number = models.IntegerField()
    title = models.CharField(max_length=200)
    policy = models.TextField()
    source = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    base = models.IntegerField()
    edition = models.IntegerField(default=0)
    offers = models.TextField(blank=True)
    findings = models.JSONField()
    changes = models.JSONField()
    change_count = models.IntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    round = models.IntegerField(default=1)
    drafted_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="tariff_draft_number_once")]


class DraftStep(TenantRow):
    """What somebody did with a draft, from 1 without gaps: `state` is the one it led to. Never changed (MV-14)."""

    draft = models.ForeignKey(TariffDraft, on_delete=models.PROTECT, related_name="steps", db_index=False)
    sequence = models.IntegerField()
    round = models.IntegerField()
    event = models.CharField(max_length=32)
    state = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=128)
    comment = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "sequence"], name="tariff_draft_step_once")]


class DraftTrial(TenantRow):
    """A draft tried on a month that was: `told` is what came of it (runs/trial), `sha256` the rows that were tried."""

    draft = models.ForeignKey(TariffDraft, on_delete=models.PROTECT, related_name="trials", db_index=False)
    number = models.IntegerField()
    cycle = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    told = models.JSONField()
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=128)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="tariff_draft_trial_once")]


class OfferStanding(TenantRow):
    """Whether an offer may be given to anybody, and by which draft. An offer without a row: as its dates say."""

    offer = _code()
    state = models.CharField(max_length=16, choices=TariffDraft.State.choices)
    draft = models.ForeignKey(TariffDraft, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "offer"], name="offer_standing_once")]


TABLES: Final[dict[str, type[EditionRow]]] = {
    "zones": TariffZone,
    "prefixes": TariffPrefix,
    "places": TariffPlace,
    "areas": TariffArea,
    "networks": TariffNetwork,
    "days": TariffDay,
    "bands": TariffBand,
    "items": TariffItem,
    "rules": TariffRule,
    "offers": TariffOffer,
    "fees": TariffFee,
    "parts": TariffPart,
    "prices": TariffPrice,
    "allowances": TariffAllowance,
    "conversions": TariffConversion,
    "marks": TariffMark,
    "caps": TariffCap,
    "discounts": TariffDiscount,
    "minimums": TariffMinimum,
    "taxes": TariffTax,
}
LISTS: Final = frozenset({"items", "bands", "requires", "level", "needs"})
