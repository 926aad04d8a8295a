"""The demonstration: its words in two languages; the page of the first month as it reads. Its life: tests/operator."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.stories.shop import REPOSITORY, Operator
from tools.demo.terminal import WORDS

PAGES = ("first-month.md", "first-month.zh.md")


def test_the_demonstration_removes_no_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo", "--folder", str(tmp_path)], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert (done.returncode, (tmp_path / "mine.txt").read_text()) == (2, "mine")


def test_the_demonstration_says_everything_in_both_languages() -> None:
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    assert words["en"].keys() == words["zh"].keys()
    for name, en in words["en"].items():
        params = [sorted(re.findall(r"{(\w+)}", text)) for text in (en, words["zh"][name])]
        assert params[0] == params[1], name


@pytest.mark.parametrize("page", PAGES)
def test_the_first_months_examples_are_as_the_page_says(page: str, operator: Operator) -> None:
    text = (REPOSITORY / "docs" / "howto" / page).read_text(encoding="utf-8")
    quoted, customers = re.findall(r"```csv\n(.*?)\n```", text, re.DOTALL)
    told = operator.yidian("quote", "--tariff", operator.folder / "tariff", operator.write("one-call.csv", quoted, []))
    assert "0.80" in told
    assert "2.10" in told
    fresh = Operator(operator.folder / "fresh")
    fresh.folder.mkdir()
    fresh.yidian("init", "shop", "--currency", "CNY", "--zone", "Asia/Shanghai", "--cycle", "2026-10")
    fresh.yidian("tariff", "load", REPOSITORY / "examples" / "tariff-cn")
    assert "5" in fresh.yidian("import", "customers", fresh.write("customers.csv", customers, []))


def typed(page: str) -> list[str]:
    lines = (REPOSITORY / "docs" / "howto" / page).read_text(encoding="utf-8").splitlines()
    return [line.split("#")[0].strip() for line in lines if line.startswith("    ")]


def test_both_languages_of_the_first_month_type_the_same_commands() -> None:
    assert typed(PAGES[0]) == typed(PAGES[1])
    assert len(typed(PAGES[0])) > 15
