"""Make Django ready for one installation. Called once by a face, before any door is opened."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from yidian.config.installation import Installation, read
from yidian.platform import clock

ABSENT: Final = frozenset({"dateutil", "pandas"})


class NoSearch:
    """Arrow tries to import these whenever it makes an array or a scalar. They are no packages of ours, and looking
    through all folders each time costs a third of an export: the search is cut short."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name in ABSENT:
            raise ModuleNotFoundError("Yidian does without it", name=name)


def start(home: Path) -> Installation:
    import django

    if read(home).money:
        clock.only_real()
    os.environ["YIDIAN_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yidian.config.settings")
    django.setup()
    if NoSearch not in sys.meta_path:
        sys.meta_path.insert(0, NoSearch)
    return read(home.resolve())
