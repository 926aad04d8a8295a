"""`python -m tools.operator FOLDER`: the files of an operator, for a demonstration or for load."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tools.operator.files import write_files
from tools.operator.world import Size, world


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.operator", description=__doc__)
    parser.add_argument("folder", type=Path, help="where; made if it is not there")
    parser.add_argument("--subscribers", type=int, default=2000)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--busy", type=int, default=100, help="percent of the usual usage")
    args = parser.parse_args()
    began = time.perf_counter()
    size = Size(args.subscribers, args.months, args.busy)
    counts = write_files(world(args.seed, size), args.folder)
    spent = time.perf_counter() - began
    records = sum(counts.values()) - counts["customers"]
    print(f"{counts['customers']:,} rows of customers, {records:,} records of usage: {spent:.1f} s")
    for element, written in counts.items():
        print(f"  {element:<10} {written:>12,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
