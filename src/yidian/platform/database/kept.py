"""Statements whose text is made once a process and tenant: of what is asked ten times for each order, making the text
costs many times what the database does.

A reading is a queryset made with marks where its values will stand, compiled once; from then on only the values change.
The raw door of the tenant wall weighs it like any other statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.db import connection, models

from yidian.platform.tenancy.models import Tenant

Value = str | int | datetime | Sequence[str] | Sequence[int]
Shape = tuple[tuple[str, type, int], ...]  # of each value: its name, what it is, how many (-1: it is no list)
MOST: Final = 500  # texts that a reading keeps
NOTHING: Final[Mapping[str, Any]] = {}
_MARK: Final = -2_147_000_000


class _Whole(NamedTuple):
    """A whole row among the columns [begin, end): its fields' names, and rows that come along with it by their name."""

    model: Any
    begin: int
    end: int
    names: tuple[str, ...]
    along: tuple[tuple[str, _Whole], ...]


class _Made(NamedTuple):
    """`places`: where in `params` a value stands: its name, its place in a list (-1: it is none), as what it is put.
    `whole`: None of a `values_list`."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, str, int, Callable[[Any], Any]], ...]
    whole: _Whole | None
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]


class Reading:
    """`rows` makes a queryset (of whole rows, also with those that come along, or of a `values_list`) of its arguments,
    which are its values alone: how it is filtered, ordered and cut never hangs on them. In the scope of the tenant."""

    def __init__(self, rows: Callable[..., Any]) -> None:
        self._rows, self._kept = rows, dict[Any, _Made]()

    def rows(self, *, tenant: Tenant | None, **asked: Value) -> list[tuple[Any, ...]]:
        """The columns asked for; [] where a list is empty."""
        if not all(asked[name] for name in asked if isinstance(asked[name], list | tuple)):
            return []
        return self._read(self._made(tenant, asked), asked)

    def instances(self, *, tenant: Tenant | None, **asked: Value) -> list[Any]:
        """Whole rows, as instances of their model. `tenant` None: of a table that is no tenant's."""
        if not all(asked[name] for name in asked if isinstance(asked[name], list | tuple)):
            return []
        made = self._made(tenant, asked)
        assert made.whole is not None, "of a values_list there are rows"
        return [_instance(made.whole, row, tenant) for row in self._read(made, asked)]

    def _made(self, tenant: Tenant | None, asked: Mapping[str, Value]) -> _Made:
        shape = tuple(
            (name, type(value), len(value) if isinstance(value, list | tuple) else -1) for name, value in asked.items()
        )
        key = connection.vendor, tenant.pk if tenant else 0, shape
        if key not in self._kept:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = _compiled(self._rows, asked)
        return self._kept[key]

    def _read(self, made: _Made, asked: Mapping[str, Value]) -> list[tuple[Any, ...]]:
        params = list(made.params)
        for place, name, n, put in made.places:
            value: Any = asked[name]
            params[place] = put(value if n < 0 else value[n])
        with connection.cursor() as cursor:
            cursor.execute(made.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return [_converted(row, made) for row in found] if made.converters else found


def _compiled(rows: Callable[..., Any], asked: Mapping[str, Value]) -> _Made:
    marks: dict[Any, tuple[str, int]] = {}
    marked = {name: _marked(name, value, marks) for name, value in asked.items()}
    query = rows(**marked).query
    compiler = query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    places = [
        (place, *marks[mark], put)
        for place, param in enumerate(params) if isinstance(param, str | int | datetime)
        for mark, put in (_put(param),) if mark in marks
    ]  # fmt: skip
    if len({place[1:3] for place in places}) != len(marks):
        raise RuntimeError(f"a kept reading asks for all of its values: {sorted(marks.values())}")
    columns = [one for one, *_ in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    return _Made(
        sql, tuple(params), tuple(places), _whole(compiler.klass_info, columns) if compiler.klass_info else None,
        tuple((n, convert, column) for n, (convert, column) in converters.items()),
    )  # fmt: skip


def _put(param: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The mark that a parameter is, and as what a value is put there; that of `startswith` is part of a pattern."""
    if isinstance(param, str) and param.startswith("\x01") and param.endswith("%"):
        return param[:-1], lambda value: f"{connection.ops.prep_for_like_query(value)}%"
    return param, type(param) if isinstance(param, int) else _adapted


def _whole(told: Mapping[str, Any], columns: Sequence[Any]) -> _Whole:
    """What Django's compiler says of a model's columns."""
    begin, end = told["select_fields"][0], told["select_fields"][-1] + 1
    along = ((one["field"].name, _whole(one, columns)) for one in told.get("related_klass_infos", ()))
    return _Whole(told["model"], begin, end, tuple(one.target.attname for one in columns[begin:end]), tuple(along))


def _instance(whole: _Whole, row: Sequence[Any], tenant: Tenant | None) -> Any:
    found = whole.model.from_db(connection.alias, whole.names, row[whole.begin : whole.end])
    if tenant is not None:
        found.tenant = tenant
    for name, other in whole.along:
        one = _instance(other, row, tenant)
        setattr(found, name, one if one.pk is not None else None)
    return found


def _marked(name: str, value: Value, marks: dict[Any, tuple[str, int]]) -> Any:
    """What stands for a value while the text is made."""
    if isinstance(value, list | tuple):
        return [_mark(one, marks, name, n) for n, one in enumerate(value)]
    return _mark(value, marks, name, -1)  # type: ignore[arg-type]


def _mark(value: str | int | datetime, marks: dict[Any, tuple[str, int]], name: str, n: int) -> Any:
    count = len(marks)
    if isinstance(value, datetime):
        mark: Any = datetime(1971, 1, 1, second=count, tzinfo=UTC)
        marks[_adapted(mark)] = name, n
        return mark
    mark = f"\x01{count}" if isinstance(value, str) else _MARK - count
    marks[mark] = name, n
    return mark


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _converted(row: tuple[Any, ...], made: _Made) -> tuple[Any, ...]:
    values = list(row)
    for n, convert, column in made.converters:
        for one in convert:
            values[n] = one(values[n], column, connection)
    return tuple(values)


def add(rows: Sequence[models.Model]) -> None:
    """INSERT new rows of one table, in order, by one statement; each is given its id."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if field is not meta.pk]
    lot = f"({', '.join(['%s'] * len(fields))})"
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = (field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields)
    sql = f'INSERT INTO "{meta.db_table}" ({names}) VALUES {", ".join([lot] * len(rows))} RETURNING "{meta.pk.column}"'
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        for row, (made,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = made
            row._state.adding, row._state.db = False, connection.alias


def change(row: models.Model, to: Mapping[str, Any], *, was: Mapping[str, Any] = NOTHING) -> bool:
    """UPDATE one row, if it still says `was`; whether it did. The instance stays as it is: its caller knows it best."""
    meta = row._meta
    told: list[tuple[Any, Any]] = [(meta.get_field(name), value) for name, value in (*to.items(), *was.items())]
    columns = [f'"{field.column}"' for field, _ in told]
    sets = ", ".join(f"{column} = %s" for column in columns[: len(to)])
    same = "".join(f" AND {column} = %s" for column in columns[len(to) :])
    sql = f'UPDATE "{meta.db_table}" SET {sets} WHERE tenant_id = %s AND "{meta.pk.column}" = %s{same}'
    values = [field.get_db_prep_save(value, connection) for field, value in told]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values[: len(to)], row.tenant_id, row.pk, *values[len(to) :]])  # type: ignore[attr-defined]
        return bool(cursor.rowcount)
