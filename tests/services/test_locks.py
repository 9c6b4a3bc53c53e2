"""Two kinds of work wait for each other only if they are the same kind."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from udbytte.services.locks import Lock, wait_for_lock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.own_clock]


def got(lock: Lock) -> bool:
    """Whether another connection gets a lock now, without waiting."""
    answers: list[bool] = []

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock.value])
            answers.append(cursor.fetchone()[0])
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.parametrize("mine", Lock)
def test_a_lock_keeps_out_its_own_kind_of_work_and_no_other(mine: Lock) -> None:
    with transaction.atomic():
        wait_for_lock(mine)
        assert {lock for lock in Lock if not got(lock)} == {mine}
    assert got(mine)
