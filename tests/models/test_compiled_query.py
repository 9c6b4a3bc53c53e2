"""A compiled query: the same rows as its queryset, for everybody and every day; what cannot be compiled is refused.

Besides, every compiled query that any test asks is compared with what Django would write (tests/conftest.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import TODAY, Cast
from udbytte.models import Agreement, Employment, KickoffMeeting, Person, Unit
from udbytte.models.compiled_query import CompiledQuery, compiled

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def reports_since(manager: Person, on: date) -> QuerySet[Employment]:
    """Of a person, and with a day that is reckoned from the day asked about."""
    jobs = Employment.objects.filter(line_manager=manager, starts_on__lte=on - WEEK)
    return jobs.select_related("person", "unit").order_by("pk")


def named(units: Sequence[int], paths: Sequence[str], is_last_first: bool) -> QuerySet[Unit, str]:
    """Of lists of ids and of texts; the second stand-in is a part of a text."""
    rows = Unit.objects.filter(pk__in=units, path__in=[f"{path}~"[:-1] for path in paths])
    return rows.order_by("-name" if is_last_first else "name").values_list("name", flat=True)


def test_rows_are_those_of_the_queryset_for_everybody_and_every_day(cast: Cast) -> None:
    query = compiled(reports_since)
    first = Employment.objects.get(person=cast.mette).starts_on
    for manager in (cast.lars, cast.dorthe, cast.jonas):
        for on in (TODAY, first + WEEK, first + WEEK - timedelta(days=1)):
            assert query(manager, on) == list(reports_since(manager, on))
    assert {job.person for job in query(cast.lars, TODAY)} == {cast.mette, cast.karim}


def test_sql_is_written_once_and_filled_for_everybody(cast: Cast) -> None:
    written = list[Person]()

    def build(manager: Person, on: date) -> QuerySet[Employment]:
        written.append(manager)
        return reports_since(manager, on)

    query = compiled(build)
    asked = [query.sql_for(manager, TODAY) for manager in (cast.lars, cast.dorthe, cast.jonas)]
    assert len(written) == 1
    assert [params for _sql, params in asked] == [
        (manager.pk, TODAY - WEEK) for manager in (cast.lars, cast.dorthe, cast.jonas)
    ]


def test_that_an_empty_list_has_no_rows_is_known_after_the_first_call(cast: Cast) -> None:
    written = list[Sequence[int]]()

    def build(managers: Sequence[int]) -> QuerySet[Employment]:
        written.append(managers)
        return Employment.objects.filter(line_manager__in=managers)

    query = compiled(build)
    for _turn in range(3):
        with pytest.raises(EmptyResultSet):
            query.sql_for([])
    assert len(written) == 1
    assert query([]) == []


def test_joined_rows_are_read_with_the_same_query(cast: Cast) -> None:
    query = compiled(reports_since)
    query(cast.dorthe, TODAY)
    with CaptureQueriesContext(connection) as queries:
        assert {job.unit.name for job in query(cast.lars, TODAY)} == {cast.kindergarten.name}
    assert len(queries) == 1


def test_each_length_of_a_list_and_each_other_argument_has_its_own_sql(cast: Cast) -> None:
    query = compiled(named)
    units = [cast.children, cast.kindergarten, cast.roads]
    for some in (units, units[:2], units[:1], []):
        for is_last_first in (True, False):
            keys, paths = [unit.pk for unit in some], [unit.path for unit in some]
            assert query(keys, paths, is_last_first) == list(named(keys, paths, is_last_first))


def of_a_manager_who_is_looked_at(manager: Person) -> QuerySet[Agreement]:
    return Agreement.objects.filter(employee__in=list(Person.objects.filter(pk=manager.pk)))


def of_a_row(manager: Person) -> QuerySet[Employment]:
    return manager.reports.all()


def of_nobody(manager: Person) -> QuerySet[Agreement]:
    return Agreement.objects.filter(stage="agreed")


@pytest.mark.parametrize("build", [of_a_manager_who_is_looked_at, of_a_row, of_nobody])
def test_what_asks_the_database_or_starts_from_a_row_or_leaves_an_argument_out_is_refused(
    cast: Cast, build: Callable[[Person], QuerySet[Agreement | Employment]]
) -> None:
    query: CompiledQuery[[Person], Agreement | Employment] = CompiledQuery(build)
    with pytest.raises(TypeError):
        query._text((Person,))


def test_a_time_is_refused(cast: Cast) -> None:
    def before(on: date) -> QuerySet[KickoffMeeting]:
        midnight = datetime(on.year, on.month, on.day, tzinfo=timezone.get_current_timezone())
        return KickoffMeeting.objects.filter(planned_at__lt=midnight)

    with pytest.raises(TypeError, match="not about a time"):
        CompiledQuery(before)._text((date,))
