"""The copied cast equals one that the services build, and no test sees the changes of another."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.cast import Cast, build_cast, make_cast, make_person
from udbytte.models import Person, PracticeMethod

pytestmark = pytest.mark.django_db


def kinds_of_rows() -> dict[str, int]:
    """The number of rows in each table that is not empty."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select count(*) from "{table}"')  # noqa: S608 (names of our own tables)
            counts[table] = cursor.fetchone()[0]
    return {table: count for table, count in counts.items() if count}


def test_a_copied_cast_has_the_rows_of_one_that_is_built() -> None:
    with transaction.atomic():
        make_cast()
        copied = kinds_of_rows()
        transaction.set_rollback(True)
    build_cast()
    assert kinds_of_rows() == copied
    assert copied["udbytte_staletally"], "rows that triggers wrote are copied too"


def test_each_test_changes_its_own_objects(cast: Cast) -> None:
    cast.mette.given_name = "Changed"
    cast.mette.save()
    assert cast.employment.person_id == cast.mette.pk and cast.conversation.employment_id == cast.employment.pk
    assert make_person("Ny").pk > max(person.pk for person in (cast.mette, cast.jonas))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, 2])
def test_real_transactions_leave_what_migrations_deliver(again: int) -> None:
    assert (Person.objects.count(), PracticeMethod.objects.count() > 10) == (0, True)
    build_cast()
    PracticeMethod.objects.all().delete()
