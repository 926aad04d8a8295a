"""The floor: what it takes to read the lake's columns and to write the run's tables, and nothing else.

Same columns, tables, rows, codec, level and threads; files in the page cache. Tables are in memory before their writing
is timed. `python -m bench.floor HOME THREADS` prints a line of JSON.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

WRITTEN = ("rated", "rated_total", "reject", "bill_item")


class Took:
    """Seconds by the clock and of processors, of everything that was timed with it."""

    def __init__(self) -> None:
        self.wall_s, self.cpu_s = 0.0, 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        began, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall_s += time.perf_counter() - began
        self.cpu_s += time.process_time() - cpu


def read_lake(home: Path, threads: int) -> Took:
    """Read exactly what a rate run reads of the usage files."""
    from yidian.runs.rate.classify import NAMES, READ

    files = sorted((home / "lake").glob("*/usage/**/*.parquet"))

    def read(path: Path) -> int:
        found = pq.ParquetFile(path, read_dictionary=list(NAMES)).read(columns=list(READ), use_threads=False)
        return int(found.num_rows)

    took = Took()
    with took.timed(), ThreadPoolExecutor(threads) as pool:
        list(pool.map(read, files))
    return took


def write_results(home: Path, threads: int) -> tuple[Took, int]:
    """Write the tables of the runs again; and their rows. A few at a time, so that memory holds them."""
    from yidian.platform.lake.operations import write_table

    paths = [p for kind in WRITTEN for p in sorted((home / "lake").glob(f"*/{kind}/**/*.parquet"))]
    took, rows = Took(), 0
    folder = Path(tempfile.mkdtemp(dir=home))
    try:
        for start in range(0, len(paths), 4 * threads):
            tables = [pq.read_table(path, use_threads=False) for path in paths[start : start + 4 * threads]]

            def write(numbered: tuple[int, pa.Table]) -> None:
                write_table(numbered[1], folder / f"{numbered[0]}.parquet")

            with took.timed(), ThreadPoolExecutor(threads) as pool:
                list(pool.map(write, enumerate(tables)))
            rows += sum(table.num_rows for table in tables)
    finally:
        shutil.rmtree(folder)
    return took, rows


def main(home: Path, threads: int) -> dict[str, Any]:
    from yidian.config.start import start
    from yidian.platform.memory import keep_freed_memory

    start(home)
    keep_freed_memory()
    pa.set_cpu_count(threads)
    read = read_lake(home, threads)
    written, rows = write_results(home, threads)
    return {
        "read_s": read.wall_s, "write_s": written.wall_s, "seconds": read.wall_s + written.wall_s,
        "cpu_s": read.cpu_s + written.cpu_s, "rows": rows,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
