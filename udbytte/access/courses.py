"""Who may correct the catalogue. Everybody reads it, and everybody may enter a course."""

from __future__ import annotations

from datetime import date

from udbytte.models import Person, Role, RoleAssignment


def may_correct_courses(person: Person, on: date) -> bool:
    """Whether the person is HR or a course coordinator, of any unit: courses belong to all of them."""
    given = RoleAssignment.objects.on(on).filter(person=person, role__in=(Role.COORDINATOR, Role.HR))
    return person.is_active and given.exists()
