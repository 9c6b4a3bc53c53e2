"""Who may see a conversation (the two who talk) and a plan (employee and present line manager)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from udbytte.models import (
    Conversation,
    ConversationKind,
    DevelopmentPlan,
    EarlierText,
    Employment,
    GroupConversation,
    Person,
    Preparation,
    Slot,
    valid_on,
)


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
    """The conversations in which the person can agree something: in open rounds, and not signed by both."""
    written = conversations_written_by(person, on)
    return written.filter(round__closed_on__isnull=True, plan__signed_text__isnull=True)


def may_write_plan(conversation: Conversation, person: Person, on: date) -> bool:
    """Whether the person may read the plan and write in it: the employee, and whoever is the line manager today."""
    employment = conversation.employment
    return person.pk == employment.person_id or (person.pk == employment.line_manager_id and employment.holds_on(on))


def is_frozen(conversation: Conversation) -> bool:
    """Whether a change of the texts leaves the old ones to read: both have signed the plan, or the round is closed."""
    plan = getattr(conversation, "plan", None)
    return conversation.round.closed_on is not None or (plan is not None and plan.signed_text is not None)


def may_write_texts(conversation: Conversation, person: Person, on: date) -> bool:
    """Whether the person may write notes of the conversation and answers: one of the two.

    When the texts are frozen, a manager may do so only while they are the employee's line manager. A former one reads.
    """
    takes_part = is_one_of_the_two(conversation, person)
    return takes_part and (not is_frozen(conversation) or may_write_plan(conversation, person, on))


def is_shared(preparation: Preparation) -> bool:
    """Whether somebody besides the author reads the preparation."""
    return preparation.shared_on is not None or preparation.shared_with_group_on is not None


def earlier_texts_of(conversation: Conversation) -> QuerySet[EarlierText]:
    """The earlier texts of a conversation, for the two: only texts that both could read are stored."""
    return EarlierText.objects.filter(conversation=conversation).select_related("by")


def group_is_frozen(group: GroupConversation) -> bool:
    """Whether a change of the group's notes leaves the old ones to read: the round is closed, or a plan is signed."""
    signed = DevelopmentPlan.objects.filter(conversation__group=group, signed_text__isnull=False)
    return group.round.closed_on is not None or signed.exists()


def may_write_group_notes(group: GroupConversation, person: Person, on: date) -> bool:
    """Whether the person may write the group's notes: its members and its manager.

    When the notes are frozen, the manager may do so only while they are the line manager of somebody in the group.
    """
    if group.members.filter(employment__person=person).exists():
        return True
    if person.pk != group.manager_id:
        return False
    return not group_is_frozen(group) or conversations_written_by(person, on).filter(group=group).exists()


def employments_followed_up_by(person: Person, on: date) -> QuerySet[Employment]:
    """The employments whose follow-up talks the person takes part in: their own, and those of present reports."""
    return Employment.objects.filter(Q(person=person) | Q(line_manager=person) & valid_on(on))


def follows_up(employment: Employment, person: Person, on: date) -> bool:
    """Whether the person takes part in the follow-up talks: the employee, or whoever is the line manager today."""
    return person.pk == employment.person_id or (person.pk == employment.line_manager_id and employment.holds_on(on))


def conversations_to_hold(manager: Person, on: date) -> QuerySet[Conversation]:
    """The conversations of open rounds that the person holds as manager, of people who work here on the day."""
    open_ = Conversation.objects.filter(round__published_on__lte=on, round__closed_on__isnull=True)
    return open_.filter(valid_on(on, "employment__"), manager=manager)


def slots_for(conversation: Conversation, on: date) -> QuerySet[Slot]:
    """The times that can be chosen for a conversation: free, coming times of its manager, its own proposals first.

    There are none for a conversation that is held in a group.
    """
    if conversation.kind == ConversationKind.GROUP:
        return Slot.objects.none()
    for_this = Q(only_for__isnull=True) | Q(only_for=conversation)
    rows = Slot.objects.filter(for_this, round=conversation.round_id, manager=conversation.manager_id)
    rows = rows.filter(taken_by__isnull=True, withdrawn_on__isnull=True, starts_at__date__gte=on)
    if conversation.rests_until is not None:
        rows = rows.filter(starts_at__date__gte=conversation.rests_until)
    return rows.order_by("only_for", "starts_at", "pk")


def groups_seen_by(person: Person) -> QuerySet[GroupConversation]:
    """The group conversations that the person holds or takes part in."""
    takes_part = Q(manager=person) | Q(members__employment__person=person)
    return GroupConversation.objects.filter(takes_part, round__published_on__isnull=False).distinct()
