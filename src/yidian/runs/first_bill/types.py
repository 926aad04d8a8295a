"""What a quote of an order tells. Amounts in minor units of the tariff's currency, tax included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


class UnableToQuote(Exception):
    """The next bills of an order cannot be told. `params` of a fault of the cart has at least `subscriber` and
    `change`, the place of the change in the sequence from 0, as an UnableToChange of the same code has.

    CYCLE_FIXED: the month is in the books; CYCLE_NOT_FOUND: before the first; AMOUNT_OVERFLOW: an amount leaves the
    bounds. Of a cart: OFFER_UNKNOWN, OFFER_NOT_ON_SALE, OFFER_NOT_ON_SALE_YET, OFFER_SALE_SUSPENDED,
    OFFER_SALE_WITHDRAWN, OFFER_NEEDS, OFFER_NOT_HELD, OFFER_HELD_SEVERAL_TIMES, HOLDING_OVERLAP, HOLDING_SAME_BEGIN,
    HOLDING_TOO_LONG, SUBSCRIBER_UNKNOWN, SUBSCRIBER_KNOWN, IDENTIFIER_NOT_HELD, ENDS_WHERE_IT_BEGINS,
    PAYER_LATER, and those of stops.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a bill, by codes. `kind`: usage, fee, discount, minimum, advance; `of_item`: what a discount reduces;
    `one_off`: it comes once, not each month."""

    subscriber: str
    kind: str
    item: str
    of_item: str
    offer: str
    discount: str
    quantity: int
    events: int
    amount_micro: int
    amount_minor: int
    tax_class: str
    one_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """The tax inside a base."""

    tax_class: str
    rate_ppm: int
    base_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The cycle's own lines of an account: what comes of other months (late usage, corrections) is beside it."""

    lines: tuple[Line, ...] = ()
    taxes: tuple[Tax, ...] = ()
    total_minor: int = 0

    @property
    def tax_minor(self) -> int:
        return sum(tax.tax_minor for tax in self.taxes)

    @property
    def one_off_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines if line.one_off)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBill:
    """An account's bill with the changes and as everything is now. `billed`: it gets a bill at all."""

    account: str
    bill: Bill
    now: Bill
    billed: bool = True

    @property
    def difference_minor(self) -> int:
        return self.bill.total_minor - self.now.total_minor

    @property
    def one_off_minor(self) -> int:
        """What the changes bring once."""
        return self.bill.one_off_minor - self.now.one_off_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfBills:
    """A cycle [from_ms, to_ms), UTC ms, and its bills by account. `rejected`: events by reason that have no price with
    the changes, and are on no bill."""

    cycle: str
    from_ms: int
    to_ms: int
    accounts: tuple[AccountBill, ...]
    rejected: Mapping[str, int] = field(default_factory=dict)

    @property
    def total_minor(self) -> int:
        return sum(one.bill.total_minor for one in self.accounts)

    @property
    def difference_minor(self) -> int:
        return sum(one.difference_minor for one in self.accounts)

    @property
    def one_off_minor(self) -> int:
        return sum(one.one_off_minor for one in self.accounts)

    def of(self, account: str) -> AccountBill:
        """Nothing at all for one that gets no bill."""
        found = next((one for one in self.accounts if one.account == account), None)
        return found or AccountBill(account=account, bill=Bill(), now=Bill(), billed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """A minimum spend (低消) on an item: the first `free_cycles` calendar cycles have none."""

    item: str
    amount_micro: int
    free_cycles: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """What leaving before the end of a term of `cycles` would cost. `counted`: none (the amount), each_left (for each
    cycle that is left), by_term (cycles left / cycles of it)."""

    item: str
    amount_micro: int
    cycles: int
    counted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """How an offer that the changes give is held: in [from_ms, to_ms), UTC ms, and on what terms.

    `months`, `ends_with`, `needs`, `stacks`: of the offer (docs/howto/tariff.md).
    """

    subscriber: str
    offer: str
    name_zh: str
    name_en: str
    from_ms: int
    to_ms: int
    months: int
    ends_with: str
    stacks: bool
    needs: tuple[str, ...]
    least: tuple[Least, ...] = ()
    penalties: tuple[Penalty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstBill:
    """What an order would come to: on the bills of the cycle it is carried out in, of the next whole one without any
    usage, and what is promised for longer."""

    currency: str
    edition: int
    at_ms: int
    this: MonthOfBills
    next: MonthOfBills
    terms: tuple[OfferTerms, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As an order keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> FirstBill:
        """What to_json said, as it was; lists of JSON are tuples again."""
        months = {name: _month(told[name]) for name in ("this", "next")}
        return cls(**{**told, **months, "terms": tuple(map(_terms, told["terms"]))})


def _bill(told: Mapping[str, Any]) -> Bill:
    lines, taxes = tuple(Line(**one) for one in told["lines"]), tuple(Tax(**one) for one in told["taxes"])
    return Bill(lines=lines, taxes=taxes, total_minor=told["total_minor"])


def _month(told: Mapping[str, Any]) -> MonthOfBills:
    accounts = (
        AccountBill(**{**one, "bill": _bill(one["bill"]), "now": _bill(one["now"])}) for one in told["accounts"]
    )
    return MonthOfBills(**{**told, "accounts": tuple(accounts)})


def _terms(told: Mapping[str, Any]) -> OfferTerms:
    least, penalties = (Least(**one) for one in told["least"]), (Penalty(**one) for one in told["penalties"])
    return OfferTerms(**{**told, "needs": tuple(told["needs"]), "least": tuple(least), "penalties": tuple(penalties)})
