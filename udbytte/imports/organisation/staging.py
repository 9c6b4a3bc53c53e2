"""The rows of a file in temporary tables of the database, so that memory does not grow with the file.

| table | a row for each |
|---|---|
| `import_line` | line of a table, or employee of EMUS, until it is known who it is about |
| `import_person` | person; `key` names them within the file; `pk` is the known person, later also the new one |
| `import_work` | employment; `person`, `unit` and `manager` are keys, and `pk` is the known employment |
| `import_unit` | unit of the file; `pk` is the known unit, later also the new one |
| `import_gone` | known employment that the file lacks; it is missing, or it ends |

They belong to the connection and are dropped at the end of the transaction. No CPR number is in them. They have no
indexes: each statement reads a whole table, and an index would make each change of a row three times as slow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, LiteralString

from django.db import DataError, connection, transaction
from psycopg import Cursor, sql

TABLES: dict[str, LiteralString] = {
    "import_line": "row int, number text, cpr text, address text, given_name text, family_name text,"
    " path int, title text, starts_on date, ends_on date, manager text,"
    " person text, line int, external_id text, unit text",  # the last three only of EMUS
    "import_person": "place bigint GENERATED ALWAYS AS IDENTITY, row int, key text, external_id text, email text,"
    " given_name text, family_name text, shared_email text, pk bigint, verdict text NOT NULL DEFAULT 'new'",
    "import_work": "place bigint GENERATED ALWAYS AS IDENTITY, row int, external_id text, person text, unit text,"
    " title text, starts_on date, ends_on date, manager text, keeps_manager boolean NOT NULL DEFAULT false,"
    " pk bigint, verdict text NOT NULL DEFAULT 'new'",
    "import_unit": "key text PRIMARY KEY, pk bigint",
    "import_gone": "pk bigint PRIMARY KEY, person bigint, is_missing boolean, since date",
}
WORK_MEMORY = "64MB"  # of the database for each sort or join; there is one import at a time
TABLE_MEMORY = "64MB"  # of the database for the tables; with its usual 8 MB it would read and write them all the time
SAMPLED = 10  # hundredths of the rows that ANALYZE usually looks at; it is enough to know how many match
FETCHED = 2000  # rows that are in memory at a time
Params = Sequence[Any] | dict[str, Any] | None


def make_tables() -> None:
    """Make the tables, or empty them when an import in the same transaction has made them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        cursor.execute(f"SET LOCAL default_statistics_target = {SAMPLED}")
        with suppress(DataError), transaction.atomic():  # other temporary tables of the session have set it already
            cursor.execute(f"SET LOCAL temp_buffers = '{TABLE_MEMORY}'")
        for name, columns in TABLES.items():
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(sql.Identifier(name)))
            statement = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP")
            cursor.execute(statement.format(sql.Identifier(name), sql.SQL(columns)))


def run(statement: LiteralString, params: Params = None) -> int:
    """Carry out a statement. Returns how many rows it has changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def fetch(statement: LiteralString, params: Params = None) -> list[tuple[Any, ...]]:
    """The rows of a query that has few."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def stream(statement: LiteralString, params: Params = None) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, a few thousand in memory at a time. Other statements may run meanwhile."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, params)
        while rows := cursor.fetchmany(FETCHED):
            yield from rows


def copy_into(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to a table. No other statement may run until all are read."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def copy_meanwhile(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to a table that come from other statements, a few thousand at a time."""
    rest = iter(rows)
    while part := list(islice(rest, FETCHED)):
        copy_into(table, columns, part)


def analyse(*tables: str) -> None:
    """Let the database know how many rows there are, as nothing else does so for temporary tables."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
