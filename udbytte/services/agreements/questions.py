"""A manager asks whoever has the next step of an agreement how it goes."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.agreements import is_one_of_the_two
from udbytte.domain.lifecycle.reminders import SOON
from udbytte.domain.notifications import StepIsLate
from udbytte.models import Agreement, Person
from udbytte.queries.people.team_review import cause_of_question
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.notifications.notify import notify


def can_be_asked(agreement: Agreement, on: date) -> bool:
    """Whether there is somebody to ask, about something that is due or soon will be."""
    owner, due = agreement.step_owner, agreement.step_due
    if owner is None or due is None or not owner.is_active or not owner.email:
        return False
    return due <= on + SOON and not agreement.is_paused_on(on)


@transaction.atomic
def ask_owner(agreement: Agreement, *, by: Person, on: date) -> Person:
    """Remind whoever has the next step, with the next extra email, and once a day. Returns the person.

    Raises NotPermitted for anybody but the line manager, NotPossible where there is nobody to ask or nothing to ask
    about, Refused when the owner was asked today.
    """
    if agreement.employee_id == by.pk or not is_one_of_the_two(agreement, by, on):
        raise NotPermitted
    owner = agreement.step_owner
    if owner is None or owner.pk == by.pk or not can_be_asked(agreement, on):
        raise NotPossible
    cause = cause_of_question(agreement, on)
    if not notify(owner, StepIsLate(), on=on, cause=cause, agreement=agreement, urgent=True):
        raise Refused(_("%(name)s was asked about it today.") % {"name": owner.short_name})
    return owner
