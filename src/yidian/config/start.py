"""Make Django ready for one installation. Called once by a face, before any door is opened."""

from __future__ import annotations

import os
from pathlib import Path

from yidian.config.installation import Installation, read
from yidian.platform import clock


def start(home: Path) -> Installation:
    import django

    if read(home).money:
        clock.only_real()
    os.environ["YIDIAN_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yidian.config.settings")
    django.setup()
    return read(home.resolve())
