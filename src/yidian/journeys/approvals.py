"""待办: what waits for a second person, as whoever must decide wants to see it: who, what, why, before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yidian.domains.customer_bill import queries as bills
from yidian.domains.dispute.queries import dispute_named, steps
from yidian.domains.party.queries import accounts, customers
from yidian.domains.payment.queries import orders_paid, owed_by, receipt_numbered
from yidian.domains.product_catalog.queries import item_names, tariff_draft
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import lifecycle
from yidian.domains.usage.queries import suspense_groups
from yidian.kernel.calendar import from_ms
from yidian.platform.access.approvals import LASTS_MS, approval, approvals, approvals_over
from yidian.platform.access.queries import alone_up_to, may_approve_each, names_of
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor

Facts = list[tuple[str, object]]  # name of what is told, its value
Named = tuple[str, object]  # what kind of value it is, by its name
Change = tuple[str, Named, Named]  # what, before, after


@dataclass(frozen=True, slots=True)
class Waiting:
    """An approval in the list. `mine`: this person asked; `may`: this person may decide; `ends_ms`: until when.

    `able`: this person could have decided it, whether or not it still waits.
    """

    facts: ApprovalFacts
    asker: str
    mine: bool
    may: bool
    able: bool

    @property
    def ends_ms(self) -> int:
        return (self.facts.decided_ms or self.facts.asked_ms) + LASTS_MS


@dataclass(frozen=True, slots=True)
class Shown:
    """One with all that helps to decide. `limit_minor`: what its asker may do alone (None: no limit is the reason)."""

    waiting: Waiting
    decider: str
    limit_minor: int | None
    disputed: bool
    facts: Facts
    changes: tuple[Change, ...]


def waiting(*, tenant: Tenant, actor: Actor, now: datetime) -> list[Waiting]:
    """Open ones that a person may decide or has asked for, oldest first."""
    return [one for one in _seen(tenant, actor, approvals(tenant=tenant), now) if one.mine or one.may]


def decided(*, tenant: Tenant, actor: Actor, now: datetime, limit: int = 50) -> list[Waiting]:
    """Those that the person asked for or decided and that are over, newest first."""
    return _seen(tenant, actor, approvals_over(tenant=tenant, person=_person(actor), limit=limit), now)


def shown(*, tenant: Tenant, actor: Actor, id: int, now: datetime) -> Shown | None:
    """One approval; None where there is none or where it is no affair of this person's."""
    found = approval(tenant=tenant, id=id)
    if found is None:
        return None
    [one] = _seen(tenant, actor, [found], now)
    if not (one.mine or one.able or found.decided_by == _person(actor)):
        return None
    facts, changes = DETAILS.get(_kind(found), _plain)(tenant, found)
    kind, _, login = found.asked_by.partition(":")
    limit = alone_up_to(
        tenant=tenant, actor=Actor(kind, login), action=found.action, organisation=found.organisation or None, now=now
    )
    decider = found.decided_by.partition(":")[2]
    named = names_of(tenant=tenant, logins=[decider]) if decider else {}
    return Shown(
        one, named.get(decider, decider), limit, bool(found.params.get("disputed")), facts, tuple(changes)
    )  # fmt: skip


def _seen(tenant: Tenant, actor: Actor, found: list[ApprovalFacts], now: datetime) -> list[Waiting]:
    may = may_approve_each(
        tenant=tenant, actor=actor, asked=[(one.action, one.organisation, one.amount_minor) for one in found], now=now
    )
    logins = {one.asked_by.partition(":")[2] for one in found}
    named, me = names_of(tenant=tenant, logins=logins), _person(actor)
    seen = []
    for one, able in zip(found, may, strict=True):
        login, mine = one.asked_by.partition(":")[2], one.asked_by == me
        seen.append(Waiting(one, named.get(login, login), mine, able and not mine and one.state == "asked", able))
    return seen


def _person(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"


def _kind(found: ApprovalFacts) -> str:
    return "job" if "job" in found.params else found.action


def _adjustment(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    told: Mapping[str, Any] = found.params
    whose = accounts(tenant=tenant, codes=[told["account"]])
    names = customers(tenant=tenant, codes=[whose[0].customer]) if whose else []
    pending = sum(one.amount_minor for one in bills.pending_adjustments(tenant=tenant, account=told["account"]))
    items = item_names(tenant=tenant, codes=[told["item"]])
    facts: Facts = [
        ("customer", f"{names[0].name} {names[0].code}".strip() if names else told["account"]),
        ("account", told["account"]), ("cycle", told["cycle"]), ("item", items.get(told["item"], told["item"])),
        ("reason", {"code": f"ADJUST_BECAUSE_{str(told['reason']).upper()}"}),
    ]  # fmt: skip
    return facts, [("APPROVAL_NEXT_BILL", ("amount_minor", pending), ("amount_minor", pending + told["amount_minor"]))]


def _job(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    told: Mapping[str, Any] = found.params
    cycle = str(told.get("cycle", ""))
    if not cycle:
        return [("kind", told["job"])], []
    state = bills.cycle_named(tenant=tenant, name=cycle).state
    count, total = bills.billed_sums(tenant=tenant, cycle=cycle)
    aside = sum(n for _, n in bills.parked_counts(tenant=tenant, cycle=cycle))
    after = {"post": "posted", "close": "closed"}.get(str(told["job"]), state)
    facts: Facts = [("cycle", cycle), ("bills", count), ("total_minor", total), ("parked", aside)]
    return facts, [("APPROVAL_CYCLE", ("state", state), ("state", after))]


def _suspense(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    source, code = found.params.get("source", ""), found.params.get("code", "")
    groups = suspense_groups(tenant=tenant)
    count = sum(one.records for one in groups if (one.source, one.code) == (source, code))
    facts: Facts = [("source", source), ("reason", {"code": code})]
    return facts, [("APPROVAL_SUSPENSE", ("records", count), ("records", 0))]


def _payment(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    told = found.params
    row = receipt_numbered(tenant=tenant, id=int(told["payment"])) if "payment" in told else None
    if row is None:
        return [(name, value) for name, value in told.items()], []
    owed = sum(one.open_minor for one in owed_by(tenant=tenant, accounts=[row.account]).get(row.account, []))
    facts: Facts = [
        ("payment", row.number or f"{row.channel}:{row.channel_txn}"), ("account", row.account or row.payer),
        ("channel", row.channel), ("paid_at", row.paid_at), ("because", told.get("reason", "")),
    ]  # fmt: skip
    if told.get("act") != "reverse":
        return facts, [("APPROVAL_RECEIPT", ("amount_minor", row.suspense_minor), ("amount_minor", 0))]
    return facts, [("APPROVAL_OWED", ("amount_minor", owed), ("amount_minor", owed + row.cleared_minor))]


def _dispute(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    """An over-charge that is given back on the next bill, and made good on top of that."""
    told: Mapping[str, Any] = found.params
    dispute = dispute_named(tenant=tenant, number=str(told["dispute"]))
    answer = [one.note for one in steps(tenant=tenant, number=dispute.number) if one.sequence == told["step"]]
    items = item_names(tenant=tenant, codes=[told["item"]])
    over = int(told["over_minor"])
    pending = sum(one.amount_minor for one in bills.pending_adjustments(tenant=tenant, account=dispute.account))
    facts: Facts = [
        ("dispute", dispute.number), ("account", dispute.account), ("cycle", dispute.cycle),
        ("item", items.get(told["item"], told["item"])), ("disputed_minor", dispute.amount_minor),
        ("says", dispute.says), ("over_minor", over), ("compensation_minor", over * (dispute.multiple - 1)),
        ("because", answer[0] if answer else ""),
    ]  # fmt: skip
    return facts, [("APPROVAL_NEXT_BILL", ("amount_minor", pending), ("amount_minor", pending - over))]


def _correction(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    """A month that is to be billed otherwise, or as it was."""
    told: Mapping[str, Any] = found.params
    row = bills.correction(tenant=tenant, number=str(told["correction"]))
    seen, rows = bills.found_by_preview(tenant=tenant, number=row.number)
    before, after = (int(seen["trial"][f"{name}_minor"]) for name in ("before", "after"))
    facts: Facts = [
        ("correction", row.number), ("cycle", row.cycle), ("edition", str(row.edition or "")), ("units", row.units),
        ("accounts", len(rows)), ("reason", {"code": f"CORRECTION_BECAUSE_{row.reason.upper()}"}),
        ("comment", row.comment),
    ]  # fmt: skip
    way = (before, after) if told["act"] == "agree" else (after, before)
    return facts, [("APPROVAL_CORRECTED", ("amount_minor", way[0]), ("amount_minor", way[1]))]


def _tariff(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    """A draft that is to be published; a file that is to be loaded tells what it told."""
    if "draft" not in found.params:
        return _plain(tenant, found)
    draft = tariff_draft(tenant=tenant, number=int(found.params["draft"]))
    facts: Facts = [
        ("draft", f"{draft.number} {draft.title}"), ("offers", " ".join(draft.offers)),
        ("version", str(found.params["sha256"])[:12]), ("because", draft.policy),
    ]  # fmt: skip
    return facts, [("APPROVAL_EDITION", ("edition", draft.base), ("edition", draft.base + 1))]


def _order(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    """An order that is to be as if it had never been."""
    order = order_named(tenant=tenant, number=str(found.params["order"]))
    names = customers(tenant=tenant, codes=[order.customer])
    done = [item.completed_ms for item in order.items if item.completed_ms is not None]
    facts: Facts = [
        ("customer", f"{names[0].name} {names[0].code}".strip() if names else order.customer), ("order", order.number),
        *(("deed", {"code": f"DEED_{item.deed}".upper()}) for item in order.items), ("because", found.params["reason"]),
    ]  # fmt: skip
    if done:
        facts.append(("completed_at", from_ms(max(done))))
    paid = orders_paid(tenant=tenant, orders=[order.number]).get(order.number)
    back = paid.standing("kept", "deposited", "credited") if paid is not None else 0
    if back:  # so much goes back
        facts.append(("deposit_minor", back))
    after = lifecycle.REVERSED
    return facts, [("APPROVAL_ORDER_STATE", ("order_state", order.state), ("order_state", after))]


def _plain(tenant: Tenant, found: ApprovalFacts) -> tuple[Facts, list[Change]]:
    del tenant
    return [("subject", found.subject), *((name, value) for name, value in found.params.items())], []


DETAILS: Final[Mapping[str, Callable[[Tenant, ApprovalFacts], tuple[Facts, list[Change]]]]] = {
    "job": _job,
    "bill.adjust": _adjustment,
    "bill.correct": _correction,
    "dispute.uphold": _dispute,
    "order.reverse": _order,
    "suspense.write_off": _suspense,
    "payment.reverse": _payment,
    "payment.refund": _payment,
    "payment.claim": _payment,
    "tariff.publish": _tariff,
}
