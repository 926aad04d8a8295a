"""Identities that carry their bucket: id = sequence << 10 | bucket, the bucket from the natural key.

A row's bucket is thus the same in every installation and whatever the order of imports; partitions of
runs are ranges of buckets. 1,024 buckets; 53 bits of sequence.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUCKET_BITS: Final = 10
BUCKETS: Final = 1 << BUCKET_BITS
Ids = TypeVar("Ids", int, "NDArray[np.int64]")


def bucket_of_key(natural_key: str) -> int:
    return zlib.crc32(natural_key.encode()) & (BUCKETS - 1)


def make_id(sequence: int, natural_key: str) -> int:
    return (sequence << BUCKET_BITS) | bucket_of_key(natural_key)


def bucket_of(identity: Ids) -> Ids:
    """The bucket of an identity, or of an array of them."""
    return identity & (BUCKETS - 1)


def sequence_of(identity: int) -> int:
    return identity >> BUCKET_BITS
