"""A file of rows taken whole in one write: by its bytes, so that the same ones again do nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from yidian.platform.files import sha256
from yidian.platform.points import point
from yidian.platform.writing.operations import perform

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from yidian.kernel.faults import Fault
    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor


class FileTaken(NamedTuple):
    """What a file came to: its rows, how many periods were added and given an end; `repeated`: taken before."""

    rows: int
    added: int
    ended: int
    repeated: bool


class FileSeen(NamedTuple):
    """What a file would do, and nothing was done. `states`: of each line new | changed | same | refused.

    `gone`: how many stored rows it would end; `seen` names all that it would do; `full`: there may be more faults;
    `match`: what it is of what was ordered.
    """

    states: Mapping[int, str]
    faults: tuple[Fault, ...]
    gone: int
    seen: str
    full: bool = False
    match: tuple[Mapping[str, Any], ...] = ()


def take_file(
    *, tenant: Tenant, actor: Actor, path: Path, now: datetime, subject: str, kind: str,
    book: Callable[[Frame], dict[str, Any]],
) -> FileTaken:  # fmt: skip
    """Book a file that was read: operation `subject`.import, audited as a `kind` by the digest of its bytes.

    `book` answers rows, added, ended, or raises BadInput and nothing is written.
    """
    digest = sha256(path)

    def work(frame: Frame) -> dict[str, Any]:
        counts = book(frame)
        frame.changed(kind, digest, before=None, after=counts)
        point("import.commit")
        return counts

    outcome = perform(
        tenant=tenant, actor=actor, operation=f"{subject}.import", key=f"{subject}/{digest}",
        request={"sha256": digest}, now=now, work=work,
    )  # fmt: skip
    point("import.committed")
    return FileTaken(repeated=outcome.repeated, **outcome.answer)
