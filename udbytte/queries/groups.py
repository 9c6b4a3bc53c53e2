"""Group conversations as their pages show them: who is in one, what they share, who can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from ..access.conversations import conversations_to_hold
from ..models import Answer, Conversation, ConversationKind, GroupConversation, Person


@dataclass(frozen=True, slots=True)
class SharedPreparation:
    """What a member lets the group read: (question, answer), the empty ones left out."""

    author: Person
    answers: list[tuple[str, str]]


def shared_in(group: GroupConversation) -> list[SharedPreparation]:
    """What members let the group read; of each the own side's words alone."""
    rows = Answer.objects.filter(
        preparation__conversation__group=group, preparation__shared_with_group_on__isnull=False
    ).exclude(text="")
    related = rows.select_related("preparation__author", "preparation__conversation__employment", "question")
    found: dict[int, SharedPreparation] = {}
    for row in related.order_by("preparation", "question__position", "question"):
        author = row.preparation.author
        if author.pk == row.preparation.conversation.employment.person_id:
            shared = found.setdefault(author.pk, SharedPreparation(author, []))
            shared.answers.append((str(row.question), row.text))
    return list(found.values())


def who_can_join(manager: Person, on: date) -> QuerySet[Conversation]:
    """The manager's conversations that could be held with a group: not held, declined, in one, or wished for alone."""
    rows = conversations_to_hold(manager, on).filter(
        held_on__isnull=True, declined_on__isnull=True, individual_wished_on__isnull=True
    )
    rows = rows.exclude(kind=ConversationKind.GROUP).filter(group__isnull=True)
    related = rows.select_related("employment__person", "round")
    return related.order_by("round__conversations_to", "employment__person__family_name", "pk")


def groups_of(manager: Person) -> QuerySet[GroupConversation]:
    """The manager's groups in open rounds."""
    return GroupConversation.objects.filter(manager=manager, round__closed_on__isnull=True).order_by("pk")
