"""The second lock of the tenant wall: PostgreSQL itself shows a session only the rows of one tenant (ADR 0030).

What the session works for stands in its setting `yidian.tenant`: a tenant's id, ALL, or nothing, which sees nothing.
The guard (`guard.py`) sets it before the statement that needs it. SQLite has nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection, transaction

from yidian.platform.tenancy.statements import tables

SETTING: Final = "yidian.tenant"
ALL: Final = "all"  # work on the whole installation: within `scopes_disabled()`
POLICY: Final = "yidian_tenant"
# In subqueries, so that the setting is read once for a statement and not once for every row.
_SHOWN: Final = (
    f"tenant_id = (SELECT nullif(nullif(current_setting('{SETTING}', true), ''), '{ALL}')::bigint)"
    f" OR (SELECT current_setting('{SETTING}', true) = '{ALL}')"
)
# Policies add up: a second one could let through what the first does not.
_GUARDED: Final = f"""
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND count(p.oid) = 1
       AND bool_and(p.polname = '{POLICY}' AND p.polpermissive AND p.polcmd = '*' AND p.polroles = '{{0}}'
                    AND pg_get_expr(p.polqual, c.oid) LIKE '%%tenant_id = %%{SETTING}%%' AND p.polwithcheck IS NULL)
FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY(%s)
GROUP BY c.oid
"""
_POLICIES: Final = "SELECT policyname FROM pg_policies WHERE schemaname = current_schema() AND tablename = %s"
_BYPASSES: Final = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def unguarded() -> list[str]:
    """Tables of tenants' rows without their policy, by name. Tables that are not made yet are not missed."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_GUARDED, [sorted(tables())])
        return sorted(name for name, guarded in cursor.fetchall() if not guarded)


def guard(names: Iterable[str]) -> None:
    """Give tables their policy, and no other. In a transaction of the caller."""
    with connection.cursor() as cursor:
        for name in names:
            table = connection.ops.quote_name(name)
            cursor.execute(_POLICIES, [name])
            for (policy,) in cursor.fetchall():
                cursor.execute(f"DROP POLICY {connection.ops.quote_name(policy)} ON {table}")
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")  # its owner is who connects
            cursor.execute(f"CREATE POLICY {POLICY} ON {table} USING ({_SHOWN})")


def guard_all() -> list[str]:
    """Mend what is missing; which tables it was."""
    with transaction.atomic():
        found = unguarded()
        guard(found)
    return found


def is_bypassed() -> bool:
    """Whether the role that connects is one that no policy binds: a superuser, or BYPASSRLS."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(_BYPASSES)
        return bool(cursor.fetchone()[0])
