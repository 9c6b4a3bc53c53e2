"""Who reads the ground rules and the questions about them, who answers and adds, and who calls the kick-off meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from udbytte.models import Employment, KickoffMeeting, Person, Round, RulesQuestion, Unit, below, valid_on

from .people import is_hr, managed_paths, managed_units, units_at_or_below


def rounds_whose_rules_are_read_by(person: Person) -> QuerySet[Round]:
    """The published rounds in which the person has a conversation, or holds one."""
    takes_part = Q(conversations__employment__person=person) | Q(conversations__manager=person)
    return Round.objects.filter(takes_part, published_on__isnull=False).distinct()


def own_units_in(round_: Round, person: Person) -> list[Unit]:
    """The units of the person's own conversations in the round."""
    return list(Unit.objects.filter(employments__conversations__round=round_, employments__person=person).distinct())


def may_add_to_rules(unit: Unit, person: Person, on: date) -> bool:
    """Whether the person may add to the rules of a unit, and call its meeting: who manages it or above, and HR."""
    return is_hr(person, on) or managed_units(person, on).filter(pk=unit.pk).exists()


def units_to_add_for(round_: Round, person: Person, on: date) -> QuerySet[Unit]:
    """The units of the round to whose rules the person may add."""
    reach = Q(pk__in=[])
    for top in round_.units.all():
        reach |= below(top)
    units = Unit.objects.on(on).filter(reach)
    return units if is_hr(person, on) else units.filter(pk__in=managed_units(person, on))


def questions_to_answer(person: Person, on: date) -> QuerySet[RulesQuestion]:
    """The unanswered questions of the person's present reports, in open rounds, the oldest first."""
    open_ = RulesQuestion.objects.filter(answered_on__isnull=True, round__closed_on__isnull=True)
    return open_.filter(valid_on(on, "employment__"), employment__line_manager=person)


def questions_seen_by(person: Person, round_: Round, on: date) -> QuerySet[RulesQuestion]:
    """One's own questions, those of present reports, and the answered ones of one's own unit."""
    reports = Q(employment__line_manager=person) & valid_on(on, "employment__")
    own = Q(employment__person=person)
    answered = Q(answered_on__isnull=False, unit__in=own_units_in(round_, person))
    return RulesQuestion.objects.filter(own | reports | answered, round=round_).distinct()


def participants_in(unit: Unit, round_: Round) -> QuerySet[Person]:
    """The people with a conversation in the round who are employed in the unit or below it."""
    jobs = Employment.objects.filter(below(unit, "unit__"), conversations__round=round_)
    return Person.objects.filter(pk__in=jobs.values("person"), is_active=True)


def kickoffs_seen_by(person: Person, on: date) -> QuerySet[KickoffMeeting]:
    """The meetings of units in or below which the person has a conversation, and of units that they manage."""
    own = Unit.objects.filter(employments__person=person, employments__conversations__isnull=False)
    above = {pk for unit in own.distinct() for pk in unit.ancestor_ids}
    own_meetings = Q(unit__in=above, round__conversations__employment__person=person)
    return KickoffMeeting.objects.filter(own_meetings | Q(unit__in=managed_units(person, on))).distinct()


def kickoffs_to_report(person: Person, on: date) -> QuerySet[KickoffMeeting]:
    """The meetings of the person's units whose day has come, and for which nobody has reported who was there."""
    return kickoffs_to_report_below(managed_paths(person, on), on)


def kickoffs_to_report_below(paths: Sequence[str], on: date) -> QuerySet[KickoffMeeting]:
    """Those of the units with these paths, and of all units below them."""
    open_ = KickoffMeeting.objects.filter(held_on__isnull=True, round__closed_on__isnull=True)
    return open_.filter(planned_at__date__lte=on, unit__in=units_at_or_below(paths)).select_related("unit")
