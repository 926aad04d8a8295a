"""The newest tariff with the rows of one day, compiled for a cycle."""

from __future__ import annotations

from datetime import date

from yidian.domains.customer_bill.types import Cycle
from yidian.kernel.calendar import Period
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.runs.ready import Ready as Today
from yidian.runs.ready import newest, ready, rows_of_edition

__all__ = ["Today", "tariff_today", "today"]


def today(*, tenant: Tenant, cycle: Cycle, on: date) -> Today:
    """BadInput TARIFF_NOT_LOADED."""
    return ready(tenant=tenant, edition=newest(tenant=tenant), period=Period(cycle.from_ms, cycle.to_ms), on=on)


def tariff_today(*, tenant: Tenant, on: date) -> Tariff:
    """The rows alone."""
    return rows_of_edition(tenant=tenant, edition=newest(tenant=tenant), on=on)
