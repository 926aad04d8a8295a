"""`yidian serve` as a process of its own, on a demonstration made for it."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import installations

YIDIAN = str(Path(sys.executable).with_name("yidian"))


@dataclass
class Server:
    process: subprocess.Popen[str]
    port: int
    home: Path

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body or None, {"Accept-Language": "en"} | told)
        answer = line.getresponse()
        return answer, answer.read()

    def page(self, path: str, **headers: str) -> str:
        return self.ask("GET", path, **headers)[1].decode()

    def type(self, *words: str) -> str:
        """A command line for the installation that is served; what it says."""
        return _typed(self.home, *words)


@contextmanager
def demonstration(home: Path, *, workers: int = 1) -> Iterator[Server]:
    _typed(home, "init", str(home), "--profile", "demo")
    _typed(home, "demo-logins", "--customer", "C1", "--login", "xiaoyu")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [YIDIAN, "serve", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(line, env=_told(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    one = Server(process, port, home)
    try:
        _until_well(one)
        yield one
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _told(home: Path) -> dict[str, str]:
    return installations.clean_environment() | {"YIDIAN_LANG": "en", "YIDIAN_HOME": str(home)}


def _typed(home: Path, *words: str) -> str:
    line = installations.typed([YIDIAN, *words])
    done = subprocess.run(line, env=_told(home), check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


def _until_well(server: Server) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.process.poll() is None:
        try:
            if server.ask("GET", "/healthz")[0].status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(server.process.stdout.read() if server.process.stdout else "")
