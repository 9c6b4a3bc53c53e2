"""What happens to a course date (moved, cancelled, vanished), and then to every agreement that has chosen it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.courses import may_correct_courses
from udbytte.models import CourseRun, Person, RunChange
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, save_row
from udbytte.services.locks import lock_row

from .run_reports import Change, facts_before, follow_change


def require_course_editor(by: Person | None, on: date) -> None:
    """Raise NotPermitted unless the person is a coordinator or HR. None is the application itself."""
    if by is not None and not may_correct_courses(by, on):
        raise NotPermitted


@transaction.atomic
def lose_run(run: CourseRun, *, why: str, on: date, by: Person | None = None, for_all: bool = False) -> int:
    """The course date is not held. Returns the number of agreements that must find another at once.

    These are the agreements that `by` speaks for; all of them with `for_all`, or if the application itself says it. For
    the others it is a question (`run_reports`). Nobody with a seat pays, because the provider cancels.
    """
    return follow_change(run, Change(RunChange.CANCELLED, why=why), by=by, on=on, for_all=for_all)


@transaction.atomic
def lose_vanished_run(run: CourseRun, *, why: str, on: date, by: Person | None = None, for_all: bool = False) -> int:
    """The course date is no longer in its provider's file. Returns the number of agreements that have changed.

    An agreement with a seat, or on the waiting list, keeps it until the provider has answered: a file may leave out
    what is full or closed. Its next step is to confirm the seat. All other agreements look for another course date, as
    in `lose_run`.
    """
    change = Change(RunChange.CANCELLED, why=why)
    return follow_change(run, change, by=by, on=on, for_all=for_all, asks_provider=True)


@transaction.atomic
def follow_moved_run(
    run: CourseRun, *, on: date, by: Person | None = None, for_all: bool = False, before: Mapping[str, Any]
) -> int:
    """Let those who have chosen the course date follow to its new days or place. Returns the number of agreements.

    `before` are its facts before the move (`facts_before`). Who follows at once, and who is asked, is as in `lose_run`.
    """
    return follow_change(run, Change(RunChange.MOVED, before=before), by=by, on=on, for_all=for_all)


@transaction.atomic
def cancel_run(run: CourseRun, *, by: Person | None, on: date, why: str) -> int:
    """The provider has cancelled the course date. Returns the number of agreements that must find another at once.

    Who is asked first is told in `lose_run`. Raises NotPermitted unless a coordinator or HR, MissingFact without a
    reason, and NotPossible if it is cancelled already.
    """
    require_course_editor(by, on)
    if not why.strip():
        raise MissingFact("why")
    row = lock_row(CourseRun.objects.select_related("course"), run.pk)
    if row.cancelled_on is not None:
        raise NotPossible
    row.cancelled_on = run.cancelled_on = on
    row.save(update_fields=["cancelled_on"])
    return lose_run(row, why=why.strip(), by=by, on=on)


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

    Returns the number of agreements that have followed; who is asked first is told in `lose_run`. Raises NotPermitted
    unless a coordinator or HR, and Refused if the days are in the wrong order or not in the future.
    """
    require_course_editor(by, on)
    row = lock_row(CourseRun.objects.select_related("course"), run.pk)
    before = facts_before(row)
    if not row.is_held:
        raise NotPossible
    if starts_on <= on:
        raise Refused(_("Choose future dates."), "starts_on")
    row.starts_on, row.ends_on, row.signup_deadline = starts_on, ends_on, signup_deadline
    row.place = row.place if place is None else place.strip()
    row.hours = row.hours if hours is None else hours.strip()
    if row.cancel_by is not None and row.cancel_by > ends_on:
        row.cancel_by = None
    save_row(row)
    return follow_moved_run(row, by=by, on=on, before=before)
