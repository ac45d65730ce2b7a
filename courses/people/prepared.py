"""Statements that every request asks: to work out their SQL takes longer than to answer them."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Prepared(Generic[Row]):
    """A queryset whose SQL is worked out once, to be asked with other values again and again.

    `make` is given stand-ins of the types of the values, equal to nothing else in the statement.
    Related rows are not brought along; annotations come as the database has them.
    """

    def __init__(self, make: Callable[..., QuerySet[Row]], *stand_ins: int | UUID) -> None:
        self.make = make
        self.stand_ins = stand_ins
        self._made: dict[str, tuple[type[Row], str, tuple[Any, ...]]] = {}

    def first(self, *values: int | UUID) -> Row | None:
        """The one row for these values, or None."""
        return next(iter(self._asked(values)), None)

    def all(self, *values: int | UUID) -> list[Row]:
        """Every row for these values, in the queryset's order."""
        return list(self._asked(values))

    def _asked(self, values: tuple[int | UUID, ...]) -> Iterable[Row]:
        if connection.vendor not in self._made:
            rows = self.make(*self.stand_ins)
            self._made[connection.vendor] = (rows.model, *rows.query.sql_with_params())
        model, sql, params = self._made[connection.vendor]
        given = dict(zip(map(_sent, self.stand_ins), map(_sent, values), strict=True))
        return model._default_manager.raw(sql, [given.get(param, param) for param in params])


def _sent(value: int | UUID) -> int | str | UUID:
    """A value as this database takes it."""
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
