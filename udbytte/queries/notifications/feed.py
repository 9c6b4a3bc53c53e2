"""What is in a person's calendar feed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from udbytte.access.agreements import own_agreements_of
from udbytte.access.conversations import conversations_seen_by, employments_followed_up_by
from udbytte.access.rounds import kickoffs_seen_by
from udbytte.domain.lifecycle import Stage
from udbytte.models import (
    Agreement,
    Conversation,
    ConversationKind,
    FollowUpTalk,
    GroupConversation,
    KickoffMeeting,
    Person,
)
from udbytte.queries.agreements.lists import steps_of

BACK = timedelta(days=60)  # past entries stay in the feed for this time


def feed_conversations_of(person: Person, on: date) -> QuerySet[Conversation]:
    """The person's planned conversations, from two months back. In a group only the member's own."""
    rows = conversations_seen_by(person, on).filter(planned_at__date__gte=on - BACK)
    rows = rows.exclude(Q(kind=ConversationKind.GROUP) & ~Q(employment__person=person))
    return rows.select_related("employment__person", "manager", "round").order_by("planned_at", "pk")


def feed_groups_of(person: Person, on: date) -> QuerySet[GroupConversation]:
    """The planned group conversations that the person holds, from two months back."""
    rows = GroupConversation.objects.filter(manager=person, planned_at__date__gte=on - BACK)
    return rows.select_related("round").order_by("planned_at", "pk")


def feed_kickoffs_of(person: Person, on: date) -> QuerySet[KickoffMeeting]:
    """The kick-off meetings of the person's units, from two months back."""
    rows = kickoffs_seen_by(person, on).filter(planned_at__date__gte=on - BACK)
    return rows.select_related("round", "unit").order_by("planned_at", "pk")


def feed_seats_of(person: Person, on: date) -> QuerySet[Agreement]:
    """The person's own courses with a seat, and those that ended in the last two months."""
    rows = own_agreements_of(person).filter(starts_on__isnull=False, ends_on__gte=on - BACK)
    seats = rows.filter(stage__in=(Stage.REGISTERED, Stage.ATTENDED, Stage.USED, Stage.REPORTED, Stage.LEARNED))
    return seats.select_related("run").order_by("starts_on", "pk")


def feed_steps_of(person: Person) -> QuerySet[Agreement]:
    """The person's next steps, without going to a course, which is in the feed already."""
    related = steps_of(person).exclude(step="go").select_related("employee", "unit", "employment")
    return related.prefetch_related("nominations", "helpers")


def feed_talks_of(person: Person, on: date) -> QuerySet[FollowUpTalk]:
    """The coming follow-up talks with a day that the person takes part in, for the calendar feed."""
    employments = employments_followed_up_by(person, on).order_by().values("pk")
    talks = FollowUpTalk.objects.filter(planned_on__gte=on - BACK, held_on__isnull=True, employment__in=employments)
    return talks.select_related("employment__person", "employment__line_manager").order_by("planned_on", "pk")
