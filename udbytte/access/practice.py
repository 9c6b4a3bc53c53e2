"""Offers to help, and the questions to those who are asked for help. Everybody who works here may read the offers."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from udbytte.domain.lifecycle import TRANSITIONS, Event, Kind, Stage
from udbytte.models import Agreement, Helper, HelpOffer, PartnerWish, Person

from .agreements import agreements_seen_by

# The stages in which somebody who goes on a course date may look for a partner.
SEEKING_PARTNER = (Stage.REGISTERED, Stage.ATTENDED, Stage.USED)
# The stages in which a helper can say yes. While a drop is proposed nobody can; afterwards they can again.
ANSWERABLE = frozenset(stage for stage in Stage if (Kind.PRACTICE, stage, Event.ACCEPT) in TRANSITIONS)


def open_offers(on: date) -> QuerySet[HelpOffer]:
    """Offers that are open on the day, of people who work here."""
    stands = Q(until__isnull=True) | Q(until__gte=on)
    return HelpOffer.objects.filter(stands, withdrawn_on__isnull=True, person__is_active=True)


def offers_of(person: Person, on: date) -> QuerySet[HelpOffer]:
    """The person's own offers that are open on the day."""
    return open_offers(on).filter(person=person)


def questions_to(person: Person) -> QuerySet[Helper]:
    """The questions to help that the person has not answered and can answer now."""
    open_ = Helper.objects.filter(person=person, answered_on__isnull=True, ended_on__isnull=True)
    return open_.filter(agreement__stage__in=ANSWERABLE, agreement__proposed_by="")


def secondary_questions_to(person: Person) -> QuerySet[Helper]:
    """The questions to help that are not the next step of their agreement, and so are in no list of steps."""
    return questions_to(person).exclude(agreement__step="answer", agreement__step_owner=person)


def is_asked_for_partner(agreement: Agreement) -> bool:
    """Whether the employee is asked about a partner: others have a seat on the same course date.

    It does not depend on what the others answer, so the question gives nobody's answer away.
    """
    return agreement.stage in SEEKING_PARTNER and _on_same_date(agreement).exists()


def partners_of(agreement: Agreement) -> QuerySet[Agreement]:
    """The agreements of those on the same course date who want a partner, for an employee who wants one too.

    Name and work email of their employees may be read. For everybody else it is empty.
    """
    wishes = PartnerWish.objects.filter(agreement=agreement, wants=True)
    if agreement.stage not in SEEKING_PARTNER or not wishes.exists():
        return Agreement.objects.none()
    return _on_same_date(agreement).filter(partner_wish__wants=True).select_related("employee").order_by("pk")


def _on_same_date(agreement: Agreement) -> QuerySet[Agreement]:
    """The agreements of others who have a seat on the same course date, or had one."""
    if agreement.run_id is None:
        return Agreement.objects.none()
    others = Agreement.objects.filter(run=agreement.run_id, stage__in=SEEKING_PARTNER, employee__is_active=True)
    return others.exclude(employee=agreement.employee_id)


def practice_to_find_helpers_for(person: Person, on: date) -> QuerySet[Agreement]:
    """The open agreements for which the person may look for helpers: their own, and those of direct reports."""
    return agreements_seen_by(person, on).filter(kind=Kind.PRACTICE, closed_on__isnull=True)
