"""Icons of the pages, drawn inline: path data of Tabler's outline icons (MIT), only those that a page names."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.safestring import SafeString, mark_safe

FILE: Final = Path(__file__).parent / "icons.toml"


@cache
def _drawings() -> dict[str, str]:
    return dict(tomllib.loads(FILE.read_text(encoding="utf-8"))["icons"])


def drawing(name: str) -> SafeString:
    """What is inside the <svg> of an icon. KeyError for one that `tools/vendor.py` has not brought."""
    return mark_safe(_drawings()[name])  # our own file
