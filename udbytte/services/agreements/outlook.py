"""What happens to a step if nobody takes it: when it moves to whom, or how it ends. The page says it beforehand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from udbytte.domain.lifecycle import Event
from udbytte.domain.lifecycle.line import LINE, Ahead, Ending, Move, Place, Row, what_comes
from udbytte.models import Agreement, Notification, Person

from .clocks import Pauses, clock_of
from .line import LineOfDay, day_of_missed_date, lapse_cause, people_at, stage_begun, who_had_it


@dataclass(frozen=True, slots=True)
class Outlook:
    """What happens on a day if nobody acts: the step goes to somebody (`to`, or HR), or an event ends it."""

    day: date
    to: Person | None = None
    to_hr: bool = False
    ends: Event | None = None


def outlook_of(agreement: Agreement, *, on: date) -> Outlook | None:
    """What happens to the agreement's step if nobody takes it; None where nothing does for a long time.

    A step without an owner waits for HR, however long.
    """
    if not agreement.step or agreement.stray or agreement.is_paused_on(on):
        return None
    outlook, missed = _along_the_line(agreement, on), day_of_missed_date(agreement)
    if missed is not None and missed > on and (outlook is None or missed <= outlook.day):
        return Outlook(missed, ends=Event.MISS_DEADLINE)
    return outlook


def _along_the_line(agreement: Agreement, on: date) -> Outlook | None:
    row = LINE[agreement.step]
    asked_on = Notification.objects.filter(person=agreement.employee_id, cause=lapse_cause(agreement))
    ahead = _ahead(agreement, row, on, asked_on.values_list("on", flat=True).first())
    if ahead is None:
        return None
    if ahead.move is Move.MOVES:
        following = next_in_line(agreement, on=on)
        if following is not None:
            is_hr, person = following
            return Outlook(ahead.day, to=None if is_hr else person, to_hr=is_hr)
        ahead = _ahead(agreement, replace(row, levels=row.levels[: agreement.line_level]), on, None)
        if ahead is None:
            return None
    ends = Event.LAPSE if row.ending is Ending.LAPSES else row.event
    return Outlook(ahead.day, ends=ends)


def _ahead(agreement: Agreement, row: Row, on: date, asked_on: date | None) -> Ahead | None:
    deadline = agreement.run.signup_deadline if agreement.run is not None else None
    begun = stage_begun(agreement) if row.before_deadline and deadline is not None else None
    clock = clock_of(agreement, Pauses.until(on, employment=agreement.employment_id))
    return what_comes(row, clock, on=on, deadline=deadline, begun=begun, asked_on=asked_on)


def next_in_line(agreement: Agreement, *, on: date) -> tuple[bool, Person] | None:
    """Who has the step next, and whether as HR; None when nobody is left in line."""
    line, had = LineOfDay(on), who_had_it(agreement)
    for level in LINE[agreement.step].levels[agreement.line_level :]:
        is_hr = Place.HR in level.places
        owner = next((person for person in people_at(level, agreement, line) if person not in had), None)
        if owner is not None and (is_hr or owner not in line.absent):
            return is_hr, Person.objects.get(pk=owner)
    return None


def lapse_asked(agreement: Agreement) -> Notification | None:
    """The question whether to keep the agreement, if the employee has been asked it about the present step."""
    if not agreement.step or agreement.proposed_by:
        return None
    return Notification.objects.filter(person=agreement.employee_id, cause=lapse_cause(agreement)).first()
