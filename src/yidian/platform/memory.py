"""Memory of a run: kept when freed (fresh pages for every large array cost a fifth of its time), seldom searched."""

from __future__ import annotations

import ctypes
import functools
import gc
import sys
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 1 << 30


@functools.cache
def keep_freed_memory() -> None:
    """Ask the C library to reuse large blocks, and Arrow to take its memory there; elsewhere than on glibc it is not.

    A run makes 100,000 rows of a tariff that live until its end: looking for cycles among them and among the program's
    own objects took a twentieth of a second each time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    mallopt(_MMAP_THRESHOLD, _LARGE)
    mallopt(_TRIM_THRESHOLD, _LARGE)
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
