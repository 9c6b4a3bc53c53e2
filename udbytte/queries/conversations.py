"""Conversations and rounds, as lists for one person."""

from __future__ import annotations

from django.db.models import QuerySet

from ..access.conversations import own_conversations_of
from ..models import Answer, Conversation, DevelopmentPlan, Person


def open_conversations(person: Person) -> QuerySet[Conversation, Conversation]:
    """The person's own conversations of open rounds."""
    own = own_conversations_of(person).filter(round__closed_on__isnull=True)
    return own.select_related("round", "employment__unit").order_by("planned_at", "pk")


def state_of(conversation: Conversation, person: Person, plan: DevelopmentPlan | None) -> str:
    """What stands on the conversation's page besides the fields the person writes in, as one line to compare by."""
    shared = Answer.objects.filter(preparation__conversation=conversation, preparation__shared_on__isnull=False)
    theirs = shared.exclude(preparation__author=person).order_by("pk").values_list("pk", "text")
    facts: list[object] = [conversation.planned_at, conversation.held_on, *theirs]
    facts += [plan.employee_signed_on, plan.manager_signed_on] if plan is not None else [None, None]
    if plan is not None:
        facts += plan.goals.values_list("pk", flat=True)
        facts += plan.agreements.order_by("pk").values_list("pk", "turn")
    facts += conversation.carried_on.order_by("pk").values_list("pk", "how")
    return repr(facts)
