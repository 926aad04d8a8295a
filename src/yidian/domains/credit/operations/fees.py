"""Late fees as charges of the open cycle: the difference of what the kernel says and what is booked."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from yidian.domains.credit.models import LateFee
from yidian.domains.credit.operations.arrears import arrears_of
from yidian.domains.credit.queries import booked_fees, brand_histories, fee_terms
from yidian.domains.credit.types import FeeTerm, Held
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.domains.payment.bulk import open_receivables
from yidian.domains.payment.operations import waive
from yidian.domains.payment.queries import cleared_days, receivables_named
from yidian.domains.payment.types import ClearedDay, NewReceivable, Owed
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.ledger.late_fee import Term, late_fee
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

INCOME: Final = AccountKey("late_fee")
NONE: Final[Mapping[int, Sequence[Held]]] = {}


class UnableToWaive(Exception):
    """LATE_FEE_NOT_FOUND, or LATE_FEE_SETTLED: nothing of it is open any more."""

    def __init__(self, code: str, *, fee: int) -> None:
        self.code, self.params = code, {"fee": fee}
        super().__init__(f"{code} {fee}")


def book_late_fees(
    *, frame: Frame, receivables: Sequence[Owed], to_on: date, cycle: str, held: Mapping[int, Sequence[Held]] = NONE
) -> tuple[int, int]:
    """Book the fees of bills for all their days before `to_on` that are not booked; how many, and what sum.

    Each is a receivable of its own and a posting of `cycle`. The same again finds nothing to book. Fees bear no fees,
    nor does what is `held` of a receivable (by id), on the days it is.
    """
    bills = {one.id: one for one in receivables if one.kind == "bill" and one.due_on < to_on}
    booked = booked_fees(tenant=frame.tenant, receivables=bills)
    cleared: defaultdict[int, list[ClearedDay]] = defaultdict(list)
    for day in cleared_days(tenant=frame.tenant, receivables=bills):
        cleared[day.receivable].append(day)
    terms = _Terms(frame.tenant, {one.account for one in bills.values()})
    fresh = []
    for one in sorted(bills.values(), key=lambda row: row.id):
        before, from_on = booked.get(one.id, (0, one.due_on + timedelta(days=1)))
        if from_on >= to_on:
            continue
        whole = late_fee(
            arrears=arrears_of(one, cleared[one.id], held.get(one.id, ())),
            terms=terms.of(one.account),
            due_on=one.due_on,
            to_on=to_on,
        )
        if whole > before:
            fresh.append(LateFee(
                tenant=frame.tenant, receivable=one.id, account=one.account, from_on=from_on, to_on=to_on,
                amount_minor=whole - before, cycle=cycle,
            ))  # fmt: skip
    if fresh:
        _book(frame, fresh, cycle)
    return len(fresh), sum(row.amount_minor for row in fresh)


def _book(frame: Frame, fresh: Sequence[LateFee], cycle: str) -> None:
    on = local_date(to_ms(frame.now), frame.tenant.zone)
    names = [f"{row.receivable}/{row.from_on.isoformat()}" for row in fresh]
    entries = [
        Entry(
            kind="late_fee", refers=f"late_fee/{name}", on=on, cycle=cycle,
            legs=(Leg(AccountKey("receivable", owner=row.account), row.amount_minor), Leg(INCOME, -row.amount_minor)),
        )
        for row, name in zip(fresh, names, strict=True)
    ]  # fmt: skip
    open_receivables(frame=frame, rows=[
        NewReceivable(0, row.account, cycle, on, row.amount_minor, kind="late_fee", refers=name)
        for row, name in zip(fresh, names, strict=True)
    ])  # fmt: skip
    opened = receivables_named(tenant=frame.tenant, kind="late_fee", names=names)
    for row, name, transaction in zip(fresh, names, post_many(frame=frame, entries=entries), strict=True):
        row.fee, row.transaction = opened[name], transaction
    LateFee.objects.bulk_create(fresh)


class _Terms:
    """Which terms hold for an account and when: those of the brand it follows, or of every brand."""

    def __init__(self, tenant: Tenant, accounts: Iterable[str]) -> None:
        self._by_brand: defaultdict[str, list[FeeTerm]] = defaultdict(list)
        for term in fee_terms(tenant=tenant):
            self._by_brand[term.brand].append(term)
        self._brands: Mapping[str, Sequence[tuple[date, str]]] = brand_histories(
            tenant=tenant, accounts=frozenset(accounts)
        )

    def of(self, account: str) -> list[Term]:
        """The terms as one sequence over all brands the account had."""
        changes = {term.from_on for rows in self._by_brand.values() for term in rows}
        changes |= {on for on, _ in self._brands.get(account, ())}
        found = []
        for day in sorted(changes):
            term = self._on(self._brand(account, day), day)
            if term is not None:
                found.append(Term(day, term.charged, term.rate_ppm, term.grace_days, term.cap_ppm))
        return found

    def _brand(self, account: str, day: date) -> str:
        rows = self._brands.get(account, ())
        at = bisect_right([on for on, _ in rows], day)
        return rows[at - 1][1] if at else ""

    def _on(self, brand: str, day: date) -> FeeTerm | None:
        for name in dict.fromkeys((brand, "")):
            rows = [term for term in self._by_brand.get(name, ()) if term.from_on <= day]
            if rows:
                return rows[-1]
        return None


def waive_late_fee(*, tenant: Tenant, actor: Actor, key: str, now: datetime, fee: int, reason: str) -> Outcome:
    """Give up what is open of a booked fee (its id). UnableToWaive. What is waived is not charged again."""

    def work(frame: Frame) -> dict[str, Any]:
        row = LateFee.objects.select_for_update(no_key=True).filter(pk=fee).first()
        if row is None:
            raise UnableToWaive("LATE_FEE_NOT_FOUND", fee=fee)
        waived = waive(
            frame=frame, receivable=row.fee, amount_minor=row.amount_minor - row.waived_minor, against=INCOME,
            reason=reason,
        )  # fmt: skip
        if not waived:
            raise UnableToWaive("LATE_FEE_SETTLED", fee=fee)
        row.waived_minor += waived
        row.save(update_fields=["waived_minor"])
        frame.emit("credit.late_fee_waived", aggregate=f"account/{row.account}", payload={"fee": fee, "minor": waived})
        return {"fee": fee, "waived_minor": waived}

    return perform(
        tenant=tenant, actor=actor, operation="credit.waive", key=key, request={"fee": fee}, now=now, work=work,
        reason=reason,
    )  # fmt: skip
