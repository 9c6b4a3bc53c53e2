"""The daily follow-up: who must hear of what, and the letters that carry it. Safe to run again for the same day.

The follow-up days of a round: each manager hears on the day how much of what was agreed is open.

What the daily follow-up asks managers about conversations: did you talk, who is due, who has no time yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from udbytte.domain.meetings import last_day, reminder_day
from udbytte.domain.notifications import (
    ApplicationMoved,
    ConversationDue,
    ConversationsWithoutTime,
    CourseBegins,
    DeadlineNear,
    DidTheGroupTalk,
    DidYouTalk,
    FollowUpDayCame,
    HelperIsAsked,
    NothingHappened,
    NotificationKind,
    PeopleUnreached,
    StepIsLate,
)
from udbytte.domain.reminders import next_in_line_milestone, owner_milestone
from udbytte.models import (
    Agreement,
    CheckIn,
    Conversation,
    ConversationKind,
    Employment,
    FollowUpDay,
    FollowUpRun,
    FundingApplication,
    GroupConversation,
    Notification,
    Role,
    RoleAssignment,
    valid_on,
)
from udbytte.models.money import OPEN_STATES
from udbytte.queries.notifications import unreached
from udbytte.services.agreements.owners import RoleHolders
from udbytte.services.locks import Lock
from udbytte.services.meetings.groups import keep_groups_right
from udbytte.services.meetings.slots import rest_who_are_away
from udbytte.services.money.funding import settle_applications
from udbytte.services.organisation import settle_organisation
from udbytte.services.rounds.rounds import keep_rounds_complete
from udbytte.services.rounds.rules import rules_question_notifications

from .notify import notify_all
from .write import Skipped, write_emails

STILL_TOLD = timedelta(days=6)  # a day that was missed, as nothing ran, is told of within the week


def follow_up_day_notifications(on: date) -> Iterator[Notification]:
    """One notice for each manager with open agreements in an open round that has its follow-up day now."""
    days = FollowUpDay.objects.filter(day__lte=on, day__gte=on - STILL_TOLD, round__closed_on__isnull=True)
    for one in days.filter(round__published_on__isnull=False).select_related("round"):
        open_ = Agreement.objects.filter(round=one.round_id, closed_on__isnull=True)
        rows = open_.filter(employment__line_manager__is_active=True)
        due = rows.order_by().values_list("employment__line_manager_id", "step_due")
        counts, late = Counter[int](), Counter[int]()
        for manager, step_due in due.iterator():
            counts[manager] += 1
            late[manager] += step_due is not None and step_due < on
        for manager, count in sorted(counts.items()):
            facts = FollowUpDayCame(round=one.round.name, open=count, late=late[manager])
            yield Notification.of(manager, facts, on=on, cause=f"follow-up-day:{one.pk}")


CHUNK = 2000
NAMED = 5  # names that stand in a letter; the page has them all


def _open(on: date) -> QuerySet[Conversation]:
    """What can still be held, of people who work here, in rounds that are open, by a manager who can be asked."""
    return Conversation.objects.filter(
        valid_on(on, "employment__"),
        round__published_on__lte=on,
        round__closed_on__isnull=True,
        manager__is_active=True,
        held_on__isnull=True,
        declined_on__isnull=True,
    ).order_by("pk")


def talked_notifications(on: date) -> Iterator[Notification]:
    """Conversations whose time has been without anybody saying whether the two talked."""
    rows = _open(on).filter(planned_at__date__lt=on).exclude(kind=ConversationKind.GROUP)
    rows = rows.select_related("employment__person", "manager").order_by("planned_at", "pk")
    for row in rows.iterator(CHUNK):
        if row.planned_at is None or row.manager is None:
            continue  # the query lets neither through
        late = (on - timezone.localtime(row.planned_at).date()).days
        who = row.employment.person.name
        facts = DidYouTalk(conversation=row.pk, turn=row.planned_turn, who=who, when=row.planned_at)
        cause = f"talked:{row.pk}:{row.planned_turn}:{owner_milestone(late - 1)}"
        yield Notification.of(row.manager.pk, facts, on=on, cause=cause)


def group_notifications(on: date) -> Iterator[Notification]:
    """The same for groups: each manager is asked once for the whole group."""
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


def due_notifications(on: date) -> Iterator[Notification]:
    """Conversations that have become due: somebody new has settled, or is back from leave."""
    rows = _open(on).filter(planned_at__isnull=True).exclude(due_on__gt=on).exclude(rests_until__gt=on)
    rows = rows.filter(Q(due_on__isnull=False) | Q(rests_until__isnull=False))
    rows = rows.select_related("employment__person", "manager")
    for row in rows.iterator(CHUNK):
        day = max(one for one in (row.due_on, row.rests_until) if one is not None)
        facts = ConversationDue(conversation=row.pk, who=row.employment.person.name, back=day == row.rests_until)
        if row.manager is not None:
            yield Notification.of(row.manager.pk, facts, on=on, cause=f"due:{row.pk}:{day}")


def unplanned_notifications(on: date) -> Iterator[Notification]:
    """One notice for each manager, round and day of reminding: whose conversation has no time."""
    rows = _open(on).filter(planned_at__isnull=True).exclude(due_on__gt=on).exclude(rests_until__gt=on)
    told: dict[tuple[int, int, date], list[str]] = defaultdict(list)
    ends: dict[int, date] = {}
    for row in rows.select_related("employment__person", "round").iterator(CHUNK):
        last = last_day(row.round.conversations_to, row.due_on, row.rests_until)
        day = reminder_day(last, on)
        if day is not None and row.manager_id is not None:
            told[row.manager_id, row.round_id, day].append(row.employment.person.name)
            ends[row.round_id] = row.round.conversations_to
    for (manager, round_, day), names in told.items():
        facts = ConversationsWithoutTime(
            to=ends[round_], count=len(names), names=tuple(sorted(names)[:NAMED]), late=day > ends[round_]
        )
        yield Notification.of(manager, facts, on=on, cause=f"unplanned:{round_}:{day}")


HEADS_UP = timedelta(days=7)
DEADLINE_NEAR = timedelta(days=5)
BOOKING_STEPS = ("settle_money", "decide", "register")


@dataclass(slots=True)
class Report:
    """What one follow-up did: notices by kind, letters written, and who was skipped and why."""

    on: date
    notifications: Counter[str] = field(default_factory=Counter)
    emails: int = 0
    joiners: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "notifications": dict(sorted(self.notifications.items())),
            "emails": self.emails,
            "new_conversations": self.joiners,
            "skipped": [{"person": one.person, "why": one.why} for one in self.skipped],
        }


@contextmanager
def _alone() -> Iterator[None]:
    """One follow-up at a time in the whole installation; a second one waits and then finds nothing left to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [Lock.FOLLOW_UP.value])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [Lock.FOLLOW_UP.value])


def follow_up(*, on: date) -> Report:
    """Do the follow-up of a day; days that were missed are caught up by their newest milestone, not one by one.

    1. Settle the organisation, and give those who joined a round their conversation.
    2. Tell owners and the next in line of what is late, employees of courses that come, owners of deadlines near,
       managers of what is open on a round's follow-up day and of conversations that want a time or whose time has been,
       and administrators of people who have something waiting and no e-mail.
    3. Write the letters: the weekly one to those whose day it is, an extra one for what cannot wait.
    Each notice and letter has a key of its own, so that being killed and run again tells nothing twice.
    """
    report = Report(on)
    with _alone():
        run, _made = FollowUpRun.objects.get_or_create(on=on)
        settle_organisation(on=on)
        keep_groups_right(on=on)
        settle_applications(on=on)
        report.joiners = keep_rounds_complete(on=on)
        rest_who_are_away(on=on)
        of_steps = (_late(on), _coming(on), _deadlines(on), _helpers(on), _applications(on))
        of_talks = (
            talked_notifications(on),
            group_notifications(on),
            due_notifications(on),
            unplanned_notifications(on),
        )
        of_rounds = (follow_up_day_notifications(on), rules_question_notifications(on))
        for notifications in (*of_steps, *of_talks, *of_rounds, _unreached(on)):
            report.notifications.update(notification.kind for notification in notify_all(notifications))
        report.emails, report.skipped = write_emails(on=on)
        run.finished_at, run.report = timezone.now(), report.as_json()
        run.save()
    return report


def catch_up(*, on: date) -> Report | None:
    """One follow-up for the day, however many were missed before it; None when it is done already."""
    if FollowUpRun.objects.filter(on=on, finished_at__isnull=False).exists():
        return None
    return follow_up(on=on)


@dataclass(slots=True)
class NextInLine:
    """Who hears when nothing happens: the manager, the manager's manager where it is the manager's, else HR."""

    on: date
    above: dict[int, int | None]
    holders: RoleHolders

    @classmethod
    def on_day(cls, on: date) -> NextInLine:
        managers = Employment.objects.on(on).filter(line_manager__is_active=True, person__reports__isnull=False)
        return cls(on, dict(managers.values_list("person_id", "line_manager_id")), RoleHolders.on_day(on))

    def after(self, owner: int | None, manager: int | None, path: str) -> int | None:
        """The next one after the owner, for an agreement of a unit with this path; None: there is nobody else."""
        found = manager if manager != owner else self.above.get(owner or 0)
        if found is None:  # nobody above: HR, who reads unit, step and days
            ancestors = [int(part) for part in path.split("/") if part]
            found = self.holders.nearest(Role.HR, ancestors, without=owner or 0)
        return found if found != owner else None


def _late(on: date) -> Iterator[Notification]:
    line = NextInLine.on_day(on)
    rows = Agreement.objects.filter(closed_on__isnull=True, step_due__lte=on).values_list(
        "pk", "step_due", "step_owner_id", "employment__line_manager_id", "unit__name", "step", "unit__path"
    )
    for pk, due, owner, manager, unit, step, path in rows.iterator(CHUNK):
        late = (on - due).days if due is not None else 0
        first = owner_milestone(late)
        if first is not None and owner is not None:
            yield Notification.of(owner, StepIsLate(), agreement=pk, on=on, cause=f"late:{pk}:{due}:{first}")
        then = next_in_line_milestone(late)
        next_in_line = line.after(owner, manager, path) if then is not None else None
        if next_in_line is not None:
            facts = NothingHappened(unit=unit, step=step, days=late)
            yield Notification.of(next_in_line, facts, agreement=pk, on=on, cause=f"next:{pk}:{due}:{then}")


def _coming(on: date) -> Iterator[Notification]:
    rows = Agreement.objects.filter(step="go", starts_on__gt=on, starts_on__lte=on + HEADS_UP)
    for pk, person, starts_on in rows.values_list("pk", "employee_id", "starts_on").iterator(CHUNK):
        yield Notification.of(person, CourseBegins(), agreement=pk, on=on, cause=f"coming:{pk}:{starts_on}")


def _deadlines(on: date) -> Iterator[Notification]:
    near = Agreement.objects.filter(closed_on__isnull=True, step__in=BOOKING_STEPS).filter(
        run__signup_deadline__gte=on, run__signup_deadline__lte=on + DEADLINE_NEAR
    )
    rows = near.annotate(deadline=F("run__signup_deadline")).values_list("pk", "step_owner_id", "deadline")
    for pk, owner, deadline in rows.iterator(CHUNK):
        if owner is not None:
            cause = f"deadline:{pk}:{deadline}:{owner}"
            yield Notification.of(owner, DeadlineNear(), agreement=pk, on=on, cause=cause, urgent=True)


def _helpers(on: date) -> Iterator[Notification]:
    rows = CheckIn.objects.filter(
        by_helper=True, answered_on__isnull=True, withdrawn_on__isnull=True, agreement__closed_on__isnull=True
    )
    for pk, person, agreement in rows.values_list("pk", "by_id", "agreement_id").iterator(CHUNK):
        yield Notification.of(person, HelperIsAsked(check_in=pk), agreement=agreement, on=on, cause=f"helper:{pk}")


def _applications(on: date) -> Iterator[Notification]:
    """Applications for money from outside that are late: told to the owner, then to the next in line."""
    line = NextInLine.on_day(on)
    rows = FundingApplication.objects.filter(state__in=OPEN_STATES, due__lte=on).annotate(
        manager=F("agreement__employment__line_manager"),
        unit=F("agreement__unit__name"),
        path=F("agreement__unit__path"),
    )
    known = rows.values_list(
        "pk", "due", "owner_id", "agreement_id", "manager", "unit", "path", "source__name", "state"
    )
    for pk, due, owner, agreement, manager, unit, path, source, state in known.iterator(CHUNK):
        late = (on - due).days if due is not None else 0
        first, then = owner_milestone(late), next_in_line_milestone(late)
        facts = ApplicationMoved(source=source, state=state, days=late)
        told: list[tuple[int | None, int | None, ApplicationMoved]] = [(owner, first, facts)]
        if then is not None:
            after = line.after(owner, manager, path)
            told.append((after, then, facts if after == manager else replace(facts, unit=unit)))
        for person, milestone, said in told:
            if person is not None and milestone is not None:
                cause = f"application:{pk}:{due}:{milestone}"
                yield Notification.of(person, said, agreement=agreement, on=on, cause=cause)


def _unreached(on: date) -> Iterator[Notification]:
    """Who has no e-mail is one fact: each administrator is told of each person once, of all new ones together."""
    ids = set(unreached(on).values_list("pk", flat=True))
    administrators = RoleAssignment.objects.on(on).filter(role=Role.ADMINISTRATOR, person__is_active=True)
    told: dict[int, set[int]] = {pk: set() for pk in administrators.values_list("person_id", flat=True)}
    for notification in Notification.objects.filter(person__in=told, kind=NotificationKind.UNREACHED):
        if isinstance(notification.typed_facts, PeopleUnreached):
            told[notification.person_id].update(notification.typed_facts.people)
    for person, known in told.items():
        if new := sorted(ids - known):
            yield Notification.of(person, PeopleUnreached(people=tuple(new)), on=on, cause=f"unreached:{on}")
