"""Moving late applications to funds along the line, day by day, by the rules of `domain.lifecycle.line`.

An application that nobody sends or answers ends as such, and its agreement goes on without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localtime

from udbytte.domain.lifecycle.line import HAS_IT_FOR, LINE, Clock, Level, Move, Place, move_of
from udbytte.domain.lifecycle.reminders import step_milestone
from udbytte.domain.notifications import ApplicationMoved, ApplicationMovedOn
from udbytte.domain.working_days import working_days_before, working_days_between
from udbytte.models import Agreement, ApplicationState, FundingApplication, Notification, Person, Role
from udbytte.models.compiled_query import compiled
from udbytte.models.money import OPEN_STATES
from udbytte.queries.money.funding import application_window
from udbytte.queries.notifications.mail import unsent_emails_of_outage
from udbytte.services.agreements.clocks import Pauses
from udbytte.services.agreements.owners import RoleHolders
from udbytte.services.locks import lock_row, lock_rows_in_order
from udbytte.services.notifications.notify import notify

from .funding import agreement_of_application, applicant_of, close_application, notify_of_application

ENDS_AS = {
    ApplicationState.PLANNED: ApplicationState.NOT_SENT,
    ApplicationState.SENT: ApplicationState.ANSWER_UNKNOWN,
}


def follow_applications(*, on: date) -> Counter[str]:
    """Move every late application that is to move on the day, and end those whose time has passed.

    Each in a transaction of its own. Returns what was done, by name. A second call on the day changes nothing.
    """
    _note_who_was_told(on)
    done: Counter[str] = Counter()
    if not (candidates := _candidates(on)):
        return done
    holders, pauses = RoleHolders.on_day(on), Pauses.until(on)
    for pk in candidates:
        name = _follow(pk, holders, pauses, on)
        if name:
            done[name] += 1
    return done


def _candidates(on: date) -> list[int]:
    """Ids of the open applications that are late, or whose fund closes soon; one query."""
    return [row.pk for row in _open() if (row.due is not None and row.due < on) or _closes_soon(row, on)]


@compiled
def _open() -> QuerySet[FundingApplication]:
    """The open applications, by date.

    While the mail server is away, one waits whose owner has an unsent email about the agreement.
    """
    rows = FundingApplication.objects.filter(state__in=OPEN_STATES).select_related("source", "agreement")
    unsent = Notification.objects.filter(
        agreement=OuterRef("agreement"), person=OuterRef("owner"), email__in=unsent_emails_of_outage()
    )
    return rows.exclude(Exists(unsent)).order_by("due", "pk")


def _closes_soon(row: FundingApplication, on: date) -> bool:
    closes = _closes(row)
    return closes is not None and on >= working_days_before(closes, LINE[row.step].days_before[0])


def application_notifications(on: date) -> Iterator[Notification]:
    """Remind those who have an application on its date and a week later. Then it moves along the line."""
    rows = FundingApplication.objects.filter(state__in=OPEN_STATES, due__lte=on, line_level=0)
    known = rows.values_list("pk", "due", "owner_id", "agreement_id", "source__name", "state").order_by("pk")
    for pk, due, owner, agreement, source, state in known:
        late = (on - due).days if due is not None else 0
        facts = ApplicationMoved(source=source, state=state, days=late)
        if owner is not None:
            cause = f"application:{pk}:{due}:{step_milestone(late)}"
            yield Notification.of(owner, facts, agreement=agreement, on=on, cause=cause)


def _note_who_was_told(on: date) -> None:
    """Set the day on which a new owner was told: when the email was sent, or at once for people without email."""
    rows = FundingApplication.objects.filter(state__in=OPEN_STATES, line_level__gt=0, line_told_on__isnull=True)
    for row in rows.select_related("owner"):
        notification = Notification.objects.filter(person=row.owner, cause=_cause(row)).select_related("email").first()
        if notification is None or row.owner is None:
            continue
        sent_at = notification.email.sent_at if notification.email is not None else None
        gets_email = bool(row.owner.email) and row.owner.wants_mail and row.owner.mail_refused_at is None
        day = localtime(sent_at).date() if sent_at is not None else None if gets_email else notification.on
        if day is not None and day <= on:
            FundingApplication.objects.filter(pk=row.pk, line_level=row.line_level).update(line_told_on=day)


def _cause(row: FundingApplication) -> str:
    return f"application_moved:{row.pk}:{row.state}:{row.line_level}"


@transaction.atomic
def _follow(pk: int, holders: RoleHolders, pauses: Pauses, on: date) -> str:
    """What is to happen to one application today, done. Returns its name, or nothing."""
    unlocked = FundingApplication.objects.get(pk=pk)
    lock_rows_in_order(Agreement, [unlocked.agreement_id])
    row = lock_row(FundingApplication.objects.select_related("source", "owner"), pk)
    if not row.is_open or row.due is None:
        return ""
    row.agreement = agreement_of_application(row.agreement_id)
    closes = _closes(row)
    if closes is not None and on > closes:
        return _end(row, on)
    clock, line = _clock(row, pauses), LINE[row.step]
    move = move_of(line, clock, on=on, deadline=_deadline(row, closes, on), begun=row.created_on)
    if move is Move.MOVES:
        return _move(row, holders, clock.days_late(line, on), on)
    ends = move is Move.ENDS and closes is None and _has_had_it(clock, on)
    return _end(row, on) if ends else ""


def _deadline(row: FundingApplication, closes: date | None, on: date) -> date | None:
    """The fund's last day, where the application may move early because of it: not before its own date has passed,
    unless it was planned so late that the days are shared."""
    if closes is None or row.due is None:
        return None
    is_short = row.created_on >= working_days_before(closes, LINE[row.step].days_before[0])
    return closes if on > row.due or is_short else None


def _has_had_it(clock: Clock, on: date) -> bool:
    """Whether whoever it has moved to was told, and has had it for two weeks of working days."""
    if clock.level == 0:
        return True
    begun = max(filter(None, (clock.told_on, clock.restarted_on)), default=None) if clock.told_on else None
    return begun is not None and working_days_between(begun, on) >= HAS_IT_FOR


def _closes(row: FundingApplication) -> date | None:
    """The last day to send it; None: it is sent, or the fund has no such day."""
    if row.state != ApplicationState.PLANNED:
        return None
    return application_window(row.source, row.agreement.starts_on or row.agreement.planned_from)[1]


def _clock(row: FundingApplication, pauses: Pauses) -> Clock:
    if row.due is None:
        raise ValueError(f"{row.pk} has no date")
    is_employees = row.owner_id == row.agreement.employee_id
    return Clock(
        due=row.due,
        level=row.line_level,
        told_on=row.line_told_on,
        since=row.step_since,
        restarted_on=pauses.restarted_on,
        away=pauses.stopped_for(row.agreement.employment_id if is_employees else None),
    )


def _end(row: FundingApplication, on: date) -> str:
    """Its time has passed: the employee, the manager and the coordinator are told that the agreement goes on."""
    had = row.owner_id
    row.state = ENDS_AS[ApplicationState(row.state)]
    close_application(row, on)
    notify_of_application(row, by=None, on=on, also=had)
    return f"application.{row.state}"


def _move(row: FundingApplication, holders: RoleHolders, days: int, on: date) -> str:
    """Give the application to the next place that has somebody who has not had it."""
    had = {row.agreement.employee_id, row.owner_id, applicant_of(row.agreement, row.source, on)}
    levels = LINE[row.step].levels
    for number, level in enumerate(levels[row.line_level :], start=row.line_level + 1):
        owner = next((person for person in _people_at(level, row.agreement, holders) if person not in had), None)
        if owner is None:
            continue
        silent, row.owner = row.owner, Person.objects.get(pk=owner)
        row.line_level, row.line_told_on = number, None
        row.save()
        facts = ApplicationMoved(
            source=row.source.name, state=row.state, days=days, silent=silent.name if silent is not None else ""
        )
        notify(row.owner, facts, on=on, cause=_cause(row), agreement=row.agreement, urgent=True)
        if silent is not None and silent.is_active:
            gone = ApplicationMovedOn(source=row.source.name, to=row.owner.name)
            notify(silent, gone, on=on, cause=_cause(row), agreement=row.agreement)
        return "application.moved"
    return ""


def _people_at(level: Level, agreement: Agreement, holders: RoleHolders) -> Iterator[int]:
    """The people at the places of a level, the nearest first."""
    for place in level.places:
        if place is Place.OTHER_COORDINATOR:
            yield from holders.upward(Role.COORDINATOR, agreement.unit.ancestor_ids)
        manager = agreement.employment.line_manager
        if place is Place.LINE_MANAGER and manager is not None and manager.is_active:
            yield manager.pk
