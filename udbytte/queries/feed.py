"""What stands in a person's calendar feed: nothing that the person may not read on the pages."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from ..access.agreements import own_agreements_of
from ..access.conversations import conversations_seen_by
from ..access.rules import kickoffs_seen_by
from ..domain.lifecycle import Stage
from ..models import Agreement, Conversation, ConversationKind, GroupConversation, KickoffMeeting, Person
from .steps import steps_of

BACK = timedelta(days=60)  # what has been stays so long


def talks_of(person: Person, on: date) -> QuerySet[Conversation]:
    """The planned conversations that the person takes part in, from two months back; as manager, those with one."""
    rows = conversations_seen_by(person, on).filter(planned_at__date__gte=on - BACK)
    rows = rows.exclude(Q(kind=ConversationKind.GROUP) & ~Q(employment__person=person))
    return rows.select_related("employment__person", "manager", "round").order_by("planned_at", "pk")


def groups_of(person: Person, on: date) -> QuerySet[GroupConversation]:
    """The planned group conversations that the person holds, from two months back."""
    rows = GroupConversation.objects.filter(manager=person, planned_at__date__gte=on - BACK)
    return rows.select_related("round").order_by("planned_at", "pk")


def kickoffs_of(person: Person, on: date) -> QuerySet[KickoffMeeting]:
    """The kick-off meetings of the person's units, from two months back."""
    rows = kickoffs_seen_by(person, on).filter(planned_at__date__gte=on - BACK)
    return rows.select_related("round", "unit").order_by("planned_at", "pk")


def seats_of(person: Person, on: date) -> QuerySet[Agreement]:
    """The person's own courses with a seat, or gone to lately."""
    rows = own_agreements_of(person).filter(starts_on__isnull=False, ends_on__gte=on - BACK)
    seats = rows.filter(stage__in=(Stage.REGISTERED, Stage.ATTENDED, Stage.USED, Stage.TOLD, Stage.LEARNED))
    return seats.select_related("run").order_by("starts_on", "pk")


def dated_steps_of(person: Person) -> QuerySet[Agreement]:
    """The person's next steps, but for going to a course, which stands there itself."""
    related = steps_of(person).exclude(step="go").select_related("employee", "unit", "employment")
    return related.prefetch_related("nominations", "helpers")
