"""What happens to a course date (moved, cancelled, vanished), and then to every agreement that has chosen it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.courses import may_correct_courses
from udbytte.domain.lifecycle import BOOKED, WITH_A_RUN, Event
from udbytte.models import Agreement, CourseRun, Person
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, save_row


def agreements_with_run(run: CourseRun) -> list[Agreement]:
    """The agreements that have chosen the course date, oldest first."""
    return list(Agreement.objects.filter(run=run, stage__in=WITH_A_RUN).order_by("pk"))


def require_course_editor(by: Person | None, on: date) -> None:
    """Raise NotPermitted unless the person is a coordinator or HR. None is the application itself."""
    if by is not None and not may_correct_courses(by, on):
        raise NotPermitted


@transaction.atomic
def lose_run(run: CourseRun, *, why: str, on: date) -> int:
    """The course date is not held: everybody who has chosen it must find another. Returns the number of agreements.

    Nobody with a seat pays, because the provider cancels.
    """
    rows = agreements_with_run(run)
    for agreement in rows:
        take_step(agreement, Event.LOSE_RUN, by=None, on=on, reason=why)
    return len(rows)


@transaction.atomic
def lose_vanished_run(run: CourseRun, *, why: str, on: date) -> int:
    """The course date is no longer in its provider's file. Returns the number of agreements that have chosen it.

    An agreement with a seat, or on the waiting list, keeps it until the provider has answered: a file may leave out
    what is full or closed. Its next step is to confirm the seat. All other agreements look for another course date.
    """
    rows = agreements_with_run(run)
    for agreement in rows:
        booked = agreement.stage in BOOKED
        take_step(agreement, Event.DOUBT_SEAT if booked else Event.LOSE_RUN, by=None, on=on, facts={"reason": why})
    return len(rows)


@transaction.atomic
def follow_moved_run(run: CourseRun, *, on: date) -> int:
    """Notify everybody who has chosen the course date of its new days or place. Returns the number of agreements."""
    rows = agreements_with_run(run)
    for agreement in rows:
        take_step(agreement, Event.MOVE_RUN, by=None, on=on)
    return len(rows)


@transaction.atomic
def cancel_run(run: CourseRun, *, by: Person | None, on: date, why: str) -> int:
    """The provider has cancelled the course date. Returns the number of agreements that must find another.

    Raises NotPermitted unless a coordinator or HR, MissingFact without a reason, and NotPossible if it is cancelled
    already.
    """
    require_course_editor(by, on)
    if not why.strip():
        raise MissingFact("why")
    row = CourseRun.objects.select_for_update().get(pk=run.pk)
    if row.cancelled_on is not None:
        raise NotPossible
    row.cancelled_on = run.cancelled_on = on
    row.save(update_fields=["cancelled_on"])
    return lose_run(row, why=why.strip(), on=on)


@transaction.atomic
def move_run(
    run: CourseRun,
    *,
    by: Person | None,
    on: date,
    starts_on: date,
    ends_on: date,
    signup_deadline: date | None = None,
    place: str | None = None,
    hours: str | None = None,
) -> int:
    """The provider has moved the course date to other days or another place (None: no change).

    Returns the number of agreements. Raises NotPermitted unless a coordinator or HR, and Refused if the days are in the
    wrong order or not in the future.
    """
    require_course_editor(by, on)
    row = CourseRun.objects.select_for_update().get(pk=run.pk)
    if not row.is_held:
        raise NotPossible
    if starts_on <= on:
        raise Refused(_("Choose days that lie ahead."), "starts_on")
    row.starts_on, row.ends_on, row.signup_deadline = starts_on, ends_on, signup_deadline
    row.place = row.place if place is None else place.strip()
    row.hours = row.hours if hours is None else hours.strip()
    if row.cancel_by is not None and row.cancel_by > ends_on:
        row.cancel_by = None
    save_row(row)
    return follow_moved_run(row, on=on)
