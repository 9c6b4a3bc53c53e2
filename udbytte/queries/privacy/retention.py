"""What is past its limit on a day, by kind of record, without what a legal hold protects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from udbytte.domain.privacy import LIMITS, Record, months_before
from udbytte.models import (
    Agreement,
    AuditEntry,
    Conversation,
    Email,
    Employment,
    FollowUpRun,
    GroupConversation,
    ImportRun,
    LegalHold,
    ManagerRole,
    Notification,
    Person,
    RetentionLimit,
    RoleAssignment,
    below_path,
)

AHEAD = (30, 365)  # days ahead for which a dry run counts as well


def months_by_record() -> dict[Record, int]:
    """How many months each kind of record is stored: as HR has chosen, else the default."""
    chosen = dict(RetentionLimit.objects.values_list("record", "months"))
    return {record: chosen.get(record.value, limit.months) for record, limit in LIMITS.items()}


def held_people() -> QuerySet[Person]:
    """The people of whom nothing is erased: a hold is on them, or on a unit in or below which they have worked."""
    holds = LegalHold.objects.filter(lifted_on__isnull=True)
    held = Q(pk__in=holds.filter(person__isnull=False).values("person"))
    worked_there = Q(pk__in=[])
    for path in holds.filter(unit__isnull=False).values_list("unit__path", flat=True):
        worked_there |= below_path(path, "unit__")
    held |= Q(pk__in=Employment.objects.filter(worked_there).order_by().values("person"))
    return Person.objects.filter(held).order_by()


def _last_day(model: type[Model], cutoff: date) -> Exists:
    """Whether the person has such a row without a last day, or with one on the day or later."""
    lasts = Q(ends_on__isnull=True) | Q(ends_on__gte=cutoff)
    return Exists(model._base_manager.filter(lasts, person=OuterRef("pk")))


def people_past(cutoff: date) -> QuerySet[Person]:
    """People who left before the day: all that they were here had ended, and no agreement of theirs is open."""
    was_here = Q(employments__isnull=False) | Q(manager_roles__isnull=False) | Q(roles__isnull=False)
    gone = Person.objects.filter(was_here, is_active=False, erased_on__isnull=True)
    for model in (Employment, ManagerRole, RoleAssignment):
        gone = gone.exclude(_last_day(model, cutoff))
    has_open = Agreement.objects.filter(closed_on__isnull=True).filter(
        Q(employee=OuterRef("pk")) | Q(step_owner=OuterRef("pk"))
    )
    return gone.exclude(Exists(has_open)).distinct().order_by("pk")


def conversations_past(cutoff: date) -> QuerySet[Conversation]:
    """Conversations that were held before the day; one that was not held counts from the end of its round."""
    ended = Coalesce("held_on", "round__closed_on", "round__closes_on")
    rows = Conversation.objects.filter(texts_erased_on__isnull=True).annotate(ended=ended)
    return rows.filter(ended__lt=cutoff).order_by("pk")


def groups_past(cutoff: date) -> QuerySet[GroupConversation]:
    """Group conversations that were held before the day, counted as `conversations_past` does."""
    ended = Coalesce("held_on", "round__closed_on", "round__closes_on")
    rows = GroupConversation.objects.filter(texts_erased_on__isnull=True).annotate(ended=ended)
    return rows.filter(ended__lt=cutoff).order_by("pk")


def notifications_past(cutoff: date) -> QuerySet[Notification]:
    """Notifications of before the day. What an open agreement has told stays, so that it is not told again."""
    over = Q(agreement__isnull=True) | Q(agreement__closed_on__isnull=False)
    return Notification.objects.filter(over, on__lt=cutoff).order_by("pk")


def emails_past(cutoff: date) -> QuerySet[Email]:
    """Emails of before the day that are sent or given up, and carry no notification that stays."""
    over = Q(sent_at__isnull=False) | Q(gave_up_at__isnull=False)
    stays = Notification.objects.filter(email=OuterRef("pk")).exclude(pk__in=notifications_past(cutoff).values("pk"))
    return Email.objects.filter(over, on__lt=cutoff).exclude(Exists(stays)).order_by("pk")


def follow_ups_past(cutoff: date) -> QuerySet[FollowUpRun]:
    """Follow-ups of before the day whose report still says who got no email."""
    return FollowUpRun.objects.filter(on__lt=cutoff, finished_at__isnull=False).exclude(report={}).order_by("pk")


def audit_past(cutoff: date) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(on__lt=cutoff).order_by("pk")


def imports_past(cutoff: date) -> QuerySet[ImportRun]:
    """Imports that ended before the day, but for the newest of each kind. None while there is a hold."""
    newest = ImportRun.objects.order_by().values("kind").annotate(newest=Max("pk")).values("newest")
    rows = ImportRun.objects.filter(finished_at__lt=timezone.make_aware(datetime.combine(cutoff, time())))
    return rows.exclude(pk__in=newest).order_by("pk")


def sessions_past(now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=now)


def logins_past(now: datetime) -> QuerySet[UserSession]:
    """Rows of the list of logins whose session is gone or has expired."""
    lives = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gte=now)
    rows: QuerySet[UserSession] = UserSession.objects.exclude(Exists(lives))
    return rows


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a kind of record: which are past a day, and which of those a hold protects."""

    record: Record
    name: str
    past: Callable[[date], QuerySet[Any]]
    held: Callable[[QuerySet[Person]], Q]

    def due(self, cutoff: date) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.past(cutoff).exclude(self.held(held_people()))
        return rows


def _held_by(*paths: str) -> Callable[[QuerySet[Person]], Q]:
    def held(people: QuerySet[Person]) -> Q:
        protected = Q()
        for path in paths:
            protected |= Q(**{f"{path}__in": people.values("pk")})
        return protected

    return held


def _any_hold(people: QuerySet[Person]) -> Q:
    return Q(pk__isnull=False) if LegalHold.objects.filter(lifted_on__isnull=True).exists() else Q(pk__in=[])


# In the order in which they go: a notification before the email that carries it.
PARTS = (
    Part(Record.CONVERSATION, "conversations", conversations_past, _held_by("employment__person", "manager")),
    Part(Record.CONVERSATION, "groups", groups_past, _held_by("members__employment__person", "manager")),
    Part(Record.PERSON, "people", people_past, _held_by("pk")),
    Part(Record.MESSAGE, "notifications", notifications_past, _held_by("person", "agreement__employee")),
    Part(Record.MESSAGE, "emails", emails_past, _held_by("person")),
    Part(Record.MESSAGE, "follow_ups", follow_ups_past, _any_hold),
    Part(Record.AUDIT, "audit", audit_past, _held_by("about", "by")),
    Part(Record.IMPORT, "imports", imports_past, _any_hold),
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run would erase of one part, what a hold keeps from it, and how many more there are later."""

    record: str
    part: str
    months: int
    due: int
    held: int
    within_30_days: int
    within_a_year: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def outlook(on: date, parts: Iterable[Part] = PARTS) -> list[Outlook]:
    """What a run on the day would erase. Nothing is written."""
    months = months_by_record()
    rows = []
    for part in parts:
        past = part.past(months_before(on, months[part.record])).count()
        due, *later = (
            part.due(months_before(on + timedelta(days=days), months[part.record])).count() for days in (0, *AHEAD)
        )
        rows.append(
            Outlook(part.record, part.name, months[part.record], due, past - due, later[0] - due, later[1] - due)
        )
    return rows
