"""The words of every code, made where somebody reads them: one `<room>.toml` per room, English and Chinese.

    [NO_ITEM]
    en = "no rule of the tariff fits {service}"
    zh = "资费中没有适用于 {service} 的规则"
    remedy_en = "add a rule to the sheet `rules`"
    remedy_zh = "请在 rules 表中补充规则"

Codes that people write themselves (reason codes of old data, say) stay readable: an unknown code is its own text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("zh", "en")
FOLDER: Final = Path(__file__).parent


@cache
def entries() -> Mapping[str, Mapping[str, str]]:
    """Every code and its words, of all rooms."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def text(code: str, lang: str, /, **params: object) -> str:
    """The sentence of `code` in "zh" or "en"; a parameter that is missing stays as `{name}`."""
    return _fill(entries().get(code, {}).get(lang, code), params)


def remedy(code: str, lang: str, /, **params: object) -> str:
    """What the reader can do about `code`; empty when its room gives no advice."""
    return _fill(entries().get(code, {}).get(f"remedy_{lang}", ""), params)


def _fill(template: str, params: Mapping[str, object]) -> str:
    try:
        return template.format_map(_Params(params))
    except (ValueError, IndexError, AttributeError, KeyError):
        return template  # a word with a broken placeholder is still better than a traceback


class _Params(dict[str, object]):
    def __missing__(self, name: str) -> _Absent:
        return _Absent(name)


class _Absent:
    def __init__(self, name: str) -> None:
        self._name = name

    def __format__(self, spec: str) -> str:
        return "{" + self._name + "}"
