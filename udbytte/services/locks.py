"""Work that is done by one at a time in the whole installation, however many web and worker machines there are."""

from __future__ import annotations

from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """Each kind of work with a number of its own, which nothing else in the database locks."""

    IMPORT = 7_220_202
    FOLLOW_UP = 7_203_118
    LETTERS = 7_203_119
    FIGURES = 7_203_120
    SPENDING = 7_203_121
    PROVIDERS = 7_203_122


def wait_for(lock: Lock, about: int | None = None) -> None:
    """Wait until nobody else does this, and keep others from it until the transaction ends.

    `about`: the id of the one row it is about; others may do it about another one meanwhile.
    """
    with connection.cursor() as cursor:
        if about is None:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock.value])
        else:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock.value, about % 2**31])
