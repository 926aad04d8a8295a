"""Before what is worth a second look (E22): a refund, an unmasking, an export, a new second factor.

    if step_up.needed(asked):
        return step_up.first(asked)

Ask on the page that shows the form, and once more where the form is sent: five minutes may pass between the two.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.sign_in import asking
from yidian.platform.sign_in.queries import is_fresh


def needed(asked: Asked) -> bool:
    """Whether the person has not proved themselves within the last five minutes."""
    return asked.person is None or not is_fresh(asked.person, now=asked.now)


def first(asked: Asked) -> HttpResponse:
    """To proving oneself again, then back: to this page, or from a form to the page that it came from."""
    here = asked.request.get_full_path() if asked.method == "GET" else asked.form.get("back", "")
    where = f"{asking.here(asked, 'sign_in_again')}?{urlencode({'next': here})}"
    if asked.is_fragment:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return asking.go(where)
