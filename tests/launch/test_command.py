"""The way to sale as it is typed."""

from __future__ import annotations

from pathlib import Path

from tests.catalog.example import EXAMPLE
from tests.catalog.test_command import _yidian


def test_a_draft_is_typed_as_far_as_its_publication(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert _yidian("init", home)[0] == 0

    def typed(*words: object) -> tuple[int, str]:
        code, told, complaint = _yidian("--home", home, "tariff", *words)
        return code, told + complaint

    assert "There is no draft" in typed("drafts")[1]
    assert typed("draft", EXAMPLE, "--title", "Spring")[0] == 2, "no policy"
    code, told = typed("draft", EXAMPLE, "--title", "Spring", "--policy", "cheaper at night")
    assert (code, told.startswith("Draft 1 is made")) == (0, True), told
    assert typed("publish", 1)[0] == 3, "not from here"
    assert typed("comment", 7, "--comment", "?")[0] == 2, "there is none"
    assert typed("confirm", 1, "--side", "product")[0] == 0
    code, told = typed("confirm", 1, "--side", "partner")
    assert (code, "two" in told or "one person" in told) == (3, True), told
    code, told = typed("drafts", 1)
    for word in ("confirmed by the operator", "Next:", "confirmed by the other side"):
        assert word in told
    assert typed("configure", 1, "--system", "crm", "--version", "x")[0] == 3
    assert typed("cancel", 1, "--comment", "no more")[0] == 0
    assert "given up" in typed("drafts")[1]
