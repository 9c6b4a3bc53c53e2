"""Locks for work that only one process may do at a time, on all machines; and row locks in a fixed order.

The order: advisory lock, groups that learn together, agreements by id, budgets and course dates. The locks of
people, agreements and what they share are `no_key`: whoever only refers to such a row, as a log entry refers to a
person, does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from functools import cache, wraps
from time import sleep
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, models
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from psycopg.errors import DeadlockDetected

from udbytte.models import Agreement, PracticeGroup
from udbytte.models.compiled_query import CompiledQuery, compiled

# The other transaction has to wake up and take its lock first, else both meet in the same deadlock again.
SECONDS_BEFORE_RETRY = 0.2
TRIES = 3
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
    SETTLING = 7_203_126
    BALLOTS = 7_203_127


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


def lock_agreement(pk: int) -> Agreement:
    """As `lock_row`, for the agreement of a step, with what a step reads of it."""
    lock_rows_in_order(Agreement, [pk])
    for agreement in _agreement_of_a_step(pk):
        return agreement
    raise Agreement.DoesNotExist


@compiled
def _agreement_of_a_step(pk: int) -> QuerySet[Agreement]:
    related = ("employment__line_manager", "employee", "unit", "round", "run__course")
    return Agreement.objects.filter(pk=pk).select_related(*related)


def lock_rows_in_order(model: type[models.Model], pks: Iterable[int]) -> None:
    """Lock several rows until the transaction ends, always in the order of their ids."""
    if connection.get_autocommit():
        raise TransactionManagementError("Rows are locked until a transaction ends, and there is none.")
    _locking(model)(list(pks))


@cache
def _locking(model: type[models.Model]) -> CompiledQuery[[list[int]], int]:
    @compiled
    def ids_with_lock(pks: list[int]) -> QuerySet[Any, int]:
        rows = model._default_manager.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True)
        return rows.values_list("pk", flat=True)

    return ids_with_lock


def lock_agreements(agreements: Iterable[int]) -> None:
    """Lock agreements, by id, in the order in which a step locks them: first the groups that learn together."""
    rows = list(Agreement.objects.filter(pk__in=list(agreements)).values_list("pk", "group"))
    lock_rows_in_order(PracticeGroup, {group for _pk, group in rows if group is not None})
    lock_rows_in_order(Agreement, (pk for pk, _group in rows))


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL ended the transaction because two transactions waited for each other."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, DeadlockDetected)


def retry_after_deadlock(function: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Call the function up to twice more after a deadlock, if its transaction was its own and so nothing is written."""

    @wraps(function)
    def again(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        for tries in range(1, TRIES):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if not is_deadlock(error) or connection.in_atomic_block:
                    raise
            sleep(SECONDS_BEFORE_RETRY * tries)
        return function(*args, **kwargs)

    return again
