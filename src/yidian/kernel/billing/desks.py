"""Room to work in, taken once for all units or accounts of a call."""

from __future__ import annotations

import numpy as np

from yidian.kernel.billing import layout as at


def desk_for(*, lines: int, wide: int, members: int, moved: int, chosen: int, offers: int) -> at.Desk:
    """A desk for so many lines; `wide`: of whatever is shared or listed at once, the most."""
    return at.Desk(
        lines=np.zeros((lines, at.LINE_WIDTH), np.int64),
        begins=np.zeros(members + 1, np.int64),
        moved=np.zeros((moved, at.LINE_WIDTH), np.int64),
        rates=np.zeros(lines, np.int64),
        gone=np.zeros(lines, np.int64),
        order=np.zeros(wide, np.int64),
        chosen=np.zeros(chosen, np.int64),
        chosen_by=np.zeros(chosen, np.int64),
        weights=np.zeros(wide, np.int64),
        parts=np.zeros(wide, np.int64),
        rests=np.zeros(wide, np.int64),
        item_parts=np.zeros(wide, np.int64),
        stamps=np.zeros(offers + 1, np.int64),
    )
