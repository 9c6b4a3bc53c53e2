"""What is in a person's calendar feed, which is only what they may read on the pages; and who cannot get emails."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from udbytte.access.agreements import own_agreements_of
from udbytte.access.conversations import conversations_seen_by
from udbytte.access.rounds import kickoffs_seen_by
from udbytte.domain.lifecycle import Stage
from udbytte.domain.reminders import NEWS_FOR, SOON
from udbytte.models import (
    Agreement,
    Conversation,
    ConversationKind,
    GroupConversation,
    KickoffMeeting,
    Notification,
    Person,
)

from .agreements import steps_of

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


def unreached_people(on: date) -> QuerySet[Person]:
    """People without an email address who own a step that is late or due soon, or have an unsent notification."""
    due = Agreement.objects.filter(step_owner=OuterRef("pk"), closed_on__isnull=True, step_due__lte=on + SOON)
    news = Notification.objects.filter(person=OuterRef("pk"), email__isnull=True, on__lte=on, on__gt=on - NEWS_FOR)
    return Person.objects.filter(Exists(due) | Exists(news), email__isnull=True, is_active=True, wants_mail=True)
