"""Roles, managers chosen by hand, and people who are in no import."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from udbytte.access.people import is_administrator, roles_reaching
from udbytte.domain.notifications import ManagerChanged, RoleEnded, RoleGiven
from udbytte.models import (
    AuditKind,
    Employment,
    Person,
    Role,
    RoleAssignment,
    Unit,
)
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.locks import retry_after_deadlock
from udbytte.services.notifications.notify import notify

from .audit import note
from .organisation import follow_organisation_changes
from .sessions import end_all_sessions


@retry_after_deadlock
@transaction.atomic
def give_role(
    *, person: Person, role: Role, unit: Unit | None, by: Person | None, on: date, by_sign_on: str = ""
) -> RoleAssignment:
    """Give a role for a unit and all units below, or for the whole organisation. By HR or an administrator.

    `by` is None for the command line, which may give any role to anybody, and for where the person logs in at work,
    whose name is `by_sign_on`. Nobody else gives themself a role.
    """
    _require_administrator(by, on, unit)
    if role == Role.ADMINISTRATOR and by is not None and not is_administrator(by, on):
        raise NotPermitted
    if person == by:
        raise Refused(_("Nobody gives themself a role. Ask another administrator or HR to give it to you."), "person")
    if by is not None and not person.is_active:
        raise Refused(_("Choose somebody who works here."), "person")
    if role == Role.ADMINISTRATOR and unit is not None:
        raise Refused(_("An administrator is one for the whole organisation."), "unit")
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # of two equal requests at once, one gives the role
    if RoleAssignment.objects.on(on).filter(person=person, role=role, unit=unit).exists():
        raise Refused(_("%(name)s already has this role there.") % {"name": person.name}, "person")
    assignment = RoleAssignment.objects.create(
        person=person,
        role=role,
        unit=unit,
        starts_on=on,
        given_by=by,
        given_by_command=by is None and not by_sign_on,
        given_by_sign_on=by_sign_on,
        given_at=timezone.now(),
    )
    follow_organisation_changes(on=on, by=by)
    _note_role(AuditKind.ROLE_GIVEN, assignment, by=by, on=on)
    _notify_of_role(assignment, RoleGiven, by=by, on=on, by_sign_on=by_sign_on)
    return assignment


def _require_administrator(by: Person | None, on: date, unit: Unit | None) -> None:
    """Raise NotPermitted unless an administrator, or HR for the unit (None: the whole organisation)."""
    if by is None or is_administrator(by, on):
        return
    if Role.HR not in roles_reaching(by, unit, on):
        raise NotPermitted


@retry_after_deadlock
@transaction.atomic
def end_role(assignment: RoleAssignment, *, by: Person | None, on: date, by_sign_on: str = "") -> None:
    """End a role as of yesterday, and give its steps to new owners. The last HR and the last administrator stay.

    The row stays. A role that began today gets a last day before its first, so that it holds on no day.
    """
    # All rows of the role are locked in one order, so that two people cannot end each other's role at once.
    rows = RoleAssignment.objects.filter(role=assignment.role, unit=assignment.unit).order_by("pk")
    row = next(
        assignment_row for assignment_row in rows.select_for_update(no_key=True) if assignment_row.pk == assignment.pk
    )
    _require_administrator(by, on, row.unit)
    if row.ends_on is not None and row.ends_on < on:
        raise Refused(_("This role has ended already."))
    if row.role in (Role.HR, Role.ADMINISTRATOR):
        others = RoleAssignment.objects.on(on).filter(role=row.role, unit__isnull=True, person__is_active=True)
        if not others.exclude(pk=row.pk).exists():
            raise Refused(_("Give the role to somebody else first: somebody must have it."))
    row.ends_on = max(row.starts_on, on) - timedelta(days=1)
    row.ended_by, row.ended_by_command, row.ended_at = by, by is None and not by_sign_on, timezone.now()
    row.ended_by_sign_on = by_sign_on
    row.save(update_fields=["ends_on", "ended_by", "ended_by_command", "ended_by_sign_on", "ended_at"])
    follow_organisation_changes(on=on, by=by)
    _note_role(AuditKind.ROLE_ENDED, row, by=by, on=on)
    _notify_of_role(row, RoleEnded, by=by, on=on, by_sign_on=by_sign_on)


def _note_role(kind: AuditKind, assignment: RoleAssignment, *, by: Person | None, on: date) -> None:
    """Note it, and let the person log in anew with the roles of now."""
    end_all_sessions(assignment.person, by=by, on=on)
    note(kind, by=by, about=assignment.person, on=on, role=assignment.role, unit=assignment.unit_id)


def _notify_of_role(
    assignment: RoleAssignment, kind: type[RoleGiven] | type[RoleEnded], *, by: Person | None, on: date, by_sign_on: str
) -> None:
    """Notify the person at once; and in the weekly email the administrators and the HR of the unit.

    The person who did it is not notified. If a role has ended, the remaining holders are notified.
    """
    place = assignment.unit.name if assignment.unit is not None else ""
    who = by.name if by is not None else by_sign_on
    cause = f"{kind.kind}:{assignment.pk}"
    if assignment.person != by:
        own = kind(role=assignment.role, unit=place, by=who, whose="")
        notify(assignment.person, own, on=on, cause=cause, urgent=True)
    above = assignment.unit.ancestor_ids if assignment.unit is not None else []
    sees = Q(role=Role.ADMINISTRATOR) | Q(role=Role.HR) & (Q(unit__isnull=True) | Q(unit__in=above))
    holders = RoleAssignment.objects.on(on).filter(sees).order_by().values("person")
    notified = {assignment.person_id, by.pk if by is not None else None}
    for person in (
        Person.objects.filter(pk__in=holders, is_active=True).exclude(pk__in=notified - {None}).order_by("pk")
    ):
        notify(person, kind(role=assignment.role, unit=place, by=who, whose=assignment.person.name), on=on, cause=cause)


@retry_after_deadlock
@transaction.atomic
def add_person(*, email: str, given_name: str, family_name: str) -> Person:
    """Create a person who is in no import, such as somebody in IT. Refused if the address is invalid or taken."""
    person = Person(email=email.strip().lower(), given_name=given_name.strip(), family_name=family_name.strip())
    person.set_unusable_password()
    try:
        person.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], field) from None
    person.save()
    return person


@retry_after_deadlock
@transaction.atomic
def choose_manager(employment: Employment, manager: Person | None, *, by: Person | None, on: date) -> None:
    """Set by hand who holds an employment's conversation; None: the nearest manager upward.

    The employee and the managers before and after are notified. Nobody may make themself the manager or choose their
    own manager (Refused).
    """
    _require_administrator(by, on, employment.unit)
    if by is not None and employment.person_id == by.pk:
        raise Refused(_("Somebody else must choose who holds your own conversation."), "manager")
    if by is not None and manager is not None and manager.pk == by.pk:
        raise Refused(_("Somebody else must make you a manager."), "manager")
    if manager is not None and manager.pk == employment.person_id:
        raise Refused(_("Nobody can be their own manager."), "manager")
    employment.chosen_manager = manager
    employment.save(update_fields=["chosen_manager"])
    chosen = manager.pk if manager is not None else None
    note(AuditKind.MANAGER_CHOSEN, by=by, about=employment.person, on=on, thing=employment.pk, manager=chosen)
    before = employment.line_manager
    follow_organisation_changes(on=on, by=by)
    employment.refresh_from_db(fields=["line_manager"])
    now = employment.line_manager
    if before == now:
        return
    facts = ManagerChanged(who=employment.person.name, manager=now.name if now is not None else "")
    cause = f"manager:{employment.pk}:{now.pk if now is not None else 0}:{timezone.now().isoformat()}"
    for person in (employment.person, before, now):
        if person is not None and person != by:
            notify(person, facts, on=on, cause=cause)
