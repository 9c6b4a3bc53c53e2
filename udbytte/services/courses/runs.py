"""What happens to a run (hold), and to every agreement that counts on it: moved, cancelled, gone."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.courses import may_correct_courses
from udbytte.domain.lifecycle import BOOKED, WITH_A_RUN, Event
from udbytte.models import Agreement, CourseRun, Person
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, save


def agreements_on(run: CourseRun) -> list[Agreement]:
    """The agreements that count on the run, oldest first."""
    return list(Agreement.objects.filter(run=run, stage__in=WITH_A_RUN).order_by("pk"))


def must_arrange(by: Person | None, on: date) -> None:
    """Raise NotPermitted for who is neither coordinator nor HR; None is the application itself."""
    if by is not None and not may_correct_courses(by, on):
        raise NotPermitted


@transaction.atomic
def run_is_lost(run: CourseRun, *, why: str, on: date) -> int:
    """Let everyone who counts on the run know that it is not held: their next step is to find another.

    Returns how many agreements that was. Of those who have a seat nobody pays: it is the provider who cancels.
    """
    rows = agreements_on(run)
    for agreement in rows:
        take_step(agreement, Event.LOSE_RUN, by=None, on=on, reason=why)
    return len(rows)


@transaction.atomic
def run_has_vanished(run: CourseRun, *, why: str, on: date) -> int:
    """The run stands no longer in its provider's file. Returns how many agreements counted on it.

    Who has a seat, or waits for one, keeps it until the provider has answered: a list may leave out what is full or
    closed, so that the next step is to confirm the seat. All others look for another run.
    """
    rows = agreements_on(run)
    for agreement in rows:
        booked = agreement.stage in BOOKED
        take_step(agreement, Event.DOUBT_SEAT if booked else Event.LOSE_RUN, by=None, on=on, facts={"reason": why})
    return len(rows)


@transaction.atomic
def run_has_moved(run: CourseRun, *, on: date) -> int:
    """Let everyone who counts on the run know of its new days or place; returns how many agreements that was."""
    rows = agreements_on(run)
    for agreement in rows:
        take_step(agreement, Event.MOVE_RUN, by=None, on=on)
    return len(rows)


@transaction.atomic
def cancel_run(run: CourseRun, *, by: Person | None, on: date, why: str) -> int:
    """The provider has cancelled the run. Returns how many agreements are back to finding another one.

    Raises NotPermitted for who is neither coordinator nor HR, MissingFact without a reason, NotPossible a second time.
    """
    must_arrange(by, on)
    if not why.strip():
        raise MissingFact("why")
    row = CourseRun.objects.select_for_update().get(pk=run.pk)
    if row.cancelled_on is not None:
        raise NotPossible
    row.cancelled_on = run.cancelled_on = on
    row.save(update_fields=["cancelled_on"])
    return run_is_lost(row, why=why.strip(), on=on)


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
    """The provider has moved the run to other days, or elsewhere (None: as before). Returns how many agreements moved.

    Raises NotPermitted for who is neither coordinator nor HR, Refused when the days are in the wrong order or ahead of
    nothing: a run moves to days that lie ahead.
    """
    must_arrange(by, on)
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
    save(row)
    return run_has_moved(row, on=on)
