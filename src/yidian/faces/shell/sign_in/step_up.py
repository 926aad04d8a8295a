"""Before what is worth a second look (E22): a refund, an unmasking, an export, a new second factor.

    if step_up.needed(asked):
        return step_up.first(asked)

Ask on the page that shows the form (or offer `where` in its place), and once more where the form is sent: five minutes
may pass between the two. What was typed in it then is kept in the session, on the server, and stands in the form again
when the page is back; it is sent by the person once more, never by us: nobody can have a form sent in another's name.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse

from yidian.faces.shell import kept
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.sign_in import asking
from yidian.platform.sign_in.queries import is_fresh


def needed(asked: Asked) -> bool:
    """Whether the person has not proved themselves within the last five minutes."""
    return asked.person is None or not is_fresh(asked.person, now=asked.now)


def where(asked: Asked, *, back: str = "") -> str:
    """The page that proves oneself again and then leads back, to this one or to another; "": there is no need."""
    return _again(asked, back or asked.request.get_full_path()) if needed(asked) else ""


def first(asked: Asked, *, back: str = "") -> HttpResponse:
    """To proving oneself again, then back: to `back`, to this page, or from a form to the page that it came from."""
    here = back or (asked.request.get_full_path() if asked.method == "GET" else asked.form.get("back", ""))
    if asked.method == "POST" and here and kept.keep_form(asked, here):
        asked.say_later("STEP_UP_TYPED")
        kept.say_there(asked, here)
    if asked.is_fragment:
        return HttpResponse(status=204, headers={"HX-Redirect": _again(asked, here)})
    return asking.go(_again(asked, here))


def _again(asked: Asked, onward: str) -> str:
    return f"{asking.here(asked, 'sign_in_again')}?{urlencode({'next': onward})}"
