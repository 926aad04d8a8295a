"""A form of staff that named something out of their reach: nothing is done, and that it was tried stands on record."""

from __future__ import annotations

from uuid import uuid4

from yidian.faces.shell.asked import Asked
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform


def note(asked: Asked) -> None:
    """Who sent a form to which page. Not what it named: that may be another tenant's, or no name at all."""

    def work(frame: Frame) -> dict[str, str]:
        told = {"face": asked.face, "names": sorted(asked.route.whose.values())}
        frame.changed("page", asked.route.name, before=None, after=told)
        return {}

    perform(
        tenant=asked.tenant, actor=asked.actor, operation="access.refused", key=uuid4().hex, request={},
        now=asked.now, work=work,
    )  # fmt: skip
