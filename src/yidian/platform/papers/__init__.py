"""Official paper: a template of ours and the words of one paper → PDF, by typst, with nothing from outside.

Templates take their words from `data` and compute nothing but the layout. Whatever typst warns of is a failure: a font
that is not there would be another one, with boxes for letters, on somebody's bill.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from yidian.platform.papers.fonts import FAMILY, folders

TEMPLATES: Final = Path(__file__).parent / "templates"
NAMES: Final = ("bill", "order")


class UnableToPrint(Exception):
    """PAPER_NO_FONT: no Chinese font on this machine; PAPER_WRONG: the template and its data do not fit."""

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def paper(name: str, data: Mapping[str, Any], *, lang: str, at: datetime) -> bytes:
    """The PDF of a paper ("bill", "order") in "zh" or "en"; `at` is the date the file bears. UnableToPrint."""
    import typst

    found = folders()
    if not found:
        raise UnableToPrint("PAPER_NO_FONT")
    told = json.dumps({"lang": lang, "family": FAMILY, **data}, ensure_ascii=False)
    try:
        made: Any = typst.compile_with_warnings  # its stubs cannot tell bytes from a path
        body, warnings = made(
            _template(name), font_paths=list(found), ignore_system_fonts=True, sys_inputs={"data": told},
            root=str(TEMPLATES), timestamp=int(at.timestamp()),
        )  # fmt: skip
    except typst.TypstError as error:
        raise UnableToPrint("PAPER_WRONG", what=error.message) from error
    if warnings:
        raise UnableToPrint("PAPER_WRONG", what="; ".join(str(one.message) for one in warnings))
    return bytes(body)


@cache
def _template(name: str) -> bytes:
    if name not in NAMES:
        raise UnableToPrint("PAPER_WRONG", what=name)
    return (TEMPLATES / f"{name}.typ").read_bytes()
