"""How long to wait before trying again: longer each time, and never all at the same moment."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

SPREAD: Final = 4  # up to a quarter is added


def wait_before(*, attempt: int, seed: str, first: timedelta, most: timedelta) -> timedelta:
    """The pause after the `attempt`-th failure (1, 2, …): doubled each time up to `most`, then up to a quarter more.

    The quarter's share comes from `seed` (the name of what is tried) and the attempt, so a pause can be told in
    advance and a thousand things that failed together do not come back together.
    """
    doubled: timedelta = min(first * 2 ** min(attempt - 1, 20), most)
    drawn = int.from_bytes(hashlib.sha256(f"{seed}#{attempt}".encode()).digest()[:2], "big")
    return doubled + doubled * drawn / (SPREAD * 2**16)
