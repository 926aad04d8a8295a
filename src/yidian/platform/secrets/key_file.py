"""The file `secret` of an installation: the keys under which what must not be read from a copied database is kept.

One key a line, 32 bytes in hex; the last line is the one that seals from now on, the older ones go on opening. A key's
id is a fingerprint of it, so a database that came without its file says so instead of showing rubbish. Keep a copy
of the file apart from the copies of the database: who has both can read everything, who lost it nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from yidian.platform.files import sync_folder

KEY_BYTES: Final = 32
NAME: Final = "secret"


class UnableToUseSecret(Exception):
    """SECRET_UNSAFE: others may read the file. SECRET_UNREADABLE: it holds no keys of ours. `params`: path."""

    def __init__(self, code: str, path: Path) -> None:
        self.code, self.params = code, {"path": str(path)}
        super().__init__(f"{code} {path}")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id; `current` seals."""

    current: str
    keys: Mapping[str, bytes]


def key_ring(path: Path) -> KeyRing:
    """The keys of the file, which is made at first use for its owner only. UnableToUseSecret."""
    if not path.exists():
        _add_key(path, before="")
    stat = path.stat()
    if stat.st_mode & 0o077:
        raise UnableToUseSecret("SECRET_UNSAFE", path)
    return _read(path, stat.st_mtime_ns)


def add_key(path: Path) -> str:
    """Seal with a new key from now on; what older keys sealed can still be opened. Answers the new key's id."""
    key_ring(path)
    _add_key(path, before=path.read_text(encoding="ascii"))
    return key_ring(path).current


def signing_keys(path: Path | None) -> tuple[str, list[str]]:
    """What forms and the like are signed with, now and before; "" where no file has been made. UnableToUseSecret.

    `path` None (no installation): a key of this process alone.
    """
    if path is None:
        return secrets.token_hex(KEY_BYTES), []
    if not path.exists():
        return "", []
    ring = key_ring(path)
    signing = {id_: hashlib.sha256(b"yidian signing " + key).hexdigest() for id_, key in ring.keys.items()}
    return signing[ring.current], [key for id_, key in signing.items() if id_ != ring.current]


def ring_of(keys: list[bytes]) -> KeyRing:
    """A ring of keys, the last one current."""
    named = {id_of(key): key for key in keys}
    return KeyRing(id_of(keys[-1]), named)


def id_of(key: bytes) -> str:
    return hashlib.sha256(b"yidian key " + key).hexdigest()[:8]


@lru_cache(maxsize=8)
def _read(path: Path, _changed_ns: int) -> KeyRing:
    try:
        keys = [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]
    except ValueError as error:
        raise UnableToUseSecret("SECRET_UNREADABLE", path) from error
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise UnableToUseSecret("SECRET_UNREADABLE", path)
    return ring_of(keys)


def _add_key(path: Path, *, before: str) -> None:
    """Written aside and put in place whole; a first file never over the one of somebody who was quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # for its owner only
    try:
        os.write(descriptor, f"{before}{secrets.token_hex(KEY_BYTES)}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if before:
        os.replace(aside, path)
    else:
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(aside)
    sync_folder(path.parent)
