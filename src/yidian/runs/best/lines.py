"""Lines of business: a main offer takes the place of those alone that are sold for the same line, or for none named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from yidian.kernel.rating.tariff import Tariff
from yidian.runs.best.beside import REASONS, Reasons
from yidian.runs.best.types import OTHER_LINE

Lines = Mapping[str, str]


def lines_of(tariff: Tariff) -> Lines:
    """Offer → its line of business, of those that name one."""
    return {row.code: row.line_of_business for row in tariff.offers if row.line_of_business}


def is_of_another(offer: str, held: Iterable[str], lines: Lines) -> bool:
    """Whether one of the main offers held is sold for another line than the offer that would take its place."""
    own = lines.get(offer)
    return own is not None and any(lines.get(code, own) != own for code in held)


def reasons(lines: Lines, *, offers: Sequence[str], held: Sequence[frozenset[str]]) -> Reasons:
    """OTHER_LINE where it is, 0 elsewhere: by offer and by whose main offers they are."""
    found = np.zeros((len(offers), len(held)), np.int8)
    if not lines:
        return found
    number = REASONS.index(OTHER_LINE)
    told = {one: [number * is_of_another(code, one, lines) for code in offers] for one in set(held)}
    for column, one in enumerate(held):
        found[:, column] = told[one]
    return found
