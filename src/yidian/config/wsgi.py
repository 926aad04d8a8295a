"""The pages as a WSGI application: `yidian serve` starts it; any other WSGI server may."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

from yidian.config.gate import App, Gate
from yidian.config.start import start

_PR_SET_PDEATHSIG: Final = 1


def _end_with(server: int) -> None:
    """Where `yidian serve` (its process) was killed, its workers would go on: with the program of before, beside those
    of whoever starts it again, since they share the port. Linux tells them; elsewhere they are ended by hand."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != server:  # it was killed before it could be told
        os.kill(os.getpid(), signal.SIGTERM)


def _application() -> App:
    from django.core.wsgi import get_wsgi_application

    if served_by := os.environ.get("YIDIAN_SERVED_BY"):
        _end_with(int(served_by))
    installation = start(Path(os.environ["YIDIAN_HOME"]))
    from yidian.platform.sign_in import passwords

    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # ours tell errors by number, without addresses
    passwords.is_right("", None)  # else the first who is unknown would wait longer than who is known (E15)
    return Gate(get_wsgi_application(), web=installation.web, profile=installation.profile)


application = _application()
