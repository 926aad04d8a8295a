"""Who the other party of a quoted event is, in words: where its number went, and what it is to the subscriber."""

from __future__ import annotations

from yidian.kernel.rating.tariff import ANY, Tariff
from yidian.platform.wording import text
from yidian.runs.quote.usage_file import Asked, Usage


class Who:
    """Words after the reason of an event's first line; empty where the rules of its charge item ask for nobody."""

    def __init__(self, tariff: Tariff, usage: Usage, lang: str) -> None:
        self._lang, self._ported = lang, usage.ported
        self._asks = {rule.item: rule.net != ANY for rule in tariff.rules if rule.net != ANY}
        self._circle: dict[str, set[str]] = {}
        for rule in tariff.rules:
            self._circle.setdefault(rule.item, set()).add(rule.circle)

    def words(self, one: Asked, item: str) -> str:
        circle = self._circle.get(item, set())
        [only] = circle if len(circle) == 1 else {ANY}
        told = "" if only in (ANY, "none") else text(f"QUOTE_BECAUSE_{only.upper()}", self._lang)
        number, at_ms = one.event.other_party, one.event.start_ms
        to = next((row for row in self._ported if row.number == number and row.from_ms <= at_ms < row.to_ms), None)
        if to is None or item not in self._asks:
            return told
        return told + text("QUOTE_BECAUSE_PORTED", self._lang, network=to.network)
