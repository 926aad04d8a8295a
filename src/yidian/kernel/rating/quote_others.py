"""Who other parties are to the subscribers of a quote: the run's own functions, without numba."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.identify import WORDS, words_of
from yidian.kernel.rating.lookups import networks, plain_identities, ties
from yidian.kernel.rating.others import FRIEND, NUMBER, befriended, net_of, tie_of

if TYPE_CHECKING:
    from yidian.kernel.rating.quote import Held, Ported, Subscriber


class Others:
    """`people`: everybody whose number may be called, those first that are asked about, each with its units."""

    def __init__(
        self, classifier: Classifier, people: Sequence[tuple[Subscriber, Sequence[Held]]], ported: Sequence[Ported]
    ) -> None:
        self._classifier, self._asked = classifier, classifier.nets.asked
        if self._asked:
            codes = sorted({row.network for row in ported})
            self._nets, number = networks(classifier, codes)
            told = [(NUMBER, p.number, p.from_ms, p.to_ms, int(number[codes.index(p.network)])) for p in ported]
            self._ported = plain_identities(told)
        if classifier.circles > 1:
            self._numbers = plain_identities(_dated([s.numbers for s, _ in people], kind_is_sub=False))
            self._friends = plain_identities(_dated([s.friends for s, _ in people], kind_is_sub=True))
            self._units, self._groups = _ties([u for _, u in people]), _ties([s.groups for s, _ in people])

    def of(self, sub: int, other_party: str, epoch: int, at_ms: int) -> int:
        """The class of the other party: what item_of wants."""
        text: Any = other_party.encode()
        found = 0
        if text and self._asked:
            net = net_of(self._nets, self._ported, epoch, text, 0, len(text), at_ms, _words(text, NUMBER))
            found = int(net) * self._classifier.circles
        if text and self._classifier.circles > 1:
            found += self._circle(sub, text, at_ms)
        return found

    def _circle(self, sub: int, text: Any, at_ms: int) -> int:
        if befriended(self._friends, text, 0, len(text), at_ms, _words(text, sub)):
            return FRIEND
        word = _words(text, NUMBER)
        return tie_of(self._numbers, self._units, self._groups, sub, text, 0, len(text), at_ms, word)


def _words(text: Any, kind: int) -> list[int]:
    word = [0] * WORDS
    words_of(text, 0, len(text), kind, word)
    return word


def _dated(of: Sequence[Sequence[Held]], *, kind_is_sub: bool) -> list[tuple[int, str, int, int, int]]:
    """(kind, number, from, to, subscriber)"""
    rows = [(sub, row) for sub, had in enumerate(of) for row in had]
    return [(sub if kind_is_sub else NUMBER, row.code, row.from_ms, row.to_ms, sub) for sub, row in rows]


def _ties(of: Sequence[Sequence[Held]]) -> Any:
    number: dict[str, int] = {}
    rows = [(sub, row) for sub, had in enumerate(of) for row in had]
    told = [(sub, number.setdefault(row.code, len(number)), row.from_ms, row.to_ms) for sub, row in rows]
    return ties(len(of), *([row[n] for row in told] for n in range(4)))
