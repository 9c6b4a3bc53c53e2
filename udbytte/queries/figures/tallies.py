"""What the figures are made of: for each unit's own people, numbers that can be added up.

Everything is read as it was on the day: from `models.Counted`, or by the day it happened. Later events change nothing.
Only the tree of units is the one of today.

A tally is {measure: {name: number}}. Every measure has "people" (how many it is about) and "base"; the rest are parts
of the base. Numbers by something are named "name.which": "days.12" counts registrations 12 days after the agreement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from udbytte.domain.figures import Measure
from udbytte.domain.lifecycle import PHASES, STEPS, DropReason, Kind, Party, Phase, Stage
from udbytte.models import (
    Agreement,
    Budget,
    CatalogueVisit,
    CountedAgreement,
    CountedConversation,
    Helper,
    Newness,
    Round,
    RulesConfirmation,
)

Tally = dict[Measure, Counter[str]]
Tallies = dict[int, Tally]
Row = TypeVar("Row", CountedAgreement, CountedConversation)
COORDINATORS_STEPS = sorted(step.name for step in STEPS.values() if step.owner is Party.COORDINATOR)


def tallies_of(round_: Round, *, on: date, units: Collection[int] | None = None) -> Tallies:
    """The tally of each unit in a round on a day, counted from the rows themselves; `units` None: all units."""
    tallies: Tallies = defaultdict(lambda: {measure: Counter() for measure in Measure})
    _count_conversations(tallies, round_, on, units)
    _count_known_money(tallies, round_, on, units)
    _count_agreements(tallies, round_, on, units)
    _count_check_ins(tallies, round_, on, units)
    return dict(tallies)


def _count_conversations(tallies: Tallies, round_: Round, on: date, units: Collection[int] | None) -> None:
    agreed = Agreement.objects.filter(plan__conversation=OuterRef("conversation"), agreed_on__lte=on)
    read = RulesConfirmation.objects.filter(
        round=round_, person=OuterRef("person"), confirmed_on__lte=OuterRef("held_on")
    )
    seen = CatalogueVisit.objects.filter(round=round_, person=OuterRef("person"), first_on__lte=on)
    held = Q(held_on__lte=on)
    course = Q(Exists(agreed.filter(kind=Kind.COURSE))) | Q(no_course=True)
    _add(
        tallies,
        _conversations(round_, on, units)
        .values(unit_key=F("unit"))
        .annotate(
            round__people=Count("person", distinct=True),
            round__base=Count("pk"),
            round__planned=Count("pk", filter=~held & Q(planned=True)),
            round__held=Count("pk", filter=held),
            round__declined=Count("pk", filter=~held & Q(declined_on__lte=on)),
            round__resting=Count("pk", filter=~held & Q(rests_until__gt=on, planned=False, declined_on=None)),
            round__visited=Count("pk", filter=Q(Exists(seen))),
            held__people=Count("person", distinct=True, filter=held),
            held__base=Count("pk", filter=held),
            held__course=Count("pk", filter=held & course),
            held__practice=Count("pk", filter=held & Q(Exists(agreed.filter(kind=Kind.PRACTICE)))),
            held__rules_read=Count("pk", filter=held & Q(Exists(read))),
        ),
    )


def _conversations(round_: Round, on: date, units: Collection[int] | None) -> QuerySet[CountedConversation]:
    return _counted_then(CountedConversation.objects.all(), round_, on, units)


def _counted_then(rows: QuerySet[Row], round_: Round, on: date, units: Collection[int] | None) -> QuerySet[Row]:
    """The rows that were counted of a round's units on a day."""
    begun, going_on = Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gt=on)
    return rows.filter(begun, going_on, _within(units, "unit"), round=round_).order_by()


def _within(units: Collection[int] | None, path: str) -> Q:
    return Q() if units is None else Q(**{f"{path}__in": units})


def _add(tallies: Tallies, rows: Iterable[dict[str, Any]]) -> None:
    """Rows of {"unit_key": unit, "measure__name": number} or {..., "measure__name__which": number}."""
    for row in rows:
        tally = tallies[row.pop("unit_key")]
        for name, number in row.items():
            if number:
                measure, part = name.split("__", 1)
                tally[Measure(measure)][part.replace("__", ".")] += number


def _count_known_money(tallies: Tallies, round_: Round, on: date, units: Collection[int] | None) -> None:
    """Count conversations held after the budget was known.

    A budget pays for all units below without one of their own.
    """
    budgets = Budget.objects.filter(round=round_, published_on__lte=on).values_list("unit_id", "published_on")
    known = {unit: day for unit, day in budgets if day is not None}
    if not known:
        return
    held = _conversations(round_, on, units).filter(held_on__lte=on)
    rows = held.values_list("unit", "unit__path", "held_on").annotate(n=Count("pk"))
    for unit, path, day, number in rows:
        payer = next((int(part) for part in reversed(path.split("/")) if part and int(part) in known), None)
        if payer is not None and known[payer] <= day:
            tallies[unit][Measure.HELD]["money_known"] += number


def _count_agreements(tallies: Tallies, round_: Round, on: date, units: Collection[int] | None) -> None:
    rows = _agreements(round_, on, units).exclude(stage=Stage.REPLACED)
    said_yes = Helper.objects.filter(agreement=OuterRef("agreement"), said_yes=True, answered_on__lte=on)
    closed = Q(closed_on__lte=on)
    open_ = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    course, practice = Q(kind=Kind.COURSE), Q(kind=Kind.PRACTICE)
    served = open_ & Q(step__in=COORDINATORS_STEPS, stray=False, owned=False)
    answered = Q(answered_on__lte=on)
    went = answered & ~Q(went="")
    dated = ~went & open_ & Q(ends_on__gte=on)
    past = course & (Q(planned_to__lt=on) | Q(ends_on__lt=on) | answered)
    due = closed | Q(answer_due_on__lt=on)
    learned = closed & Q(stage=Stage.LEARNED, newness__in=(Newness.SOMETHING, Newness.MUCH))
    measures = {
        Measure.COURSE: course,
        Measure.BOOKED: course & Q(registered_on__lte=on),
        Measure.CHOSEN: course & Q(has_run=True),
        Measure.PAST: past,
        Measure.PRACTICE: practice,
        Measure.DUE: due,
        Measure.FLOW: Q(),
    }
    counts: dict[str, Count] = {}
    for measure, which in measures.items():
        counts[f"{measure}__people"] = Count("employee", distinct=True, filter=which)
        counts[f"{measure}__base"] = Count("pk", filter=which)
    parts = {
        "course__coordinated": course & (Q(coordinated_on__lte=on) | served),
        "chosen__listed": course & Q(has_run=True, from_catalogue=True),
        "past__answered": past & (went | dated | answered | closed),
        "past__went": past & went,
        "past__dated": past & dated,
        "past__neither": past & ~went & ~dated & (answered | closed),
        "practice__helped": practice & Q(Exists(said_yes)),
        "due__learned": due & learned,
    }
    counts |= {name: Count("pk", filter=which) for name, which in parts.items()}
    counts |= {f"flow__{name}": Count("pk", filter=which) for name, which in _stations(on).items()}
    for reason in DropReason:  # counts people, because a reason reveals more about a person
        dropped = Q(stage=Stage.DROPPED, drop_reason=reason)
        counts[f"flow__reason__{reason}"] = Count("employee", distinct=True, filter=dropped)
    _add(tallies, rows.values(unit_key=F("unit")).annotate(**counts))
    lasted = F("registered_on") - F("agreed_on")
    booked = rows.filter(course, registered_on__lte=on).annotate(lasted=lasted).values_list("unit", "lasted")
    for unit, days, number in booked.annotate(n=Count("pk")):
        tallies[unit][Measure.BOOKED][f"days.{days.days}"] += number
    methods = rows.filter(practice, method__isnull=False).values_list("unit", "method").annotate(n=Count("pk"))
    for unit, method, number in methods:
        tallies[unit][Measure.PRACTICE][f"way.{method}"] += number


def _agreements(round_: Round, on: date, units: Collection[int] | None) -> QuerySet[CountedAgreement]:
    return _counted_then(CountedAgreement.objects.all(), round_, on, units).filter(agreed_on__lte=on)


def _stations(on: date) -> dict[str, Q]:
    """Where agreements are in the flow, and in which phase they were dropped."""
    running = Q(stage=Stage.REGISTERED, starts_on__lte=on)
    stations: dict[str, Q] = {}
    for phase in Phase:
        stages = [stage for stage, its in PHASES.items() if its is phase]
        here = Q(stage__in=stages)
        if phase is Phase.IN_PLACE:
            here &= ~running
        elif phase is Phase.UNDER_WAY:
            here |= running
        stations[f"at__{phase}"] = here
        stations[f"lost__{phase}"] = Q(stage=Stage.DROPPED, lost_from__in=stages)
    return stations


def _count_check_ins(tallies: Tallies, round_: Round, on: date, units: Collection[int] | None) -> None:
    """Count check-ins that were asked for: those with a row, and those of agreements whose check-in was overdue.

    An employee's check-in has a row from the day it is answered, a helper's from the day it is asked.
    """
    rows = _agreements(round_, on, units)
    answered = Q(agreement__check_ins__answered_on__lte=on)
    says = Q(agreement__check_ins__learns__isnull=False)  # whether something new was learned may stay unanswered
    helpers = Q(agreement__check_ins__by_helper=True, agreement__check_ins__asked_on__lte=on)
    stands = Q(agreement__check_ins__withdrawn_on=None) | Q(agreement__check_ins__withdrawn_on__gt=on)
    asked = rows.filter(answered | helpers & stands)
    late = rows.exclude(stage=Stage.REPLACED).filter(step="check_in", step_due__lt=on)
    _add(
        tallies,
        asked.values(unit_key=F("unit")).annotate(
            asked__people=Count("employee", distinct=True),
            asked__base=Count("agreement__check_ins"),
            asked__answered=Count("agreement__check_ins", filter=answered),
            answers__people=Count("employee", distinct=True, filter=answered & says),
            answers__base=Count("agreement__check_ins", filter=answered & says),
            answers__learns=Count("agreement__check_ins", filter=answered & Q(agreement__check_ins__learns=True)),
        ),
    )
    known = asked.filter(employee=OuterRef("employee"), unit=OuterRef("unit"))
    fresh = ~Exists(known)  # people with an earlier check-in are counted already
    _add(
        tallies,
        late.values(unit_key=F("unit")).annotate(
            asked__people=Count("employee", distinct=True, filter=fresh), asked__base=Count("pk")
        ),
    )
