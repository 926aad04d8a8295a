"""What crosses the border of this domain. Nothing here needs a database: a quote reads its tariff by this door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yidian.domains.product_catalog.workbook import read_tariff as read_tariff
from yidian.kernel.faults import BadInput


class UnableToLoadTariff(BadInput):
    """The tariff is refused as a whole: TARIFF_CHANGES_HISTORY, with the rows that would change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedTariff:
    """What came of loading. `added` is False when the newest edition has the same rows; `counts`: rows by sheet."""

    edition: int
    sha256: str
    added: bool
    counts: Mapping[str, int]
