"""What the pages of signing in read off a request: where it comes from, where it wants to go on."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.sign_in import cookies
from yidian.faces.shell.sign_in.middleware import REALMS
from yidian.platform.sign_in import demo
from yidian.platform.sign_in.lifecycle import CHANGE, CODE, ENROL, OPEN
from yidian.platform.sign_in.types import Browser, Step

PAGES = {CODE: "sign_in_code", ENROL: "sign_in_enrol", CHANGE: "sign_in_change"}


def browser(request: HttpRequest) -> Browser:
    """Where a request comes from; what proxies add is looked at in `config.wsgi`, and only of those told."""
    return Browser(
        address=str(request.META.get("REMOTE_ADDR", "")), agent=request.headers.get("User-Agent", "")[:200],
        device=cookies.device(request),
    )  # fmt: skip


def realm(asked: Asked) -> str:
    return REALMS[asked.face]


def in_demo() -> bool:
    return bool(settings.PROFILE == "demo")


def next_path(asked: Asked) -> str:
    """Where to go on: a path of this face, or its home. Nothing that leads to another host (E31)."""
    told = asked.request.POST.get("next") or asked.request.GET.get("next") or ""
    home = reverse(f"{asked.face}:home")
    path = told.partition("?")[0]
    strange = any(part in path for part in ("//", "..", "\\", "%")) or not told.isprintable() or len(told) > 500
    if strange or not path.startswith("/") or not url_has_allowed_host_and_scheme(told, allowed_hosts=None):
        return home
    return told if told.startswith("/desk/") == (asked.face == "desk") else home


def here(asked: Asked, name: str) -> str:
    return reverse(f"{asked.face}:{name}")


def go(where: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": where})


def stepped(asked: Asked, step: Step) -> HttpResponse:
    """After a step: to the page of the next one, or in. The form tokens of before are worth nothing any more."""
    where = next_path(asked)
    if step.stage != OPEN:
        where = f"{here(asked, PAGES[step.stage])}?{urlencode({'next': where})}"
    answer = go(where)
    keep(asked, answer, step)
    return answer


def keep(asked: Asked, answer: HttpResponse, step: Step) -> None:
    cookies.keep(answer, asked.face, token=step.token, device=step.device)
    rotate_token(asked.request)


def frame(asked: Asked) -> str:
    """The frame of the face that a page of somebody signed in stands in."""
    return f"shell/{asked.face}.html"


def demo_code(asked: Asked, subject: str) -> str:
    """The present code of somebody of the demonstration; "" elsewhere."""
    if not in_demo():
        return ""
    return demo.demo_code(tenant=asked.tenant, realm=realm(asked), subject=subject, now=asked.now)
