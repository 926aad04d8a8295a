"""Editions of a tenant's tariff and their rows, one table per kind of row; an edition never changes."""

from __future__ import annotations

from typing import Final

from django.db import models

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


class TariffRule(EditionRow):
    order = models.IntegerField(db_column="rule_order")
    item = _code()
    service = _code()
    direction = models.CharField(max_length=16)
    zone = _code()
    visited = _code()
    relation = models.CharField(max_length=16)
    rating_group = _code()


class TariffOffer(EditionRow):
    code = _code()
    kind = models.CharField(max_length=16)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    priority = models.IntegerField()


class TariffFee(EditionRow):
    offer = _code()
    item = _code()
    amount_micro = models.BigIntegerField()
    charged = models.CharField(max_length=16)
    proration = models.CharField(max_length=16)
    day_price_micro = models.BigIntegerField()
    rounding = models.CharField(max_length=16)
    round_to = models.CharField(max_length=16)


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


class TariffCap(EditionRow):
    code = _code()
    offer = _code()
    items = models.TextField()
    amount_micro = models.BigIntegerField()
    scope = models.CharField(max_length=16)


class TariffDiscount(EditionRow):
    code = _code()
    offer = _code()
    item = _code()
    items = models.TextField()
    rate_ppm = models.IntegerField()
    amount_micro = models.BigIntegerField()
    threshold_micro = models.BigIntegerField()
    priority = models.IntegerField()


class TariffMinimum(EditionRow):
    offer = _code()
    item = _code()
    amount_micro = models.BigIntegerField()


class TariffTax(EditionRow):
    tax_class = _code()
    rate_ppm = models.IntegerField()


TABLES: Final[dict[str, type[EditionRow]]] = {
    "zones": TariffZone,
    "prefixes": TariffPrefix,
    "places": TariffPlace,
    "days": TariffDay,
    "bands": TariffBand,
    "items": TariffItem,
    "rules": TariffRule,
    "offers": TariffOffer,
    "fees": TariffFee,
    "prices": TariffPrice,
    "allowances": TariffAllowance,
    "caps": TariffCap,
    "discounts": TariffDiscount,
    "minimums": TariffMinimum,
    "taxes": TariffTax,
}
LISTS: Final = frozenset({"items", "bands"})
