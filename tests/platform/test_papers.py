"""Official paper: printed with our font and nothing from outside; what it warns of is a failure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from yidian.platform.papers import UnableToPrint, paper
from yidian.platform.papers.fonts import folders
from yidian.platform.papers.square import square

NOW = datetime(2026, 11, 8, 2, tzinfo=UTC)


def bill(**told: Any) -> dict[str, Any]:
    words = (
        "title", "operator", "test", "page", "foot", "square_note", "sum_label", "total", "open", "what_label",
        "amount_label", "total_label", "taxes", "check_label", "digest",
    )  # fmt: skip
    lines = [("本地通话", "12 分钟", "1.20")] * 90
    facts = [("客户", "C1"), ("合同号", "A1")]
    empty = dict.fromkeys(words, "")
    return empty | {"square": square("x"), "facts": facts, "groups": [{"title": "套餐外", "lines": lines}]} | told


def test_the_same_paper_is_the_same_bytes() -> None:
    assert folders(), "the font comes with the packages"
    first = paper("bill", bill(title="二〇二六年十月账单"), lang="zh", at=NOW)
    assert first.startswith(b"%PDF")
    assert first == paper("bill", bill(title="二〇二六年十月账单"), lang="zh", at=NOW)


def test_words_are_words_whatever_signs_they_hold() -> None:
    """Names come from outside: no sign of the template's language means anything in them."""
    wild = '#import "/etc/passwd" $x$ *bold* `code` @cite <label> \\ #panic("no") 「」 é'
    assert paper("bill", bill(title=wild, operator=wild, facts=[(wild, wild)]), lang="en", at=NOW).startswith(b"%PDF")


@pytest.mark.parametrize("told", [{"family": "No Such Font"}, {"square": "no drawing"}, {"facts": 7}])
def test_a_font_that_is_not_there_and_data_that_do_not_fit_are_failures(told: dict[str, Any]) -> None:
    with pytest.raises(UnableToPrint):
        paper("bill", bill(**told), lang="zh", at=NOW)


def test_there_are_only_our_own_papers() -> None:
    with pytest.raises(UnableToPrint):
        paper("../fonts", bill(), lang="zh", at=NOW)
