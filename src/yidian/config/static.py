"""Where the served files of this version lie."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


def folder(work: Path, sources: Sequence[Path]) -> Path:
    """A folder in the installation's scratch, named by what it is made of: another version, another folder."""
    digest = hashlib.sha256()
    for source in sources:
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            stat = path.stat()
            digest.update(f"{path.relative_to(source)}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    return work / "static" / digest.hexdigest()[:16]
