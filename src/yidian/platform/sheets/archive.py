"""An .xlsx is a zip archive of XML. It is judged by its directory first, then every byte is inflated under a bound.

A directory can lie about sizes, so the inflated bytes are counted by ourselves before any other reader sees the file.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from yidian.kernel.faults import refuse

MEMBERS: Final = 2_000
INFLATED_BYTES: Final = 256 << 20
SMALL_BYTES: Final = 16 << 20  # below this no ratio is suspicious: it fits anywhere
RATIO: Final = 200
OLE: Final = b"\xd0\xcf\x11\xe0"  # the container of encrypted workbooks (and of the old .xls)
LOCAL_HEADER: Final = struct.Struct("<26xHH")
ENCRYPTED_FLAG: Final = 1


def open_archive(path: Path) -> list[zipfile.ZipInfo]:
    """The members of a workbook whose directory is believable. Raises XLSX_DAMAGED, XLSX_ENCRYPTED, XLSX_TOO_LARGE."""
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            raise refuse("XLSX_ENCRYPTED", file=str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise refuse("XLSX_DAMAGED", file=str(path), value=error) from error
    if any(member.flag_bits & ENCRYPTED_FLAG for member in members):
        raise refuse("XLSX_ENCRYPTED", file=str(path))
    inflated = sum(member.file_size for member in members)
    packed = max(1, path.stat().st_size)
    if len(members) > MEMBERS:
        raise refuse("XLSX_TOO_LARGE", file=str(path), value=len(members), most=MEMBERS, what="members")
    if inflated > INFLATED_BYTES:
        raise refuse("XLSX_TOO_LARGE", file=str(path), value=inflated, most=INFLATED_BYTES, what="bytes")
    if inflated > SMALL_BYTES and inflated > RATIO * packed:
        raise refuse("XLSX_TOO_LARGE", file=str(path), value=inflated // packed, most=RATIO, what="ratio")
    return members


def inflate(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one member in pieces. More or fewer than the directory says: XLSX_DAMAGED."""
    produced = 0
    try:
        with path.open("rb") as file:
            for piece in _pieces(file, member):
                produced += len(piece)
                if produced > member.file_size:
                    break
                yield piece
    except (zlib.error, struct.error, OSError) as error:
        raise refuse("XLSX_DAMAGED", file=str(path), value=f"{member.filename}: {error}") from error
    if produced != member.file_size:
        raise refuse("XLSX_DAMAGED", file=str(path), value=f"{member.filename}: {produced} ≠ {member.file_size}")


def _pieces(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(member.header_offset)
    name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    file.seek(name + extra, 1)
    left = member.compress_size
    stored = member.compress_type == zipfile.ZIP_STORED
    if not stored and member.compress_type != zipfile.ZIP_DEFLATED:
        raise zlib.error(f"compression {member.compress_type}")
    inflater = zlib.decompressobj(-15)
    while left > 0 and (packed := file.read(min(left, 1 << 16))):
        left -= len(packed)
        if stored:
            yield packed
            continue
        while packed:
            yield inflater.decompress(packed, 1 << 20)
            packed = inflater.unconsumed_tail
    if not stored:
        yield inflater.flush()
