"""Keep what somebody sends, find it again, forget what is old. Text, and where it is asked for workbooks; what is
packed otherwise, or a program, is refused.

A file is kept as its SHA-256, never under the name it came with; that name is cleaned and only shown.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from yidian.platform.lake.wall import expect_serving, home_of
from yidian.platform.tenancy.models import Tenant

LARGEST: Final = 16 << 20
QUOTA: Final = 256 << 20  # of all uploads of a tenant
CSV, XLSX = ".csv", ".xlsx"
ENDINGS: Final = ("", CSV, XLSX)
ZIP: Final = b"PK\x03\x04"
MACROS: Final = ("vbaproject.bin", "macrosheets/", "activex/", "embeddings/")
KEPT: Final = timedelta(days=30)
LONGEST_NAME: Final = 100
NAME_OF_OURS: Final = re.compile(r"[0-9a-f]{64}")
MAGIC: Final = (  # how files begin that are no text, whatever their names say
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\x1f\x8b", "gzip"), (b"\xd0\xcf\x11\xe0", "ole"),
    (b"%PDF", "pdf"), (b"\x7fELF", "elf"), (b"MZ", "exe"), (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"),
    (b"(\xb5/\xfd", "zstd"), (b"SQLite format", "sqlite"), (b"PAR1", "parquet"),
)  # fmt: skip
UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # characters that turn or hide what stands beside them


class UnableToUpload(Exception):
    """UPLOAD_EMPTY, UPLOAD_TOO_LARGE, UPLOAD_NOT_TEXT, UPLOAD_NOT_TABLE, UPLOAD_HAS_MACROS, UPLOAD_HAS_NUL,
    UPLOAD_QUOTA, UPLOAD_GONE.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A kept file. `id` is its SHA-256, `name` what it was called, cleaned; `by` who sent it first."""

    id: str
    name: str
    bytes: int
    by: str
    at: str
    path: Path


def keep(
    *, tenant: Tenant, folder: Path, name: str, pieces: Iterable[bytes], by: str, now: datetime, most: int = LARGEST,
    tables: bool = False,
) -> Upload:  # fmt: skip
    """Keep a file; the same content again is the same upload. UnableToUpload, and then nothing is kept.

    `tables`: a .csv or an .xlsx without macros, whose path then ends so.
    """
    expect_serving(tenant)
    place = folder / home_of(tenant)
    place.mkdir(parents=True, exist_ok=True)
    forget_old(tenant=tenant, folder=folder, now=now)
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > most:
            raise UnableToUpload("UPLOAD_TOO_LARGE", most=most)
    ending = _table_ending(clean_name(name), bytes(data)) if tables else ""
    if ending != XLSX:
        _expect_text(bytes(data))
    id_ = hashlib.sha256(data).hexdigest()
    path = place / f"{id_}{ending}"
    if not path.is_file() or path.stat().st_size != len(data):
        if sum(path.stat().st_size for path in place.iterdir()) + len(data) > QUOTA:
            raise UnableToUpload("UPLOAD_QUOTA", most=QUOTA)
        _write(path, bytes(data))
    told = {"id": id_, "name": clean_name(name), "bytes": len(data), "by": by, "at": now.isoformat()}
    _write(place / f"{id_}.json", json.dumps(told, ensure_ascii=False).encode())
    return Upload(path=path, **told)  # type: ignore[arg-type]  # as written


def opened(*, tenant: Tenant, folder: Path, id: str) -> Upload:
    """A kept file by its id. UnableToUpload UPLOAD_GONE where there is none (any more)."""
    expect_serving(tenant)
    place = folder / home_of(tenant)
    try:
        if not NAME_OF_OURS.fullmatch(id):
            raise FileNotFoundError
        told = json.loads((place / f"{id}.json").read_text(encoding="utf-8"))
        path = next(one for one in (place / f"{id}{ending}" for ending in ENDINGS) if one.is_file())
    except StopIteration:
        raise UnableToUpload("UPLOAD_GONE") from None
    except (FileNotFoundError, json.JSONDecodeError) as error:
        raise UnableToUpload("UPLOAD_GONE") from error
    return Upload(path=path, **told)


def forget(*, tenant: Tenant, folder: Path, id: str) -> None:
    """An upload is gone."""
    for path in (folder / home_of(tenant)).glob(f"{id}*"):
        path.unlink(missing_ok=True)


def empty(*, tenant: Tenant, folder: Path, id: str) -> None:
    """What an upload held is where it belongs, and lies here no more; that it was sent is still known."""
    _write(opened(tenant=tenant, folder=folder, id=id).path, b"")


def forget_old(*, tenant: Tenant, folder: Path, now: datetime) -> int:
    """Remove uploads that nobody has sent again for long; how many files went."""
    place, count = folder / home_of(tenant), 0
    for path in place.glob("*.json"):
        try:
            at = datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["at"])
        except (OSError, ValueError, KeyError):
            continue
        if at + KEPT < now:
            forget(tenant=tenant, folder=folder, id=path.stem)
            count += 1
    return count


def clean_name(name: str) -> str:
    """What a file is called, without folders, without characters that cannot be seen, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(c for c in last if unicodedata.category(c) not in UNSEEN).strip(" .")
    return seen[:LONGEST_NAME] or "upload"


def facts(upload: Upload) -> dict[str, object]:
    """An upload as audit and pages tell it: never its path."""
    return {name: value for name, value in asdict(upload).items() if name != "path"}


def _table_ending(name: str, data: bytes) -> str:
    """What a table is, by its content; its name must say the same."""
    ending = Path(name).suffix.lower()
    if ending not in (CSV, XLSX) or (ending == XLSX) != data.startswith(ZIP):
        raise UnableToUpload("UPLOAD_NOT_TABLE", name=name)
    if ending == XLSX:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = [member.lower() for member in archive.namelist()]
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise UnableToUpload("UPLOAD_NOT_TABLE", name=name) from error
        if any(part in member for member in members for part in MACROS):
            raise UnableToUpload("UPLOAD_HAS_MACROS", name=name)
    return ending


def _expect_text(data: bytes) -> None:
    if not data.strip():
        raise UnableToUpload("UPLOAD_EMPTY")
    for begins, what in MAGIC:
        if data.startswith(begins):
            raise UnableToUpload("UPLOAD_NOT_TEXT", what=what)
    if b"\0" in data:
        raise UnableToUpload("UPLOAD_HAS_NUL", position=data.index(0) + 1)


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, and only the installation's own user reads it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
