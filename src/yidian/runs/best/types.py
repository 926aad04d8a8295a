"""What a comparison of offers tells. Amounts in minor units of the tariff's currency, tax included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

NO_PRICE: Final = "NO_PRICE"  # it has no price for something that was used
TOO_LARGE: Final = "AMOUNT_OVERFLOW"
NEEDS_ANOTHER: Final = "NEEDS_ANOTHER"  # it is given only beside another offer, and nobody else of the unit holds one
LEAVES_ALONE: Final = "LEAVES_ALONE"  # others of the unit hold offers that are given only beside the present one
OTHER_LINE: Final = "OTHER_LINE"  # it is sold for another line of business than what is held


class UnableToCompare(Exception):
    """SUBSCRIPTION_NOT_FOUND; MONTHS_NOT_RATED: no month that is over was rated; NO_BASE_OFFER: none was held in them;
    NOTHING_ON_SALE: no offer to compare with; PRESENT_NOT_PRICED: today's tariff cannot bill what is held."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One offer. `months`: what each would have cost; none where it cannot be said, and `reason` is why:
    NO_PRICE (for so many `events`), AMOUNT_OVERFLOW, NEEDS_ANOTHER, LEAVES_ALONE, OTHER_LINE (of those asked for alone:
    else they are no candidates). `present`: it is held now."""

    offer: str
    months: tuple[int, ...]
    saving_minor: int = 0
    reason: str = ""
    events: int = 0
    present: bool = False

    @property
    def answered(self) -> bool:
        return not self.reason

    @property
    def total_minor(self) -> int:
        return sum(self.months)

    @property
    def dearer_minor(self) -> int:
        """How much more it would have cost."""
        return max(-self.saving_minor, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BestPlan:
    """One subscription (by code) and its months, the oldest first. All sums are of `counted` subscriptions: itself and
    those that are priced together with it.

    `present`: by the offers really held, at today's prices; `billed`: what was billed, None: no bill yet. `options`:
    every candidate, the cheapest first. `rejected`: events by reason that nobody could price, left out everywhere.
    """

    subscriber: str
    cycles: tuple[str, ...]
    on: date
    currency: str
    counted: int
    present: Option
    billed: tuple[int | None, ...]
    options: tuple[Option, ...]
    customers: int = 1  # whose subscriptions they are
    rejected: Mapping[str, int] = field(default_factory=dict)

    @property
    def best(self) -> Option | None:
        """The cheapest other one that can be answered for, if it is cheaper than what is held."""
        found = next((one for one in self.options if one.answered and not one.present), None)
        return found if found is not None and found.saving_minor > 0 else None


@dataclass(frozen=True, slots=True)
class Flow:
    """How many would go from one offer to another, and what they would save together."""

    from_offer: str
    to_offer: str
    subscribers: int
    saving_minor: int


@dataclass(frozen=True, slots=True)
class Step:
    """Subscribers who would save from_minor … to_minor (half-open; None: without end)."""

    from_minor: int
    to_minor: int | None
    subscribers: int
    saving_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BestPlans:
    """Everybody's best plan summed up. `subscribers`: who was compared; `savers`: for whom another offer is cheaper;
    `unanswered`: by reason, whose present bill today's tariff cannot make.

    `present_minor`: what all pay at today's prices; `saving_minor`: what the operator would lose if every saver went.
    """

    cycles: tuple[str, ...]
    on: str
    edition: int
    currency: str
    offers: tuple[str, ...]
    subscribers: int
    savers: int
    unanswered: Mapping[str, int]
    present_minor: int
    saving_minor: int
    compared: int  # subscriber-offer-months really priced
    flows: tuple[Flow, ...]
    steps: tuple[Step, ...]

    @property
    def last(self) -> str:
        """The last of the months."""
        return self.cycles[-1]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> BestPlans:
        """What to_json said, as it was."""
        lists = {name: tuple(told[name]) for name in ("cycles", "offers")}
        flows, steps = tuple(Flow(**one) for one in told["flows"]), tuple(Step(**one) for one in told["steps"])
        return cls(**{**told, **lists, "flows": flows, "steps": steps})
