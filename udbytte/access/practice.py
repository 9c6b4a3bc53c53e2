"""Who may read of those who help: offers are made to be found by everybody who works here."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from udbytte.domain.lifecycle import TRANSITIONS, Event, Kind, Stage
from udbytte.models import Agreement, Helper, HelpOffer, Person

from .agreements import agreements_seen_by

# Where a yes can be said; while a drop is proposed the question rests, and comes back if the agreement is kept.
ANSWERABLE = frozenset(stage for stage in Stage if (Kind.PRACTICE, stage, Event.ACCEPT) in TRANSITIONS)


def open_offers(on: date) -> QuerySet[HelpOffer]:
    """Offers that stand on the day, of people who work here."""
    stands = Q(until__isnull=True) | Q(until__gte=on)
    return HelpOffer.objects.filter(stands, withdrawn_on__isnull=True, person__is_active=True)


def offers_of(person: Person, on: date) -> QuerySet[HelpOffer]:
    """The person's own offers that stand on the day."""
    return open_offers(on).filter(person=person)


def questions_to(person: Person) -> QuerySet[Helper]:
    """What the person is asked to help with, has not answered, and can answer now."""
    open_ = Helper.objects.filter(person=person, answered_on__isnull=True, ended_on__isnull=True)
    return open_.filter(agreement__stage__in=ANSWERABLE, agreement__dropping="")


def secondary_questions_to(person: Person) -> QuerySet[Helper]:
    """What the person is asked while the next step is another one's, so that it stands on no list of steps."""
    return questions_to(person).exclude(agreement__step="answer", agreement__step_owner=person)


def practice_to_find_helpers_for(person: Person, on: date) -> QuerySet[Agreement]:
    """The open agreements for which the person may look for helpers: their own, and those of direct reports."""
    return agreements_seen_by(person, on).filter(kind=Kind.PRACTICE, closed_on__isnull=True)
