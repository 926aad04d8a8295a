"""The main menu (CH-41): entries of the operator's own, where the standard ones stand, and to whom they are shown."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.menu import Line, lines_of, targets
from yidian.kernel.faults import BadInput
from yidian.platform.access.menu import (
    LONGEST_TITLE,
    STAYS,
    MenuFacts,
    UnableToArrangeMenu,
    arrange,
    arranged,
    take_away,
)  # fmt: skip
from yidian.platform.access.roles import role_codes
from yidian.platform.wording import text
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform

FIRST_PLACE: Final = 100  # behind the standard ones


def listed(asked: Asked) -> HttpResponse:
    """The whole menu, whoever sees it; an entry of one's own is added."""
    if asked.method == "GET":
        return asked.page("desk/menus.html", **_menus(asked))
    item = _typed(asked, asked.form.get("code", ""), own=True)
    faults = _change(asked, "menu.add", item, new=True)
    if faults:
        return asked.refuse("desk/menus.html", faults, **_menus(asked))
    asked.say_later("MENU_ADDED", item=item.code)
    return asked.go("desk:menus")


def one(asked: Asked, *, item: str) -> HttpResponse:
    """An entry: what it is called, where it stands, who sees it; taken away, or put back as it was."""
    line = next((line for line in _lines(asked) if line.code == item), None)
    if line is None:
        raise Http404
    if asked.method == "GET":
        return asked.page("desk/menu.html", **_menu(asked, line))
    away = asked.form.get("do") == "away"
    own = line.facts is not None and line.facts.own
    wanted = None if away else _typed(asked, item, own=own)
    faults = _change(asked, "menu.away" if away else "menu.arrange", wanted, code=item)
    if faults:
        return asked.refuse("desk/menu.html", faults, **_menu(asked, line))
    asked.say_later("MENU_AWAY" if away else "MENU_CHANGED", item=item)
    return asked.go("desk:menus")


def _typed(asked: Asked, code: str, *, own: bool) -> MenuFacts:
    """An entry as the form tells it; what is no number stands nowhere, and is refused there."""
    form, place = asked.form, asked.form.get("place", "")
    told = MenuFacts(
        code=code, target=code, place=int(place) if place.isascii() and place.isdigit() and len(place) < 5 else 0,
        roles=tuple(asked.request.POST.getlist("roles")), hidden="hidden" in form,
    )  # fmt: skip
    if not own:
        return told
    target = form.get("target", "") or form.get("outside", "")
    titles = {name: form.get(name, "") for name in ("title_zh", "title_en")}
    return MenuFacts(**{**asdict(told), **titles, "target": target})


def _change(
    asked: Asked, operation: str, item: MenuFacts | None, *, code: str = "", new: bool = False
) -> list[FaultTold]:
    def work(frame: Frame) -> dict[str, Any]:
        if item is None:
            take_away(frame=frame, code=code)
        else:
            arrange(frame=frame, item=item, pages=targets("desk"), new=new)
        return {}

    request = {"item": code} if item is None else {**asdict(item), "roles": list(item.roles)}
    if item is not None and item.own and asked.form.get("target") and asked.form.get("outside"):
        return [("outside", "MENU_TWO_TARGETS", {})]
    try:
        perform(
            tenant=asked.tenant, actor=asked.actor, operation=operation, key=asked.key, request=request, now=asked.now,
            work=work,
        )  # fmt: skip
    except UnableToArrangeMenu as refused:
        field = "code" if refused.code == "MENU_TAKEN" else ""
        return [(field, refused.code, refused.params)]
    except BadInput as bad:
        return [(fault.where.column, fault.code, {"value": fault.value, **fault.params}) for fault in bad.faults]
    return []


def _lines(asked: Asked) -> list[Line]:
    return lines_of("desk", arranged(tenant=asked.tenant), asked.lang)


def _menus(asked: Asked) -> dict[str, Any]:
    lines, pages = _lines(asked), targets("desk")
    own = [line.place for line in lines if line.facts is not None and line.facts.own]
    rows = [(line, pages[line.name].reads if line.name in pages else "") for line in lines]
    return {"rows": rows, "place": max([FIRST_PLACE, *(place + 1 for place in own)]), **_choices(asked, None)}


def _menu(asked: Asked, line: Line) -> dict[str, Any]:
    return {"line": line, "stays": line.code in STAYS, "place": line.place, **_choices(asked, line.facts)}


def _choices(asked: Asked, facts: MenuFacts | None) -> dict[str, Any]:
    """What the form offers, and what is chosen in it: what was typed before what stands."""
    typed = asked.method == "POST"
    pages = [
        (name, f"/desk/{route.path}", text(route.entry.code, asked.lang) if route.entry else "")
        for name, route in sorted(targets("desk").items(), key=lambda told: told[1].path)
    ]
    outside = facts.target if facts is not None and facts.outside else ""
    return {
        "pages": pages, "roles": role_codes(tenant=asked.tenant, now=asked.now), "outside": outside,
        "chosen": asked.request.POST.getlist("roles") if typed else list(facts.roles) if facts else [],
        "hides": "hidden" in asked.form if typed else bool(facts and facts.hidden),
        "leads": asked.form.get("target", "") if typed else facts.target if facts and not outside else "",
        "longest": LONGEST_TITLE, "arranges": asked.may("menu.arrange").allowed,
    }  # fmt: skip
