"""The demonstration: the same result every time, in two languages; the page of the first month as it reads."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.stories.shop import REPOSITORY, Operator, last_digest
from tools.demo.files import write_files
from tools.demo.terminal import WORDS

PAGES = ("first-month.md", "first-month.zh.md")


def demo(folder: Path, *words: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("YIDIAN_", "LANG", "LC_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo", "--folder", str(folder), *words],
        cwd=REPOSITORY, env=environment | {"LANG": "C.UTF-8"}, capture_output=True,
        text=True, encoding="utf-8", timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_demonstration_gives_the_same_bytes_again_and_on_any_number_of_threads(tmp_path: Path) -> None:
    told = [
        demo(tmp_path / "month", "--threads", "1"),
        demo(tmp_path / "month", "--threads", "2", "--keep", "--lang", "zh"),
    ]
    assert len({last_digest(one) for one in told}) == 1
    assert "Every row adds up" in told[0]
    assert "每一行都对得上" in told[1]


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_operators_files_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    write_files(tmp_path / "one")
    counts = write_files(tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert sum(counts.values()) - counts["customers"] in range(15_000, 25_000)


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
