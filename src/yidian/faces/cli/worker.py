"""`yidian worker`: does jobs and duties until SIGTERM or Ctrl-C, and ends then at the next edge. `--once`: all that is
due now, and back.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.jobs.worker import Worker

HELP = {
    "en": "Do the jobs and duties of the installation (docs/howto/worker.md) until told to end. Two may run at once.",
    "zh": "执行作业与日常任务（见 docs/howto/worker.md），直到收到停止信号。可同时运行多个。",
}
COMPLAINTS: Final = frozenset(
    {"JOB_FAILED", "JOB_PARKED", "JOB_LOST", "DUTY_FAILED", "WORKER_DATABASE_AWAY", "CLOCK_JUMPED", "CLOCK_DIFFERS",
     "CLOCK_BEHIND"}
)  # fmt: skip


def declare(parser: Parser) -> None:
    words = parser.words
    once = words(en="do what is due now, then end", zh="只处理当前到期的工作，然后退出")
    parser.add_argument("--once", action="store_true", help=once)
    lease = words(en="seconds after which a silent worker's job is another's", zh="失联多少秒后由他人接手作业")
    parser.add_argument("--lease", type=int, default=60, metavar="SECONDS", help=lease)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: ended as told."""
    worker = _made(args, context)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: worker.stop.set())
    if args.once:
        context.say("WORKER_ENDED", owner=worker.owner, jobs=worker.run_once())
        return 0
    context.say("WORKER_BEGINS", owner=worker.owner)
    sys.stdout.flush()
    worker.run()
    return 0


def _made(args: argparse.Namespace, context: Context) -> Worker:
    tenant, place = context.tenant, context.installation
    from datetime import timedelta

    from yidian.faces.worker.registry import Surroundings, duties, kinds
    from yidian.platform.clock import MachineClock
    from yidian.platform.jobs.worker import Worker

    def tell(code: str, params: Mapping[str, object]) -> None:
        (context.complain if code in COMPLAINTS else context.say)(code, **params)
        sys.stdout.flush()  # whoever watches a log sees it now

    on = Surroundings(
        tenant=tenant, lake=place.lake, scratch=place.work, threads=place.threads,
        webhooks_to_private=place.webhooks_to_private, clock=MachineClock(),
        owner=f"{socket.gethostname()} process {os.getpid()}", stop=threading.Event(),
    )  # fmt: skip
    return Worker(
        tenant=tenant, kinds=kinds(on), clock=on.clock, owner=on.owner, tell=tell, duties=duties(on, tell),
        lease=timedelta(seconds=max(args.lease, 1)), stop=on.stop,
    )  # fmt: skip
