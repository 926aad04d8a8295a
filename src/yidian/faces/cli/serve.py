"""`yidian serve`: the pages of hall and desk, until SIGTERM or Ctrl-C; requests under way are answered first."""

from __future__ import annotations

import argparse
import ipaddress
import multiprocessing
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser

HELP = {
    "en": "Serve the pages: the hall at /, the desk at /desk/ (docs/howto/serve.md). Ends with Ctrl-C.",
    "zh": "提供页面：网厅在 /，营业台在 /desk/（见 docs/howto/serve.md）。按 Ctrl-C 结束。",
}
THREADS: Final = 4  # of a process that work on requests at once; more only queue at SQLite's one writer
PATIENCE_S: Final = 30  # for what is under way when it is to end


def declare(parser: Parser) -> None:
    words = parser.words
    host = words(en="address to listen on", zh="监听地址")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=host)
    parser.add_argument("--port", type=int, default=8000, metavar="N", help=words(en="port", zh="端口"))
    workers = words(en="processes", zh="进程数")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help=workers)


def run(args: argparse.Namespace, context: Context) -> int:
    """0: ended as told. 2: it would be open to others in a way that nobody may want."""
    installation = context.installation
    if not _is_loopback(args.host):
        if installation.profile == "demo":
            context.complain("SERVE_DEMO_OUTSIDE", host=args.host)
            return 2
        if not installation.web.tls:
            context.complain("SERVE_WITHOUT_TLS", host=args.host)
            return 2
    _ = context.tenant  # refuses a database that is not of this version, before any process is started
    _prepare(context)
    scheme = "https" if installation.web.certificate else "http"
    context.say("SERVE_BEGINS", address=f"{scheme}://{args.host}:{args.port}", count=args.workers)
    sys.stdout.flush()
    _serve(args, context)
    return 0


def _prepare(context: Context) -> None:
    from django.conf import settings
    from django.db import connections

    from yidian.faces.shell.static_files import prepare
    from yidian.platform.secrets.key_file import key_ring

    key_ring(context.installation.home / "secret")
    if prepare(Path(str(settings.STATIC_ROOT)), owner=os.getpid()):
        context.say("SERVE_FILES_MADE")
    connections.close_all()


def _serve(args: argparse.Namespace, context: Context) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    web = context.installation.web
    os.environ["YIDIAN_SERVED_BY"] = str(os.getpid())
    multiprocessing.set_start_method("spawn", force=True)  # nothing of this process is in those that serve
    Granian(
        "yidian.config.wsgi:application", address=args.host, port=args.port, interface=Interfaces.WSGI,
        workers=max(args.workers, 1), blocking_threads=THREADS, backpressure=THREADS * 16, websockets=False,
        log_access=False, log_level=LogLevels.warning, respawn_failed_workers=True, workers_kill_timeout=PATIENCE_S,
        ssl_cert=web.certificate, ssl_key=web.key,
    ).serve()  # fmt: skip


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
