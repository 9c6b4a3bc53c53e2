"""People of the simulation who leave, join or move, and new managers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import QuerySet

from udbytte.models import Employment, ManagerRole, Person, RoleAssignment
from udbytte.models.compiled_query import compiled
from udbytte.services.figures.history import preserve_conversation_history
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.rounds.rounds import complete_open_rounds

from .behaviour import Life
from .organisation import Workplace, employ
from .streams import Stream

DAYS_A_YEAR = 365


def change_people(life: Life, place: Workplace, people: Iterator[Person], staying: set[int], *, on: date) -> None:
    """Let people leave, join and move on one day, and managers change. People in `staying` do not change.

    Afterwards line managers and the owners of steps are found again.
    """
    behaviour = life.behaviour
    fixed = set(RoleAssignment.objects.on(on).values_list("person_id", flat=True))
    managing = ManagerRole.objects.on(on)
    managers = set(managing.values_list("person_id", flat=True))
    changed = False
    for row in _working(on):
        if row.person_id in staying:
            continue
        stream = life.stream_of("employment", row.person_id, on)
        draw = stream.random() * DAYS_A_YEAR
        if row.person_id in fixed:
            continue
        if draw < behaviour.absences:
            _leave(row, on)
        elif draw < behaviour.absences + behaviour.joins:
            person = next(people)
            person.save()
            employ(person, row.unit, row.title, on)
        elif draw < behaviour.absences + behaviour.joins + behaviour.moves and row.person_id not in managers:
            preserve_conversation_history(row.conversations.values_list("pk", flat=True), on=on)
            row.unit = stream.choice(place.houses)[0]
            row.save(update_fields=["unit"])
        else:
            continue
        changed = True
    for role in managing.exclude(person__in=staying).exclude(unit__in=[place.root, *place.areas]).order_by("pk"):
        stream = life.stream_of("manager", role.person_id, on)
        if stream.random() * DAYS_A_YEAR < behaviour.manager_changes:
            changed = _new_manager(stream, role, on) or changed
    if changed:
        follow_organisation_changes(on=on)
        complete_open_rounds(on=on)


@compiled
def _working(on: date) -> QuerySet[Employment]:
    return Employment.objects.on(on).select_related("person", "unit").order_by("pk")


def _end(row: Employment | ManagerRole, on: date) -> None:
    """End a row yesterday, or on its first day if that is later."""
    row.ends_on = max(on - timedelta(days=1), row.starts_on)
    row.save(update_fields=["ends_on"])


def _leave(employment: Employment, on: date) -> None:
    _end(employment, on)
    for role in ManagerRole.objects.on(on).filter(person=employment.person_id):
        _end(role, on)


def _new_manager(stream: Stream, role: ManagerRole, on: date) -> bool:
    """Let somebody of the unit become its manager. If nobody is left there, it has none."""
    near = Employment.objects.on(on).filter(unit=role.unit_id).exclude(person=role.person_id).order_by("pk")
    people = list(near.values_list("person_id", flat=True))
    _end(role, on)
    if people:
        ManagerRole.objects.create(person_id=stream.choice(people), unit_id=role.unit_id, starts_on=on)
    return True
