"""Reading cycles, bills and what is parked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Max, Sum
from django_scopes import scope

from yidian.domains.customer_bill.corrections import agreed_corrections as agreed_corrections
from yidian.domains.customer_bill.corrections import chosen_by as chosen_by
from yidian.domains.customer_bill.corrections import correction as correction
from yidian.domains.customer_bill.corrections import correction_numbers as correction_numbers
from yidian.domains.customer_bill.corrections import corrections as corrections
from yidian.domains.customer_bill.corrections import found_by_preview as found_by_preview
from yidian.domains.customer_bill.corrections import known_corrections as known_corrections
from yidian.domains.customer_bill.corrections import withdrawn_corrections as withdrawn_corrections
from yidian.domains.customer_bill.lifecycle import FIXED
from yidian.domains.customer_bill.models import (
    Adjustment,
    BillingCycle,
    BillingTerm,
    BillTax,
    CustomerBill,
    CycleStep,
    ParkedUnit,
)
from yidian.domains.customer_bill.types import (
    Adjusted,
    Bill,
    BillFound,
    Cycle,
    Parked,
    Step,
    TaxLine,
    Terms,
)
from yidian.platform.lake.models import LakeFile
from yidian.platform.numbering.queries import numbers_given
from yidian.platform.tenancy.models import Tenant

TaxOf = tuple[int, str, int, int]
NUMBER: Final = re.compile(r"B\d{6}-\d{8,12}", re.ASCII)
_CHUNK: Final = 500
_TERMS: Final = Terms(due_day=25, adjust_limit_minor=10_000)  # while the tenant has said nothing else


class UnableToFindCycle(Exception):
    """No cycle of that name. Code CYCLE_NOT_FOUND."""

    code = "CYCLE_NOT_FOUND"

    def __init__(self, *, cycle: str) -> None:
        self.params = {"cycle": cycle}
        super().__init__(f"no cycle {cycle}")


def cycle_named(*, tenant: Tenant, name: str) -> Cycle:
    """The cycle of that name; UnableToFindCycle."""
    with scope(tenant=tenant):
        row = BillingCycle.objects.filter(tenant=tenant, name=name).first()
    if row is None:
        raise UnableToFindCycle(cycle=name)
    return _cycle(row)


def cycle_before(*, tenant: Tenant, cycle: Cycle) -> Cycle | None:
    """The cycle that ends where this one begins."""
    with scope(tenant=tenant):
        row = BillingCycle.objects.filter(tenant=tenant, to_ms=cycle.from_ms).order_by("id").first()
    return None if row is None else _cycle(row)


def cycles(*, tenant: Tenant) -> list[Cycle]:
    """All cycles of a tenant, oldest first."""
    with scope(tenant=tenant):
        return [_cycle(row) for row in BillingCycle.objects.filter(tenant=tenant).order_by("from_ms", "id")]


def _cycle(row: BillingCycle) -> Cycle:
    return Cycle(
        id=row.pk, name=row.name, from_ms=row.from_ms, to_ms=row.to_ms, zone=row.zone, state=row.state,
        cutoff_file=row.cutoff_file, cut_fixed=row.cut_fixed, rate_run=row.rate_run_id, bill_run=row.bill_run_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )  # fmt: skip


def parked(*, tenant: Tenant, cycle: str) -> list[Parked]:
    """What is parked in a cycle and not resolved, in the order it was found."""
    with scope(tenant=tenant):
        rows = ParkedUnit.objects.filter(tenant=tenant, cycle__name=cycle, resolved_at=None).order_by("id")
        return [
            Parked(code=r.code, run=r.run_id, unit_id=r.unit_id, account_id=r.account_id, params=r.params) for r in rows
        ]


def parked_counts(*, tenant: Tenant, cycle: str) -> list[tuple[str, int]]:
    """(reason, how many) of what is parked in a cycle, the most first."""
    with scope(tenant=tenant):
        rows = ParkedUnit.objects.filter(tenant=tenant, cycle__name=cycle, resolved_at=None).values_list("code")
        return sorted(rows.annotate(n=Count("id")), key=lambda row: (-row[1], row[0]))


def parked_by_cycle(*, tenant: Tenant) -> dict[str, int]:
    """How many units or accounts are parked in each cycle that has some, by its name."""
    with scope(tenant=tenant):
        rows = ParkedUnit.objects.filter(tenant=tenant, resolved_at=None).values_list("cycle__name")
        return dict(rows.annotate(n=Count("id")).order_by("cycle__name"))


def parked_page(*, tenant: Tenant, cycle: str, code: str, limit: int = 50) -> list[Parked]:
    """What is parked in a cycle for a reason, in the order it was found."""
    with scope(tenant=tenant):
        rows = ParkedUnit.objects.filter(tenant=tenant, cycle__name=cycle, resolved_at=None, code=code).order_by("id")
        return [
            Parked(code=r.code, run=r.run_id, unit_id=r.unit_id, account_id=r.account_id, params=r.params)
            for r in rows[:limit]
        ]


def billed_sums(*, tenant: Tenant, cycle: str) -> tuple[int, int]:
    """How many bills of a cycle count and their total in minor units, summed by the database."""
    with scope(tenant=tenant):
        found = _counting(tenant, cycle).aggregate(n=Count("id"), total=Sum("total_minor"))
    return found["n"], int(found["total"] or 0)


def newest_usage_file(*, tenant: Tenant, from_ms: int, to_ms: int) -> int:
    """The highest id of a usage file of the lake that may hold events of [from_ms, to_ms); 0: none."""
    with scope(tenant=tenant):
        files = LakeFile.objects.filter(tenant=tenant, kind="usage", min_start_ms__lt=to_ms, max_start_ms__gte=from_ms)
        return int(files.order_by("-id").values_list("id", flat=True).first() or 0)


def bills(*, tenant: Tenant, cycle: str) -> Iterator[Bill]:
    """The bills of a cycle that count, with their taxes, by account code."""
    with scope(tenant=tenant):
        ids = list(_counting(tenant, cycle).order_by("account__code", "id").values_list("id", flat=True))
    for start in range(0, len(ids), _CHUNK):
        yield from _bills(tenant, ids[start : start + _CHUNK])


def bills_of(*, tenant: Tenant, accounts: Collection[int], cycles: Collection[int]) -> list[tuple[str, Bill]]:
    """The bills that count of some accounts in some cycles (ids): (name of the cycle, bill), newest cycle first."""
    with scope(tenant=tenant):
        rows = CustomerBill.objects.filter(
            tenant=tenant, cycle_id__in=sorted(cycles), account_id__in=sorted(accounts), published=F("cycle__bill_run")
        )
        named = dict(rows.order_by("-cycle__from_ms", "account__code").values_list("id", "cycle__name"))
    return [(named[bill.id], bill) for bill in _bills(tenant, list(named))]


def bill_named(*, tenant: Tenant, number: str) -> BillFound | None:
    """A bill that counts by its number, its id in digits, or its cycle and account ("2026-10/A1"), as bills were named
    before they had numbers; None where there is none.
    """
    cycle, stroke, account = number.partition("/")
    which: dict[str, Any]
    if stroke:
        which = {"cycle__name": cycle, "account__tenant": tenant, "account__code": account}
    elif NUMBER.fullmatch(number.upper()):
        which = {"number": number.upper()}
    elif number.isascii() and number.isdigit() and len(number) < 19:
        which = {"id": number}
    else:
        return None
    columns = ("id", "number", "cycle__name", "account__code", "account__customer__code")
    with scope(tenant=tenant):
        rows = CustomerBill.objects.filter(tenant=tenant, published=F("cycle__bill_run"), **which)
        row = rows.values_list(*columns).first()
    return None if row is None else BillFound(*row)


def bill_owners(*, tenant: Tenant, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Whose those of the bills are that count: id → (customer, the node that looks after it)."""
    columns = ("id", "account__customer__code", "account__customer__organisation")
    with scope(tenant=tenant):
        rows = CustomerBill.objects.filter(tenant=tenant, id__in=sorted(ids), published=F("cycle__bill_run"))
        return {id_: (customer, node) for id_, customer, node in rows.values_list(*columns)}


def adjustments_of(*, tenant: Tenant, accounts: Collection[str], limit: int) -> list[Adjusted]:
    """The newest adjustments of some accounts (codes), newest first."""
    with scope(tenant=tenant):
        rows = Adjustment.objects.filter(account__tenant=tenant, account__code__in=sorted(accounts)).order_by("-id")
        ids = list(rows.values_list("id", flat=True)[:limit])
        return _adjusted(Adjustment.objects.filter(id__in=ids))[::-1]


def adjusted_accounts(*, tenant: Tenant, ids: Collection[int]) -> dict[int, str]:
    """The account (code) of adjustments by id."""
    with scope(tenant=tenant):
        rows = Adjustment.objects.filter(tenant=tenant, id__in=sorted(ids))
        return dict(rows.values_list("id", "account__code"))


def taken_in(*, tenant: Tenant, ids: Collection[int]) -> dict[int, str]:
    """The cycle in whose bills adjustments (ids) stand; those that stand in none yet are left out."""
    with scope(tenant=tenant):
        rows = Adjustment.objects.filter(tenant=tenant, id__in=sorted(ids), taken__isnull=False)
        return dict(rows.values_list("id", "taken__name"))


def adjusted_minor(*, tenant: Tenant, ids: Collection[int]) -> dict[int, int]:
    """The amounts of adjustments (ids)."""
    with scope(tenant=tenant):
        rows = Adjustment.objects.filter(tenant=tenant, id__in=sorted(ids))
        return dict(rows.values_list("id", "amount_minor"))


def bill_runs(*, tenant: Tenant, cycle: str) -> dict[int, int]:
    """Which run wrote the items of each bill that counts: account id → run id."""
    with scope(tenant=tenant):
        return dict(_counting(tenant, cycle).values_list("account_id", "run_id").iterator(chunk_size=10_000))


def taxes_of(*, tenant: Tenant, cycle: str, accounts: Collection[int], kind: str, origin: str) -> list[TaxOf]:
    """(account id, class, base, tax) of the lines of a kind (TaxLine) in the bills of a cycle that count."""
    found: list[TaxOf] = []
    ordered = sorted(accounts)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), _CHUNK):
            bills = _counting(tenant, cycle).filter(account_id__in=ordered[start : start + _CHUNK])
            rows = BillTax.objects.filter(bill__in=bills.values("id"), kind=kind, origin=origin)
            found += rows.values_list("bill__account_id", "tax_class", "base_minor", "tax_minor")
    return found


def sums(*, tenant: Tenant, cycle: str) -> tuple[int, int, int, int]:
    """Of the bills of a cycle that count: how many, their total and tax (minor units), their remainders (micro)."""
    columns = ("total_minor", "tax_minor", "remainder_micro")
    with scope(tenant=tenant):
        found = _counting(tenant, cycle).aggregate(count=Count("id"), **{name: Sum(name) for name in columns})
    return found["count"], *(int(found[name] or 0) for name in columns)


def which_count(*, tenant: Tenant, cycle: str) -> tuple[int, int, int]:
    """What tells whether other bills of a cycle count than before: how many, the newest, the sum of their ids."""
    with scope(tenant=tenant):
        found = _counting(tenant, cycle).aggregate(count=Count("id"), newest=Max("id"), ids=Sum("id"))
    return found["count"], int(found["newest"] or 0), int(found["ids"] or 0)


def count_bills(*, tenant: Tenant, cycle: str) -> int:
    """How many bills of a cycle count."""
    with scope(tenant=tenant):
        return int(_counting(tenant, cycle).count())


def credit_notes(*, tenant: Tenant, cycle: str) -> int:
    """What the bills below zero give back, minor units ≥ 0."""
    with scope(tenant=tenant):
        found = _counting(tenant, cycle).filter(total_minor__lt=0).aggregate(sum=Sum("total_minor"))
    return -int(found["sum"] or 0)


def steps(*, tenant: Tenant, cycle: str) -> list[Step]:
    """The history of a cycle, first to last."""
    with scope(tenant=tenant):
        return [
            Step(row.sequence, row.event, row.state, row.at, row.until, f"{row.actor_kind}/{row.actor_id}", row.reason)
            for row in CycleStep.objects.filter(cycle__name=cycle).order_by("sequence")
        ]


def takes_late_usage(*, tenant: Tenant, cycle: Cycle) -> bool:
    """Whether this cycle's bills bear late usage and adjustments now: the oldest whose bills are not fixed."""
    with scope(tenant=tenant):
        earlier = BillingCycle.objects.filter(from_ms__lt=cycle.from_ms).exclude(state__in=FIXED)
        return cycle.state not in FIXED and not earlier.exists()


def terms_on(*, tenant: Tenant, on: date) -> Terms:
    """The terms in force on a local date."""
    with scope(tenant=tenant):
        row = BillingTerm.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    return _TERMS if row is None else Terms(row.due_day, row.adjust_limit_minor)


def dated_terms(*, tenant: Tenant) -> list[tuple[date | None, Terms]]:
    """All terms by the date from which they hold; None: those that every operator begins with."""
    with scope(tenant=tenant):
        rows = BillingTerm.objects.order_by("valid_from")
        return [(None, _TERMS), *((row.valid_from, Terms(row.due_day, row.adjust_limit_minor)) for row in rows)]


def adjustment(*, tenant: Tenant, id: int) -> Adjusted:
    """One adjustment."""
    with scope(tenant=tenant):
        [found] = _adjusted(Adjustment.objects.filter(pk=id))
    return found


def pending_adjustments(*, tenant: Tenant, account: str = "") -> list[Adjusted]:
    """Adjustments that stand in no posted bill, oldest first; of one account (by code) where it is named."""
    whose = {"account__tenant": tenant, "account__code": account} if account else {}
    with scope(tenant=tenant):
        return _adjusted(Adjustment.objects.filter(taken=None, **whose))


def _adjusted(rows: Any) -> list[Adjusted]:
    return [
        Adjusted(
            id=row.pk, account_id=row.account_id, account_code=row.account.code, origin=row.origin.name, item=row.item,
            tax_class=row.tax_class, rate_ppm=row.rate_ppm, amount_minor=row.amount_minor, reason=row.reason,
            made_at=row.made_at, actor=f"{row.actor_kind}/{row.actor_id}", approval=row.approval,
            reverses=row.reverses_id, taken=row.taken.name if row.taken else "",
        )
        for row in rows.select_related("account", "origin", "taken").order_by("id")
    ]  # fmt: skip


def _counting(tenant: Tenant, cycle: str) -> Any:
    return CustomerBill.objects.filter(tenant=tenant, cycle__name=cycle, published=F("cycle__bill_run"))


def _bills(tenant: Tenant, ids: Sequence[int]) -> Iterator[Bill]:
    with scope(tenant=tenant):
        taxes: defaultdict[int, list[TaxLine]] = defaultdict(list)
        columns = ("bill_id", "tax_class", "rate_ppm", "base_minor", "tax_minor", "kind", "origin")
        for bill, *line in BillTax.objects.filter(bill_id__in=ids).order_by("tax_class", "id").values_list(*columns):
            taxes[bill].append(TaxLine(*line))
        rows = {row.pk: row for row in CustomerBill.objects.filter(id__in=ids).select_related("account__customer")}
    for row in (rows[i] for i in ids):
        yield Bill(
            id=row.pk, account_id=row.account_id, account_code=row.account.code,
            customer_code=row.account.customer.code, run=row.run_id, number=row.number, currency=row.currency,
            total_minor=row.total_minor, tax_minor=row.tax_minor, remainder_micro=row.remainder_micro,
            items=row.items, state=row.state, taxes=tuple(taxes[row.pk]),
        )  # fmt: skip


def bill_numbers(*, tenant: Tenant, head: str) -> Iterator[str]:
    """Numbers of bills that begin with `head`."""
    return numbers_given(CustomerBill, tenant=tenant, head=head)
