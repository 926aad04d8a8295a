"""A table that somebody sends: kept if it is one, and refused before anybody reads it if it is something else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yidian.journeys.imports.kinds import Kind
from yidian.journeys.imports.shelf import Shelf
from yidian.kernel.faults import BadInput
from yidian.platform.sheets.archive import open_archive
from yidian.platform.tenancy.models import Tenant
from yidian.platform.uploads.operations import XLSX, Upload, empty, forget, keep, opened
from yidian.platform.writing.types import Actor


def receive(
    *, tenant: Tenant, actor: Actor, shelf: Shelf, name: str, pieces: Iterable[bytes], now: datetime
) -> Upload:  # fmt: skip
    """UnableToUpload; BadInput XLSX_DAMAGED, XLSX_ENCRYPTED, XLSX_TOO_LARGE. Then nothing is kept."""
    shelf.forget_old(now)
    kept = keep(
        tenant=tenant, folder=shelf.uploads, name=name, pieces=pieces, by=actor.id, now=now, tables=True
    )  # fmt: skip
    if kept.path.suffix == XLSX:
        try:
            open_archive(kept.path)
        except BadInput:
            forget(tenant=tenant, folder=shelf.uploads, id=kept.id)
            raise
    return kept


def received(*, tenant: Tenant, shelf: Shelf, id: str) -> Upload:
    """UnableToUpload UPLOAD_GONE."""
    return opened(tenant=tenant, folder=shelf.uploads, id=id)


def hush(*, tenant: Tenant, shelf: Shelf, kind: Kind, upload: Upload) -> None:
    """What is secret in a file that was taken lies here no more, however often the file is sent."""
    if kind.secret:
        empty(tenant=tenant, folder=shelf.uploads, id=upload.id)
