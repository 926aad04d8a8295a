"""The operator's trees: who stands under whom, and since when. A node may stand in several trees (CH-19, CH-20).

Moves and names are dated: what was true last month can still be asked. Depth is free (MB-02: two or three levels).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django_scopes import scope

from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.kernel.faults import refuse
from yidian.platform.access.models import Organisation, OrganisationName, OrganisationPlace, Post
from yidian.platform.access.types import OrganisationFacts
from yidian.platform.database.kept import Reading
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

TREES: Final = ("region", "channel")
CODE: Final = re.compile(r"[\w.-]{1,32}")
LONGEST_PATH: Final = 255


class UnableToChangeOrganisation(Exception):
    """ORGANISATION_UNKNOWN, _TAKEN, _CIRCLE, _MOVED_LATER, _IN_USE, _LOOKS_AFTER, _NOT_IN_TREE, _TOO_DEEP; `params`
    name the node."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def path_at(*, tenant: Tenant, organisation: str, tree: str, at: datetime) -> tuple[str, ...]:
    """Codes from the root to the node, itself last; () where it did not stand in the tree then."""
    with scope(tenant=tenant):
        place = _standing(tree, at).filter(organisation__code=organisation).first()
        if place is None:
            return ()
        codes = dict(Organisation.objects.filter(id__in=_ids(place.path)).values_list("id", "code"))
        return tuple(codes[id_] for id_ in _ids(place.path))


def subtree_at(*, tenant: Tenant, organisation: str, tree: str, at: datetime) -> list[str]:
    """Codes of the node and of all that stood below it, parents before children."""
    with scope(tenant=tenant):
        at_ms = to_ms(at)
        for (path,) in _PATH.rows(tenant=tenant, code=organisation, tree=tree, at_ms=at_ms):
            return [code for (code,) in _BELOW.rows(tenant=tenant, path=path, tree=tree, at_ms=at_ms)]
        return []


def tree_at(*, tenant: Tenant, tree: str, at: datetime) -> list[OrganisationFacts]:
    """The whole tree, parents before children."""
    with scope(tenant=tenant):
        places = _standing(tree, at).select_related("organisation").order_by("path")
        nodes = [(place.organisation, _ids(place.path)) for place in places]
        codes = {node.pk: node.code for node, _ in nodes}
        names = dict(OrganisationName.objects.filter(_then(at)).values_list("organisation_id", "name"))
        return [
            OrganisationFacts(node.code, names.get(node.pk, ""), node.level, tuple(codes[id_] for id_ in path))
            for node, path in nodes
        ]


def paths_at(*, tenant: Tenant, codes: list[str], at: datetime) -> list[tuple[str, str]]:
    """(tree, path of ids) of every place where these nodes stood."""
    with scope(tenant=tenant):
        return sorted(_PATHS.rows(tenant=tenant, codes=codes, at_ms=to_ms(at)))


def _then(at: datetime) -> Q:
    return _then_ms(to_ms(at))


def _then_ms(at_ms: int) -> Q:
    return Q(from_ms__lte=at_ms, to_ms__gt=at_ms)


def _standing(tree: str, at: datetime) -> Any:
    return _places(tree, to_ms(at))


def _places(tree: str, at_ms: int) -> Any:
    return OrganisationPlace.objects.filter(_then_ms(at_ms), tree=tree)


_PATH: Final = Reading(
    lambda code, tree, at_ms: _places(tree, at_ms).filter(organisation__code=code).values_list("path")
)
_BELOW: Final = Reading(
    lambda path, tree, at_ms: (
        _places(tree, at_ms).filter(path__startswith=path).order_by("path").values_list("organisation__code")
    )
)
_PATHS: Final = Reading(
    lambda codes, at_ms: OrganisationPlace.objects.filter(_then_ms(at_ms), organisation__code__in=codes).values_list(
        "tree", "path"
    )
)


def _ids(path: str) -> list[int]:
    return [int(step) for step in path.split("/") if step]


def add(*, frame: Frame, code: str, name: str, level: str = "") -> int:
    """Make a node, which stands nowhere until it is placed. BadInput ORGANISATION_CODE; ORGANISATION_TAKEN."""
    if not CODE.fullmatch(code):
        raise refuse("ORGANISATION_CODE", value=code)
    if not name.strip() or len(name) > 128 or len(level) > 32:
        raise refuse("ORGANISATION_NAME", value=name)
    _hold(frame)
    if Organisation.objects.filter(code=code).exists():
        raise UnableToChangeOrganisation("ORGANISATION_TAKEN", organisation=code)
    node = Organisation.objects.create(tenant=frame.tenant, code=code, level=level)
    OrganisationName.objects.create(tenant=frame.tenant, organisation=node, name=name, from_ms=to_ms(frame.now))
    frame.changed("organisation", code, before=None, after={"name": name, "level": level})
    return int(node.pk)


def rename(*, frame: Frame, code: str, name: str) -> None:
    """From now on the node is called otherwise."""
    if not name.strip() or len(name) > 128:
        raise refuse("ORGANISATION_NAME", value=name)
    _hold(frame)
    node, at_ms = _node(code), to_ms(frame.now)
    was = OrganisationName.objects.filter(organisation=node, to_ms=FOREVER_MS).first()
    if was is not None:
        _end(OrganisationName, [was], at_ms)
    OrganisationName.objects.create(tenant=frame.tenant, organisation=node, name=name, from_ms=at_ms)
    before = {"name": was.name} if was is not None else None
    frame.changed("organisation", code, before=before, after={"name": name})


def place(*, frame: Frame, code: str, tree: str, parent: str | None, since: datetime) -> None:
    """Put the node, with all that stands below it, under another one from `since` on; without a parent it is a root.

    Refuses a circle, and a move from before the latest move of anything that moves along (ORGANISATION_MOVED_LATER).
    """
    if tree not in TREES:
        raise refuse("ORGANISATION_TREE", value=tree, known=", ".join(TREES))
    _hold(frame)
    node, at_ms = _node(code), to_ms(since)
    open_places = OrganisationPlace.objects.filter(tree=tree, to_ms=FOREVER_MS)
    was = open_places.filter(organisation=node).first()
    moving = list(open_places.filter(path__startswith=was.path).order_by("path")) if was is not None else []
    above = _above(open_places, parent, tree, at_ms)
    if above is not None and any(row.organisation_id == above.organisation_id for row in moving):
        raise UnableToChangeOrganisation("ORGANISATION_CIRCLE", organisation=code, parent=str(parent))
    if any(row.from_ms > at_ms for row in moving):
        raise UnableToChangeOrganisation("ORGANISATION_MOVED_LATER", organisation=code)
    path = f"{above.path if above is not None else ''}{node.pk}/"
    under = above.organisation_id if above is not None else None
    new = [(node.pk, under, path)] + [
        (row.organisation_id, row.parent_id, path + row.path.removeprefix(was.path)) for row in moving if row != was
    ]
    if any(len(told) > LONGEST_PATH for _, _, told in new):
        raise UnableToChangeOrganisation("ORGANISATION_TOO_DEEP", organisation=code)
    _end(OrganisationPlace, moving, at_ms)
    OrganisationPlace.objects.bulk_create(
        [
            OrganisationPlace(
                tenant=frame.tenant, organisation_id=id_, tree=tree, parent_id=up, path=told, from_ms=at_ms
            )
            for id_, up, told in new
        ],
        batch_size=500,
    )
    before = {"tree": tree, "path": was.path} if was is not None else None
    frame.changed("organisation_place", code, before=before, after={"tree": tree, "path": path, "from_ms": at_ms})


def end(*, frame: Frame, code: str) -> None:
    """The node stands nowhere from now on. ORGANISATION_IN_USE while somebody works there or stands below (CH-44)."""
    _hold(frame)
    node, at_ms = _node(code), to_ms(frame.now)
    below = OrganisationPlace.objects.filter(parent=node, to_ms__gt=at_ms)
    if below.exists() or Post.objects.filter(organisation=node, to_ms__gt=at_ms).exists():
        raise UnableToChangeOrganisation("ORGANISATION_IN_USE", organisation=code)
    for model in (OrganisationPlace, OrganisationName):
        _end(model, list(model.objects.filter(organisation=node, to_ms=FOREVER_MS)), at_ms)
    frame.changed("organisation", code, before={"ended": False}, after={"ended": True})


def _above(open_places: Any, parent: str | None, tree: str, at_ms: int) -> Any:
    if parent is None:
        return None
    found = open_places.filter(organisation=_node(parent), from_ms__lte=at_ms).first()
    if found is None:
        raise UnableToChangeOrganisation("ORGANISATION_NOT_IN_TREE", organisation=parent, tree=tree)
    return found


def _end(model: Any, rows: list[Any], at_ms: int) -> None:
    """Rows end at an instant; those that would begin then never were."""
    never = [row.pk for row in rows if row.from_ms >= at_ms]
    ended = [row.pk for row in rows if row.from_ms < at_ms]
    for start in range(0, len(never), 500):
        model.objects.filter(id__in=never[start : start + 500]).delete()
    for start in range(0, len(ended), 500):
        model.objects.filter(id__in=ended[start : start + 500]).update(to_ms=at_ms)


def _node(code: str) -> Organisation:
    node: Organisation | None = Organisation.objects.filter(code=code).first()
    if node is None:
        raise UnableToChangeOrganisation("ORGANISATION_UNKNOWN", organisation=code)
    return node


def _hold(frame: Frame) -> None:
    """One change of a tenant's organisation at a time: a circle is made by two moves that do not see each other."""
    hold_until_commit(f"organisation {frame.tenant.pk}")
