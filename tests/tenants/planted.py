"""Defects to plant in a process: each takes a piece of the tenant wall away. None can be planted by a setting."""

from __future__ import annotations

from typing import Any


def plant(names: list[str]) -> int:
    for name in names:
        {"orm": _orm, "guard": _guard, "lake": _lake, "wall": _wall}[name]()
    return 0


def _orm() -> None:
    """The manager of tenants' rows forgets to filter."""
    from django.apps import apps

    from yidian.platform.tenancy.models import TenantRow

    for model in apps.get_models():
        if issubclass(model, TenantRow):
            _forget(type(model._default_manager))


def _forget(manager: Any) -> None:
    unscoped = manager.__mro__[1].get_queryset
    manager.get_queryset = lambda self: unscoped(self)


def _guard() -> None:
    """And nobody watches the statements."""
    from yidian.platform.tenancy import guard

    guard.expect_scoped = lambda *_, **__: None  # type: ignore[assignment]


def _lake() -> None:
    """The manifest answers with the files of all tenants."""
    from django_scopes import scopes_disabled

    from yidian.platform.lake import queries
    from yidian.platform.lake.models import LakeFile

    def files(*, kind: str, **_: Any) -> list[Any]:
        with scopes_disabled():
            rows = LakeFile.objects.filter(kind=kind).order_by("id").values_list(*queries.FIELDS)
            return [queries.Stored(*row) for row in rows]

    queries.files = files


def _wall() -> None:
    """And the lake's doors look at nobody."""
    from yidian.platform.lake import queries

    queries.expect_own = lambda *_: None
