"""Ending employments that the organisation's file lacks: by a press, or when they have been missing for long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from udbytte.access.people import is_administrator
from udbytte.models import Employment, ManagerRole, MissingPeriod, Person
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.locks import retry_after_deadlock

from .organisation import follow_organisation_changes

MISSING_ENDS_AFTER = 14  # days, if a later complete file lacks the employment too


@retry_after_deadlock
@transaction.atomic
def end_missing_person(person: Person, *, by: Person, on: date) -> None:
    """End what the file lacks of a person, as an administrator knows that they no longer work here.

    Raises Refused where nothing of theirs is missing, as when they are in a file again.
    """
    if not is_administrator(by, on):
        raise NotPermitted
    theirs = Q(employment__person=person) | Q(manager_role__person=person)
    periods = list(MissingPeriod.objects.select_for_update(of=("self",)).filter(theirs, ends_on__isnull=True))
    if not periods:
        raise Refused(_("%(name)s is not missing any more.") % {"name": person.name})
    _end(periods, on)
    follow_organisation_changes(on=on, by=by, ended_by=by)


@transaction.atomic
def end_long_missing(*, on: date) -> int:
    """End what has been missing for 14 days, if a later complete file lacked it too. Returns how many rows end.

    `follow_organisation_changes` comes next, and closes what belongs to them.
    """
    since = on - timedelta(days=MISSING_ENDS_AFTER)
    rows = MissingPeriod.objects.select_for_update(of=("self",)).filter(ends_on__isnull=True)
    return _end(rows.filter(starts_on__lte=since, lacked_again_on__isnull=False), on)


def _end(periods: Iterable[MissingPeriod], on: date) -> int:
    """End the employments and manager roles of the periods on the day before. What had not begun is over too."""
    yesterday = on - timedelta(days=1)
    number = 0
    for period in periods:
        row: Employment | ManagerRole | None = period.employment or period.manager_role
        if row is not None and (row.ends_on is None or row.ends_on > yesterday):
            row.starts_on, row.ends_on = min(row.starts_on, yesterday), yesterday
            row.save(update_fields=["starts_on", "ends_on"])
        period.ends_on = max(yesterday, period.starts_on - timedelta(days=1))
        period.save(update_fields=["ends_on"])
        number += 1
    return number
