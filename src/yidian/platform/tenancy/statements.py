"""What a statement of SQL does about tenants, read off its text: the wall that raw SQL meets (ADR 0011).

The text is weighed once and remembered, so that a statement costs one look into a dict afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Final

from django.apps import apps

from yidian.platform.tenancy.models import TenantRow

WORD: Final = re.compile(r"\w+")
NOT_SQL: Final = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
SCHEMA: Final = frozenset({"CREATE", "ALTER", "DROP", "PRAGMA", "ANALYZE", "VACUUM", "REINDEX", "COMMENT", "LOCK"})
MARK: Final = r"(?:%s|%\(\w+\)s|\?|-?\d+)"
TENANT: Final = re.compile(rf'\btenant_id"?\s*(?:=\s*{MARK}|=\s*ANY\s*\(\s*{MARK}|IN\s*\(\s*{MARK})', re.IGNORECASE)
INSERT: Final = re.compile(r'\b(?:INTO|COPY)\s+"?(\w+)"?(?:\s+AS\s+"?\w+"?)?\s*(?:\(([^)]*)\))?', re.IGNORECASE)
PLACE: Final = re.compile(r"%s|%%|%\(\w+\)s")
BROUGHT: Final = re.compile(r"\bSELECT\s+\*\s+FROM\s+UNNEST\b", re.IGNORECASE)  # Django's VALUES on PostgreSQL
EQUALS_PLACE: Final = re.compile(r'\btenant_id"?\s*=\s*(%s)', re.IGNORECASE)
VALUES: Final = re.compile(r"\bVALUES\s*((?:\(\s*%s(?:\s*,\s*%s)*\s*\)\s*,?\s*)+)", re.IGNORECASE)


class Address(Enum):
    """How the rows of tenants' tables are addressed by a statement."""

    FREE = "free"  # it touches none, or works on the schema or the transaction
    NAMED = "named"  # by their tenant or by primary key
    BARE = "bare"  # by neither


@dataclass(frozen=True, slots=True)
class Weight:
    """`tables`: tenants' tables it names. `places`: parameters that must be the tenant's id.

    `rows`: of an INSERT … VALUES, the width of a row and where in it the tenant's id stands. A width of 0: every
    parameter is a column, a list of its values (UNNEST).
    """

    address: Address
    tables: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    rows: tuple[int, int] | None = None


FREE: Final = Weight(Address.FREE)


@cache
def tables() -> Mapping[str, str]:
    """Tables of tenants' rows and the columns of their primary keys."""
    models = [model for model in apps.get_models(include_auto_created=True) if issubclass(model, TenantRow)]
    return {model._meta.db_table: str(model._meta.pk.column) for model in models}


@lru_cache(maxsize=4096)
def weigh(sql: str) -> Weight:
    """How a statement, or several, addresses rows of tenants."""
    text = NOT_SQL.sub(" '' ", sql)
    if _verb(text) in SCHEMA:  # the body of a trigger holds statements of its own
        return FREE
    found = [_weigh(part) for part in text.split(";")]
    named = [weight for weight in found if weight.address is not Address.FREE]
    if len(named) <= 1:
        return named[0] if named else FREE
    worst = Address.BARE if any(weight.address is Address.BARE for weight in named) else Address.NAMED
    return Weight(worst, tuple(sorted({table for weight in named for table in weight.tables})))


def _verb(text: str) -> str:
    first = WORD.search(text)
    return first[0].upper() if first else ""


def _weigh(text: str) -> Weight:
    known = tables()
    named = tuple(sorted(known.keys() & set(WORD.findall(text))))
    verb = _verb(text)
    if not named or verb in SCHEMA:
        return FREE
    good = verb != "TRUNCATE" and all("tenant_id" in columns for _, columns in _inserts(text, known))
    if good and _reads(text, verb):
        where = text if verb != "UPDATE" else "".join(re.split(r"\bWHERE\b", text, flags=re.IGNORECASE)[1:])
        good = bool(TENANT.search(where)) or bool(_key(frozenset(known[table] for table in named)).search(where))
    if not good:
        return Weight(Address.BARE, named)
    return Weight(Address.NAMED, named, _places(text), _rows(text, known))


def _inserts(text: str, known: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """(tenants' table, columns named) of every INSERT INTO and COPY … FROM."""
    for table, columns in INSERT.findall(text):
        if table in known:
            yield table, WORD.findall(columns)


def _reads(text: str, verb: str) -> bool:
    """Whether it looks for rows, and does not only bring them."""
    if verb == "COPY":
        return bool(re.search(r"\bTO\b", text, re.IGNORECASE))
    return verb not in ("INSERT", "REPLACE") or bool(re.search(r"\bSELECT\b", BROUGHT.sub("", text), re.IGNORECASE))


@cache
def _key(columns: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, columns)))
    return re.compile(rf'(?<!\w)(?:{names})"?\s*(?:=\s*{MARK}|=\s*ANY\s*\(\s*{MARK}|IN\s*\(\s*{MARK})', re.IGNORECASE)


def _places(text: str) -> tuple[int, ...]:
    """Which parameters are compared with, or set as, a tenant_id."""
    if "%(" in text:
        return ()
    marks = {match.start(): n for n, match in enumerate(m for m in PLACE.finditer(text) if m[0] == "%s")}
    return tuple(marks[match.start(1)] for match in EQUALS_PLACE.finditer(text))


def _rows(text: str, known: Mapping[str, str]) -> tuple[int, int] | None:
    """Of an INSERT whose values are all parameters: how many make a row, and which of them is the tenant's id."""
    inserts, values = list(_inserts(text, known)), VALUES.search(text)
    if len(inserts) == 1 and BROUGHT.search(text):
        return 0, inserts[0][1].index("tenant_id")
    if len(inserts) != 1 or values is None or "%s" in text[: values.start()] or "%s" in text[values.end() :]:
        return None
    columns = inserts[0][1]
    return len(columns), columns.index("tenant_id")
