"""Reading the manifest, and holding it against the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Max, Q

from yidian.platform.files import TEMPORARY, sha256
from yidian.platform.jobs.models import Run
from yidian.platform.lake.models import LakeFile
from yidian.platform.lake.wall import expect_own, expect_serving, home_of
from yidian.platform.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class Stored:
    """A visible file. `id` grows with every registration."""

    id: int
    kind: str
    subject: str
    path: str
    rows: int
    bytes: int
    sha256: str
    min_start_ms: int | None
    max_start_ms: int | None
    run_id: int | None
    part: int


@dataclass(frozen=True, slots=True)
class Census:
    """`orphans`: on the disk, in no row; `holes`: in a row, not on the disk; `damaged`: not the bytes of the row."""

    files: int
    orphans: tuple[str, ...]
    holes: tuple[str, ...]
    damaged: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not (self.orphans or self.holes or self.damaged)


FIELDS = tuple(Stored.__dataclass_fields__)


def files(
    *,
    tenant: Tenant,
    kind: str,
    subject: str | None = None,
    run_id: int | None = None,
    overlaps: tuple[int, int] | None = None,
) -> list[Stored]:
    """Files without a run or of runs that are done, in the order of registration.

    `overlaps`: those that may hold starts of [from, to) in UTC ms.
    """
    rows = LakeFile.objects.filter(Q(run=None) | Q(run__state=Run.State.DONE), tenant=tenant, kind=kind)
    if subject is not None:
        rows = rows.filter(subject=subject)
    if run_id is not None:
        rows = rows.filter(run_id=run_id)
    if overlaps is not None:
        rows = rows.filter(min_start_ms__lt=overlaps[1], max_start_ms__gte=overlaps[0])
    return [Stored(*row) for row in rows.order_by("id").values_list(*FIELDS)]


def newest_start(*, tenant: Tenant, kind: str, overlaps: tuple[int, int], upto: int) -> int | None:
    """The latest start (UTC ms) in files of a kind up to an id, of those that may hold starts of [from, to)."""
    rows = LakeFile.objects.filter(
        tenant=tenant, kind=kind, id__lte=upto, min_start_ms__lt=overlaps[1], max_start_ms__gte=overlaps[0]
    )
    found: int | None = rows.aggregate(newest=Max("max_start_ms"))["newest"]
    return found


class UnableToUseFile(Exception):
    """A file is not what its row says: LAKE_FILE_MISSING, LAKE_FILE_SIZE or LAKE_FILE_CHANGED."""

    def __init__(self, code: str, path: str) -> None:
        self.code, self.params = code, {"path": path}
        super().__init__(f"{code}: {path}")


def whole(file: Stored, lake: Path) -> Path:
    """The path of a file that is there in full length; its pages are checked by whoever reads them (read_columns).

    UnscopedFile when it is not the tenant's in scope; so do `verify` and `intact`.
    """
    expect_own(file.path)
    path = lake / file.path
    if not path.is_file():
        raise UnableToUseFile("LAKE_FILE_MISSING", file.path)
    if path.stat().st_size != file.bytes:
        raise UnableToUseFile("LAKE_FILE_SIZE", file.path)
    return path


def read_columns(path: Path, columns: Sequence[str], *, coded: Sequence[str] = ()) -> pa.Table:
    """Some columns on the calling thread, every page against its checksum: UnableToUseFile LAKE_FILE_CHANGED.

    `coded`: text columns that come as dictionaries.
    """
    try:
        file = pq.ParquetFile(path, read_dictionary=list(coded), page_checksum_verification=True)
        return file.read(columns=list(columns), use_threads=False)
    except (OSError, ValueError) as error:
        raise UnableToUseFile("LAKE_FILE_CHANGED", path.name) from error


def verify(file: Stored, lake: Path) -> Path:
    """The path of a file whose bytes are what its row says; UnableToUseFile otherwise."""
    path = whole(file, lake)
    if sha256(path) != file.sha256:
        raise UnableToUseFile("LAKE_FILE_CHANGED", file.path)
    return path


def read_stored(file: Stored, lake: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A file whose bytes are what its row says; UnableToUseFile otherwise."""
    return read_table(verify(file, lake), columns)


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A Parquet file, or some columns of it. Not by Arrow's function of that name, which has its data sets imported
    first: a fifth of what a small command costs."""
    return pq.ParquetFile(path).read(columns=None if columns is None else list(columns))


def intact(file: Stored, lake: Path) -> bool:
    """Whether a file has the size and the bytes that its row says."""
    expect_own(file.path)
    path = lake / file.path
    return path.is_file() and path.stat().st_size == file.bytes and sha256(path) == file.sha256


def census(*, tenant: Tenant, lake: Path, deep: bool = True) -> Census:
    """Every row against the disk and every file against the rows; `deep` reads all bytes."""
    expect_serving(tenant)
    known = [Stored(*row) for row in LakeFile.objects.filter(tenant=tenant).order_by("id").values_list(*FIELDS)]
    names = {file.path for file in known}
    present = {p.relative_to(lake).as_posix() for p in (lake / home_of(tenant)).rglob("*") if p.is_file()}
    orphans = sorted(name for name in present - names if not name.endswith(TEMPORARY))
    holes = sorted(names - present)
    damaged = [f.path for f in known if f.path in present and deep and not intact(f, lake)]
    return Census(len(known), tuple(orphans), tuple(holes), tuple(damaged))
