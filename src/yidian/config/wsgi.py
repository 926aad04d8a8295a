"""The pages as a WSGI application: `yidian serve` starts it; any other WSGI server may."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from yidian.config.gate import App, Gate
from yidian.config.start import start


def _application() -> App:
    from django.core.wsgi import get_wsgi_application

    installation = start(Path(os.environ["YIDIAN_HOME"]))
    from yidian.platform.sign_in import passwords

    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # ours tell errors by number, without addresses
    passwords.is_right("", None)  # else the first who is unknown would wait longer than who is known (E15)
    return Gate(get_wsgi_application(), web=installation.web, profile=installation.profile)


application = _application()
