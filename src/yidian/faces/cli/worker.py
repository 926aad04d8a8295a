"""`yidian worker`: does jobs and duties of all tenants in fair turns until SIGTERM or Ctrl-C, and ends then at the next
edge. `--once`: all that is due now, and back. `--tenant`: of one tenant only.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.jobs.worker import Tell, Worker
    from yidian.platform.tenancy.queries import Tenant

HELP = {
    "en": "Do the jobs and duties of all tenants (--tenant: of one) until told to end; docs/howto/worker.md. "
    "Several may run at once.",
    "zh": "执行全部租户（--tenant：仅一个）的作业与日常任务，直到收到停止信号（docs/howto/worker.md）。可运行多个。",
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
    at_once = words(en="jobs at once, each another tenant's (2)", zh="同时处理多少个作业，各属不同租户（2）")
    parser.add_argument("--at-once", type=int, default=2, metavar="N", help=at_once)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: ended as told."""
    _ = context.installation  # starts Django
    tenants = _tenants(context)
    owner, stop, tell = f"{socket.gethostname()} process {os.getpid()}", threading.Event(), _teller(context)
    worker_of = _maker(context, owner, timedelta(seconds=max(args.lease, 1)), stop, tell)
    from yidian.platform.clock import MachineClock
    from yidian.platform.jobs.turns import Turns, run_once

    turns = Turns(
        tenants=tenants, worker_of=worker_of, clock=MachineClock(), tell=tell, stop=stop, at_once=max(args.at_once, 1)
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: turns.end())
    if args.once:
        context.say("WORKER_ENDED", owner=owner, jobs=run_once([worker_of(one) for one in tenants()]))
        return 0
    context.say("WORKER_BEGINS", owner=owner, tenants=" ".join(one.code for one in tenants()))
    sys.stdout.flush()
    turns.run()
    return 0


def _maker(
    context: Context, owner: str, lease: timedelta, stop: threading.Event, tell: Tell
) -> Callable[[Tenant], Worker]:
    """How the worker of one tenant is made, with all kinds and duties."""
    place = context.installation
    from yidian.faces.worker.registry import Surroundings, duties, kinds
    from yidian.platform.clock import MachineClock
    from yidian.platform.jobs.worker import Worker

    def made(tenant: Tenant) -> Worker:
        on = Surroundings(
            tenant=tenant, lake=place.lake, scratch=place.work, threads=place.threads,
            webhooks_to_private=place.webhooks_to_private, clock=MachineClock(), owner=owner, stop=stop,
            network_to_private=place.network_to_private,
        )  # fmt: skip
        return Worker(
            tenant=tenant, kinds=kinds(on), clock=on.clock, owner=owner, tell=tell, duties=duties(on, tell),
            lease=lease, stop=stop,
        )  # fmt: skip

    return made


def _tenants(context: Context) -> Callable[[], Sequence[Tenant]]:
    """Whom it serves: everybody, also those who are opened meanwhile; with --tenant or YIDIAN_TENANT only that one."""
    if context.tenant_told or os.environ.get("YIDIAN_TENANT"):
        only = context.tenant
        return lambda: [only]
    from yidian.platform.schema import expect_current
    from yidian.platform.tenancy.queries import tenants

    expect_current()
    return tenants


def _teller(context: Context) -> Tell:
    def tell(code: str, params: Mapping[str, object]) -> None:
        (context.complain if code in COMPLAINTS else context.say)(code, **params)
        sys.stdout.flush()  # whoever watches a log sees it now

    return tell
