"""Conversations and rounds, as lists for one person."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from ..access.conversations import own_conversations_of
from ..models import Conversation, Person, RulesConfirmation


def open_conversations(person: Person) -> QuerySet[Conversation, Conversation]:
    """The person's own conversations of open rounds, each with `rules_read`: the round's ground rules are confirmed."""
    read = RulesConfirmation.objects.filter(round=OuterRef("round"), person=person)
    own = own_conversations_of(person).filter(round__closed_on__isnull=True)
    return own.select_related("round").annotate(rules_read=Exists(read)).order_by("planned_at", "pk")
