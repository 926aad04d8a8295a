"""`python -m tests.faults.planned PLAN ARGV…`: the command line with a fault planned for it, and small batches.

PLAN is JSON: `plan` and `log` as points.configure has them, `stop` halts the process at the plan's point until it gets
SIGCONT, `largest_file` is the size in bytes beyond which no file can grow (0: any).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys


def main(told: str, argv: list[str]) -> int:
    from yidian.domains.customer_bill import bulk
    from yidian.domains.usage.intake import take
    from yidian.faces.cli.main import main as yidian
    from yidian.platform import points
    from yidian.runs.bill import parts

    # What needs tens of thousands of rows in the world shall happen with a few here: several batches and lake files of
    # one usage file, several parts and chunks of one bill run. Results do not depend on any of it.
    take.BATCH, take.ROWS_PER_FILE = 300, 500  # type: ignore[misc]
    parts.ACCOUNTS_IN_A_PART, bulk.CHUNK = 10, 7  # type: ignore[misc]
    how = json.loads(told)
    if how["stop"]:
        points._act = _stop_here
    points.configure(how["plan"], how["log"])
    if how["largest_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (how["largest_file"], how["largest_file"]))
    return yidian(argv)


def _stop_here(name: str, act: str) -> None:
    """In place of points._act where a plan says `stop`: the process halts exactly here until it gets SIGCONT."""
    os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
