"""The form of an order (业务单) as paper: every word ready for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.words import words_of
from yidian.platform.papers import UnableToPrint, paper
from yidian.platform.papers.fonts import REMEDY as REMEDY
from yidian.platform.papers.square import square
from yidian.platform.wording import text

Rows = Sequence[tuple[str, str]]
NOTHING: Final[Mapping[str, Any]] = {}


def words_around(asked: Asked) -> dict[str, str]:
    """What stands on every form, in the reader's language; kept with one that is printed, as words may change."""
    words = words_of(asked)
    return {
        "lang": asked.lang, "title": words.say("TAKING_PAPER_TITLE"), "operator": words.say("SHELL_BRAND"),
        "declares": words.say("TAKING_PAPER_DECLARES"), "sign": words.say("TAKING_PAPER_SIGN"),
        "date": words.say("TAKING_PAPER_DATE"),
    }  # fmt: skip


def order_paper(
    asked: Asked, *, number: str, facts: Rows, lines: Rows, where: str, sign: str = "", date: str = "",
    then: Mapping[str, Any] = NOTHING, void: bool = False,
) -> bytes | None:  # fmt: skip
    """The PDF; None where this machine has no font for it. `where`: what its square leads to; `sign`, `date`: what
    stands below the two lines, for the hand of whoever signs unless something is told. `then`: the words around as they
    were printed before (words_around); `void`: across it stands that it is good no more."""
    words, installation = words_of(asked), settings.INSTALLATION
    told: dict[str, Any] = {
        "facts": facts,
        "test": words.say("HALL_PAPER_TEST") if installation and installation.profile else "", "lines": lines,
        "page": words.say("HALL_PAPER_PAGE", page="{page}", pages="{pages}"), "foot": number,
        "square": square(where),
        "void": text("TAKING_PAPER_VOID", then.get("lang", asked.lang)) if void else "",
        **(words_around(asked) | ({"sign": sign} if sign else {}) | ({"date": date} if date else {})), **then,
    }  # fmt: skip
    try:
        return paper("order", told, lang=then.get("lang", asked.lang), at=asked.now)
    except UnableToPrint as error:
        if error.code != "PAPER_NO_FONT":
            raise
        return None
