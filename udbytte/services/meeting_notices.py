"""What the daily follow-up asks managers about conversations: did you talk, who is due, who has no time yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..domain.followup import owner_milestone
from ..domain.meetings import last_day, reminded_on
from ..domain.notifications import ConversationDue, ConversationsWithoutTime, DidTheGroupTalk, DidYouTalk
from ..models import Conversation, ConversationKind, GroupConversation, Notice, valid_on

CHUNK = 2000
NAMED = 5  # names that stand in a letter; the page has them all


def _open(on: date) -> QuerySet[Conversation]:
    """What can still be held, of people who work here, in rounds that are open, by a manager who can be asked."""
    return Conversation.objects.filter(
        valid_on(on, "employment__"),
        round__published_on__lte=on,
        round__closed_on__isnull=True,
        manager__is_active=True,
        held_on__isnull=True,
        declined_on__isnull=True,
    ).order_by("pk")


def talked_notices(on: date) -> Iterator[Notice]:
    """Conversations whose time has been without anybody saying whether the two talked."""
    rows = _open(on).filter(planned_at__date__lt=on).exclude(kind=ConversationKind.GROUP)
    rows = rows.select_related("employment__person", "manager")
    for row in rows.iterator(CHUNK):
        if row.planned_at is None or row.manager is None:
            continue  # the query lets neither through
        late = (on - timezone.localtime(row.planned_at).date()).days
        who = row.employment.person.name
        facts = DidYouTalk(conversation=row.pk, turn=row.planned_turn, who=who, when=row.planned_at)
        cause = f"talked:{row.pk}:{row.planned_turn}:{owner_milestone(late - 1)}"
        yield Notice.of(row.manager.pk, facts, on=on, cause=cause)


def group_notices(on: date) -> Iterator[Notice]:
    """The same for groups: each manager is asked once for the whole group."""
    rows = GroupConversation.objects.filter(
        planned_at__date__lt=on,
        held_on__isnull=True,
        round__closed_on__isnull=True,
        manager__is_active=True,
        members__kind=ConversationKind.GROUP,
    )
    for row in rows.select_related("manager").distinct().order_by("pk").iterator(CHUNK):
        if row.planned_at is not None and row.planned_on is not None and row.manager is not None:
            late = (on - row.planned_on).days
            facts = DidTheGroupTalk(group=row.pk, turn=row.planned_turn, who=row.title, when=row.planned_at)
            cause = f"group_talked:{row.pk}:{row.planned_turn}:{owner_milestone(late - 1)}"
            yield Notice.of(row.manager.pk, facts, on=on, cause=cause)


def due_notices(on: date) -> Iterator[Notice]:
    """Conversations that have become due: somebody new has settled, or is back from leave."""
    rows = _open(on).filter(planned_at__isnull=True).exclude(due_on__gt=on).exclude(rests_until__gt=on)
    rows = rows.filter(Q(due_on__isnull=False) | Q(rests_until__isnull=False))
    rows = rows.select_related("employment__person", "manager")
    for row in rows.iterator(CHUNK):
        day = max(one for one in (row.due_on, row.rests_until) if one is not None)
        facts = ConversationDue(conversation=row.pk, who=row.employment.person.name, back=day == row.rests_until)
        if row.manager is not None:
            yield Notice.of(row.manager.pk, facts, on=on, cause=f"due:{row.pk}:{day}")


def unplanned_notices(on: date) -> Iterator[Notice]:
    """One notice for each manager, round and day of reminding: whose conversation has no time."""
    rows = _open(on).filter(planned_at__isnull=True).exclude(due_on__gt=on).exclude(rests_until__gt=on)
    told: dict[tuple[int, int, date], list[str]] = defaultdict(list)
    ends: dict[int, date] = {}
    for row in rows.select_related("employment__person", "round").iterator(CHUNK):
        last = last_day(row.round.conversations_to, row.due_on, row.rests_until)
        day = reminded_on(last, on)
        if day is not None and row.manager_id is not None:
            told[row.manager_id, row.round_id, day].append(row.employment.person.name)
            ends[row.round_id] = row.round.conversations_to
    for (manager, round_, day), names in told.items():
        facts = ConversationsWithoutTime(
            to=ends[round_], count=len(names), names=tuple(sorted(names)[:NAMED]), late=day > ends[round_]
        )
        yield Notice.of(manager, facts, on=on, cause=f"unplanned:{round_}:{day}")
