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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

WRITTEN = ("rated", "rated_total", "reject", "bill_item")


def read_lake(home: Path, threads: int) -> float:
    """Seconds to read exactly what a rate run reads of the usage files."""
    from yidian.runs.rate.classify import NAMES, READ

    files = sorted((home / "lake").glob("*/usage/**/*.parquet"))

    def read(path: Path) -> int:
        found = pq.ParquetFile(path, read_dictionary=list(NAMES)).read(columns=list(READ), use_threads=False)
        return int(found.num_rows)

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(read, files))
    return time.perf_counter() - began


def write_results(home: Path, threads: int) -> tuple[float, int]:
    """Seconds to write the tables of the runs again, and their rows. A few at a time, so that memory holds them."""
    from yidian.platform.lake.operations import write_table

    paths = [p for kind in WRITTEN for p in sorted((home / "lake").glob(f"*/{kind}/**/*.parquet"))]
    seconds, rows = 0.0, 0
    folder = Path(tempfile.mkdtemp(dir=home))
    try:
        for start in range(0, len(paths), 4 * threads):
            tables = [pq.read_table(path, use_threads=False) for path in paths[start : start + 4 * threads]]

            def write(numbered: tuple[int, pa.Table]) -> None:
                write_table(numbered[1], folder / f"{numbered[0]}.parquet")

            began = time.perf_counter()
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(write, enumerate(tables)))
            seconds += time.perf_counter() - began
            rows += sum(table.num_rows for table in tables)
    finally:
        shutil.rmtree(folder)
    return seconds, rows


def main(home: Path, threads: int) -> dict[str, Any]:
    from yidian.config.start import start
    from yidian.platform.memory import keep_freed_memory

    start(home)
    keep_freed_memory()
    pa.set_cpu_count(threads)
    read_s = read_lake(home, threads)
    write_s, rows = write_results(home, threads)
    return {"read_s": read_s, "write_s": write_s, "seconds": read_s + write_s, "rows": rows}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
