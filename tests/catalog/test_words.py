"""What the format's pages and the messages say is what the code does."""

from __future__ import annotations

import re
import string

import pytest
from tests.conftest import REPOSITORY

from yidian.domains.product_catalog.workbook import reference
from yidian.platform.wording import entries

ROOMS = ("src/yidian/platform/sheets", "src/yidian/domains/product_catalog")
CODE = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"')


def _codes() -> set[str]:
    files = [path for room in ROOMS for path in (REPOSITORY / room).rglob("*.py") if "migrations" not in path.parts]
    return {code for path in files for code in CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_code_has_words_in_both_languages() -> None:
    codes = _codes()
    assert len(codes) > 70
    for code in sorted(codes):
        words = entries().get(code, {})
        assert {"en", "zh", "remedy_en", "remedy_zh"} <= words.keys(), code


@pytest.mark.parametrize("room", ["catalog", "sheets"])
def test_both_languages_name_the_same_parameters(room: str) -> None:
    import tomllib

    path = REPOSITORY / "src/yidian/platform/wording" / f"{room}.toml"
    for code, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for en, zh in (("en", "zh"), ("remedy_en", "remedy_zh")):
            assert _parameters(words.get(en, "")) == _parameters(words.get(zh, "")), code


def _parameters(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_the_how_to_holds_the_reference_of_the_format() -> None:
    page = (REPOSITORY / "docs/howto/tariff.md").read_text(encoding="utf-8")
    start, end = page.index(reference.BEGIN), page.index(reference.END) + len(reference.END)
    assert page[start:end] == reference.markdown()


def test_the_domain_has_a_readme_at_its_door() -> None:
    page = (REPOSITORY / "src/yidian/domains/product_catalog/README.md").read_text(encoding="utf-8")
    for heading in ("Owns", "Does not own", "Words", "What each time means", "Invariants", "What failure looks like"):
        assert heading in page
