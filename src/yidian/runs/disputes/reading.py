"""A dispute beside the line it is about: what was charged, what happened since, who is asked to agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yidian.domains.customer_bill.queries import adjustment
from yidian.domains.customer_bill.types import Adjusted
from yidian.domains.dispute.queries import dispute_named, disputes_of, steps
from yidian.domains.dispute.types import DisputeFacts, Step
from yidian.domains.party.queries import accounts_of
from yidian.domains.product_catalog.queries import item_names
from yidian.platform.access.approvals import approvals_about
from yidian.platform.access.queries import names_of
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.lake.queries import UnableToUseFile
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.bill import told_and_found
from yidian.runs.explain.found import BillFound
from yidian.runs.explain.slip import slip_of
from yidian.runs.explain.types import AccountBill, BillLine, Reason, Slip


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeShown:
    """`line`: the disputed one, None where it is the bill; `slip`: how it came about, where that was asked for and can
    be read; `before`: the same kind of line now and a month before,
    where that differs. `charged`: what of the bill can be given back, a line of each item. `asked`: the second person's
    approval that waits. `people`: names by login.
    """

    facts: DisputeFacts
    steps: tuple[Step, ...]
    bill: AccountBill
    line: BillLine | None
    slip: Slip | None
    before: Reason | None
    charged: tuple[BillLine, ...]
    given_back: Adjusted | None
    asked: ApprovalFacts | None
    people: dict[str, str]

    @property
    def whole_minor(self) -> int:
        """What the customer gets in all once it is booked: the over-charge so many times."""
        return (self.facts.over_minor or 0) * self.facts.multiple


@dataclass(frozen=True, slots=True)
class Listed:
    """Disputes in order, and what the tariff calls their items: code → (zh, en)."""

    rows: Sequence[DisputeFacts]
    items: dict[str, tuple[str, str]]


def read(*, tenant: Tenant, lake: Path, number: str, opened: bool = False) -> DisputeShown:
    """A dispute with its bill and line, `opened`: with the slip of the line too.

    UnableToFindDispute, UnableToFindBill, UnableToUseFile.
    """
    facts = dispute_named(tenant=tenant, number=number)
    bill, found = told_and_found(tenant=tenant, lake=lake, account=facts.account, cycle=facts.cycle)
    line = next((one for one in bill.lines if one.place == facts.place), None)
    happened = tuple(steps(tenant=tenant, number=number))
    waiting = approvals_about(tenant=tenant, subject=f"dispute/{number}")
    charged = {one.item.code: one for one in bill.lines if one.item.code and one.amount_minor > 0 and not one.origin}
    return DisputeShown(
        facts=facts, steps=happened, bill=bill, line=line, before=_before(bill, line) if line else None,
        slip=_slip(found, line) if opened and line else None,
        charged=tuple(charged[code] for code in sorted(charged)),
        given_back=adjustment(tenant=tenant, id=facts.adjustment) if facts.adjustment else None,
        asked=waiting[-1] if waiting else None,
        people=names_of(tenant=tenant, logins={one.actor.partition("/")[2] for one in happened}),
    )  # fmt: skip


def of_customer(*, tenant: Tenant, customer: str) -> Listed:
    """A customer's own disputes, newest first."""
    own = [one.code for one in accounts_of(tenant=tenant, customer=customer)]
    return listed(tenant=tenant, disputes=disputes_of(tenant=tenant, accounts=own))


def listed(*, tenant: Tenant, disputes: Sequence[DisputeFacts]) -> Listed:
    """Disputes with what the tariff calls their items."""
    codes = sorted({one.item for one in disputes if one.item})
    return Listed(disputes, item_names(tenant=tenant, codes=codes) if codes else {})


def _slip(bill: BillFound, line: BillLine) -> Slip | None:
    """None where the usage behind it cannot be read: who decides still sees the rest."""
    try:
        return slip_of(bill, line)
    except UnableToUseFile:
        return None


def _before(bill: AccountBill, line: BillLine) -> Reason | None:
    same = (line.kind, line.item, line.of_item, line.offer)
    return next((one for one in bill.reasons if (one.kind, one.item, one.of_item, one.offer) == same), None)
