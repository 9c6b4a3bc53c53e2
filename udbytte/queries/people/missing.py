"""People whom the organisation's file lacks, and since when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from udbytte.access.people import missing_people
from udbytte.models import Employment, MissingPeriod, Person
from udbytte.models.compiled_query import compiled


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """Somebody whom the file lacks; `works` are the employments that go on until it is clear."""

    person: Person
    since: date
    works: list[Employment]


def missing_since(people: Collection[int], on: date) -> dict[int, date]:
    """Of these people (ids) those whom the file lacks, with the day since when."""
    if not people:
        return {}
    missing = _missing_among(sorted(set(people)), on)
    return _since(missing) if missing else {}


@compiled
def _missing_among(people: Sequence[int], on: date) -> QuerySet[Person, int]:
    return missing_people(on).filter(pk__in=people).values_list("pk", flat=True)


def everybody_missing(on: date, *, most: int) -> list[MissingPerson]:
    """The people whom the file lacks, those who have been missing longest first."""
    people = {person.pk: person for person in missing_people(on)}
    since = sorted(_since(people).items(), key=lambda row: (row[1], people[row[0]].name))[:most]
    works: dict[int, list[Employment]] = {}
    for work in Employment.objects.on(on).filter(person__in=[pk for pk, _day in since]).select_related("unit"):
        works.setdefault(work.person_id, []).append(work)
    return [MissingPerson(people[pk], day, works.get(pk, [])) for pk, day in since]


def _since(people: Collection[int]) -> dict[int, date]:
    """The first day of the open periods of these people."""
    days: dict[int, date] = {}
    rows = MissingPeriod.objects.filter(ends_on__isnull=True)
    of_employments = rows.filter(employment__person__in=people).values_list("employment__person", "starts_on")
    of_roles = rows.filter(manager_role__person__in=people).values_list("manager_role__person", "starts_on")
    for person, day in (*of_employments, *of_roles):
        if person is not None:
            days[person] = min(days.get(person, day), day)
    return days
