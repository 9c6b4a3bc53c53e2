"""Who may correct the catalogue, and who may say what becomes of an agreement whose course date changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from udbytte.models import Agreement, Person, Role, RoleAssignment, RunAnswer, RunQuestion

from .people import paths_served, units_at_or_below

SPEAK_FOR_UNITS = (Role.COORDINATOR, Role.HR)


def may_correct_courses(person: Person, on: date) -> bool:
    """Whether the person is HR or a course coordinator, of any unit: courses belong to all of them.

    Everybody reads the catalogue, and everybody may enter a course.
    """
    given = RoleAssignment.objects.on(on).filter(person=person, role__in=(Role.COORDINATOR, Role.HR))
    return person.is_active and given.exists()


def agreements_spoken_for_by(person: Person, on: date) -> QuerySet[Agreement]:
    """The agreements of which the person may say that their course date is cancelled or moved.

    A coordinator may for the units served, and HR for all. In a unit without a coordinator, the owner of the next step
    may.
    """
    return agreements_spoken_for_below(paths_served(person, SPEAK_FOR_UNITS, on), person, on)


def agreements_spoken_for_below(tops: Sequence[str], person: Person, on: date) -> QuerySet[Agreement]:
    """The same; `tops` are the paths of the units that the person coordinates, or cares for as HR."""
    coordinated = RoleAssignment.objects.on(on).filter(role=Role.COORDINATOR, person__is_active=True)
    unit = ExpressionWrapper(OuterRef("unit__path"), output_field=CharField())
    reaching = coordinated.alias(below=unit).filter(Q(unit__isnull=True) | Q(below__startswith=F("unit__path")))
    served = Q(unit__in=units_at_or_below(tops))
    return Agreement.objects.filter(served | Q(step_owner=person) & ~Exists(reaching))


def open_run_questions() -> QuerySet[RunQuestion]:
    """The questions that wait for an answer, of agreements that still have the course date."""
    rows = RunQuestion.objects.filter(answer=RunAnswer.WAITING, agreement__closed_on__isnull=True)
    return rows.filter(agreement__run=F("report__run")).order_by("pk")


def open_run_questions_for(person: Person, on: date) -> QuerySet[RunQuestion]:
    """The open questions that the person may answer."""
    return open_run_questions().filter(agreement__in=agreements_spoken_for_by(person, on))
