"""The inbox of the installation: a folder beside the lake where switches put their files, one folder for each source.

Files stay where they are: a file whose content was taken is known by it, and taken no second time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from yidian.domains.usage.operations import mapping_in_use, nobody_watches
from yidian.domains.usage.queries import names_taken
from yidian.platform.lake.wall import home_of
from yidian.platform.tenancy.models import Tenant
from yidian.runs.collect.collect import CollectReport, collect

FOLDER: Final = "inbox"


def inbox_of(*, tenant: Tenant, lake: Path, source: str) -> Path:
    """Where the files of a source of a tenant are put."""
    return lake.parent / FOLDER / home_of(tenant) / source


def waiting(*, tenant: Tenant, lake: Path, source: str) -> list[Path]:
    """Files in the inbox of a source that were not taken under their name, by name."""
    folder = inbox_of(tenant=tenant, lake=lake, source=source)
    if not folder.is_dir():
        return []
    seen = (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    found = [path for path in seen if not path.name.startswith(".")]
    known = names_taken(tenant=tenant, source=source, names=[path.name for path in found])
    return sorted(path for path in found if path.name not in known)


def collect_inbox(
    *, tenant: Tenant, lake: Path, source: str, now: datetime, expect: Callable[[int], None] = nobody_watches,
    advance: Callable[[int], None] = nobody_watches,
) -> CollectReport:  # fmt: skip
    """Take what waits in the inbox of a source through the mapping last used for it; `expect` is told the bytes.

    UnableToRefeed SOURCE_UNKNOWN: the first file of a source is collected by `yidian collect --mapping`.
    """
    mapping = mapping_in_use(tenant=tenant, source=source)
    paths = waiting(tenant=tenant, lake=lake, source=source)
    expect(sum(path.stat().st_size for path in paths))
    return collect(tenant=tenant, lake=lake, mapping=mapping, paths=paths, now=now, advance=advance)
