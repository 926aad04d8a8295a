"""What matters of a customer, before any table: owed, overdue, held, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from yidian.domains.charging.queries import held_of
from yidian.domains.party.queries import accounts_of, contacts_of, customers, documents_of
from yidian.domains.party.types import Contact, CustomerFacts, DocumentFacts
from yidian.domains.payment.queries import owed_by
from yidian.domains.payment.types import Owed
from yidian.domains.product_inventory.queries import lines_counted
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.access.queries import node_names
from yidian.platform.tenancy.models import Tenant


class UnableToFindCustomer(Exception):
    """No customer of that code. Code CUSTOMER_NOT_FOUND."""

    code = "CUSTOMER_NOT_FOUND"

    def __init__(self, *, customer: str) -> None:
        self.params = {"customer": customer}
        super().__init__(f"no customer {customer}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Amounts in minor units. `open_minor` is to pay, `overdue_minor` of it past its day, `fees_minor` late fees in it.

    `principal_minor`, `gifts_minor`: what the balance books hold. `lines` subscriptions ever, `active` with a number
    now. `since_ms`: when the oldest subscription began, None without one. `days`: how long the oldest debt is overdue.
    `node`: what the part of the organisation that looks after them is called.
    """

    facts: CustomerFacts
    node: str
    documents: tuple[DocumentFacts, ...]
    contacts: tuple[Contact, ...]
    accounts: tuple[str, ...]
    lines: int
    active: int
    since_ms: int | None
    open_minor: int
    overdue_minor: int
    fees_minor: int
    oldest_due: date | None
    days: int
    principal_minor: int
    gifts_minor: int

    @property
    def held_minor(self) -> int:
        return self.principal_minor + self.gifts_minor

    @property
    def state(self) -> str:
        """The sentence to begin with: "owes" past the day, "due" in time, "gone" nothing in use, "well"."""
        if self.overdue_minor:
            return "owes"
        if not self.active:
            return "gone"
        return "due" if self.open_minor else "well"


def summary(*, tenant: Tenant, customer: str, now: datetime) -> Summary:
    """UnableToFindCustomer. Eight queries, however many accounts there are."""
    found = customers(tenant=tenant, codes=[customer])
    if not found:
        raise UnableToFindCustomer(customer=customer)
    node = found[0].organisation
    accounts = tuple(row.code for row in accounts_of(tenant=tenant, customer=customer))
    today = local_date(to_ms(now), tenant.zone)
    owed = [one for dues in owed_by(tenant=tenant, accounts=accounts).values() for one in dues]
    late = [one for one in owed if one.due_on < today]
    oldest = min((one.due_on for one in late), default=None)
    held = held_of(tenant=tenant, accounts=accounts).values()
    lines, active, since_ms = lines_counted(tenant=tenant, customer=customer, at_ms=to_ms(now))
    named = node_names(tenant=tenant, codes=[node]) if node else {}
    return Summary(
        facts=found[0], node=named.get(node, node),
        documents=tuple(documents_of(tenant=tenant, customers=[customer])),
        contacts=tuple(contacts_of(tenant=tenant, customer=customer, at_ms=to_ms(now))), accounts=accounts,
        lines=lines, active=active, since_ms=since_ms, open_minor=_sum(owed), overdue_minor=_sum(late),
        fees_minor=_sum([one for one in owed if one.kind == "late_fee"]), oldest_due=oldest,
        days=(today - oldest).days if oldest else 0, principal_minor=sum(one[0] for one in held),
        gifts_minor=sum(one[1] for one in held),
    )  # fmt: skip


def _sum(owed: list[Owed]) -> int:
    return sum(one.open_minor for one in owed)
