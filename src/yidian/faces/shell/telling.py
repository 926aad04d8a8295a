"""Codes with their parameters made ready to be told: what a parameter is, its name says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from yidian.faces.shell import figures
from yidian.faces.shell.asked import Asked
from yidian.platform.wording import entries, text

CODES: Final[Mapping[str, str]] = {  # parameters that are codes of their own, and where their words stand
    "kind": "JOB_KIND_", "step": "MONTH_STEP_", "event": "CYCLE_EVENT_", "state": "CYCLE_STATE_",
    "act": "JOB_KIND_", "unit": "MONTH_UNIT_", "equation": "", "action": "APPROVAL_DOES_",
    "order_state": "ORDER_STATE_", "import": "IMPORT_KIND_",
}  # fmt: skip

AS_THEY_ARE: Final = frozenset({"job", "run", "approval", "year", "line", "bill"})  # numbers that are names
DIFFERING: Final = (  # what differs between the records of one reason: said of many at once it is left open
    "field", "value", "limit", "found", "expected", "length", "column", "character", "encoding", "offset", "position",
    "local", "zone",
)  # fmt: skip


def told(asked: Asked, params: Mapping[str, object]) -> dict[str, str]:
    """Parameters as people read them: …_minor as money, …_ms and instants, codes, people, counts with their groups."""
    return {name: shown(asked, name, value) for name, value in params.items()}


def shown(asked: Asked, name: str, value: object) -> str:
    """One parameter by its name."""
    if value is None:
        return figures.NONE
    if name in CODES:
        return code_words(f"{CODES[name]}{value}", asked.lang)
    if isinstance(value, Mapping):
        return reason_words(asked, value)
    if name == "who":
        return who(str(value))
    if isinstance(value, tuple):  # a name in Chinese and in English
        return str(value[asked.lang == "en"] or value[0] or value[1])
    if isinstance(value, bool):
        return text("YES" if value else "NO", asked.lang)
    return _figure(asked, name, value)


def _figure(asked: Asked, name: str, value: object) -> str:
    if isinstance(value, datetime) or (name.endswith("_ms") and isinstance(value, int)):
        return figures.instant(value, lang=asked.lang, zone=asked.zone, now=asked.now)
    if isinstance(value, date):
        return figures.day(value, lang=asked.lang, today=figures.local(asked.now, asked.zone).date())
    if name.endswith("_minor") and isinstance(value, int):
        return figures.money(value, asked.tenant.currency)
    if name == "cycle":
        return figures.month(str(value), lang=asked.lang)
    if isinstance(value, int) and name not in AS_THEY_ARE:
        return figures.count(value)
    return str(value)


def code_words(code: str, lang: str) -> str:
    """The words of a code as it is built here: capitals, no points."""
    made = code.upper().replace(".", "_").replace("-", "_")
    return text(made, lang) if made in entries() else code


def reason_words(asked: Asked, reason: Mapping[str, Any]) -> str:
    """Why something failed: {"code": …, parameters}."""
    code = str(reason.get("code", ""))
    if not code:
        return ""
    return text(code, asked.lang, **told(asked, {name: one for name, one in reason.items() if name != "code"}))


def who(named: str) -> str:
    """People as they are stored ("staff/zhang", "staff:zhang"), by their login."""
    return named.partition("/" if "/" in named else ":")[2] or named


def left(seconds: int | None, lang: str) -> str:
    """A span of time: 44 秒, 3 分 20 秒, 1:05:00."""
    if seconds is None:
        return figures.NONE
    hours, rest = divmod(max(seconds, 0), 3600)
    if hours >= 48:
        return text("DESK_DAYS", lang, count=hours // 24)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes}:{seconds:02}" if minutes else text("DESK_SECONDS", lang, count=seconds)
