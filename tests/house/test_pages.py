"""Every template keeps the house's rules: words by codes, nothing inline, no outside host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from tools import vendor

from yidian.platform.wording import entries

FACES = Path(__file__).resolve().parents[2] / "src/yidian/faces"
TEMPLATES = sorted(FACES.rglob("templates/**/*.html"))
CODES = re.compile(r"""\{%\s*(?:say|fault_words)\s+["']([A-Z][A-Z0-9_]+)["']""")
PASSED = re.compile(r"""(?:label|hint|code|words)=["']([A-Z][A-Z0-9_]{3,})["']""")
CJK = re.compile(r"[一-鿿]")
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*="),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "an inline stylesheet": re.compile(r"<style\b"),
    "another host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//"),
    "boosted navigation": re.compile(r"hx-boost"),
    "script in an attribute": re.compile(r"hx-on|[\"']js:|javascript:"),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}
POST = re.compile(r"<form\b[^>]*method=[\"']post[\"'][^>]*>(.*?)</form>", re.S | re.I)


def name(path: Path) -> str:
    return path.relative_to(FACES).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_keeps_to_the_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_says_only_what_both_languages_have(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    codes = {*CODES.findall(text), *PASSED.findall(text)}
    assert sorted(code for code in codes if code not in entries()) == []
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|<!--.*?-->", "", text, flags=re.S).replace("中文", "")
    assert CJK.search(bare) is None, "a sentence stands in the template instead of the words"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_form_that_writes_has_its_token_and_its_key(path: Path) -> None:
    for form in POST.findall(path.read_text(encoding="utf-8")):
        assert "{% csrf_token %}" in form
        assert "{% key %}" in form, "without a key the same form sent twice is done twice"


def test_files_of_others_are_as_they_came() -> None:
    assert vendor.wrong_files() == []


def test_a_changed_file_of_others_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tomllib.loads(vendor.LIST.read_text(encoding="utf-8"))["files"]
    path = next(iter(listed))
    (tmp_path / path).parent.mkdir(parents=True)
    for one in listed:
        (tmp_path / one).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / one).write_bytes((vendor.REPOSITORY / one).read_bytes())
    (tmp_path / path).write_bytes(b"changed")
    monkeypatch.setattr(vendor, "REPOSITORY", tmp_path)
    assert vendor.wrong_files() == [path]


def test_every_icon_that_a_page_names_is_there() -> None:
    there = tomllib.loads((FACES / "shell/icons.toml").read_text(encoding="utf-8"))["icons"]
    assert sorted(set(vendor.names_used()) - set(there)) == [], "`make vendor` brings them"


def test_no_stylesheet_or_script_of_ours_asks_another_host() -> None:
    for path in (FACES / "shell/static/yidian").glob("*.*"):
        if path.suffix in (".css", ".js"):
            assert not re.search(r"https?://|@import|url\(\s*[\"']?//", path.read_text(encoding="utf-8")), path.name
