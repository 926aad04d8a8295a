"""What is kept in a session between two pages: a sentence for the next one, and a form that came too soon.

Every thing has a name of its own there, the page it is for in it: tabs of one session answer at once, and none may tell
or undo what belongs to another. Everything lasts minutes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from yidian.kernel.calendar import to_ms

if TYPE_CHECKING:
    from yidian.faces.shell.asked import Asked

SAID: Final = "said"
TYPED: Final = "typed"
LASTS: Final = timedelta(minutes=10)  # as long as proving oneself may take
MOST: Final = 8  # things in one session: of more the oldest goes
LARGEST: Final = 16_000  # letters of a form that is kept, as JSON
SECRET: Final = frozenset({"csrfmiddlewaretoken", "password", "old", "new", "again", "code"})


def say(asked: Asked, code: str, params: Mapping[str, object]) -> None:
    """A sentence for the next page, whichever that is."""
    _put(asked, SAID, {"code": code, "params": {name: str(value) for name, value in params.items()}})


def say_there(asked: Asked, where: str) -> None:
    """What was said last is for this page."""
    _put(asked, f"{SAID} {urlsplit(where).path}", asked.request.session.pop(SAID))


def said(asked: Asked) -> Mapping[str, Any] | None:
    """The sentence for this page, once."""
    return _take(asked, f"{SAID} {asked.request.path}") or _take(asked, SAID)


def keep_form(asked: Asked, where: str) -> bool:
    """What was typed is there again when this page is opened; without passwords and codes. False: it is too long."""
    form = {name: value for name, value in asked.form.items() if name not in SECRET}
    if len(json.dumps(form)) > LARGEST:
        return False
    _put(asked, f"{TYPED} {urlsplit(where).path}", {"form": form})
    return True


def typed(asked: Asked) -> Mapping[str, str]:
    """The form that was kept for this page, once."""
    told = _take(asked, f"{TYPED} {asked.request.path}")
    return dict(told["form"]) if told else {}


def _put(asked: Asked, name: str, told: Mapping[str, Any]) -> None:
    """Keep something; whatever is too old goes."""
    session, now_ms = asked.request.session, to_ms(asked.now)
    lasting = sorted((one["until_ms"], other) for other, one in session.items() if _lasts(one, now_ms))
    for other in session.keys() - {other for _, other in lasting[1 - MOST :]}:
        session.pop(other)
    session[name] = {**told, "until_ms": now_ms + LASTS // timedelta(milliseconds=1)}


def _take(asked: Asked, name: str) -> Mapping[str, Any] | None:
    told: Mapping[str, Any] | None = asked.request.session.pop(name, None)
    return told if _lasts(told, to_ms(asked.now)) else None


def _lasts(told: Any, now_ms: int) -> bool:
    return isinstance(told, dict) and now_ms < told.get("until_ms", 0)
