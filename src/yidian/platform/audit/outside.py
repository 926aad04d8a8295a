"""Seals outside the database: the end of the chain each hour, signed, in a folder that should be another disk.

Whoever may write the database can cut the chain's tail or build the whole chain anew so that it agrees with itself;
only what was kept elsewhere tells. The signature is an HMAC with a key of the installation; who has the key file *and*
the folder can forge seals too, so the folder belongs to somebody else, or is copied away.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from yidian.platform.audit.canonical import canonical
from yidian.platform.audit.types import Break, Head
from yidian.platform.files import sync_folder, write_durably
from yidian.platform.tenancy.models import Tenant

KEY_BYTES: Final = 32
SUFFIX: Final = ".seal.json"


def places(home: Path) -> tuple[Path, Path]:
    """Where an installation keeps its seals, unless told otherwise, and the key they are signed with.

    The folder may be a link to, or a mount of, another disk.
    """
    return home / "seals", home / "seal.key"


class UnableToSign(Exception):
    """SEAL_KEY_UNSAFE: others may read the key file. SEAL_KEY_SHORT: it does not hold a key of ours."""

    def __init__(self, code: str, path: Path) -> None:
        self.code, self.params = code, {"path": str(path)}
        super().__init__(f"{code} {path}")


@dataclass(frozen=True, slots=True)
class Seal:
    """The chain had `sequence` entries and ended with `chain` at an instant. `file` holds it."""

    file: str
    sequence: int
    chain: str


def put_outside(*, tenant: Tenant, head: Head, folder: Path, key_file: Path, now: datetime) -> Path | None:
    """Write the head as this hour's seal, durably; None when the hour has one or the chain is empty.

    The key file is made at first use, for its owner only. UnableToSign.
    """
    path = folder / f"{tenant.code}-{now.astimezone(UTC):%Y%m%dT%HZ}{SUFFIX}"
    if head.sequence == 0 or path.exists():
        return None
    told = {"tenant": tenant.code, "sequence": head.sequence, "chain": head.chain, "at": now}
    signed = {**told, "mac": _mac(_key(key_file, make=True), told)}
    write_durably(path, lambda temporary: _write(temporary, canonical(signed) + "\n"))
    return path


def seals_of(*, folder: Path, key_file: Path, tenant: str) -> tuple[list[Seal], list[Break]]:
    """The seals of a tenant in a folder, oldest first; SEAL_FORGED for each that its key did not sign."""
    paths = sorted(folder.glob(f"{tenant}-????????T??Z{SUFFIX}")) if folder.is_dir() else []
    if not paths:
        return [], []
    if not key_file.exists():
        return [], [Break("SEAL_KEY_MISSING", {"path": key_file.name})]
    key = _key(key_file, make=False)
    good: list[Seal] = []
    breaks: list[Break] = []
    for path in paths:
        told = _read(path)
        mac = str(told.pop("mac", ""))
        if told.get("tenant") == tenant and hmac.compare_digest(mac, _mac(key, told)):
            good.append(Seal(path.name, int(told["sequence"]), str(told["chain"])))
        else:
            breaks.append(Break("SEAL_FORGED", {"file": path.name}))
    return good, breaks


def compare(seals: Sequence[Seal], found: Mapping[int, str]) -> list[Break]:
    """AUDIT_CUT: a sealed entry is not there any more. AUDIT_REBUILT: it is there and the chain is another one."""
    breaks = []
    for seal in seals:
        if seal.sequence not in found:
            breaks.append(Break("AUDIT_CUT", {"sequence": seal.sequence, "file": seal.file}))
        elif found[seal.sequence] != seal.chain:
            breaks.append(Break("AUDIT_REBUILT", {"sequence": seal.sequence, "file": seal.file}))
    return breaks


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="ascii")


def _read(path: Path) -> dict[str, Any]:
    """What a seal says; nothing where it is damaged."""
    try:
        told = json.loads(path.read_text(encoding="ascii"))
    except (ValueError, OSError):
        return {}
    return told if isinstance(told, dict) else {}


def _mac(key: bytes, told: Mapping[str, Any]) -> str:
    return hmac.new(key, canonical(told).encode(), "sha256").hexdigest()


def _key(path: Path, *, make: bool) -> bytes:
    if make and not path.exists():
        _make_key(path)
    if path.stat().st_mode & 0o077:
        raise UnableToSign("SEAL_KEY_UNSAFE", path)
    key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(key) != KEY_BYTES:
        raise UnableToSign("SEAL_KEY_SHORT", path)
    return key


def _make_key(path: Path) -> None:
    """Written aside and linked into place: never half, and never over the key of somebody who was quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # for its owner only
    try:
        os.write(descriptor, secrets.token_hex(KEY_BYTES).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(aside)
    sync_folder(path.parent)
