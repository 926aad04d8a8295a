"""Usage files read ahead: while one thread loads what a run stands on, the others begin with the first files."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa

from yidian.platform.lake.queries import Stored, whole
from yidian.runs.rate.classify import read_usage

ROWS: Final = 1_200_000  # that may lie in memory unasked for, about 100 bytes each; the first file in any case


class ReadAhead:
    """`read(file)` answers the columns of a usage file, read before or now; what was read is handed out once.

    The thread that loads counts as one of `threads`: of one, nothing is read ahead. Left by whoever entered it, it
    keeps nothing.
    """

    def __init__(self, files: Sequence[Stored], *, lake: Path, threads: int) -> None:
        self._lake = lake
        self._pool = ThreadPoolExecutor(max(threads - 1, 1), thread_name_prefix="ahead")
        self._coming: dict[int, Future[pa.Table]] = {}
        rows = 0
        for file in files if threads > 1 else ():
            rows += file.rows
            if self._coming and rows > ROWS:
                break
            self._coming[file.id] = self._pool.submit(copy_context().run, self._now, file)

    def read(self, file: Stored) -> pa.Table:
        """UnableToUseFile when it is not what its row says."""
        coming = self._coming.pop(file.id, None)
        return self._now(file) if coming is None or coming.cancel() else coming.result()

    def _now(self, file: Stored) -> pa.Table:
        return read_usage(whole(file, self._lake))

    def __enter__(self) -> ReadAhead:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._coming.clear()
        self._pool.shutdown(cancel_futures=True)
