"""A PostgreSQL of a test's own (tools/postgres.sh serve), which can crash and come back."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.conftest import REPOSITORY


class Server:
    def __init__(self, folder: Path) -> None:
        # The server runs as another account, which may not look into the folders of the tests.
        self.folder = Path(tempfile.mkdtemp(prefix="yidian-postgres-test-"))
        self.log = (folder / "server.log").open("wb")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.start()
        with self.connected("postgres") as session:
            session.execute("CREATE DATABASE yidian")

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text().strip()

    def url(self, port: int = 0) -> str:
        return f"postgresql://yidian@127.0.0.1:{port or self.port}/yidian"

    def connected(self, database: str = "yidian"):  # type: ignore[no-untyped-def]
        import psycopg

        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="yidian",
            password=self.password,
            dbname=database,
            autocommit=True,
            options="-c yidian.tenant=all",
        )

    def start(self) -> None:
        import psycopg

        line = [str(REPOSITORY / "tools" / "postgres.sh"), "serve", str(self.folder), str(self.port)]
        self.process = subprocess.Popen(line, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while True:
            try:
                self.connected("postgres").close()
                return
            except (psycopg.OperationalError, FileNotFoundError):
                assert self.process.poll() is None, "the server did not start"
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.05)

    def crash(self) -> None:
        """What `pg_ctl stop -m immediate` does: nobody is asked, the log is replayed at the next start."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        return os.environ | {"PGPASSWORD": self.password}
