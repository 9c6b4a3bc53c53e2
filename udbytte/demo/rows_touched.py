"""How many rows of the database a piece of work reads. Seconds depend on the machine, and rows do not.

At the sizes that tests can afford, the planner would read small tables whole. It is kept from that, so that rows which
an index can find are counted as found by the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

READS = ("SELECT", "WITH")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that reads, and how many rows it touched."""

    sql: str
    rows: int


@dataclass(slots=True)
class Touched:
    """The number of all queries, and the statements that read, with their rows."""

    queries: int = 0
    statements: list[Statement] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(statement.rows for statement in self.statements)

    def worst(self, number: int = 5) -> list[Statement]:
        """The statements that touched most rows, the worst first."""
        return sorted(self.statements, key=lambda statement: -statement.rows)[:number]


@contextmanager
def rows_touched() -> Iterator[Touched]:
    """Count the queries of the block and the rows they touch. Each statement that reads runs twice: once explained."""
    touched = Touched()

    def explained(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            return execute(sql, params, many, context)
        touched.queries += 1
        if sql.lstrip("( \n").upper().startswith(READS) and not many:
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0][0]["Plan"]
            touched.statements.append(Statement(sql, _rows(plan)))
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with connection.execute_wrapper(explained):
            yield touched
        cursor.execute("SET LOCAL enable_seqscan = on")


def _rows(node: dict[str, Any]) -> int:
    """The rows that a node of a plan, with all nodes below it, reads from tables or throws away."""
    removed = sum(number for name, number in node.items() if name.startswith("Rows Removed by"))
    read = node["Actual Rows"] if "Relation Name" in node else 0
    rows: float = (read + removed) * node["Actual Loops"]
    return round(rows) + sum(_rows(below) for below in node.get("Plans", ()))
