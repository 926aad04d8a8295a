"""Reading disputes, their steps and terms, and what of a bill is not to be dunned while it is disputed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django_scopes import scope

from yidian.domains.credit.types import Held
from yidian.domains.customer_bill.queries import bills_of, cycles
from yidian.domains.customer_bill.queries import taken_in as adjustments_taken
from yidian.domains.dispute.lifecycle import SETTLED
from yidian.domains.dispute.models import Dispute, DisputeStep, DisputeTerm
from yidian.domains.dispute.types import DatedTerms, DisputeFacts, Step, Terms
from yidian.domains.payment.queries import receivables_named, receivables_of
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.numbering.queries import numbers_given
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500
DEFAULT: Final = Terms(months=5, multiple=2, answer_hours=48)  # X3, while the tenant has said nothing else
Place = tuple[datetime, int]  # where a page of the list ends: promise (or end) and id of its last row


class UnableToFindDispute(Exception):
    """No dispute of that number. Code DISPUTE_NOT_FOUND."""

    code = "DISPUTE_NOT_FOUND"

    def __init__(self, *, dispute: str) -> None:
        self.params = {"dispute": dispute[:40]}
        super().__init__(f"no dispute {dispute}")


def terms_on(*, tenant: Tenant, on: date) -> Terms:
    """The terms in force on a local day."""
    with scope(tenant=tenant):
        row = DisputeTerm.objects.filter(tenant=tenant, valid_from__lte=on).order_by("-valid_from").first()
    return DEFAULT if row is None else Terms(row.months, row.multiple, row.answer_hours)


def dated_terms(*, tenant: Tenant) -> list[DatedTerms]:
    """All rows of terms, oldest first."""
    with scope(tenant=tenant):
        rows = DisputeTerm.objects.filter(tenant=tenant).order_by("valid_from")
        return [DatedTerms(row.valid_from, Terms(row.months, row.multiple, row.answer_hours)) for row in rows]


def dispute_named(*, tenant: Tenant, number: str) -> DisputeFacts:
    """A dispute by its number; UnableToFindDispute."""
    with scope(tenant=tenant):
        found = _facts(Dispute.objects.filter(tenant=tenant, number=number))
    if not found:
        raise UnableToFindDispute(dispute=number)
    return found[0]


def steps(*, tenant: Tenant, number: str) -> list[Step]:
    """What happened to a dispute, first to last."""
    with scope(tenant=tenant):
        rows = DisputeStep.objects.filter(dispute__tenant=tenant, dispute__number=number).order_by("sequence")
        return [
            Step(row.sequence, row.event, row.state, row.at, f"{row.actor_kind}/{row.actor_id}", row.note)
            for row in rows
        ]


def disputes_of(*, tenant: Tenant, accounts: Collection[str], limit: int = 50) -> list[DisputeFacts]:
    """Disputes about the bills of some accounts (codes), newest first."""
    with scope(tenant=tenant):
        rows = Dispute.objects.filter(account__tenant=tenant, account__code__in=sorted(accounts))
        return _facts(rows.order_by("-id")[:limit])


def disputes_of_bill(*, tenant: Tenant, bill: int) -> list[DisputeFacts]:
    """Disputes about a bill (its id) and its lines, newest first."""
    with scope(tenant=tenant):
        return _facts(Dispute.objects.filter(tenant=tenant, bill_id=bill).order_by("-id"))


def open_page(
    *, tenant: Tenant, nodes: Collection[str] | None, after: Place | None = None, limit: int = 50
) -> list[DisputeFacts]:
    """Those that wait for an answer, the earliest promise first; of customers of some nodes (None: of all)."""
    return _page(tenant, nodes, Q(ended_at=None), "promised_at", after, limit)


def ended_page(
    *, tenant: Tenant, nodes: Collection[str] | None, after: Place | None = None, limit: int = 50
) -> list[DisputeFacts]:
    """Those that are over, the last ended first."""
    return _page(tenant, nodes, Q(ended_at__isnull=False), "-ended_at", after, limit)


def open_counts(*, tenant: Tenant, nodes: Collection[str] | None, now: datetime) -> tuple[int, int]:
    """How many wait for an answer, and how many of them longer than was promised."""
    with scope(tenant=tenant):
        rows = _within(nodes).filter(tenant=tenant, ended_at=None)
        return rows.count(), rows.filter(promised_at__lt=now).count()


def dispute_accounts(*, tenant: Tenant, numbers: Collection[str]) -> dict[str, str]:
    """The account (code) of disputes by number."""
    with scope(tenant=tenant):
        rows = Dispute.objects.filter(tenant=tenant, number__in=sorted(numbers))
        return dict(rows.values_list("number", "account__code"))


def settled(*, tenant: Tenant) -> list[DisputeFacts]:
    """Those that are in the books, oldest first."""
    with scope(tenant=tenant):
        return _facts(Dispute.objects.filter(tenant=tenant, state=SETTLED).order_by("id"))


def held_months(*, tenant: Tenant) -> list[str]:
    """Cycles whose usage and rated files are kept whatever their age: something of their bills is disputed (X3).

    Of a line for another month's usage that month too.
    """
    with scope(tenant=tenant):
        rows = Dispute.objects.filter(tenant=tenant, ended_at=None)
        return sorted({name for row in rows.values_list("bill__cycle__name", "origin") for name in row})


def held_of(*, tenant: Tenant, bills: Collection[int]) -> dict[int, list[Held]]:
    """By bill (id): the parts of it that are neither dunned nor bear late fees, and on which local days.

    What is disputed, from the day it was raised until the day it ended; what was found to be too much, on until the
    bill that gives it back is due: before that nobody owes it, though it stands in the receivable.
    """
    found: defaultdict[int, list[Held]] = defaultdict(list)
    columns = ("bill_id", "raised_at", "ended_at", "amount_minor", "over_minor", "adjustment", "account_id", "state")
    rows: list[tuple[Any, ...]] = []
    ordered = sorted(bills)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            of = Dispute.objects.filter(tenant=tenant, bill_id__in=ordered[start : start + CHUNK])
            rows += of.order_by("id").values_list(*columns)
    given_back = _given_back(tenant, [(row[5], row[6]) for row in rows if row[7] == SETTLED])
    for bill, raised_at, ended_at, amount, over, adjustment, _, state in rows:
        raised_on, ended_on = _day(tenant, raised_at), _day(tenant, ended_at)
        found[bill].append(Held(raised_on or date.min, ended_on, amount))
        if state == SETTLED and ended_on is not None:
            found[bill].append(Held(ended_on, given_back.get(adjustment), over))
    return dict(found)


def _given_back(tenant: Tenant, adjusted: Sequence[tuple[int, int]]) -> dict[int, date]:
    """Of adjustments (id, account id) that stand in a posted bill: the day after that bill is due."""
    if not adjusted:
        return {}
    taken = adjustments_taken(tenant=tenant, ids=[one for one, _ in adjusted])
    ids = {one.name: one.id for one in cycles(tenant=tenant) if one.name in taken.values()}
    accounts = {account for _, account in adjusted}
    bills = {
        (cycle, bill.account_id): str(bill.id)
        for cycle, bill in bills_of(tenant=tenant, accounts=accounts, cycles=ids.values())
    }
    opened = receivables_named(tenant=tenant, kind="bill", names=list(bills.values()))
    dues = receivables_of(tenant=tenant, ids=list(opened.values()))
    return {
        one: dues[opened[bill]].due_on + timedelta(days=1)
        for one, account in adjusted
        if (bill := bills.get((taken.get(one, ""), account))) is not None and bill in opened
    }


def _day(tenant: Tenant, at: datetime | None) -> date | None:
    return None if at is None else local_date(to_ms(at), tenant.zone)


def _page(
    tenant: Tenant, nodes: Collection[str] | None, which: Q, order: str, after: Place | None, limit: int
) -> list[DisputeFacts]:
    """Rows by an instant and their id, both up or (`-`) both down, on from where the page before ended."""
    at, down = order.removeprefix("-"), order.startswith("-")
    beyond = "lt" if down else "gt"
    with scope(tenant=tenant):
        rows = _within(nodes).filter(which, tenant=tenant)
        if after is not None:
            rows = rows.filter(Q(**{f"{at}__{beyond}": after[0]}) | Q(**{at: after[0], f"id__{beyond}": after[1]}))
        return _facts(rows.order_by(order, "-id" if down else "id")[:limit])


def _within(nodes: Collection[str] | None) -> Any:
    if nodes is None:
        return Dispute.objects.all()
    return Dispute.objects.filter(account__customer__organisation__in=sorted(nodes))


def _facts(rows: Any) -> list[DisputeFacts]:
    return [
        DisputeFacts(
            id=row.pk, number=row.number, account=row.account.code, customer=row.account.customer.code,
            organisation=row.account.customer.organisation, bill=row.bill_id, cycle=row.bill.cycle.name,
            place=row.place, origin=row.origin, item=row.item, subscriber=row.subscriber, events=tuple(row.events),
            amount_minor=row.amount_minor, says=row.says, raised_at=row.raised_at,
            actor=f"{row.actor_kind}/{row.actor_id}", promised_at=row.promised_at, multiple=row.multiple,
            state=row.state, over_minor=row.over_minor, compensation_minor=row.compensation_minor,
            adjustment=row.adjustment, approval=row.approval, ended_at=row.ended_at,
        )
        for row in rows.select_related("account__customer", "bill__cycle")
    ]  # fmt: skip


def dispute_numbers(*, tenant: Tenant, head: str) -> Iterator[str]:
    """Numbers of disputes that begin with `head`."""
    return numbers_given(Dispute, tenant=tenant, head=head)
