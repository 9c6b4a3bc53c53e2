"""The daily follow-up: whom to notify of what is late, coming or unplanned, and the emails.

Safe to run again on a day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from udbytte.access.people import ids_of_missing_people
from udbytte.domain.lifecycle import Stage
from udbytte.domain.lifecycle.reminders import (
    BEFORE_SIGN_UP,
    DEADLINE_NEAR,
    moved_milestone,
    owner_milestone,
    step_milestone,
)
from udbytte.domain.meetings import last_day, reminder_day
from udbytte.domain.notifications import (
    ConversationDue,
    ConversationsWithoutTime,
    CourseBegins,
    DeadlineNear,
    DidTheGroupTalk,
    DidYouTalk,
    FollowUpDayCame,
    HelperIsAsked,
    ManagersInCircle,
    NotificationKind,
    PeopleUnreached,
    StepIsLate,
)
from udbytte.domain.organisation import manager_circles
from udbytte.models import (
    Agreement,
    CheckIn,
    Conversation,
    ConversationKind,
    Employment,
    FollowUpDay,
    FollowUpRun,
    GroupConversation,
    Notification,
    Person,
    Role,
    RoleAssignment,
    valid_on,
)
from udbytte.models.compiled_query import compiled
from udbytte.queries.notifications.mail import unreached_people
from udbytte.services.agreements.line import follow_the_line
from udbytte.services.agreements.routing import apply_routings
from udbytte.services.locks import Lock, retry_after_deadlock
from udbytte.services.meetings.groups import update_group_managers
from udbytte.services.meetings.slots import rest_conversations_during_absence
from udbytte.services.money.applications_line import application_notifications, follow_applications
from udbytte.services.money.funding import assign_application_owners
from udbytte.services.money.overruns import assign_overrun_owners, overrun_notifications
from udbytte.services.people.missing import end_long_missing
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.rounds.rounds import complete_open_rounds
from udbytte.services.rounds.rules import rules_question_notifications

from .notify import notify_all
from .write import SkippedPerson, write_emails

NOTIFIED_FOR = timedelta(days=6)  # after a missed day, managers are still notified within the week
CHUNK = 2000
NAMED = 5  # names in an email; the page has all of them
HEADS_UP = timedelta(days=7)


@dataclass(slots=True)
class FollowUpReport:
    """What one follow-up did: notifications by kind, emails written, new conversations, and who was skipped and why."""

    on: date
    notifications: Counter[str] = field(default_factory=Counter)
    emails: int = 0
    joiners: int = 0
    moves: Counter[str] = field(default_factory=Counter)  # what the line did with late steps, by event
    skipped: list[SkippedPerson] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "notifications": dict(sorted(self.notifications.items())),
            "emails": self.emails,
            "new_conversations": self.joiners,
            "moves": dict(sorted(self.moves.items())),
            "skipped": [{"person": skipped.person, "why": skipped.why} for skipped in self.skipped],
        }


def follow_up(*, on: date) -> FollowUpReport:
    """Do the follow-up of a day. Missed days are caught up by their newest milestone, not one by one.

    1. End what has been missing for long, follow the changes of the organisation, and give new employees of a round
       their conversation.
    2. Give away what HR has announced. Move late steps and applications along the line, and end those that nobody has
       taken.
    3. Notify owners of late steps, employees of coming courses, owners of near deadlines, managers
       of open agreements on a follow-up day and of conversations without a time or with a past one, and administrators
       of people who have something waiting and no email address, and of managers who manage each other.
    4. Write the emails: the weekly one to those whose day it is, an extra one for urgent notifications.

    Each notification and email has a key of its own, so that a run that was killed and repeated notifies nobody twice.
    """
    report = FollowUpReport(on)
    with _alone():
        run, _made = FollowUpRun.objects.get_or_create(on=on)
        for part in (
            end_long_missing,
            follow_organisation_changes,
            update_group_managers,
            assign_application_owners,
            assign_overrun_owners,
        ):
            retry_after_deadlock(part)(on=on)
        report.joiners = retry_after_deadlock(complete_open_rounds)(on=on)
        retry_after_deadlock(rest_conversations_during_absence)(on=on)
        retry_after_deadlock(apply_routings)(on=on)
        missing = set(ids_of_missing_people(on))
        report.moves = follow_the_line(on=on, missing=missing) + retry_after_deadlock(follow_applications)(on=on)
        of_steps = (
            _late(on, missing),
            _coming(on),
            _deadlines(on, missing),
            _helpers(on, missing),
            application_notifications(on),
            overrun_notifications(on),
        )
        of_talks = (
            unconfirmed_conversation_notifications(on),
            unconfirmed_group_notifications(on),
            due_conversation_notifications(on),
            unplanned_conversation_notifications(on),
        )
        of_rounds = (follow_up_day_notifications(on), rules_question_notifications(on))
        for notifications in (*of_steps, *of_talks, *of_rounds, _unreached(on), _circles(on)):
            report.notifications.update(notification.kind for notification in notify_all(notifications))
        report.emails, report.skipped = write_emails(on=on)
        run.finished_at, run.report = timezone.now(), report.as_json()
        run.save()
    return report


def follow_up_if_due(*, on: date) -> FollowUpReport | None:
    """One follow-up for the day, even if earlier days were missed; None if it is done already."""
    if FollowUpRun.objects.filter(on=on, finished_at__isnull=False).exists():
        return None
    return follow_up(on=on)


@contextmanager
def _alone() -> Iterator[None]:
    """One follow-up at a time in the whole installation. A second one waits, and then finds nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [Lock.FOLLOW_UP.value])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [Lock.FOLLOW_UP.value])


def _late(on: date, missing: Set[int]) -> Iterator[Notification]:
    """Remind whoever has a step that is due, a week late, or later; also after it has moved along the line.

    Steps of people who are `missing` from the organisation's file rest.
    """
    own, moved = Q(line_level=0) | ~Q(proposed_by=""), Q(line_told_on__lt=on)
    rows = Agreement.objects.filter(own | moved, closed_on__isnull=True, step_due__lte=on, step_owner__isnull=False)
    columns = ("pk", "step_due", "step_owner_id", "proposed_by", "line_level", "line_told_on")
    for pk, due, owner, proposed, level, told_on in rows.values_list(*columns).iterator(CHUNK):
        if due is None or owner is None or owner in missing:
            continue  # the query excludes the first two
        if level and told_on is not None and not proposed:
            milestone, name = moved_milestone((on - told_on).days), f"{due}:{told_on}"
        else:
            milestone, name = step_milestone((on - due).days, is_proposal=bool(proposed)), str(due)
        if milestone is not None:
            yield Notification.of(owner, StepIsLate(), agreement=pk, on=on, cause=f"late:{pk}:{name}:{milestone}")


def _coming(on: date) -> Iterator[Notification]:
    for pk, person, starts_on in _courses_that_begin(on):
        yield Notification.of(person, CourseBegins(), agreement=pk, on=on, cause=f"coming:{pk}:{starts_on}")


@compiled
def _courses_that_begin(on: date) -> QuerySet[Agreement, tuple[int, int, date | None]]:
    rows = Agreement.objects.filter(stage=Stage.REGISTERED, starts_on__gt=on, starts_on__lte=on + HEADS_UP)
    return rows.values_list("pk", "employee_id", "starts_on")


def _deadlines(on: date, missing: Set[int]) -> Iterator[Notification]:
    for pk, owner, deadline in _near_deadlines(on):
        if owner is not None and owner not in missing:
            cause = f"deadline:{pk}:{deadline}:{owner}"
            yield Notification.of(owner, DeadlineNear(), agreement=pk, on=on, cause=cause, urgent=True)


@compiled
def _near_deadlines(on: date) -> QuerySet[Agreement, tuple[int, int | None, date | None]]:
    near = Agreement.objects.filter(closed_on__isnull=True, step__in=BEFORE_SIGN_UP).filter(
        run__signup_deadline__gte=on, run__signup_deadline__lte=on + DEADLINE_NEAR
    )
    return near.values_list("pk", "step_owner_id", "run__signup_deadline")


@compiled
def _helpers_asked() -> QuerySet[CheckIn, tuple[int, int, int]]:
    rows = CheckIn.objects.filter(
        by_helper=True, answered_on__isnull=True, withdrawn_on__isnull=True, agreement__closed_on__isnull=True
    )
    return rows.values_list("pk", "by_id", "agreement_id")


def _helpers(on: date, missing: Set[int]) -> Iterator[Notification]:
    for pk, person, agreement in _helpers_asked():
        if person in missing:
            continue
        yield Notification.of(person, HelperIsAsked(check_in=pk), agreement=agreement, on=on, cause=f"helper:{pk}")


def unconfirmed_conversation_notifications(on: date) -> Iterator[Notification]:
    """Conversations with a past time, if nobody has said whether the two talked."""
    rows = _open(on).filter(planned_at__date__lt=on).exclude(kind=ConversationKind.GROUP)
    rows = rows.select_related("employment__person", "manager").order_by("planned_at", "pk")
    for row in rows.iterator(CHUNK):
        if row.planned_at is None or row.manager is None:
            continue  # the query excludes both
        late = (on - timezone.localtime(row.planned_at).date()).days
        who = row.employment.person.name
        facts = DidYouTalk(conversation=row.pk, turn=row.planned_turn, who=who, when=row.planned_at)
        cause = f"talked:{row.pk}:{row.planned_turn}:{owner_milestone(late - 1)}"
        yield Notification.of(row.manager.pk, facts, on=on, cause=cause)


def _open(on: date) -> QuerySet[Conversation]:
    """Conversations that can be held: of employed people, in open rounds, with a manager who can be asked."""
    return Conversation.objects.filter(
        valid_on(on, "employment__"),
        round__published_on__lte=on,
        round__closed_on__isnull=True,
        manager__is_active=True,
        held_on__isnull=True,
        declined_on__isnull=True,
    ).order_by("pk")


def unconfirmed_group_notifications(on: date) -> Iterator[Notification]:
    """Groups with a past time: each manager is asked once for the whole group."""
    rows = GroupConversation.objects.filter(
        planned_at__date__lt=on,
        held_on__isnull=True,
        round__closed_on__isnull=True,
        manager__is_active=True,
        members__kind=ConversationKind.GROUP,
    )
    for row in rows.select_related("manager").distinct().order_by("pk").iterator(CHUNK):
        if row.planned_at is not None and row.planned_on is not None and row.manager is not None:
            late = (on - row.planned_on).days
            facts = DidTheGroupTalk(group=row.pk, turn=row.planned_turn, who=row.title, when=row.planned_at)
            cause = f"group_talked:{row.pk}:{row.planned_turn}:{owner_milestone(late - 1)}"
            yield Notification.of(row.manager.pk, facts, on=on, cause=cause)


def due_conversation_notifications(on: date) -> Iterator[Notification]:
    """Conversations that have become due: a new employee has settled in, or somebody is back from an absence."""
    rows = _open(on).filter(planned_at__isnull=True).exclude(due_on__gt=on).exclude(rests_until__gt=on)
    rows = rows.filter(Q(due_on__isnull=False) | Q(rests_until__isnull=False))
    rows = rows.select_related("employment__person", "manager")
    for row in rows.iterator(CHUNK):
        day = max(due for due in (row.due_on, row.rests_until) if due is not None)
        facts = ConversationDue(conversation=row.pk, who=row.employment.person.name, back=day == row.rests_until)
        if row.manager is not None:
            yield Notification.of(row.manager.pk, facts, on=on, cause=f"due:{row.pk}:{day}")


def unplanned_conversation_notifications(on: date) -> Iterator[Notification]:
    """One notification for each manager, round and reminder day, with the employees who have no time."""
    rows = _open(on).filter(planned_at__isnull=True).exclude(due_on__gt=on).exclude(rests_until__gt=on)
    names_by_reminder: dict[tuple[int, int, date], list[str]] = defaultdict(list)
    ends: dict[int, date] = {}
    for row in rows.select_related("employment__person", "round").iterator(CHUNK):
        last = last_day(row.round.conversations_to, row.due_on, row.rests_until)
        day = reminder_day(last, on)
        if day is not None and row.manager_id is not None:
            names_by_reminder[row.manager_id, row.round_id, day].append(row.employment.person.name)
            ends[row.round_id] = row.round.conversations_to
    for (manager, round_, day), names in names_by_reminder.items():
        facts = ConversationsWithoutTime(
            to=ends[round_], count=len(names), names=tuple(sorted(names)[:NAMED]), late=day > ends[round_]
        )
        yield Notification.of(manager, facts, on=on, cause=f"unplanned:{round_}:{day}")


def follow_up_day_notifications(on: date) -> Iterator[Notification]:
    """On a round's follow-up day, one notification for each manager with open agreements in the round."""
    days = FollowUpDay.objects.filter(day__lte=on, day__gte=on - NOTIFIED_FOR, round__closed_on__isnull=True)
    for follow_up_day in days.filter(round__published_on__isnull=False).select_related("round"):
        open_ = Agreement.objects.filter(round=follow_up_day.round_id, closed_on__isnull=True)
        rows = open_.filter(employment__line_manager__is_active=True)
        due = rows.order_by().values_list("employment__line_manager_id", "step_due")
        counts, late = Counter[int](), Counter[int]()
        for manager, step_due in due.iterator():
            counts[manager] += 1
            late[manager] += step_due is not None and step_due < on
        for manager, count in sorted(counts.items()):
            facts = FollowUpDayCame(round=follow_up_day.round.name, open=count, late=late[manager])
            yield Notification.of(manager, facts, on=on, cause=f"follow-up-day:{follow_up_day.pk}")


def _unreached(on: date) -> Iterator[Notification]:
    """Notify each administrator once of each person without an email address; all new ones are in one notification."""
    if not (ids := set(_ids_of_unreached_people(on))):
        return
    known_to: dict[int, set[int]] = {pk: set() for pk in _administrators(on)}
    for notification in Notification.objects.filter(person__in=known_to, kind=NotificationKind.UNREACHED):
        if isinstance(notification.typed_facts, PeopleUnreached):
            known_to[notification.person_id].update(notification.typed_facts.people)
    for person, known in known_to.items():
        if new := sorted(ids - known):
            yield Notification.of(person, PeopleUnreached(people=tuple(new)), on=on, cause=f"unreached:{on}")


@compiled
def _ids_of_unreached_people(on: date) -> QuerySet[Person, int]:
    return unreached_people(on).values_list("pk", flat=True)


@compiled
def _administrators(on: date) -> QuerySet[RoleAssignment, int]:
    administrators = RoleAssignment.objects.on(on).filter(role=Role.ADMINISTRATOR, person__is_active=True)
    return administrators.values_list("person_id", flat=True)


def _circles(on: date) -> Iterator[Notification]:
    """Notify each administrator once of each circle of managers."""
    managers: dict[int, set[int]] = defaultdict(set)
    rows = Employment.objects.on(on).filter(line_manager__isnull=False)
    for person, manager in rows.values_list("person", "line_manager").iterator(CHUNK):
        managers[person].add(manager)
    for circle in manager_circles(managers):
        people = Person.objects.filter(pk__in=circle[:NAMED]).order_by("pk")
        facts = ManagersInCircle(names=tuple(person.name for person in people), count=len(circle))
        cause = f"circle:{'-'.join(map(str, circle))}"[:120]
        for administrator in sorted(set(_administrators(on))):
            yield Notification.of(administrator, facts, on=on, cause=cause)
