"""Every code has words, in both languages, with the same parameters."""

from __future__ import annotations

import ast
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from yidian.platform.wording import FOLDER, LANGUAGES, entries, remedy, text

SOURCE = Path(__file__).resolve().parents[2] / "src" / "yidian"
SPOKEN = {"refuse", "Fault", "say", "complain", "table", "progress"}


def parameters(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_entry_speaks_both_languages_with_the_same_parameters() -> None:
    wrong = []
    for code, words in entries().items():
        if set(words) - {"en", "zh", "en_one", "remedy_en", "remedy_zh"}:
            wrong.append(f"{code}: unknown keys {set(words)}")
        elif not all(words.get(lang, "").strip() for lang in LANGUAGES):
            wrong.append(f"{code}: a language is missing")
        elif parameters(words["en"]) != parameters(words["zh"]):
            wrong.append(f"{code}: parameters differ")
        elif "en_one" in words and not parameters(words["en_one"]) <= parameters(words["en"]):
            wrong.append(f"{code}: en_one has parameters of its own")
        elif "en_one" in words and "count" not in parameters(words["en"]):
            wrong.append(f"{code}: en_one without a count")
        elif ("remedy_en" in words) != ("remedy_zh" in words):
            wrong.append(f"{code}: the remedy lacks a language")
        elif parameters(words.get("remedy_en", "")) != parameters(words.get("remedy_zh", "")):
            wrong.append(f"{code}: parameters of the remedy differ")
    assert not wrong, "\n".join(wrong)


def test_a_code_has_its_words_in_one_room() -> None:
    rooms = Counter(code for path in FOLDER.glob("*.toml") for code in tomllib.loads(path.read_text(encoding="utf-8")))
    assert [code for code, count in rooms.items() if count > 1] == []


def codes_spoken() -> Iterator[tuple[str, str]]:
    """(code, place) of every code given to refuse, Fault, say, … or to an UnableTo… error."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            arguments = node.args[:2] if name == "progress" else node.args[:1]
            for argument in arguments if name in SPOKEN or name.startswith("UnableTo") else ():
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    code = argument.value
                    if code.isupper() and code.replace("_", "").isalnum():
                        yield code, f"{path.relative_to(SOURCE)}:{node.lineno}"


def test_every_code_that_is_spoken_has_words() -> None:
    spoken = list(codes_spoken())
    assert len(spoken) > 20, "the scan found next to nothing"
    missing = [f"{code} ({place})" for code, place in spoken if code not in entries()]
    assert not missing, "without words:\n" + "\n".join(sorted(missing))


def test_an_unknown_code_is_its_own_text() -> None:
    assert text("NO_SUCH_CODE", "zh", a=1) == "NO_SUCH_CODE"
    assert remedy("NO_SUCH_CODE", "en") == ""


def test_a_missing_parameter_stays_visible() -> None:
    assert text("COMMAND_UNKNOWN", "en") == "there is no command `{command}`."
    assert text("COMMAND_UNKNOWN", "zh", command="frob") == "没有命令 frob。"
