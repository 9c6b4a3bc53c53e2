"""Conversations and rounds, as lists for one person."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..access.conversations import conversations_seen_by
from ..models import Conversation, Person, Round


def coming_conversations(person: Person, on: date) -> QuerySet[Conversation]:
    """The person's own conversations of open rounds that are not held yet."""
    seen = conversations_seen_by(person, on).filter(held_on__isnull=True, round__closed_on__isnull=True)
    return seen.filter(employment__person=person).select_related("round").order_by("planned_at", "pk")


def rules_to_read(person: Person) -> QuerySet[Round]:
    """Open rounds the person is in and whose ground rules they have not confirmed reading."""
    open_ = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True)
    mine = open_.filter(Exists(Conversation.objects.filter(round=OuterRef("pk"), employment__person=person)))
    return mine.exclude(confirmations__person=person).exclude(Q(procedure="") & Q(criteria=""))
