"""One SQL statement that changes thousands of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, LiteralString, TypeVar, cast

from django.db import connection, models
from psycopg import sql

CHUNK = 5000
Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterable[list[Item]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def update_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Set `fields` from rows of (pk, *values), a few thousand at a time."""
    columns = [model._meta.get_field(name) for name in fields]
    names = [sql.Identifier(str(column.column)) for column in columns if isinstance(column, models.Field)]
    types = [sql.SQL(_type_of(column)) for column in columns if isinstance(column, models.Field)]
    statement = sql.SQL(
        "UPDATE {table} AS t SET {sets} FROM unnest({arrays}) AS v(pk, {names}) WHERE t.id = v.pk"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        sets=sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(name) for name in names),
        arrays=sql.SQL(", ").join([sql.SQL("%s::bigint[]"), *(sql.SQL("%s::{}[]").format(kind) for kind in types)]),
        names=sql.SQL(", ").join(names),
    )
    with connection.cursor() as cursor:
        for part in chunks(rows):
            cursor.execute(statement, [list(column) for column in zip(*part, strict=True)])


def _type_of(column: models.Field[Any, Any]) -> LiteralString:
    """The column's type in PostgreSQL. A relation has the type of the key that it points at."""
    column_type = column.db_type(connection)
    return cast(LiteralString, column_type)
