"""When a manager is free: nobody is booked twice without being told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from udbytte.models import Conversation, Person, Slot
from udbytte.models.formatting import day_and_time
from udbytte.services.errors import Refused

LONGEST = timedelta(days=1)  # no conversation lasts longer


class TimeTaken(Refused):
    """The manager has something else at that time. It can be planned all the same."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time from its start until its end."""

    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, begins: datetime, minutes: int) -> Span:
        return cls(begins, begins + timedelta(minutes=minutes))

    def overlaps(self, other: Span) -> bool:
        return self.begins < other.ends and other.begins < self.ends


def planned_spans(
    manager: int, first: datetime, last: datetime, *, but: Collection[int] = ()
) -> Iterator[tuple[int, Span]]:
    """The planned conversations that a manager holds or is the employee of, by id; `but` are ids to leave out."""
    mine = Conversation.objects.filter(Q(manager=manager) | Q(employment__person=manager), held_on__isnull=True)
    rows = mine.filter(planned_at__range=(first - LONGEST, last + LONGEST)).exclude(pk__in=but)
    for pk, at, minutes in rows.values_list("pk", "planned_at", "minutes"):
        if at is not None:
            yield pk, Span.of(at, minutes)


def offers_of(manager: int, first: datetime, last: datetime) -> QuerySet[Slot]:
    """The manager's offered times near two moments, taken or not, that are not withdrawn."""
    near = (first - LONGEST, last + LONGEST)
    return Slot.objects.filter(manager=manager, withdrawn_on__isnull=True, starts_at__range=near)


def claim_time(
    manager: int | None, at: datetime, minutes: int, *, conversations: Collection[int], anyway: bool, on: date
) -> None:
    """Raise TimeTaken, at `planned_at`, if the manager has another conversation then, or has offered the time.

    With `anyway` it is planned all the same, and an offered time that nobody has taken is withdrawn. `conversations`:
    the ids of those that get the time. The manager is locked, so that two cannot claim the same time at once.
    """
    if manager is None:
        return
    Person.objects.select_for_update(no_key=True).get(pk=manager)
    span, words = Span.of(at, minutes), {"when": day_and_time(at, on)}
    planned = planned_spans(manager, at, at, but=conversations)
    if not anyway and any(span.overlaps(other) for _pk, other in planned):
        text = _("%(when)s runs into another conversation. Choose another time, or save it all the same.")
        raise TimeTaken(text % words, "planned_at")
    free = offers_of(manager, at, at).filter(taken_by__isnull=True)
    free = free.exclude(only_for__in=conversations)
    offered = [slot.pk for slot in free if span.overlaps(Span.of(slot.starts_at, slot.minutes))]
    if offered and not anyway:
        text = _(
            "%(when)s runs into a time that is offered to others. Choose another time, or save it all the"
            " same: then the offer is withdrawn."
        )
        raise TimeTaken(text % words, "planned_at")
    Slot.objects.filter(pk__in=offered).update(withdrawn_on=on)
