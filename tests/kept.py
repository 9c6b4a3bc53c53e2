"""Rows that many tests begin with: made once in each test process, then put into the database by one statement."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

T = TypeVar("T")


@dataclass(frozen=True)
class Kept(Generic[T]):
    """What a function returned, and the rows it made.

    The rows keep their primary keys; sequences are beyond them, as nothing sets a sequence back. Each test gets objects
    of its own, as tests change them.
    """

    pickled: bytes
    statement: str

    @classmethod
    def from_(cls, make: Callable[[], T]) -> Kept[T]:
        """Call `make`, keep what it made, and leave the database as it was."""
        with transaction.atomic():
            filled_before = _rows_by_table()
            pickled = pickle.dumps(make())
            connection.check_constraints()
            made = _rows_by_table()
            transaction.set_rollback(True)
        changed = {table for table, rows in filled_before.items() if made.get(table) != rows}
        if changed:
            raise AssertionError(f"{sorted(changed)} had rows before: what was made there cannot be told from them")
        return cls(pickled, _quietly(*(_insert(table, made[table]) for table in made.keys() - filled_before.keys())))

    def bring(self) -> T:
        """Put the rows into the database, and return fresh copies of the objects."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(self.statement)
        value: T = pickle.loads(self.pickled)  # noqa: S301
        return value


def statement_to_restore() -> str:
    """What brings all tables back to what is in them now; TRUNCATE takes PostgreSQL twenty times as long."""
    with connection.cursor() as cursor:
        tables = [sql.Identifier(name) for name in _tables(cursor)]
    deletes = [sql.SQL("delete from {}").format(table).as_string(None) for table in tables]
    return _quietly(*deletes, *(_insert(table, rows) for table, rows in _rows_by_table().items()))


def _quietly(*statements: str) -> str:
    """Without triggers and checks of foreign keys: they have run when the rows were made."""
    role = "set local session_replication_role = {}"
    return "; ".join([role.format("replica"), *statements, role.format("origin")])


def spread_sequences() -> None:
    """Let each table count from a number of its own, so that a key of one is never by chance the key of another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select setval(format('%I', sequencename), 1000 * (row_number() over (order by sequencename)) + 100) "
            "from pg_sequences where schemaname = current_schema"
        )


def _rows_by_table() -> dict[str, str]:
    """The rows of each table that has any, as JSON."""
    with connection.cursor() as cursor:
        found = {}
        for table in _tables(cursor):
            rows = sql.SQL("select jsonb_agg(to_jsonb(one))::text from {} one").format(sql.Identifier(table))
            cursor.execute(rows.as_string(None))
            (found[table],) = cursor.fetchone() or (None,)
    return {table: rows for table, rows in found.items() if rows}


def _tables(cursor: CursorWrapper) -> list[str]:
    """All tables but the temporary ones, which an import has until its transaction ends."""
    cursor.execute(
        "select table_name from information_schema.tables "
        "where table_schema = current_schema and table_type = 'BASE TABLE'"
    )
    return [name for (name,) in cursor.fetchall()]


def _insert(table: str, rows: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns "
            "where table_schema = current_schema and table_name = %s and is_generated = 'NEVER'",
            [table],
        )
        columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
    statement = "insert into {table} ({columns}) select {columns} from jsonb_populate_recordset(null::{table}, {rows})"
    name = sql.Identifier(table)
    return sql.SQL(statement).format(table=name, columns=columns, rows=sql.Literal(rows)).as_string(None)
