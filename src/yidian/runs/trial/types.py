"""What a trial tells. Amounts in minor units of the tariff's currency, tax included; before → after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Pair:
    """Something by its code, how many there are of it, and what it came to before and after."""

    code: str
    count: int
    before_minor: int
    after_minor: int

    @property
    def difference_minor(self) -> int:
        return self.after_minor - self.before_minor


@dataclass(frozen=True, slots=True)
class Step:
    """Accounts whose bill changes by from_minor … to_minor (half-open; None: without end), and by how much together."""

    from_minor: int | None
    to_minor: int | None
    accounts: int
    difference_minor: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sample bill: kind, item, the offer of a fee or the code of a discount, before → after."""

    subscriber: str
    kind: str
    item: str
    detail: str
    before_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True)
class Sample:
    """An account whose bill changes much, and its lines; those that change most first."""

    account: str
    before_minor: int
    after_minor: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a month would have billed under another tariff.

    `on`: the day whose rows of the draft were taken. `more`, `less`, `same`: accounts that would have paid so.
    `items`: by charge item (of a discount: the item that shows it); `offers`: subscribers by the main offer they held.
    `rejected_*`: events by reason that got no price; `parked_*`: rating units.
    """

    cycle: str
    on: str
    source: str
    edition: int
    currency: str
    accounts: int
    before_minor: int
    after_minor: int
    tax_before_minor: int
    tax_after_minor: int
    more: int
    less: int
    same: int
    steps: tuple[Step, ...]
    items: tuple[Pair, ...]
    offers: tuple[Pair, ...]
    rises: tuple[Sample, ...]
    falls: tuple[Sample, ...]
    rejected_before: Mapping[str, int]
    rejected_after: Mapping[str, int]
    parked_before: int
    parked_after: int

    @property
    def difference_minor(self) -> int:
        return self.after_minor - self.before_minor

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Trial:
        """What to_json said, as it was."""
        samples = {
            name: tuple(Sample(**{**one, "lines": tuple(Line(**line) for line in one["lines"])}) for one in told[name])
            for name in ("rises", "falls")
        }
        pairs = {name: tuple(Pair(**one) for one in told[name]) for name in ("items", "offers")}
        return cls(**{**told, **samples, **pairs, "steps": tuple(Step(**one) for one in told["steps"])})
