"""Money into a book."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from yidian.domains.charging.defaults import COMPENSATION
from yidian.domains.charging.models import BalanceType
from yidian.domains.charging.operations._moves import book_with, key_of, move
from yidian.domains.charging.operations._rules import seed
from yidian.domains.charging.queries import pays_something
from yidian.domains.charging.types import Terms
from yidian.domains.ledger.operations import post
from yidian.domains.ledger.types import AccountKey, Leg
from yidian.domains.party.queries import accounts_by_code
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

GIFT_COST = AccountKey("gift_cost")


class UnableToCredit(Exception):
    """CREDIT_NOTHING (amount ≤ 0), CREDIT_ACCOUNT_UNKNOWN, BALANCE_TYPE_UNKNOWN (or not active), BALANCE_TYPE_NO_ITEMS,
    CREDIT_GIFT_AS_PRINCIPAL, CREDIT_MONEY_AS_GIFT, CREDIT_FROM_BOOK, CREDIT_TERMS (dates or limits cross)."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def credit(
    *, frame: Frame, account: str, type: str, amount_minor: int, against: AccountKey, on: date,
    expires_on: date | None = None, subscriber: str | None = None, cycle_upper_minor: int | None = None,
    cycle_lower_minor: int | None = None, effective_on: date | None = None, lower_minor: int = 0,
    upper_minor: int | None = None, kind: str = "credit", refers: str = "", cycle: str = "",
) -> int:  # fmt: skip
    """Put money into a book of the account: Dr `against`, Cr book. The book's id. UnableToCredit.

    Without dates and limits it joins the plain book of its kind, else it gets a book of its own. Gifts come from
    AccountKey("gift_cost") and go into types that are not principal; all other money is principal and stays so.
    """
    terms = Terms(
        subscriber or "", effective_on, expires_on, lower_minor, upper_minor, cycle_lower_minor or 0,
        cycle_upper_minor,
    )  # fmt: skip
    _refuse_wrong(account, type, amount_minor, against, terms)
    seed(tenant=frame.tenant)
    row = _type(frame.tenant, type, against)
    known = accounts_by_code(tenant=frame.tenant, codes=[account])
    if account not in known:
        raise UnableToCredit("CREDIT_ACCOUNT_UNKNOWN", account=account)
    book = book_with(tenant=frame.tenant, account_id=known[account].id, type_id=row.pk, terms=terms)
    legs = [Leg(against, amount_minor), Leg(key_of(book), -amount_minor)]
    post(frame=frame, kind=kind, legs=legs, refers=refers or f"book/{book.pk}", on=on, cycle=cycle)
    move(tenant=frame.tenant, by_minor={book.pk: amount_minor})
    before = {"account": account, "type": type, "balance_minor": book.balance_minor}
    frame.changed("book", book.pk, before=before, after=before | {"balance_minor": book.balance_minor + amount_minor})
    return book.pk


def compensate(*, frame: Frame, account: str, amount_minor: int, on: date, refers: str = "") -> int:
    """Make something good (K9): a gift that pays everything and is never paid out. The book's id. UnableToCredit."""
    return credit(
        frame=frame, account=account, type=COMPENSATION, amount_minor=amount_minor, against=GIFT_COST, on=on,
        kind="compensation", refers=refers,
    )  # fmt: skip


def _refuse_wrong(account: str, type_: str, amount_minor: int, against: AccountKey, terms: Terms) -> None:
    if amount_minor <= 0:
        raise UnableToCredit("CREDIT_NOTHING", account=account, amount=amount_minor)
    if against.kind in ("book", "deposit"):
        raise UnableToCredit("CREDIT_FROM_BOOK", account=account)
    ends = terms.expires_on is not None and terms.effective_on is not None and terms.expires_on <= terms.effective_on
    limits = ((terms.lower_minor, terms.upper_minor), (terms.cycle_lower_minor, terms.cycle_upper_minor))
    if ends or any(low < 0 or (high is not None and high < low) for low, high in limits):
        raise UnableToCredit("CREDIT_TERMS", account=account, type=type_)


def _type(tenant: Tenant, code: str, against: AccountKey) -> BalanceType:
    row: BalanceType | None = BalanceType.objects.filter(tenant=tenant, code=code, active=True).first()
    if row is None:
        raise UnableToCredit("BALANCE_TYPE_UNKNOWN", type=code)
    if not pays_something(tenant=tenant, type=code):
        raise UnableToCredit("BALANCE_TYPE_NO_ITEMS", type=code)
    if row.principal and against == GIFT_COST:
        raise UnableToCredit("CREDIT_GIFT_AS_PRINCIPAL", type=code)
    if not row.principal and against != GIFT_COST:
        raise UnableToCredit("CREDIT_MONEY_AS_GIFT", type=code)
    return row
