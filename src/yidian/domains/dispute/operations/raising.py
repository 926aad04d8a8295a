"""A customer says that a bill is wrong: within so many months, by no more than was charged, a line once at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Case, F, Q, Sum, When

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.dispute.lifecycle import RAISED, REJECTED, SETTLED, WITHDRAWN
from yidian.domains.dispute.models import Dispute
from yidian.domains.dispute.operations._steps import remember, written
from yidian.domains.dispute.queries import dispute_named, terms_on
from yidian.domains.dispute.types import Charge, DisputeFacts
from yidian.domains.party.queries import accounts_by_code
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.faults import refuse
from yidian.kernel.ledger import months_after
from yidian.kernel.money import currency, format_minor
from yidian.platform.locks import hold_until_commit
from yidian.platform.numbering.operations import next_number
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

MOST_EVENTS: Final = 50
_ASKED: Final = Case(When(state=SETTLED, then=F("over_minor")), default=F("amount_minor"))  # of one, as it stands


class UnableToDispute(Exception):
    """DISPUTE_TOO_LATE (`until`: the last day), DISPUTE_OPEN_ALREADY (names it), DISPUTE_NOTHING_LEFT: all that was
    charged is given back or disputed already, or nothing was charged."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def raise_dispute(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, charge: Charge, amount_minor: int, says: str,
    events: Sequence[str] = (),
) -> DisputeFacts:  # fmt: skip
    """Take a dispute and promise when it is answered. The same key again answers the same dispute.

    UnableToDispute; BadInput DISPUTE_AMOUNT (not above 0, or more than is left of what was charged), DISPUTE_SAYS,
    DISPUTE_EVENTS.
    """
    said = written(says, "DISPUTE_SAYS")
    if len(events) > MOST_EVENTS or any(not one or len(one) > 64 for one in events):
        raise refuse("DISPUTE_EVENTS", value=len(events), most=MOST_EVENTS)
    today = local_date(to_ms(now), tenant.zone)
    terms = terms_on(tenant=tenant, on=today)
    last_on = last_day(tenant=tenant, cycle=charge.cycle, months=terms.months)
    request = {
        "account": charge.account, "cycle": charge.cycle, "place": charge.place, "amount_minor": amount_minor,
        "says": said, "events": list(events),
    }  # fmt: skip

    def work(frame: Frame) -> dict[str, Any]:
        if today > last_on:
            raise UnableToDispute("DISPUTE_TOO_LATE", cycle=charge.cycle, until=last_on.isoformat())
        _refuse_more_than_is_left(tenant, charge, amount_minor)
        row = Dispute.objects.create(
            tenant=tenant, account_id=accounts_by_code(tenant=tenant, codes=[charge.account])[charge.account].id,
            bill_id=charge.bill, place=charge.place, origin=charge.origin, item=charge.item,
            subscriber=charge.subscriber, events=list(events), amount_minor=amount_minor, says=said, raised_at=now,
            actor_kind=actor.kind, actor_id=actor.id, promised_at=now + timedelta(hours=terms.answer_hours),
            multiple=terms.multiple, state=RAISED,
            number=next_number(frame=frame, series=f"dispute/{today:%Y%m}", form=f"D{today:%Y%m}-{{:06d}}"),
        )  # fmt: skip
        remember(frame, row, "raise", said)
        told = {**request, "state": RAISED, "item": charge.item, "promised_at": row.promised_at.isoformat()}
        frame.changed("dispute", row.number, before=None, after=told)
        payload = {"dispute": row.number, **{name: request[name] for name in ("account", "cycle", "amount_minor")}}
        frame.emit("dispute.raised", aggregate=f"dispute/{row.number}", payload=payload)
        return {"dispute": row.number}

    outcome = perform(
        tenant=tenant, actor=actor, operation="dispute.raise", key=key, request=request, now=now, work=work
    )
    return dispute_named(tenant=tenant, number=str(outcome.answer["dispute"]))


def last_day(*, tenant: Tenant, cycle: str, months: int) -> date:
    """The last local day on which a cycle's bills can be disputed: so many months after its own are over then."""
    begun = local_date(cycle_named(tenant=tenant, name=cycle).from_ms, tenant.zone).replace(day=1)
    return months_after(begun, months + 1) - timedelta(days=1)


def _refuse_more_than_is_left(tenant: Tenant, charge: Charge, amount_minor: int) -> None:
    """Disputes of one bill come one after the other: together they never ask more than was charged."""
    hold_until_commit(f"dispute {tenant.pk} {charge.bill}")
    others = Dispute.objects.filter(bill_id=charge.bill).exclude(state__in=(REJECTED, WITHDRAWN))
    same = others.filter(place=charge.place, ended_at=None).values_list("number", flat=True).first()
    if same is not None:
        raise UnableToDispute("DISPUTE_OPEN_ALREADY", dispute=same)
    sums = others.aggregate(all=Sum(_ASKED), line=Sum(_ASKED, filter=Q(place=charge.place)))
    left = charge.bill_minor - (sums["all"] or 0)
    if charge.place:
        left = min(left, charge.amount_minor - (sums["line"] or 0))
    if left <= 0:
        raise UnableToDispute("DISPUTE_NOTHING_LEFT", cycle=charge.cycle)
    if not 0 < amount_minor <= left:
        unit = currency(tenant.currency)
        raise refuse("DISPUTE_AMOUNT", value=format_minor(amount_minor, unit), up_to=format_minor(left, unit))
