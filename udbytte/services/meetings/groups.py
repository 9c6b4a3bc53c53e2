"""Group conversations (GRUS): created, planned and held for several employees. Each member keeps a plan of their own.

An individual conversation replaces the one in the group if the employee asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from udbytte.access.conversations import group_is_frozen, is_frozen, may_write_group_notes
from udbytte.domain.notifications import (
    ConversationCancelled,
    ConversationPlanned,
    IndividualWished,
    Meeting,
    MeetingRef,
    PutInGroup,
    TakenOutOfGroup,
)
from udbytte.domain.texts import plain_text
from udbytte.models import (
    Conversation,
    ConversationKind,
    EarlierText,
    GroupConversation,
    Person,
    Preparation,
    Round,
)
from udbytte.models.conversations import LONGEST_NOTES
from udbytte.queries.conversations.texts import NOTES
from udbytte.services.conversations.autosave import keep_earlier_text
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, require_text_fits
from udbytte.services.locks import lock_row
from udbytte.services.notifications.notify import notify

from .free_times import claim_time
from .group_goals import copy_goals_to_plans
from .times import give_up_time, hold_conversation, individual_kind, require_future_day, set_time, take_out_of_group

FEWEST = 2


@transaction.atomic
def create_group(
    round_: Round, conversations: Iterable[Conversation], *, title: str, by: Person, on: date
) -> GroupConversation:
    """Create a group of employees. Each is notified and may ask for an individual conversation."""
    chosen = list(conversations)
    if not title.strip():
        raise MissingFact("title")
    if len(chosen) < FEWEST:
        raise Refused(_("Choose at least two."), "members")
    if not round_.is_open:
        raise NotPossible
    group = GroupConversation.objects.create(round=round_, manager=by, title=title.strip())
    for conversation in chosen:
        add_member(group, conversation, by=by, on=on)
    return group


@transaction.atomic
def add_member(group: GroupConversation, conversation: Conversation, *, by: Person, on: date) -> None:
    """Add an employee to the group.

    Refused if the conversation is held or declined, or if an individual one is wished.
    """
    row = lock_group(group, by)
    talk = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if talk.manager_id != by.pk or talk.round_id != row.round_id:
        raise NotPermitted
    if row.held_on is not None or talk.held_on is not None or talk.declined_on is not None:
        raise NotPossible
    if talk.kind == ConversationKind.GROUP:
        if talk.group_id == row.pk:
            return
        raise Refused(_("%(who)s is in another group.") % {"who": talk.employment.person.name}, "members")
    if talk.individual_wished_on is not None:
        who = {"who": talk.employment.person.name}
        raise Refused(_("%(who)s has asked for an individual conversation.") % who, "members")
    give_up_time(talk, by=by, on=on)
    talk.kind, talk.group, talk.missed_on = ConversationKind.GROUP, row, None
    talk.save(update_fields=["kind", "group", "missed_on"])
    copy_goals_to_plans(row, [talk], on=on)
    facts = PutInGroup(conversation=talk.pk, by=by.name, title=row.title)
    notify(talk.employment.person, facts, on=on, cause=f"in_group:{talk.pk}:{row.pk}:{on}")
    if row.planned_at is not None:
        _set_member_time(row, talk, by=by, on=on)


@transaction.atomic
def remove_member(group: GroupConversation, conversation: Conversation, *, by: Person, on: date) -> None:
    """Remove a member from the group before it is held. An individual conversation is needed, and both are notified."""
    row = lock_group(group, by)
    talk = group_members(row).filter(pk=conversation.pk).first()
    if talk is None or row.held_on is not None:
        raise NotPossible
    take_out_of_group(talk, by=by, on=on)
    facts = TakenOutOfGroup(conversation=talk.pk, title=row.title)
    notify(talk.employment.person, facts, on=on, cause=f"out:{talk.pk}:{row.pk}:{on}")


@transaction.atomic
def wish_individual_conversation(conversation: Conversation, *, by: Person, on: date) -> None:
    """The employee asks for an individual conversation.

    No reason is needed, and nobody can refuse. The manager is notified.
    """
    talk = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if by.pk != talk.employment.person_id:
        raise NotPermitted
    if talk.kind != ConversationKind.GROUP or talk.held_on is not None:
        raise NotPossible
    take_out_of_group(talk, by=by, on=on)
    talk.individual_wished_on = on
    talk.save(update_fields=["individual_wished_on"])
    if talk.manager is not None:
        facts = IndividualWished(conversation=talk.pk, by=by.name)
        notify(talk.manager, facts, on=on, cause=f"alone:{talk.pk}:{on}")


@transaction.atomic
def take_back_individual_wish(conversation: Conversation, *, by: Person, on: date) -> None:
    """The employee accepts a group conversation after all. The manager may choose them for a group again."""
    talk = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if by.pk != talk.employment.person_id:
        raise NotPermitted
    talk.individual_wished_on = None
    talk.save(update_fields=["individual_wished_on"])


@transaction.atomic
def plan_group(
    group: GroupConversation,
    *,
    planned_at: datetime,
    minutes: int,
    place: str,
    by: Person,
    on: date,
    anyway: bool = False,
) -> None:
    """Set when and where the group meets. All members get it in their calendar, the manager once.

    Refused for a past day. A member who is absent that day gets no time. Raises TimeTaken where the manager has
    something else then, unless it is planned `anyway`.
    """
    row = lock_group(group, by)
    if row.held_on is not None:
        raise Refused(_("The conversation is already held."))
    require_future_day(planned_at, on, "planned_at")
    if (row.planned_at, row.minutes, row.place) == (planned_at, minutes, place):
        return
    if (row.planned_at, row.minutes) != (planned_at, minutes):
        members = [talk.pk for talk in group_members(row)]
        claim_time(row.manager_id, planned_at, minutes, conversations=members, anyway=anyway, on=on)
    moved = row.planned_at is not None
    row.planned_at, row.minutes, row.place = planned_at, minutes, place
    row.planned_turn += 1
    row.save(update_fields=["planned_at", "minutes", "place", "planned_turn"])
    for talk in group_members(row):
        _set_member_time(row, talk, by=by, on=on)
    _notify_manager(row, ConversationPlanned, at=planned_at, on=on, moved=moved)


def _set_member_time(row: GroupConversation, talk: Conversation, *, by: Person, on: date) -> None:
    day = row.planned_on
    away = talk.rests_until is not None and day is not None and day < talk.rests_until
    if row.planned_at is None or away:
        give_up_time(talk, by=by, on=on)
    elif talk.held_on is None and talk.declined_on is None:
        facts: dict[str, Any] = {"planned_at": row.planned_at, "minutes": row.minutes, "place": row.place}
        set_time(talk, **facts, by=by, on=on, field="planned_at")


def _notify_manager(
    row: GroupConversation,
    says: type[ConversationPlanned | ConversationCancelled],
    *,
    at: datetime,
    on: date,
    moved: bool = False,
    person: Person | None = None,
) -> None:
    """Notify the manager once for the whole group."""
    to = person or row.manager
    if to is None:
        return
    facts = says(
        about=MeetingRef(Meeting.GROUP, row.pk),
        turn=row.planned_turn,
        when=at,
        minutes=row.minutes,
        place=row.place,
        round=str(row.round),
        conversation_kind=ConversationKind.GROUP.value,
        manager=to.name,
        other=row.title,
        moved=moved,
    )
    notify(to, facts, on=on, cause=f"group:{row.pk}:{row.planned_turn}:{facts.kind}", urgent=True)


@transaction.atomic
def cancel_group(group: GroupConversation, *, by: Person, on: date) -> None:
    """The group does not meet at the planned time, or did not: it needs a new time."""
    row = lock_group(group, by)
    if row.planned_at is None or row.held_on is not None:
        raise NotPossible
    at = row.planned_at
    row.planned_at = None
    row.planned_turn += 1
    row.save(update_fields=["planned_at", "planned_turn"])
    for talk in group_members(row):
        give_up_time(talk, by=by, on=on)
        talk.missed_on = on
        talk.save(update_fields=["missed_on"])
    _notify_manager(row, ConversationCancelled, at=at, on=on)


@transaction.atomic
def hold_group(
    group: GroupConversation, present: Collection[int], *, by: Person, on: date, held_on: date | None = None
) -> None:
    """The group talked, today or on a past day. `present`: the ids of the conversations of those who were there.

    1. Their conversations are held.
    2. The other conversations become individual and need a new time. Those employees still read what the group shares.
    """
    row = lock_group(group, by)
    day = held_on or on
    if day > on:
        raise Refused(_("That day has not come yet."), "held_on")
    if row.held_on is not None:
        raise Refused(_("The conversation is already held."))
    talks = list(group_members(row))
    if not any(talk.pk in present for talk in talks):
        raise Refused(_("Choose who was there."), "present")
    row.held_on = day
    row.save(update_fields=["held_on"])
    for talk in talks:
        if talk.pk in present:
            hold_conversation(talk, by=by, on=on, held_on=day)
        else:
            give_up_time(talk, by=by, on=on)
            talk.kind, talk.missed_on = individual_kind(talk, on), on
            talk.save(update_fields=["kind", "missed_on"])


@transaction.atomic
def share_preparation_with_group(conversation: Conversation, *, by: Person, on: date, shares: bool = True) -> None:
    """Let the group read one's own preparation, or stop sharing it."""
    talk = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if by.pk != talk.employment.person_id or talk.group_id is None:
        raise NotPermitted
    if not shares and is_frozen(talk):
        raise Refused(_("Both have signed, or the round is closed: what is shared stays shared."))
    preparation, _made = Preparation.objects.get_or_create(conversation=conversation, author=by)
    preparation.shared_with_group_on = (preparation.shared_with_group_on or on) if shares else None
    preparation.save(update_fields=["shared_with_group_on"])


@transaction.atomic
def save_group_notes(group: GroupConversation, notes: str, *, by: Person, on: date, at: datetime, seen: str) -> None:
    """Save the notes that the group shares, by the manager or a member. `seen`: the notes that the writer started from.

    When the round is closed or a member's plan is signed by both, the replaced notes stay to be read by the group.
    Refused if somebody else has changed the notes meanwhile. Raises NotPermitted for outsiders and a former manager.
    """
    row = lock_row(GroupConversation.objects.select_related("round"), group.pk)
    if not may_write_group_notes(row, by, on):
        raise NotPermitted
    notes, seen = plain_text(notes), plain_text(seen)
    require_text_fits(notes, LONGEST_NOTES, "notes")
    if plain_text(row.notes) not in (seen, notes):
        message = _("Somebody else in the group has changed the notes. Yours are below, and not saved yet.")
        raise Refused(message, "notes")
    if plain_text(row.notes) != notes and group_is_frozen(row):
        replaced = EarlierText(group=row, field=NOTES, text=row.notes, by=by, at=at)
        keep_earlier_text(replaced, among=row.earlier_texts.all())
    row.notes = notes
    row.save(update_fields=["notes"])


@transaction.atomic
def update_group_managers(*, on: date) -> None:
    """Follow a change of managers.

    If all members have the same new manager, the group gets that manager. Otherwise members with another manager leave
    the group.
    """
    changed = Conversation.objects.filter(
        kind=ConversationKind.GROUP, held_on__isnull=True, round__closed_on__isnull=True
    ).exclude(manager=F("group__manager"))
    for pk in sorted(set(changed.values_list("group", flat=True))):
        row = lock_row(GroupConversation.objects.select_related("manager"), pk)
        talks = list(group_members(row))
        managers = {talk.manager_id for talk in talks}
        if len(managers) == 1:
            before = row.manager
            row.manager_id = managers.pop()
            row.planned_turn += 1
            row.save(update_fields=["manager", "planned_turn"])
            if row.planned_at is not None and row.planned_on is not None and row.planned_on >= on:
                _notify_manager(row, ConversationPlanned, at=row.planned_at, on=on, moved=True)
                if before is not None and before.is_active:
                    _notify_manager(row, ConversationCancelled, at=row.planned_at, on=on, person=before)
            continue
        for talk in talks:
            if talk.manager_id != row.manager_id:
                take_out_of_group(talk, by=None, on=on)


def group_members(group: GroupConversation) -> QuerySet[Conversation]:
    """The conversations that are held with the group, without those that became individual."""
    rows = Conversation.objects.filter(group=group, kind=ConversationKind.GROUP)
    return rows.select_related("employment__person", "manager", "round").order_by("pk")


def lock_group(group: GroupConversation, by: Person | None) -> GroupConversation:
    """The group's row, locked, for its manager. NotPermitted for anybody else."""
    row = GroupConversation.objects.select_for_update().get(pk=group.pk)
    if by is not None and by.pk != row.manager_id:
        raise NotPermitted
    return row
