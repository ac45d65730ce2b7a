"""Statements that many requests ask: to work out their SQL takes longer than to answer them."""

import datetime
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

Row = TypeVar("Row")
Kind = TypeVar("Kind", bound=Model)
Value = int | str | UUID | datetime.date
FEWEST = 4  # values of a list are made up to this many, or twice as many, …


def _cursor() -> Any:
    """A cursor that has PostgreSQL plan a statement once for a connection, where it can."""
    return getattr(connection, "prepared_cursor", connection.cursor)()


@dataclass(frozen=True)
class _Made(Generic[Row]):
    """SQL with the places of its values, and what makes a row of the answer into one of ours."""

    sql: str
    params: tuple[Any, ...]
    read: Callable[[Sequence[Sequence[Any]]], list[Row]]


class Prepared(Generic[Row]):
    """A queryset whose SQL is worked out once, to be asked with other values again and again.

    `make` is given stand-ins of the types of the values, equal to nothing else in the statement. A
    list stands in for values of an `__in`: as many of them as there are, but at least one. The
    queryset gives models, also with `select_related`, or tuples by `values_list`.
    """

    def __init__(
        self, make: Callable[..., QuerySet[Any, Row]], *stand_ins: Value | list[Any]
    ) -> None:
        self.make = make
        self.stand_ins = stand_ins
        self._made: dict[tuple[str, tuple[int, ...]], _Made[Row]] = {}

    def first(self, *values: Any) -> Row | None:
        """The one row for these values, or None."""
        return next(iter(self.all(*values)), None)

    def all(self, *values: Any) -> list[Row]:
        """Every row for these values, in the queryset's order."""
        values = tuple(
            _filled(value) if isinstance(stand_in, list) else value
            for stand_in, value in zip(self.stand_ins, values, strict=True)
        )
        lengths = tuple(len(value) if isinstance(value, list) else -1 for value in values)
        stand_ins = list(map(_stand_in, self.stand_ins, lengths))
        made = self._made.get((connection.vendor, lengths))
        if made is None:
            made = _work_out(self.make(*stand_ins))
            self._made[connection.vendor, lengths] = made
        given = dict(zip(_sent(stand_ins), _sent(values), strict=True))
        with _cursor() as cursor:
            cursor.execute(made.sql, [given.get(param, param) for param in made.params])
            rows = cursor.fetchall()
        return made.read(rows)


def _filled(values: Iterable[Any]) -> list[Any]:
    """The values, the last one repeated: so that there are few lengths, and few statements."""
    found = list(values)
    length = FEWEST
    while length < len(found):
        length *= 2
    return found + found[-1:] * (length - len(found))


def _stand_in(stand_in: Any, length: int) -> Any:
    """As many of its kind as a list has values."""
    if not isinstance(stand_in, list):
        return stand_in
    (first,) = stand_in
    if isinstance(first, UUID):
        return [UUID(int=first.int + 1000 * place) for place in range(length)]
    if isinstance(first, int):
        return [first - 1000 * place for place in range(length)]
    return [f"{first}{place}" for place in range(length)]


def _sent(values: Iterable[Any]) -> Iterable[Any]:
    """The values one after the other, each as this database takes it."""
    for value in values:
        if isinstance(value, list):
            yield from _sent(value)
        elif isinstance(value, UUID) and not connection.features.has_native_uuid_field:
            yield value.hex
        elif isinstance(value, datetime.date) and connection.vendor == "sqlite":
            yield str(value)
        else:
            yield value


def _work_out(rows: QuerySet[Any, Row]) -> _Made[Row]:
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    select = compiler.select
    klass, annotated = compiler.klass_info, compiler.annotation_col_map or {}
    converters = list(compiler.get_converters([each[0] for each in select]).items())

    def converted(row: Sequence[Any]) -> Sequence[Any]:
        if not converters:
            return row
        values = list(row)
        for place, (functions, expression) in converters:
            for function in functions:
                values[place] = function(values[place], expression, connection)
        return values

    if klass is None or rows._iterable_class is not ModelIterable:
        return _Made(sql, params, lambda found: [cast(Row, tuple(converted(r))) for r in found])
    model, fields = klass["model"], klass["select_fields"]
    start, end = fields[0], fields[-1] + 1
    names = [each[0].target.attname for each in select[start:end]]
    related = get_related_populators(klass, select, connection.alias)  # type: ignore[call-arg]

    def read(found: Sequence[Sequence[Any]]) -> list[Row]:
        made = []
        for each in found:
            values = converted(each)
            row = model.from_db(connection.alias, names, values[start:end])
            for populator in related:
                populator.populate(values, row)
            for name, place in annotated.items():
                setattr(row, name, values[place])
            made.append(row)
        return made

    return _Made(sql, params, read)


class Inserted(Generic[Kind]):
    """Adds rows of a model by one statement of constant text: they travel as one value of JSON.

    `conflicts`: what Django's `bulk_create` is told of rows that are there already, if anything
    (`ignore_conflicts`; or `update_conflicts` with its fields); without it the rows learn the keys
    that the database gives. Other databases than PostgreSQL are asked by `bulk_create`.
    """

    def __init__(self, model: type[Kind], **conflicts: Any) -> None:
        self.model = model
        self.conflicts = conflicts
        self._sql = ""

    def __call__(self, rows: Sequence[Kind]) -> None:
        """Add the rows, of which there may be none."""
        if not rows:
            return
        if connection.vendor != "postgresql":
            self.model._default_manager.bulk_create(rows, **self.conflicts)
            return
        self._sql = self._sql or self._work_out()
        data = [{field.column: field.pre_save(row, True) for field in self._fields} for row in rows]
        with _cursor() as cursor:
            cursor.execute(self._sql, [json.dumps(data, default=str)])
            keys = [] if self.conflicts else cursor.fetchall()
        for row, (key,) in zip(rows, keys, strict=False):
            row.pk = key
        for row in rows:
            row._state.adding, row._state.db = False, connection.alias

    @cached_property
    def _fields(self) -> list[Any]:
        # A key that the database gives is left to it.
        return [
            field
            for field in self.model._meta.local_concrete_fields
            if field.get_internal_type() not in ("AutoField", "BigAutoField")
        ]

    def _work_out(self) -> str:
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self._fields)
        types = ", ".join(
            f"{quote(field.column)} {field.db_type(connection)}" for field in self._fields
        )
        return (
            f"INSERT INTO {quote(self.model._meta.db_table)} ({columns})"  # noqa: S608
            f" SELECT {columns} FROM jsonb_to_recordset(%s::jsonb) AS given ({types})"
            f" {self._ending()}"
        )

    def _ending(self) -> str:
        quote = connection.ops.quote_name
        meta: Any = self.model._meta
        if self.conflicts.get("ignore_conflicts"):
            return "ON CONFLICT DO NOTHING"
        if not self.conflicts.get("update_conflicts"):
            return f"RETURNING {quote(meta.pk.column)}"
        unique, changed = (
            [quote(meta.get_field(name).column) for name in self.conflicts[given]]
            for given in ("unique_fields", "update_fields")
        )
        sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in changed)
        return f"ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {sets}"


class Updated(Generic[Kind]):
    """Writes some fields of a row, which is known by its key, by one statement of constant text."""

    def __init__(self, model: type[Kind], fields: Sequence[str]) -> None:
        self.model = model
        self.fields: list[Any] = [model._meta.get_field(name) for name in fields]

    def __call__(self, row: Kind) -> None:
        """Write the fields as the row has them. Raises `DoesNotExist` where it is gone."""
        quote = connection.ops.quote_name
        meta: Any = self.model._meta
        sets = ", ".join(f"{quote(field.column)} = %s" for field in self.fields)
        values = [
            field.get_db_prep_save(field.value_from_object(row), connection)
            for field in (*self.fields, meta.pk)
        ]
        with _cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(meta.pk.column)} = %s",  # noqa: S608
                values,
            )
            if not cursor.rowcount:
                raise self.model.DoesNotExist  # type: ignore[attr-defined]
