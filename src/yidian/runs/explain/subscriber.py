"""One subscriber of a month before the bill arithmetic: its arrays, its lines with and without other payers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import charges_of, rows_of
from yidian.runs.bill.parts import Chosen
from yidian.runs.explain.month import Month


class Alone:
    """A subscriber (by id) as the only one; `there` False where the inventory knows nothing of it in this cycle."""

    def __init__(self, month: Month, subscriber: int) -> None:
        inputs = month.inputs
        flags = np.asarray(inputs.reference.subscriber_id, np.int64) == subscriber
        self.book, self.there = inputs.book, bool(flags.any())
        self.chosen = Chosen(inputs, flags, np.zeros(len(inputs.reference.account_id), np.int64))
        self.account_ids = np.asarray(inputs.reference.account_id, np.int64)[self.chosen.accounts].tolist()
        self.account_codes = [inputs.reference.account_code[n] for n in self.chosen.accounts.tolist()]
        self.known = replace(self.chosen.known(), unit=None)

    def charges(self) -> at.Charges:
        return charges_of(self.book, self.chosen.usage(), self.chosen.holdings(), self.known, 1)

    def rows(self, *, paid: bool) -> at.Table:
        """Its bill items; with `paid` False as if nobody else paid."""
        known = self.known if paid else replace(self.known, payers=None)
        made, _ = rows_of(
            book=self.book, usage=self.chosen.usage(), holdings=self.chosen.holdings(), known=known, subscribers=1
        )
        return made
