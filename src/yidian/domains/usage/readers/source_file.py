"""A file somebody left for us: opened without ever blocking, identified by its bytes, held to have stayed the same."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import stat
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, cast

from yidian.kernel.faults import BadInput, refuse

GZ_MAGIC: Final = b"\x1f\x8b"
MOST_EXPANDED: Final = 1 << 38  # 256 GiB out of one compressed file is an attack, not usage
KINDS: Final = (
    (stat.S_ISDIR, "directory"), (stat.S_ISFIFO, "fifo"), (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"), (stat.S_ISSOCK, "socket"),
)  # fmt: skip


class SourceFile:
    """An open regular file with its sha256. Raises BadInput FILE_NOT_FOUND, _UNREADABLE, _NOT_REGULAR, _EMPTY."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self._descriptor = _open(path)
        try:
            self._facts = self._stat()
            if not stat.S_ISREG(self._facts.st_mode):
                kind = next((name for test, name in KINDS if test(self._facts.st_mode)), "special")
                raise refuse("FILE_NOT_REGULAR", file=self.name, kind=kind)
            if self._facts.st_size == 0:
                raise refuse("FILE_EMPTY", file=self.name)
            self.size = self._facts.st_size
            self._file = os.fdopen(self._descriptor, "rb", closefd=False)
            self.sha256 = self._hash()
        except BaseException:
            os.close(self._descriptor)
            raise
        self._heard = hashlib.sha256()

    def __enter__(self) -> SourceFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        os.close(self._descriptor)

    def _stat(self) -> os.stat_result:
        return os.fstat(self._descriptor)

    def _hash(self) -> str:
        try:
            return hashlib.file_digest(self._file, "sha256").hexdigest()
        except OSError as error:
            raise refuse("FILE_UNREADABLE", file=self.name, value=os.strerror(error.errno or 0)) from error

    def stream(self) -> BinaryIO:
        """The file's bytes from the start, expanded when they are gzip. Every byte read is hashed once more."""
        self._file.seek(0)
        compressed = self._file.read(2) == GZ_MAGIC
        self._file.seek(0)
        if not compressed and self.path.suffix == ".gz":
            raise refuse("GZ_BROKEN", file=self.name)
        self._heard = hashlib.sha256()
        heard = io.BufferedReader(_Heard(self._file, self._heard, self.name), 1 << 18)
        if not compressed:
            return cast(BinaryIO, heard)
        return cast(BinaryIO, io.BufferedReader(_Expanded(cast(BinaryIO, heard), self.name), 1 << 18))

    def position(self) -> int:
        """How many bytes of the file have been read, for showing progress."""
        return self._file.tell()

    def check_unchanged(self) -> None:
        """BadInput FILE_CHANGED unless size, times, name and the bytes that were read are those of the beginning."""
        while rest := self._file.read(1 << 20):
            self._heard.update(rest)
        after = self._stat()
        try:
            named = os.stat(self.path, follow_symlinks=False)
        except OSError as error:
            raise refuse("FILE_CHANGED", file=self.name) from error
        facts = self._facts
        same = (
            (after.st_size, after.st_mtime_ns) == (facts.st_size, facts.st_mtime_ns)
            and (named.st_dev, named.st_ino) == (facts.st_dev, facts.st_ino)
            and self._heard.hexdigest() == self.sha256
        )
        if not same:
            raise refuse("FILE_CHANGED", file=self.name)


def _open(path: Path) -> int:
    try:
        # O_NONBLOCK: a FIFO without a writer must not hold us; O_NOFOLLOW: what is collected is the file itself.
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise refuse("FILE_NOT_FOUND", file=str(path)) from error
    except ValueError as error:  # a NUL in the name
        raise refuse("FILE_NOT_FOUND", file=str(path)) from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise refuse("FILE_NOT_REGULAR", file=str(path), kind="symlink") from error
        if error.errno == errno.ENXIO:
            raise refuse("FILE_NOT_REGULAR", file=str(path), kind="socket") from error
        raise refuse("FILE_UNREADABLE", file=str(path), value=os.strerror(error.errno or 0)) from error


class _Heard(io.RawIOBase):
    """Passes bytes on and hashes them."""

    def __init__(self, file: io.BufferedReader, heard: hashlib._Hash, name: str) -> None:
        self._file, self._hash, self._name = file, heard, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            count = self._file.readinto(buffer)
        except OSError as error:
            raise refuse("FILE_UNREADABLE", file=self._name, value=os.strerror(error.errno or 0)) from error
        self._hash.update(buffer[:count])
        return count


class _Expanded(io.RawIOBase):
    """gzip expanded, its faults told as codes, its size bounded."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._gzip = gzip.GzipFile(fileobj=file, mode="rb")
        self._name = name
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._gzip.read1(len(buffer))
        except BadInput:
            raise
        except EOFError as error:
            raise refuse("GZ_TRUNCATED", file=self._name, offset=self._count) from error
        except (OSError, zlib.error) as error:
            raise refuse("GZ_BROKEN", file=self._name, offset=self._count) from error
        self._count += len(data)
        if self._count > MOST_EXPANDED:
            raise refuse("FILE_TOO_BIG", file=self._name, limit=MOST_EXPANDED)
        buffer[: len(data)] = data
        return len(data)
