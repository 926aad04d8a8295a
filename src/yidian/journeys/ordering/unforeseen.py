"""What went wrong in a step that nobody foresaw, told so that it can be found again and gives nothing away."""

from __future__ import annotations

import hashlib
import traceback
from pathlib import PurePath
from typing import Final

FAULT: Final = "ORDER_STEP_FAULT"
LONG: Final = 12  # hexadecimal digits: enough to tell one fault from another
OURS: Final = "yidian"


def told_of(error: Exception) -> dict[str, str]:
    """The kind of error, where it was raised, and a digest of the way there: the same for the same fault. What the
    error says of itself is left out, as it may be anybody's secret."""
    frames = traceback.extract_tb(error.__traceback__)
    way = [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    digest = hashlib.sha256("\n".join([type(error).__qualname__, *way]).encode()).hexdigest()
    return {"kind": type(error).__name__, "at": way[-1] if way else "", "digest": digest[:LONG]}


def _place(filename: str) -> str:
    """A file within its packages, wherever they are installed."""
    parts = PurePath(filename).parts
    return "/".join(parts[parts.index(OURS) :] if OURS in parts else parts[-1:])
