"""What is wrong with a row, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.refusals import spoken
from yidian.platform.wording import remedy, text


def fault_words(asked: Asked, fault: Mapping[str, Any]) -> dict[str, Any]:
    """A fault as it is kept (`shelf.Told`) with its sentence and what can be done."""
    place = {"value": fault["value"], "column": fault.get("column", ""), "line": str(fault.get("line", ""))}
    params: dict[str, object] = place | spoken(asked, fault["params"])
    code = fault["code"]
    return dict(fault) | {
        "params": params, "why": text(code, asked.lang, **params), "remedy": remedy(code, asked.lang, **params)
    }  # fmt: skip


def reasons(asked: Asked, faults: tuple[Mapping[str, Any], ...]) -> str:
    """All that is wrong with a row in one cell."""
    some = (fault_words(asked, fault) for fault in faults)
    return "; ".join(f"{one['column']}: {one['why']}" if one["column"] else str(one["why"]) for one in some)
