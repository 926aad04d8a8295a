"""Reading what is owed and what came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Q, Sum
from django_scopes import scope

from yidian.domains.payment._of_orders import kept_by_order as kept_by_order
from yidian.domains.payment._of_orders import order_deposits as order_deposits
from yidian.domains.payment._of_orders import order_parts_astray as order_parts_astray
from yidian.domains.payment._of_orders import orders_paid as orders_paid
from yidian.domains.payment.models import (
    Allocation,
    Payment,
    PaymentChannel,
    PaymentFile,
    Receivable,
    Refund,
)
from yidian.domains.payment.types import (
    ClearedDay,
    Clearing,
    FileAgainstPayments,
    FileReport,
    Owed,
    OwedOfCycle,
    Receipt,
    RefundFacts,
    Totals,
)
from yidian.platform.numbering.queries import numbers_given
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500
OPEN: Final = Q(cleared_minor__lt=F("amount_minor"))
_OWED: Final = tuple(Owed.__dataclass_fields__)
_RECEIPT: Final = tuple(Receipt.__dataclass_fields__)
_PARTS: Final = (
    "amount_minor", "cleared_minor", "credited_minor", "suspense_minor", "returned_minor", "kept_minor",
    "deposited_minor",
)  # fmt: skip


class UnableToFindPayment(Exception):
    """No receipt of that number or channel id. Code PAYMENT_NOT_FOUND."""

    code = "PAYMENT_NOT_FOUND"

    def __init__(self, *, payment: str) -> None:
        self.params = {"payment": payment}
        super().__init__(f"no payment {payment}")


def owed_by(*, tenant: Tenant, accounts: Collection[str], cycle: str | None = None) -> dict[str, list[Owed]]:
    """What some accounts (by code) owe and is open, oldest due first; of one cycle if it is named."""
    found: defaultdict[str, list[Owed]] = defaultdict(list)
    ordered = sorted(accounts)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = Receivable.objects.filter(OPEN, account__in=ordered[start : start + CHUNK])
            if cycle is not None:
                rows = rows.filter(cycle=cycle)
            for row in rows.order_by("due_on", "id").values_list(*_OWED):
                owed = Owed(*row)
                found[owed.account].append(owed)
    return dict(found)


def accounts_owing(*, tenant: Tenant, cycle: str) -> list[str]:
    """Codes of all accounts that have a receivable of a cycle, open or not, in order."""
    with scope(tenant=tenant):
        rows = Receivable.objects.filter(tenant=tenant, cycle=cycle)
        return list(rows.order_by("account").values_list("account", flat=True).distinct())


def receivables_of(*, tenant: Tenant, ids: Collection[int]) -> dict[int, Owed]:
    """Receivables by id, open or not."""
    found: dict[int, Owed] = {}
    ordered = sorted(ids)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = Receivable.objects.filter(id__in=ordered[start : start + CHUNK])
            found |= {row[0]: Owed(*row) for row in rows.values_list(*_OWED)}
    return found


def clearings(*, tenant: Tenant, receivables: Collection[int]) -> list[Clearing]:
    """What cleared some receivables (ids), net of what was undone: by source and day of value, in that order."""
    found: list[Clearing] = []
    ordered = sorted(receivables)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = Allocation.objects.filter(receivable_id__in=ordered[start : start + CHUNK])
            sums = rows.values_list("receivable_id", "source", "value_on").annotate(sum=Sum("amount_minor"))
            found += [Clearing(*row) for row in sums.order_by("receivable_id", "value_on", "source") if row[3]]
    return found


def receivables_of_cycle(*, tenant: Tenant, cycle: str) -> OwedOfCycle:
    """Sums over the receivables that the bills of a cycle opened."""
    with scope(tenant=tenant):
        rows = Receivable.objects.filter(tenant=tenant, kind="bill", cycle=cycle)
        found = rows.aggregate(bills=Count("id"), amount=Sum("amount_minor"), cleared=Sum("cleared_minor"))
    return OwedOfCycle(found["bills"], found["amount"] or 0, found["cleared"] or 0)


def overdue(*, tenant: Tenant, on: date) -> Iterator[Owed]:
    """Everything open whose due day is before a local day, by account and due day."""
    with scope(tenant=tenant):
        rows = Receivable.objects.filter(OPEN, tenant=tenant, due_on__lt=on).order_by("account", "due_on", "id")
        yield from (Owed(*row) for row in list(rows.values_list(*_OWED)))


def cleared_late(*, tenant: Tenant, booked_from: date) -> set[int]:
    """Ids of receivables of which something was cleared after its due day, booked on or after a local day."""
    with scope(tenant=tenant):
        rows = Allocation.objects.filter(made_on__gte=booked_from, value_on__gt=F("receivable__due_on"))
        return set(rows.values_list("receivable_id", flat=True))


def cleared_days(*, tenant: Tenant, receivables: Collection[int]) -> list[ClearedDay]:
    """What was cleared of each receivable by day of value, in order of both."""
    found: list[ClearedDay] = []
    ordered = sorted(receivables)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = Allocation.objects.filter(receivable_id__in=ordered[start : start + CHUNK])
            sums = rows.values_list("receivable_id", "value_on").annotate(sum=Sum("amount_minor"))
            found += [ClearedDay(*row) for row in sums.order_by("receivable_id", "value_on")]
    return found


def receipt(*, tenant: Tenant, named: str) -> Receipt:
    """A receipt by its number, or by "channel:id of the channel"; UnableToFindPayment."""
    channel, colon, txn = named.partition(":")
    which = Q(channel=channel, channel_txn=txn) if colon else Q(number=named)
    with scope(tenant=tenant):
        row = Payment.objects.filter(which, tenant=tenant).values_list(*_RECEIPT).first() if named else None
    if row is None:
        raise UnableToFindPayment(payment=named)
    return Receipt(*row)


def receipts(*, tenant: Tenant, account: str | None = None, state: str | None = None, limit: int = 50) -> list[Receipt]:
    """Receipts, newest first: of an account, in a state, or all."""
    with scope(tenant=tenant):
        rows = Payment.objects.filter(tenant=tenant)
        if account is not None:
            rows = rows.filter(account=account)
        if state is not None:
            rows = rows.filter(state=state)
        return [Receipt(*row) for row in rows.order_by("-id")[:limit].values_list(*_RECEIPT)]


def receipts_of(*, tenant: Tenant, accounts: Collection[str], before: int = 0, limit: int = 50) -> list[Receipt]:
    """Receipts of some accounts (codes), newest first; with ids below `before` (0: from the newest)."""
    with scope(tenant=tenant):
        rows = Payment.objects.filter(tenant=tenant, account__in=sorted(accounts))
        rows = rows.filter(pk__lt=before) if before else rows
        return [Receipt(*row) for row in rows.order_by("-id").values_list(*_RECEIPT)[:limit]]


def refunds_of(*, tenant: Tenant, accounts: Collection[str], limit: int) -> list[RefundFacts]:
    """The newest refunds of some accounts (codes), newest first."""
    with scope(tenant=tenant):
        rows = Refund.objects.filter(tenant=tenant, account__in=sorted(accounts)).order_by("-id")[:limit]
        return [RefundFacts(*row) for row in rows.values_list(*RefundFacts._fields)]


def paid_accounts(*, tenant: Tenant, named: Collection[str]) -> dict[str, str]:
    """The account (code, "" unknown) of receipts by their number, or by their id in digits."""
    ids = [int(name) for name in named if name.isascii() and name.isdigit() and len(name) < 19]
    with scope(tenant=tenant):
        rows = Payment.objects.filter(Q(number__in=sorted(named)) | Q(id__in=ids), tenant=tenant)
        return {
            name: account
            for id_, number, account in rows.values_list("id", "number", "account")
            for name in (number or str(id_), str(id_))
            if name in named
        }


def refunded_accounts(*, tenant: Tenant, numbers: Collection[str]) -> dict[str, str]:
    """The account (code) of refunds by the number of their voucher."""
    with scope(tenant=tenant):
        rows = Refund.objects.filter(tenant=tenant, number__in=sorted(numbers))
        return dict(rows.values_list("number", "account"))


def known_payments(*, tenant: Tenant, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Receipt]:
    """Those of (channel, id of the channel) that are there already."""
    found: dict[tuple[str, str], Receipt] = {}
    by_channel: defaultdict[str, set[str]] = defaultdict(set)
    for channel, txn in keys:
        by_channel[channel].add(txn)
    with scope(tenant=tenant):
        for channel, txns in sorted(by_channel.items()):
            ordered = sorted(txns)
            for start in range(0, len(ordered), CHUNK):
                rows = Payment.objects.filter(channel=channel, channel_txn__in=ordered[start : start + CHUNK])
                for row in rows.values_list(*_RECEIPT):
                    one = Receipt(*row)
                    found[one.channel, one.channel_txn] = one
    return found


def totals(*, tenant: Tenant) -> Totals:
    """Where all the money stands that ever came in."""
    with scope(tenant=tenant):
        standing = Payment.objects.filter(tenant=tenant).exclude(state="reversed")
        sums: dict[str, Any] = standing.aggregate(**{name: Sum(name) for name in _PARTS})
        channels = standing.values_list("channel").annotate(sum=Sum(F("amount_minor") - F("returned_minor")))
        paid_back = Refund.objects.filter(tenant=tenant, payment=None)
        refunds = paid_back.values_list("channel").annotate(sum=Sum("amount_minor"))
        by_channel, refunded = dict(channels), dict(refunds)
        count = Payment.objects.filter(tenant=tenant).count()
    taken, cleared, credited, suspense, returned, kept, deposited = (int(sums[name] or 0) for name in _PARTS)
    back = sum(refunded.values())
    return Totals(taken, cleared, credited, suspense, returned, back, by_channel, refunded, count, kept, deposited)


def open_by_account(*, tenant: Tenant) -> dict[str, int]:
    """What is open of each account that ever owed, by code; 0 where all is cleared."""
    with scope(tenant=tenant):
        rows = Receivable.objects.filter(tenant=tenant).values_list("account")
        return dict(rows.annotate(sum=Sum(F("amount_minor") - F("cleared_minor"))))


def cleared_differences(*, tenant: Tenant, limit: int = 50) -> list[tuple[str, int, int, int]]:
    """Receivables and receipts whose stored sum is not that of their allocations: (kind, id, stored, summed)."""
    with scope(tenant=tenant):
        by_receivable = dict(_sums(Allocation.objects.filter(tenant=tenant), "receivable_id"))
        by_payment = dict(_sums(Allocation.objects.filter(tenant=tenant, source="payment"), "payment_id"))
        stored = (
            ("receivable", by_receivable, Receivable.objects.filter(tenant=tenant)),
            ("payment", by_payment, Payment.objects.filter(tenant=tenant)),
        )
        found = []
        for kind, summed, rows in stored:
            for id_, cleared in rows.order_by("id").values_list("id", "cleared_minor").iterator(chunk_size=10_000):
                if cleared != summed.get(id_, 0):
                    found.append((kind, id_, cleared, summed.get(id_, 0)))
    return found[:limit]


def _sums(rows: Any, column: str) -> Any:
    return rows.values_list(column).annotate(sum=Sum("amount_minor"))


def file_known(*, tenant: Tenant, sha256: str) -> FileReport | None:
    """The report of a file that was loaded wholly, by the hash of its bytes."""
    with scope(tenant=tenant):
        row = PaymentFile.objects.filter(tenant=tenant, sha256=sha256, state="loaded").first()
    return report_of(row, again=True) if row else None


def channels(*, tenant: Tenant) -> list[str]:
    """Channels whose files were imported, by name: their mappings are known."""
    with scope(tenant=tenant):
        return list(PaymentChannel.objects.filter(tenant=tenant).order_by("channel").values_list("channel", flat=True))


def mapping_text(*, tenant: Tenant, channel: str) -> str:
    """The mapping last used for a channel; "" where none was."""
    with scope(tenant=tenant):
        found = PaymentChannel.objects.filter(tenant=tenant, channel=channel).values_list("mapping", flat=True)
        return str(found.first() or "")


def payment_files(*, tenant: Tenant, limit: int = 50, before: int = 0) -> list[FileReport]:
    """Imported files, newest first; with ids below `before` (0: from the newest)."""
    with scope(tenant=tenant):
        rows = PaymentFile.objects.filter(tenant=tenant, **({"pk__lt": before} if before else {}))
        return [report_of(row) for row in rows.order_by("-id")[:limit]]


def payment_file(*, tenant: Tenant, id: int) -> FileReport | None:
    """One imported file; None where there is none."""
    with scope(tenant=tenant):
        return next((report_of(row) for row in PaymentFile.objects.filter(tenant=tenant, pk=id)), None)


def receipt_numbered(*, tenant: Tenant, id: int) -> Receipt | None:
    """A receipt by its id; None where there is none."""
    with scope(tenant=tenant):
        row = Payment.objects.filter(tenant=tenant, pk=id).values_list(*_RECEIPT).first()
    return None if row is None else Receipt(*row)


def receipt_page(
    *, tenant: Tenant, account: str = "", state: str = "", before: int = 0, limit: int = 50
) -> list[Receipt]:
    """Receipts newest first: of an account, in a state, with ids below `before` (0: from the newest)."""
    told = {"account": account, "state": state, "pk__lt": before}
    with scope(tenant=tenant):
        rows = Payment.objects.filter(tenant=tenant, **{name: value for name, value in told.items() if value})
        return [Receipt(*row) for row in rows.order_by("-id").values_list(*_RECEIPT)[:limit]]


def suspended_sum(*, tenant: Tenant) -> tuple[int, int]:
    """How many receipts are of nobody known, and their sum."""
    with scope(tenant=tenant):
        rows = Payment.objects.filter(tenant=tenant, state="suspended")
        found = rows.aggregate(count=Count("id"), sum=Sum("suspense_minor"))
    return found["count"], found["sum"] or 0


def files_against_payments(*, tenant: Tenant) -> list[FileAgainstPayments]:
    """Files that were taken or are under way, oldest first, each with the count and sum of its payments."""
    with scope(tenant=tenant):
        rows = Payment.objects.filter(tenant=tenant, file__isnull=False).values_list("file_id")
        found = {file: (count, minor) for file, count, minor in rows.annotate(n=Count("id"), sum=Sum("amount_minor"))}
        files = PaymentFile.objects.filter(tenant=tenant).exclude(state="held").order_by("id")
        return [
            FileAgainstPayments(
                one.name, one.state, one.good + one.suspended, one.amount_minor, *found.get(one.pk, (0, 0))
            )
            for one in files
        ]


def report_of(row: PaymentFile, *, again: bool = False) -> FileReport:
    """A file's row as a value."""
    rejects = tuple((int(line), column, value, code, params) for line, column, value, code, params in row.rejects)
    return FileReport(
        name=row.name, state=row.state, reason=row.reason, params=row.params, rows=row.rows, good=row.good,
        duplicates=row.duplicates, suspended=row.suspended, rejected=row.rejected, amount_minor=row.amount_minor,
        rejects=rejects, again=again, id=row.pk, channel=row.channel, sha256=row.sha256, imported_at=row.imported_at,
    )  # fmt: skip


def receivables_named(*, tenant: Tenant, kind: str, names: Collection[str]) -> dict[str, int]:
    """Ids of receivables of a kind by what they refer to."""
    found: dict[str, int] = {}
    ordered = sorted(names)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = Receivable.objects.filter(kind=kind, refers__in=ordered[start : start + CHUNK])
            found |= dict(rows.values_list("refers", "id"))
    return found


def receipt_numbers(*, tenant: Tenant, head: str) -> Iterator[str]:
    """Numbers of receipts that begin with `head`."""
    return numbers_given(Payment, tenant=tenant, head=head)


def refund_numbers(*, tenant: Tenant, head: str) -> Iterator[str]:
    """Numbers of refunds that begin with `head`."""
    return numbers_given(Refund, tenant=tenant, head=head)
