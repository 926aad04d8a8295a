"""The order-free sum that holds both ends of the way to each other: losing one record and doubling another shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from yidian.kernel.rowlaw import signed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MASK: Final = (1 << 64) - 1


def hash_sum(numbers: Sequence[int] | npt.NDArray[np.int64], file_id: int) -> int:
    """The sum over record numbers of a file of a 64-bit mix of (number, file), as a signed 64-bit integer."""
    import numpy as np

    z: npt.NDArray[Any] = np.asarray(numbers, dtype=np.int64).astype(np.uint64)
    z = (z + np.uint64(file_id & MASK)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return signed(int(z.sum(dtype=np.uint64)))
