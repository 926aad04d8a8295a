"""The lake's part of the tenant wall: a file is touched only while its tenant is in scope."""

from __future__ import annotations

from urllib.parse import quote

from django_scopes import get_scope

from yidian.platform.tenancy.models import Tenant


class UnscopedFile(Exception):
    """A file was not touched: FILE_UNSCOPED (no tenant is in scope) or FILE_OF_OTHER_TENANT."""

    def __init__(self, code: str, path: str) -> None:
        self.code = code
        self.params: dict[str, str] = {}  # not even the name of another tenant's file is told
        self.path = path
        super().__init__(code)


def home_of(tenant: Tenant) -> str:
    """The folder of a tenant in the lake."""
    return quote(tenant.code, safe="")


def expect_own(path: str) -> None:
    """UnscopedFile unless a path relative to the lake is one of the tenant's in scope."""
    tenant = _serving(path)
    if tenant is not None and (path.split("/", 1)[0] != home_of(tenant) or ".." in path.split("/")):
        raise UnscopedFile("FILE_OF_OTHER_TENANT", path)


def expect_serving(tenant: Tenant) -> None:
    """UnscopedFile unless it is this tenant that is in scope."""
    serving = _serving("")
    if serving is not None and serving.pk != tenant.pk:
        raise UnscopedFile("FILE_OF_OTHER_TENANT", "")


def _serving(path: str) -> Tenant | None:
    """The tenant in scope; None within `scopes_disabled()`, where the whole lake may be touched."""
    scope = get_scope()
    if not scope.get("_enabled", True):
        return None
    tenant = scope.get("tenant")
    if not isinstance(tenant, Tenant):
        raise UnscopedFile("FILE_UNSCOPED", path)
    return tenant
