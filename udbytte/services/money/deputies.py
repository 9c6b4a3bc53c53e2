"""Deputies: somebody who approves courses for a manager or budget owner in a period."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from udbytte.access.people import decides_about_money
from udbytte.domain.notifications import DeputyEnded, DeputyNamed
from udbytte.models import Deputy, Person
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.notifications.notify import notify
from udbytte.services.people.organisation import assign_owners

LONGEST = timedelta(days=366)


@transaction.atomic
def name_deputy(*, deputy: Person, starts_on: date, ends_on: date, by: Person, on: date) -> Deputy:
    """Name a deputy for a period.

    From its first day the deputy has the waiting steps about money; afterwards they go back. Raises NotPermitted unless
    the person approves courses, and Refused if the days are wrong, more than a year, or overlap another deputy's.
    """
    if not decides_about_money(by, on):
        raise NotPermitted
    if not deputy.is_active:
        raise Refused(_("Choose somebody who works here."), "deputy")
    if starts_on < on:
        raise Refused(_("Choose today or a later date."), "starts_on")
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first."), "ends_on")
    if ends_on - starts_on > LONGEST:
        raise Refused(_("A year is the longest."), "ends_on")
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    overlapping = Q(starts_on__lte=ends_on, ends_on__gte=starts_on)
    if Deputy.objects.filter(overlapping, person=by).exclude(ends_on__lt=F("starts_on")).exists():
        raise Refused(_("Somebody already approves courses for you in those days. End that first."), "starts_on")
    named = Deputy(person=by, deputy=deputy, starts_on=starts_on, ends_on=ends_on)
    try:
        named.full_clean()
    except ValidationError as error:
        raise Refused(error.messages[0], "deputy" if deputy == by else "ends_on") from None
    named.save()
    facts = DeputyNamed(who=by.name, starts_on=starts_on, ends_on=ends_on)
    notify(deputy, facts, on=on, cause=f"deputy:{named.pk}", urgent=True)
    assign_owners(on, caused_by=by)
    return named


@transaction.atomic
def end_deputy(deputy: Deputy, *, by: Person, on: date) -> None:
    """End a deputy as of yesterday, by the person who named them.

    The deputy is notified, and waiting steps go back at once. The row of a deputy whose period has begun stays;
    otherwise it is deleted. A period that is over does not change.
    """
    row = Deputy.objects.select_for_update(no_key=True).get(pk=deputy.pk)
    if row.person_id != by.pk:
        raise NotPermitted
    if row.ends_on is not None and row.ends_on < on:
        return
    notify(row.deputy, DeputyEnded(who=by.name), on=on, cause=f"no_deputy:{row.pk}", urgent=True)
    if row.starts_on > on:
        row.delete()
    else:
        row.ends_on = on - timedelta(days=1)
        row.save(update_fields=["ends_on"])
    assign_owners(on, caused_by=by)
