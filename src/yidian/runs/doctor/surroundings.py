"""What an installation stands on: interpreter, database, disk, cache. No law, but what can break one."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Final

from django.db import connection

from yidian.kernel.compiling import cache_folder
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

NETWORK: Final = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse.glusterfs", "fuse.sshfs", "fuse.s3fs",
    "lustre", "afs", "beegfs", "gpfs", "ncpfs", "ocfs2", "gfs2",
})  # fmt: skip
LEAST_FREE_BYTES: Final = 1 << 30
WAL_SOUND_SINCE: Final = (3, 51, 3)  # before it, a write-ahead log that is reset may corrupt the file
MOUNTS: Final = Path("/proc/self/mounts")


def surroundings(on: Visit) -> Finding:
    """Versions are told; a network file system, little free space and a cache that is lost each time are alarms."""
    look = Look("ENV", "SURROUNDINGS")
    look.note("ENV_PYTHON", version=".".join(map(str, sys.version_info[:3])))
    _database(look)
    _disk(on, look)
    _cache(look)
    look.checked = 4
    return look.finding()


def _database(look: Look) -> None:
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        server = divmod(connection.connection.info.server_version, 10_000)
        look.note("ENV_DATABASE", name="PostgreSQL", version=f"{server[0]}.{server[1]}", journal="wal")
        return
    journal = str(connection.connection.execute("PRAGMA journal_mode").fetchone()[0])
    look.note("ENV_DATABASE", name="SQLite", version=sqlite3.sqlite_version, journal=journal)
    if journal == "wal" and sqlite3.sqlite_version_info < WAL_SOUND_SINCE:
        look.alarm("ENV_WAL", version=sqlite3.sqlite_version)


def _disk(on: Visit, look: Look) -> None:
    kind = file_system(on.home)
    free = shutil.disk_usage(on.home).free
    look.note("ENV_DISK", kind=kind or "?", free=f"{free >> 20:,}")
    if kind in NETWORK:
        look.alarm("ENV_NETWORK_DISK", kind=kind)
    if free < LEAST_FREE_BYTES:
        look.alarm("ENV_DISK_FULL", free=f"{free >> 20:,}")


def file_system(folder: Path, mounts: Path = MOUNTS) -> str:
    """The kind of file system a folder lies on, by the longest mount point; "" where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode("latin-1", "replace").decode("unicode_escape"))
        if folder.resolve().is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind


def _cache(look: Look) -> None:
    folder = cache_folder()
    if folder.is_relative_to(tempfile.gettempdir()) and not any(folder.iterdir()):
        folder.rmdir()
        look.alarm("ENV_CACHE_TEMPORARY")
    else:
        look.note("ENV_CACHE", folder=str(folder))
