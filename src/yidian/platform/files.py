"""Files that survive: written aside, synced, renamed, and the folder synced, before anything may point at them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from yidian.platform.points import point

TEMPORARY = ".part"


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def write_durably(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then make it durable and give it its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + TEMPORARY)
    write(temporary)
    point("lake.written")
    with temporary.open("rb") as f:
        os.fsync(f.fileno())
    point("lake.synced")
    temporary.replace(path)
    sync_folder(path.parent)
    point("lake.renamed")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
