"""What many tests begin with is the same as what was built, and no test sees what another has made of it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.cast import Cast, build_cast, make_cast, make_person
from udbytte.models import Person, PracticeMethod

pytestmark = pytest.mark.django_db


def kinds_of_rows() -> dict[str, int]:
    """How many rows there are in each table that has any."""
    with connection.cursor() as cursor:
        counted = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select count(*) from "{table}"')  # noqa: S608 (names of our own tables)
            counted[table] = cursor.fetchone()[0]
    return {table: count for table, count in counted.items() if count}


def test_a_copied_cast_has_the_rows_of_one_that_is_built() -> None:
    with transaction.atomic():
        make_cast()
        copied = kinds_of_rows()
        transaction.set_rollback(True)
    build_cast()
    assert kinds_of_rows() == copied
    assert copied["udbytte_staletally"], "what triggers have written is copied too"


def test_each_test_changes_objects_of_its_own(cast: Cast) -> None:
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
