"""Locks for work that only one process may do at a time, on all machines; and row locks in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from functools import wraps
from time import sleep
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, models
from django.db.models import QuerySet
from psycopg.errors import DeadlockDetected

# The other transaction has to wake up and take its lock first, else both meet in the same deadlock again.
SECONDS_BEFORE_RETRY = 0.2
Row = TypeVar("Row", bound=models.Model)
Params = ParamSpec("Params")
Answer = TypeVar("Answer")


class Lock(IntEnum):
    """Each kind of work has a number of its own, which nothing else in the database locks."""

    IMPORT = 7_220_202
    FOLLOW_UP = 7_203_118
    EMAILS = 7_203_119
    FIGURES = 7_203_120
    SPENDING = 7_203_121
    PROVIDERS = 7_203_122
    SELF_CHECK = 7_203_123
    COURSES = 7_203_124
    MAIL_OUTAGES = 7_203_125


def wait_for_lock(lock: Lock, about: int | None = None) -> None:
    """Wait until nobody else does this work, and keep others from it until the transaction ends.

    `about` is the id of one row. Others may do the same work for another row meanwhile.
    """
    with connection.cursor() as cursor:
        if about is None:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock.value])
        else:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock.value, about % 2**31])


def lock_row(rows: QuerySet[Row], pk: int) -> Row:
    """One of the rows, locked until the transaction ends, with the related rows that `rows` selects.

    The row is locked alone and read afterwards. A lock on a join would look for the related rows as they were before
    the wait, and find nothing if somebody has meanwhile moved the row to others.
    """
    lock_rows_in_order(rows.model, [pk])
    return rows.get(pk=pk)


def lock_rows_in_order(model: type[models.Model], pks: Iterable[int]) -> None:
    """Lock several rows until the transaction ends, always in the order of their ids."""
    rows = model._default_manager.filter(pk__in=list(pks)).order_by("pk").select_for_update()
    list(rows.values_list("pk", flat=True))


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL ended the transaction because two transactions waited for each other."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, DeadlockDetected)


def retry_after_deadlock(function: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Call the function once more after a deadlock, if it was a transaction of its own and so nothing is written."""

    @wraps(function)
    def twice(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        try:
            return function(*args, **kwargs)
        except OperationalError as error:
            if not is_deadlock(error) or connection.in_atomic_block:
                raise
            sleep(SECONDS_BEFORE_RETRY)
            return function(*args, **kwargs)

    return twice
