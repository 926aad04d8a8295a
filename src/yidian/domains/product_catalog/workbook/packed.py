"""A tariff as the bytes that somebody sent: a workbook, or a folder of CSV in a zip; kept, and read again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from yidian.kernel.faults import BadInput, Fault, refuse
from yidian.platform.sheets.archive import inflate, open_archive

ENDING: Final = ".zip"
PASSED_OVER: Final = (".md",)


def pack(path: Path) -> tuple[str, bytes]:
    """What a workbook or a folder is called and its bytes; a folder becomes a zip. BadInput FILE_NOT_FOUND."""
    if not path.exists():
        raise refuse("FILE_NOT_FOUND", file=str(path), value=path.name)
    if path.is_file():
        return path.name, path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path.glob("*.csv")):
            told = zipfile.ZipInfo(file.name)  # the same files are the same bytes, whenever they are packed
            told.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(told, file.read_bytes())
    return f"{path.resolve().name}{ENDING}", packed.getvalue()


@contextmanager
def unpacked(content: bytes, name: str) -> Iterator[Path]:
    """The workbook or folder in a place of its own while it is read; faults name it as it was called.

    BadInput: what the zip cannot be, and whatever the reader refuses.
    """
    with TemporaryDirectory(prefix="yidian-tariff-") as folder:
        place = Path(folder)
        try:
            yield _laid_out(place, content, name)
        except BadInput as bad:
            raise BadInput([_as_called(fault, place, name) for fault in bad.faults]) from bad


def _laid_out(place: Path, content: bytes, name: str) -> Path:
    ending = PurePosixPath(name).suffix.lower()
    file = place.joinpath(f"tariff{ending if ending.isascii() else ''}")
    file.write_bytes(content)
    if ending != ENDING:
        return file
    sheets = place.joinpath("sheets")
    sheets.mkdir()
    for member in open_archive(file):
        inner = PurePosixPath(member.filename)
        if member.is_dir() or inner.name.startswith(".") or inner.suffix.lower() in PASSED_OVER:
            continue
        target = sheets.joinpath(inner.name)  # a folder inside the zip is left out: nothing can be put elsewhere
        if inner.suffix.lower() != ".csv" or target.exists():
            raise refuse("FILE_KIND_UNKNOWN", file=str(file), value=member.filename)
        with target.open("wb") as out:
            out.writelines(inflate(file, member))
    return sheets


def _as_called(fault: Fault, place: Path, name: str) -> Fault:
    told = Path(fault.where.file)
    if not told.is_relative_to(place):
        return fault
    return replace(fault, where=replace(fault.where, file=told.name if told.suffix == ".csv" else name))
