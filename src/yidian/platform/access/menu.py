"""The desk's menu as a tenant has arranged it (CH-41): entries of its own, and standard ones that stand elsewhere.

A menu shows, it permits nothing: what a page takes is asked at the page. An entry of the tenant's own leads to a page
of the desk, which those see who hold its right, or to an https address outside, which the roles see that are named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlsplit

from django_scopes import scope

from yidian.kernel.faults import BadInput, Fault, Where
from yidian.platform.access.models import MenuItem
from yidian.platform.access.queries import known_roles
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

CODE: Final = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
STRANGE: Final = re.compile(r"[^\x21-\x7e]|[\"'<>\\^`{|}]")  # what stands in no address that is written out
LONGEST_CODE: Final = 32
LONGEST_TITLE: Final = 32
LONGEST_TARGET: Final = 500
PLACES: Final = range(1, 1000)
MOST: Final = 40  # entries of a tenant's own: a menu that is longer is none
STAYS: Final = ("home", "people")  # by which the page is reached that arranges the menu


class UnableToArrangeMenu(Exception):
    """MENU_TAKEN, _UNKNOWN, _FULL, _STAYS; `params` name the entry."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class MenuFacts:
    """See models.MenuItem. `place`: 1 … 999, the lowest first."""

    code: str
    target: str
    place: int
    title_zh: str = ""
    title_en: str = ""
    roles: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def own(self) -> bool:
        """Whether it is an entry of the tenant's own."""
        return self.code != self.target

    @property
    def outside(self) -> bool:
        return self.target.startswith("https://")


def arranged(*, tenant: Tenant) -> list[MenuFacts]:
    """Everything that the tenant says of its menu, by place. One query."""
    with scope(tenant=tenant):
        return [
            MenuFacts(row.code, row.target, row.place, row.title_zh, row.title_en, tuple(row.roles), row.hidden)
            for row in MenuItem.objects.order_by("place", "code")
        ]


def arrange(*, frame: Frame, item: MenuFacts, pages: Collection[str], new: bool) -> None:
    """Write an entry; `pages`: names of the desk's pages that one can lead to, `new`: an own one not there yet.

    BadInput with the field in `where.column`; UnableToArrangeMenu.
    """
    faults = [*_faults(item, pages), *_unknown(frame.tenant, item)]
    if faults:
        raise BadInput(faults)
    if not item.own and item.code in STAYS and (item.hidden or item.roles):
        raise UnableToArrangeMenu("MENU_STAYS", item=item.code)
    hold_until_commit(f"menu {frame.tenant.pk}")
    before = next((one for one in arranged(tenant=frame.tenant) if one.code == item.code), None)
    if new and (before is not None or item.code in pages):
        raise UnableToArrangeMenu("MENU_TAKEN", item=item.code)
    if item.own and not new and (before is None or not before.own):
        raise UnableToArrangeMenu("MENU_UNKNOWN", item=item.code)
    if new and MenuItem.objects.exclude(title_zh="").count() >= MOST:
        raise UnableToArrangeMenu("MENU_FULL", most=MOST)
    told = asdict(item) | {"roles": sorted(set(item.roles))}
    MenuItem.objects.update_or_create(
        tenant=frame.tenant, code=item.code, defaults={name: told[name] for name in told if name != "code"}
    )
    frame.changed("menu_item", item.code, before=None if before is None else _told(before), after=told)


def take_away(*, frame: Frame, code: str) -> None:
    """An own entry is gone; a standard one stands again as it did at first. MENU_UNKNOWN."""
    hold_until_commit(f"menu {frame.tenant.pk}")
    before = next((one for one in arranged(tenant=frame.tenant) if one.code == code), None)
    if before is None:
        raise UnableToArrangeMenu("MENU_UNKNOWN", item=code)
    MenuItem.objects.filter(tenant=frame.tenant, code=code).delete()
    frame.changed("menu_item", code, before=_told(before), after=None)


def _told(item: MenuFacts) -> dict[str, object]:
    return asdict(item) | {"roles": list(item.roles)}


def _faults(item: MenuFacts, pages: Collection[str]) -> Iterator[Fault]:
    if not CODE.fullmatch(item.code) or len(item.code) > LONGEST_CODE:
        yield Fault("MENU_CODE", Where(column="code"), item.code[:200])
    if item.place not in PLACES:
        yield Fault("MENU_PLACE", Where(column="place"), str(item.place)[:200])
    if not item.own:
        if item.code not in pages:
            yield Fault("MENU_TARGET", Where(column="target"), item.code[:200])
        return
    for column, title in (("title_zh", item.title_zh), ("title_en", item.title_en)):
        if not is_title(title):
            yield Fault("MENU_TITLE", Where(column=column), title[:200], {"most": LONGEST_TITLE})
    if item.target in pages:
        return
    if not is_address(item.target):
        yield Fault("MENU_ADDRESS" if item.target else "MENU_TARGET", Where(column="outside"), item.target[:200])
    elif not item.roles:
        yield Fault("MENU_ROLES", Where(column="roles"))


def _unknown(tenant: Tenant, item: MenuFacts) -> Iterator[Fault]:
    for role in sorted(set(item.roles) - known_roles(tenant=tenant, codes=item.roles)):
        yield Fault("MENU_ROLE_UNKNOWN", Where(column="roles"), role[:200])


def is_title(text: str) -> bool:
    """A line of letters: nothing that is not seen, or that turns what is read around (Cc, Cf …)."""
    seen = all(unicodedata.category(letter)[0] != "C" and letter not in "\u2028\u2029" for letter in text)
    return bool(text) and text == text.strip() and len(text) <= LONGEST_TITLE and seen


def is_address(text: str) -> bool:
    """An https address of a named host: no other scheme, nobody's name or password in it, in plain ASCII letters."""
    if not text.startswith("https://") or len(text) > LONGEST_TARGET or STRANGE.search(text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return "@" not in parts.netloc and bool(HOST.fullmatch(host)) and ".." not in host and port != 0
