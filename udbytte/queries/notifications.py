"""What stands in a person's calendar feed: nothing that the person may not read on the pages.

Who has something waiting and can be sent no letter, because there is no address to send it to.
"""

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
    seats = rows.filter(stage__in=(Stage.REGISTERED, Stage.ATTENDED, Stage.USED, Stage.REPORTED, Stage.LEARNED))
    return seats.select_related("run").order_by("starts_on", "pk")


def dated_steps_of(person: Person) -> QuerySet[Agreement]:
    """The person's next steps, but for going to a course, which stands there itself."""
    related = steps_of(person).exclude(step="go").select_related("employee", "unit", "employment")
    return related.prefetch_related("nominations", "helpers")


def unreached(on: date) -> QuerySet[Person]:
    """People without e-mail who own a step that is late or due soon, or whom nothing has told some news."""
    due = Agreement.objects.filter(step_owner=OuterRef("pk"), closed_on__isnull=True, step_due__lte=on + SOON)
    news = Notification.objects.filter(person=OuterRef("pk"), email__isnull=True, on__lte=on, on__gt=on - NEWS_FOR)
    return Person.objects.filter(Exists(due) | Exists(news), email__isnull=True, is_active=True, wants_mail=True)
