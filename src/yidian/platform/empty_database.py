"""An empty SQLite database with all tables, kept once made: applying every migration takes Django seconds.

Made by the migrations themselves, kept beside the compiled kernel under a name that hashes them and the libraries, and
only used where there is no table yet. YIDIAN_EMPTY_DATABASE=anew lets the migrations work each time.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sqlite3
import tempfile
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django
from django.apps import apps
from django.db import connection

from yidian.kernel.compiling import cache_folder
from yidian.platform.files import TEMPORARY, write_durably


def fill() -> bool:
    """Give the database that has no tables those of the kept one; False: there is none, or it is damaged."""
    path = _path()
    if path is None or not path.is_file():
        return False
    connection.ensure_connection()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as kept:
        try:
            if kept.execute("PRAGMA quick_check").fetchone() != ("ok",):
                return False
            kept.backup(connection.connection)
        except sqlite3.DatabaseError:
            return False
    return True


def keep() -> None:
    """Keep the database as it is now: tables just made, and nothing in them that is somebody's."""
    path = _path()
    if path is None or path.is_file():
        return

    def copy(temporary: Path) -> None:
        temporary.unlink(missing_ok=True)
        with closing(sqlite3.connect(temporary)) as target:
            connection.connection.backup(target)

    own = path.with_name(f"{path.stem}-{os.getpid()}{TEMPORARY}")
    try:
        write_durably(own, copy)
        own.replace(path)
    except OSError:  # a full disk or a folder that was taken away: it is only a cache
        own.unlink(missing_ok=True)


def _path() -> Path | None:
    """Where it is kept; None where it is not wanted, or where anybody could have put it."""
    folder = cache_folder().parent
    if os.environ.get("YIDIAN_EMPTY_DATABASE") == "anew" or folder == Path(tempfile.gettempdir()):
        return None
    return folder / f"yidian-empty-{_key()}.sqlite3"


@functools.cache
def _key() -> str:
    digest = hashlib.sha256(f"{django.get_version()}|{sqlite3.sqlite_version}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        if find_spec(f"{app.name}.migrations") is not None:
            for folder in import_module(f"{app.name}.migrations").__path__:
                for path in sorted(Path(folder).glob("*.py")):
                    digest.update(f"{app.label}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:24]
