"""The raw door of the tenant wall: every statement of every connection passes here before the database sees it.

The ORM refuses by itself to read unscoped; this stops what goes past it: SQL by hand, `create` without a scope,
Django's own base managers. Whole-installation work says so with `scopes_disabled()`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django_scopes import get_scope

from yidian.platform.tenancy.policies import ALL
from yidian.platform.tenancy.statements import Address, Weight, weigh

Execute = Callable[[Any, Any, bool, Any], Any]


class UnscopedStatement(Exception):
    """A statement on tenants' rows was stopped; nothing of it was done.

    STATEMENT_UNSCOPED: no tenant is in scope. STATEMENT_WITHOUT_TENANT: it names neither tenant_id nor primary keys
    (an INSERT: does not carry tenant_id). STATEMENT_OF_OTHER_TENANT: it names another tenant than the one in scope.
    """

    def __init__(self, code: str, tables: Sequence[str]) -> None:
        self.code, self.params = code, {"tables": ", ".join(tables)}
        super().__init__(f"{code}: {self.params['tables']}")


def watched(execute: Execute, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """An execute wrapper (Django's `execute_wrappers`) that lets through what `expect_scoped` does."""
    whose = expect_scoped(sql, params, many=many)
    if whose:
        context["connection"].work_for(whose)
    return execute(sql, params, many, context)


def expect_scoped(sql: Any, params: Any = None, *, many: bool = False) -> str:
    """UnscopedStatement unless the statement touches no tenant's rows, or only those of the tenant in scope.

    Whose rows it may see, in the words of `policies`: a tenant's id or ALL; "" where it touches nobody's.
    """
    if not apps.models_ready:
        return ""
    weight = weigh(sql if isinstance(sql, str) else str(sql.as_string(None)))
    if weight.address is Address.FREE:
        return ""
    scope = get_scope()
    if not scope.get("_enabled", True):
        return ALL
    tenant = scope.get("tenant")
    if tenant is None:
        raise UnscopedStatement("STATEMENT_UNSCOPED", weight.tables)
    if weight.address is Address.BARE:
        raise UnscopedStatement("STATEMENT_WITHOUT_TENANT", weight.tables)
    if isinstance(params, list | tuple):
        _expect_own(weight, params, many, tenant.pk)
    return str(tenant.pk)


def _expect_own(weight: Weight, params: Sequence[Any], many: bool, own: int) -> None:
    """The parameters that stand for a tenant are the tenant in scope."""
    lots = params if many else (params,)
    for place in weight.places:
        if any(lot[place] != own for lot in lots):
            raise UnscopedStatement("STATEMENT_OF_OTHER_TENANT", weight.tables)
    if weight.rows is not None:
        width, at = weight.rows
        if any(value != own for lot in lots for value in (lot[at::width] if width else lot[at])):
            raise UnscopedStatement("STATEMENT_OF_OTHER_TENANT", weight.tables)
