"""Reading rules, fees and lists of arrears."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Final

from django.db.models import Max, Sum
from django_scopes import scope

from yidian.domains.credit.models import AccountTerms, DunningEntry, DunningRule, LateFee, LateFeeTerm
from yidian.domains.credit.types import DEFAULT_RULES, BookedFee, FeeTerm, Proposal, StageRule
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500
_FEE: Final = tuple(BookedFee.__dataclass_fields__)


def fee_terms(*, tenant: Tenant) -> list[FeeTerm]:
    """All terms of late fees, by brand and day. None at all: nobody pays late fees."""
    columns = tuple(FeeTerm.__dataclass_fields__)
    with scope(tenant=tenant):
        rows = LateFeeTerm.objects.filter(tenant=tenant).order_by("brand", "from_on")
        return [FeeTerm(*row) for row in rows.values_list(*columns)]


def stage_rules(*, tenant: Tenant) -> list[StageRule]:
    """All rules of stages, by brand and day; those of the law where the tenant has none."""
    columns = tuple(StageRule.__dataclass_fields__)
    with scope(tenant=tenant):
        rows = DunningRule.objects.filter(tenant=tenant).order_by("brand", "from_on", "days_overdue")
        return [StageRule(*row) for row in rows.values_list(*columns)] or list(DEFAULT_RULES)


def brands_of(*, tenant: Tenant, accounts: Collection[str], on: date) -> dict[str, str]:
    """Which brand's rules accounts follow on a day; those that follow none of their own are left out."""
    found: dict[str, str] = {}
    ordered = sorted(accounts)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = AccountTerms.objects.filter(account__in=ordered[start : start + CHUNK], from_on__lte=on)
            found |= dict(rows.order_by("from_on").values_list("account", "brand"))
    return found


def brand_histories(*, tenant: Tenant, accounts: Collection[str]) -> dict[str, list[tuple[date, str]]]:
    """The brands of each account that has rows: (from the day, brand), oldest first."""
    found: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
    ordered = sorted(accounts)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = AccountTerms.objects.filter(account__in=ordered[start : start + CHUNK]).order_by("from_on")
            for account, *row in rows.values_list("account", "from_on", "brand"):
                found[account].append((row[0], row[1]))
    return dict(found)


def booked_fees(*, tenant: Tenant, receivables: Collection[int]) -> dict[int, tuple[int, date]]:
    """Of each receivable with fees: what is booked, waived or not, and the day up to which (exclusive)."""
    found: dict[int, tuple[int, date]] = {}
    ordered = sorted(receivables)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = LateFee.objects.filter(receivable__in=ordered[start : start + CHUNK]).values_list("receivable")
            sums = rows.annotate(sum=Sum("amount_minor"), to=Max("to_on"))
            found |= {receivable: (amount, to_on) for receivable, amount, to_on in sums}
    return found


def late_fees(*, tenant: Tenant, account: str | None = None) -> list[BookedFee]:
    """Fees booked, of an account or of all, oldest first."""
    with scope(tenant=tenant):
        rows = LateFee.objects.filter(tenant=tenant)
        if account is not None:
            rows = rows.filter(account=account)
        return [BookedFee(*row) for row in rows.order_by("id").values_list(*_FEE)]


def booked_until(*, tenant: Tenant) -> date | None:
    """The day up to which (exclusive) some fee is booked; what was before it is not settled again."""
    with scope(tenant=tenant):
        newest: date | None = LateFee.objects.filter(tenant=tenant).aggregate(to=Max("to_on"))["to"]
    return newest


def dunning_list(*, tenant: Tenant, on: date, stage: str | None = None, limit: int | None = None) -> list[Proposal]:
    """The list of a day, the largest arrears first."""
    with scope(tenant=tenant):
        rows = DunningEntry.objects.filter(tenant=tenant, on=on)
        if stage is not None:
            rows = rows.filter(stage=stage)
        ordered = rows.order_by("-overdue_minor", "account")[:limit]
        return [
            Proposal(row.account, row.on, row.stage, row.overdue_minor, row.oldest_due_on, tuple(row.buckets))
            for row in ordered
        ]


def stages_counted(*, tenant: Tenant, on: date) -> dict[str, tuple[int, int]]:
    """Of the list of a day: stage → accounts and what they are overdue with."""
    counted: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    with scope(tenant=tenant):
        rows = DunningEntry.objects.filter(tenant=tenant, on=on).values_list("stage", "overdue_minor")
        for stage, overdue_minor in rows.iterator(chunk_size=10_000):
            counted[stage][0] += 1
            counted[stage][1] += overdue_minor
    return {stage: (accounts, minor) for stage, (accounts, minor) in counted.items()}
