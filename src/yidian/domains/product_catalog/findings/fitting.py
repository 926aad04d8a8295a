"""What a rule's column fits, as docs/pricing.md §2 says it: one value may fit others too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yidian.domains.product_catalog.rules.draft import Draft
from yidian.kernel.rating import tariff as t

NOBODY: Final = "none"
COLUMNS: Final = ("service", "direction", "zone", "visited", "relation", "rating_group", "net", "circle")
WIDER: Final = {("visited", "national"): ("province",), ("relation", "long"): ("province",)}


@dataclass(frozen=True, slots=True)
class Fitting:
    """Whether values fit; `own`, `other`: the networks that are ours and those that are not."""

    own: frozenset[str]
    other: frozenset[str]

    @classmethod
    def of(cls, draft: Draft) -> Fitting:
        own = {network.row.network for network in draft.of(t.Network) if network.row.own}
        return cls(frozenset(own), frozenset(network.row.network for network in draft.of(t.Network)) - own)

    def fits(self, column: str, rule: str, value: str) -> bool:
        """Does a rule that says `rule` fit what is `value`? A value may be a rule's word too: then all it fits."""
        if rule in (t.ANY, value):
            return True
        if column == "net":
            return value in (self.own if rule == "own" else self.other if rule == "other" else ())
        return value in WIDER.get((column, rule), ())

    def covers(self, earlier: t.Rule, later: t.Rule) -> bool:
        """Everything that fits the later rule fits the earlier one."""
        return all(self.fits(column, getattr(earlier, column), getattr(later, column)) for column in COLUMNS)
