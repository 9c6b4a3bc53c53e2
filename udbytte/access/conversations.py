"""Who may see a conversation (the two who talk) and a plan (employee and present line manager)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from ..models import Conversation, DevelopmentPlan, Person, valid_on


def own_conversations_of(person: Person) -> QuerySet[Conversation]:
    """The person's own conversations, as employee, from the day their round is published."""
    return Conversation.objects.filter(employment__person=person, round__published_on__isnull=False)


def conversations_seen_by(person: Person, on: date) -> QuerySet[Conversation]:
    """The conversations the person takes part in: as employee, or as the manager who holds or held it."""
    return Conversation.objects.filter(Q(employment__person=person) | Q(manager=person)).exclude(
        round__published_on__isnull=True
    )


def is_one_of_the_two(conversation: Conversation, person: Person) -> bool:
    """Whether the person takes part: as employee, or as the manager who holds or held it."""
    return person.pk in (conversation.employment.person_id, conversation.manager_id)


def plans_seen_by(person: Person, on: date) -> QuerySet[DevelopmentPlan]:
    """The plans the person may read: own ones, and those of present direct reports."""
    report = Q(conversation__employment__line_manager=person) & valid_on(on, "conversation__employment__")
    return DevelopmentPlan.objects.filter(Q(conversation__employment__person=person) | report)


def conversations_written_by(person: Person, on: date) -> QuerySet[Conversation]:
    """The conversations in whose plan the person may write: own ones, and those of present direct reports."""
    report = Q(employment__line_manager=person) & valid_on(on, "employment__")
    return Conversation.objects.filter(Q(employment__person=person) | report, round__published_on__isnull=False)


def conversations_to_write_in(person: Person, on: date) -> QuerySet[Conversation]:
    """Those of them whose plan both have not signed and whose round is open: there something can be agreed."""
    written = conversations_written_by(person, on)
    return written.filter(round__closed_on__isnull=True, plan__signed_text__isnull=True)


def writes_plan(conversation: Conversation, person: Person, on: date) -> bool:
    """Whether the person may read the plan and write in it: the employee, and whoever is the line manager today."""
    employment = conversation.employment
    return person.pk == employment.person_id or (person.pk == employment.line_manager_id and employment.holds_on(on))
