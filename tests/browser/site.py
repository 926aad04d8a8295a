"""`python -m tests.browser.site FOLDER`: an installation with a month behind it, served until the input ends.

Prints one line of JSON: the address, and a session's token of each customer of tests.web.town.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test tells what it saw."""


def main() -> None:
    home = Path(sys.argv[1])
    made = "import sys; from yidian.faces.cli.main import main; sys.exit(main(sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", made, "init", str(home)], check=True, capture_output=True)
    os.environ["YIDIAN_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "yidian.config.settings"
    import django

    django.setup()
    from tests.web import town

    os.environ["YIDIAN_NOW"] = town.NOW.isoformat()
    tokens = _live(home, town)
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler

    server = make_server(
        "127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), server_class=Server, handler_class=Silent
    )  # fmt: skip
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told = {"address": f"http://127.0.0.1:{server.server_port}", "tokens": tokens}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


def _live(home: Path, town: Any) -> dict[str, str]:
    """Two months of the small operator, the first of them in the books."""
    from tests.cycles.world import World

    from yidian.platform.sign_in import passwords
    from yidian.platform.sign_in.types import CUSTOMER
    from yidian.platform.tenancy.queries import serving

    hashed = passwords.hashed(town.PASSWORD)
    with serving(code=town.ALPHA) as tenant:
        town._month(World(tenant, home, now=town.NOW), town.ALPHA)
        return {code: town._session(tenant, CUSTOMER, code, hashed) for code in town.CUSTOMERS}


if __name__ == "__main__":
    main()
