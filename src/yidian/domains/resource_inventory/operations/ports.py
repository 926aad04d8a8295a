"""Ports that break and are mended; a terminal that is sold to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidian.domains.resource_inventory.lifecycle import DEVICE, PORT
from yidian.domains.resource_inventory.operations._steps import read, step

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


def break_port(*, frame: Frame, port: str) -> None:
    """A free port does not work. UnableToHold."""
    step(frame, read(frame, PORT, port), "break")


def mend_port(*, frame: Frame, port: str) -> None:
    """It works again. UnableToHold."""
    step(frame, read(frame, PORT, port), "mend")


def scrap_device(*, frame: Frame, device: str) -> None:
    """A terminal in stock will not be sold. UnableToHold."""
    step(frame, read(frame, DEVICE, device), "scrap")
