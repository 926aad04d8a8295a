"""The pages of the demonstration, at its own time: `make serve`, or the end of `make demo` at a terminal."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tomllib
import webbrowser
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from tools.demo.terminal import WORDS, language
from tools.operator.files import REPOSITORY

YIDIAN: Final = str(Path(sys.executable).with_name("yidian"))
PRESENT: Final = "present"  # beside the installation: how many seconds the operator's clock is ahead of ours
PORT: Final = 8000
CHINA: Final = timezone(timedelta(hours=8))


def remember(folder: Path, at: str) -> None:
    """The operator's present (`2027-01-29 08:30`) is now; from here its clock goes on with ours and never back."""
    ahead = datetime.fromisoformat(at.replace(" ", "T") + ":00+08:00") - datetime.now(UTC)
    (folder / PRESENT).write_text(f"{int(ahead.total_seconds())}", encoding="utf-8")


def serve(folder: Path, *, lang: str, port: int = 0) -> int:
    """Pages and worker of the installation in a demonstration's folder until Ctrl-C; 2 where there is none."""
    note, shop = folder / PRESENT, folder / "shop"
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))[lang]
    if not note.exists() or not (shop / "yidian.toml").exists():
        print(words["pages_nothing"], file=sys.stderr)
        return 2
    seconds = int(note.read_text(encoding="utf-8"))
    told = (datetime.now(CHINA) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M")
    environment = os.environ | {"YIDIAN_HOME": str(shop), "YIDIAN_NOW": f"{seconds:+}s", "YIDIAN_LANG": lang}
    port = port or free_port()
    base = f"http://127.0.0.1:{port}"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # whoever ends us ends both
    worker = subprocess.Popen([YIDIAN, "worker"], env=environment, stdout=subprocess.DEVNULL)
    pages = subprocess.Popen([YIDIAN, "serve", "--port", str(port)], env=environment)
    try:
        print(words["pages_open"].format(at=told, base=base), flush=True)
        if os.environ.get("DISPLAY") or sys.platform == "darwin":
            webbrowser.open(f"{base}/desk/")
        return pages.wait()
    except KeyboardInterrupt:
        pages.wait()
        return 0
    finally:
        for process in (pages, worker):
            process.terminate()
            process.wait()


def free_port() -> int:
    """8000 where nobody listens, else the next one that is free."""
    for port in range(PORT, PORT + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    return PORT


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.demo.pages", description=__doc__)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "demo", help="of the demonstration")
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    sys.exit(serve(args.folder, lang=language(None), port=args.port))
