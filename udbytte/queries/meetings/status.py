"""Conversations by their status: a manager's own employees, and what waits for an answer on the home page.

Group conversations as their pages show them: the members, what they share, and who can be chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from udbytte.access.conversations import conversations_to_hold, slots_for
from udbytte.domain.meetings import WANTS_TIME, MeetingStatus
from udbytte.models import Answer, Conversation, ConversationKind, GroupConversation, Person, Slot
from udbytte.models.compiled_query import compiled

# First what the manager must do.
ORDER = list(MeetingStatus)
ANSWERS = (MeetingStatus.PASSED, MeetingStatus.NEW_TIME)


@dataclass(frozen=True, slots=True)
class ConversationStatus:
    """A conversation and its status on a day."""

    conversation: Conversation
    status: MeetingStatus

    @property
    def wants_time(self) -> bool:
        return self.status in WANTS_TIME


def meetings_of(manager: Person, on: date) -> list[ConversationStatus]:
    """The manager's conversations of open rounds, first those that need an answer; two queries for any number."""
    rows = list(conversations_to_hold(manager, on).select_related("round", "employment__person", "employment__unit"))
    free = list(free_slots(manager, on))
    meetings = [ConversationStatus(row, row.status_on(on, offered=is_offered(row, free))) for row in rows]
    return sorted(meetings, key=_order)


def _order(meeting: ConversationStatus) -> tuple[int, str, str, int]:
    row, person = meeting.conversation, meeting.conversation.employment.person
    when = row.planned_at.isoformat() if row.planned_at is not None else ""
    return ORDER.index(meeting.status), when, person.family_name, row.pk


def is_offered(row: Conversation, free: Iterable[Slot]) -> bool:
    """Whether one of these free times can be chosen for the conversation; the same rule as `slots_for`."""
    return row.kind != ConversationKind.GROUP and any(
        slot.round_id == row.round_id
        and slot.only_for_id in (None, row.pk)
        and (row.rests_until is None or timezone.localtime(slot.starts_at).date() >= row.rests_until)
        for slot in free
    )


def free_slots(manager: Person, on: date) -> QuerySet[Slot]:
    """The times that the manager offers and nobody has chosen."""
    rows = Slot.objects.filter(manager=manager, taken_by__isnull=True, withdrawn_on__isnull=True)
    rows = rows.filter(starts_at__date__gte=on, round__closed_on__isnull=True)
    return rows.select_related("only_for__employment__person").order_by("starts_at", "pk")


@compiled
def free_times_of(manager: Person, on: date) -> QuerySet[Slot]:
    """The same as a list, for the team's page."""
    return free_slots(manager, on)


LAST = 40  # offered times to look at
MOST_TIMES = 6  # of a day


@dataclass(frozen=True, slots=True)
class LastOffer:
    """What a manager offered last: how long and where, and at which times of the day."""

    minutes: int
    place: str
    times: tuple[time, ...]  # empty: they were not the same on the days


def last_offer_of(manager: Person) -> LastOffer | None:
    """The manager's newest offer; None before the first one. One query."""
    rows = list(Slot.objects.filter(manager=manager).order_by("-offered_on", "-pk")[:LAST])
    if not rows:
        return None
    together = [row for row in rows if row.offered_on == rows[0].offered_on and row.only_for_id is None]
    times = sorted({timezone.localtime(row.starts_at).time() for row in together})
    return LastOffer(rows[0].minutes, rows[0].place, tuple(times) if len(times) <= MOST_TIMES else ())


def meeting_of(conversation: Conversation, on: date) -> ConversationStatus:
    """One conversation with its status."""
    offered = conversation.planned_at is None and slots_for(conversation, on).exists()
    return ConversationStatus(conversation, conversation.status_on(on, offered=offered))


def meetings_to_answer(manager: Person, on: date) -> list[ConversationStatus]:
    """What a manager is asked on the first page: did you talk, and when instead?"""
    rows = (
        conversations_to_ask_about(manager, on)
        .select_related("round", "employment__person")
        .order_by("planned_at", "pk")
    )
    meetings = [ConversationStatus(row, row.status_on(on)) for row in rows]
    return [meeting for meeting in meetings if meeting.status in ANSWERS]


def conversations_to_ask_about(manager: Person, on: date) -> QuerySet[Conversation]:
    """The manager's conversations whose time has passed, or that could not be held as planned."""
    rows = conversations_to_hold(manager, on).filter(held_on__isnull=True, declined_on__isnull=True)
    asked = Q(planned_at__date__lt=on) | Q(planned_at__isnull=True, missed_on__isnull=False)
    return rows.filter(asked).exclude(kind=ConversationKind.GROUP)


def groups_to_answer(manager: Person, on: date) -> QuerySet[GroupConversation]:
    """The manager's groups that have met, or should have, without anybody saying so; and those that want a new time."""
    rows = GroupConversation.objects.filter(manager=manager, round__closed_on__isnull=True, held_on__isnull=True)
    passed = Q(planned_at__date__lt=on) | Q(planned_at__isnull=True, planned_turn__gt=0)
    members = Conversation.objects.filter(group=OuterRef("pk"), kind=ConversationKind.GROUP)
    return rows.filter(passed, Exists(members)).order_by("pk")


def conversations_with_offered_times(conversations: Iterable[Conversation], on: date) -> list[Conversation]:
    """Those of a person's own open conversations for which there are times to choose from."""
    without_time = (row for row in conversations if not (row.held_on or row.declined_on or row.planned_at))
    return [row for row in without_time if slots_for(row, on).exists()]


@dataclass(frozen=True, slots=True)
class SharedPreparation:
    """What a member shares with the group: (question, answer), without empty answers."""

    author: Person
    answers: list[tuple[str, str]]


def shared_preparations_in(group: GroupConversation) -> list[SharedPreparation]:
    """What members share with the group; of each member only their own words."""
    rows = Answer.objects.filter(
        preparation__conversation__group=group, preparation__shared_with_group_on__isnull=False
    ).exclude(text="")
    related = rows.select_related("preparation__author", "preparation__conversation__employment", "question")
    shared_by_author: dict[int, SharedPreparation] = {}
    for row in related.order_by("preparation", "question__position", "question"):
        author = row.preparation.author
        if author.pk == row.preparation.conversation.employment.person_id:
            shared = shared_by_author.setdefault(author.pk, SharedPreparation(author, []))
            shared.answers.append((str(row.question), row.text))
    return list(shared_by_author.values())


def conversations_for_group(manager: Person, on: date) -> QuerySet[Conversation]:
    """The manager's conversations that can join a group: not held, declined, in a group or wished individual."""
    rows = conversations_to_hold(manager, on).filter(
        held_on__isnull=True, declined_on__isnull=True, individual_wished_on__isnull=True
    )
    rows = rows.exclude(kind=ConversationKind.GROUP).filter(group__isnull=True)
    related = rows.select_related("employment__person", "round")
    return related.order_by("round__conversations_to", "employment__person__family_name", "pk")


def groups_of(manager: Person) -> QuerySet[GroupConversation]:
    """The manager's groups in open rounds."""
    return GroupConversation.objects.filter(manager=manager, round__closed_on__isnull=True).order_by("pk")
