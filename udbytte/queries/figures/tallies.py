"""What the figures are made of: for each unit's own people, numbers that can be added up.

Everything is read as it was on the day: from `models.Counted`, or by the day it happened. Later events change nothing.
Only the tree of units is the one of today.

A tally is {measure: {name: number}}. Every measure has "people" (how many it is about) and "base"; the rest are parts
of the base. Numbers by something are named "name.which": "days.12" counts registrations 12 days after the agreement.

What has lapsed, was not told, or ended because the person left (`SilentEnd`) stays in its bases, and is in no part
that says yes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from udbytte.domain.figures.key_questions import Measure, SilentEnd
from udbytte.domain.lifecycle import PHASES, STEPS, DropReason, Event, Kind, Party, Phase, Stage
from udbytte.models import (
    Agreement,
    Budget,
    CatalogueVisit,
    CountedAgreement,
    CountedConversation,
    Helper,
    LogEntry,
    Newness,
    Round,
    RulesConfirmation,
)

from .stalled_steps import count_stalled_steps

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
    served = open_ & Q(step__in=COORDINATORS_STEPS, stray=False, owned=False, moved_away=False)
    answered = Q(answered_on__lte=on)
    ends = _silent_ends()
    silent = ends[SilentEnd.LAPSED] | ends[SilentEnd.NOT_TOLD] | ends[SilentEnd.LEFT]
    past = course & (Q(planned_to__lt=on) | Q(ends_on__lt=on) | answered)
    acted = past & ~silent
    went = answered & ~Q(went="")
    dated = ~went & open_ & Q(ends_on__gte=on)
    due = closed | Q(answer_due_on__lt=on)
    learned = due & closed & Q(stage=Stage.LEARNED, newness__in=(Newness.SOMETHING, Newness.MUCH))
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
        "past__answered": acted & (went | dated | answered | closed),
        "past__went": acted & went,
        "past__dated": acted & dated,
        "past__neither": acted & ~went & ~dated & (answered | closed),
        "past__by_others": acted & answered & Q(Exists(_reported_by_others())),
        "practice__helped": practice & ~silent & Q(Exists(said_yes)),
        "due__learned": learned,
        "due__talked": learned & Q(agreement__outcome__talked_on__lte=on),
        "due__dropped": due & Q(stage=Stage.DROPPED) & ~ends[SilentEnd.LEFT],
    }
    for measure in (Measure.COURSE, Measure.PAST, Measure.PRACTICE, Measure.DUE):
        parts |= {f"{measure}__{end}": measures[measure] & ended for end, ended in ends.items()}
    counts |= {name: Count("pk", filter=which) for name, which in parts.items()}
    counts |= {f"flow__{name}": Count("pk", filter=which) for name, which in _stations(on, ends).items()}
    for reason in DropReason:  # counts people, because a reason reveals more about a person
        dropped = Q(stage=Stage.DROPPED, drop_reason=reason) & ~ends[SilentEnd.LEFT]
        counts[f"flow__reason__{reason}"] = Count("employee", distinct=True, filter=dropped)
    _add(tallies, rows.values(unit_key=F("unit")).annotate(**counts))
    lasted = F("registered_on") - F("agreed_on")
    booked = rows.filter(course, registered_on__lte=on).annotate(lasted=lasted).values_list("unit", "lasted")
    for unit, days, number in booked.annotate(n=Count("pk")):
        tallies[unit][Measure.BOOKED][f"days.{days.days}"] += number
    methods = rows.filter(practice, method__isnull=False).values_list("unit", "method").annotate(n=Count("pk"))
    for unit, method, number in methods:
        tallies[unit][Measure.PRACTICE][f"way.{method}"] += number
    count_stalled_steps(tallies, rows, on)


def _silent_ends() -> dict[SilentEnd, Q]:
    """The ends of agreements that nobody decided. Such an agreement is never answered, helped or learned."""
    leave = LogEntry.objects.filter(agreement=OuterRef("agreement"), event=Event.LEAVE, on=OuterRef("closed_on"))
    return {
        SilentEnd.LAPSED: Q(stage=Stage.LAPSED),
        SilentEnd.NOT_TOLD: Q(stage=Stage.NOT_REPORTED),
        SilentEnd.LEFT: Q(stage=Stage.DROPPED, drop_reason=DropReason.CHANGED_JOB) & Q(Exists(leave)),
    }


def _reported_by_others() -> QuerySet[LogEntry]:
    """The entry of a manager or a coordinator who said whether the employee went."""
    said = LogEntry.objects.filter(agreement=OuterRef("agreement"), event__in=(Event.GO, Event.NOT_GONE))
    return said.filter(on=OuterRef("answered_on"), by__isnull=False).exclude(by=OuterRef("employee"))


def _agreements(round_: Round, on: date, units: Collection[int] | None) -> QuerySet[CountedAgreement]:
    return _counted_then(CountedAgreement.objects.all(), round_, on, units).filter(agreed_on__lte=on)


def _stations(on: date, ends: Mapping[SilentEnd, Q]) -> dict[str, Q]:
    """Where agreements are in the flow, and in which phase and how they were lost (`lost`: dropped by the two).

    What lapsed because it did not happen counts as lost in place: lapses under way would be those of managers alone.
    """
    running = Q(stage=Stage.REGISTERED, starts_on__lte=on)
    losses: dict[str, Q] = {"lost": Q(stage=Stage.DROPPED) & ~ends[SilentEnd.LEFT]}
    losses |= {end.value: ended for end, ended in ends.items()}
    stations: dict[str, Q] = {}
    for phase in Phase:
        stages = [stage for stage, its in PHASES.items() if its is phase]
        here = Q(stage__in=stages)
        if phase is Phase.IN_PLACE:
            here &= ~running
        elif phase is Phase.UNDER_WAY:
            here |= running
        stations[f"at__{phase}"] = here
        stations |= {f"{name}__{phase}": lost & Q(lost_from__in=stages) for name, lost in losses.items()}
        lapsed_from = [*stages, Stage.STUCK] if phase is Phase.IN_PLACE else stages
        lapsed_from = [] if phase is Phase.UNDER_WAY else lapsed_from
        stations[f"{SilentEnd.LAPSED}__{phase}"] = losses[SilentEnd.LAPSED] & Q(lost_from__in=lapsed_from)
    return stations


def _count_check_ins(tallies: Tallies, round_: Round, on: date, units: Collection[int] | None) -> None:
    """Count check-ins that were asked for: those with a row, and those of agreements whose check-in was overdue.

    An employee's check-in has a row from the day on which it is answered, or noted as not answered (the log has that
    day); a helper's from the day it is asked.
    """
    rows = _agreements(round_, on, units)
    ends = _silent_ends()
    silent = ends[SilentEnd.LAPSED] | ends[SilentEnd.NOT_TOLD] | ends[SilentEnd.LEFT]
    row = "agreement__check_ins"
    given = Q(**{f"{row}__answered_on__lte": on})
    answered = given & ~silent
    says = answered & Q(**{f"{row}__learns__isnull": False})  # whether something new was learned may stay unanswered
    stands = Q(**{f"{row}__withdrawn_on": None}) | Q(**{f"{row}__withdrawn_on__gt": on})
    helpers = Q(**{f"{row}__by_helper": True, f"{row}__asked_on__lte": on})
    asked = rows.filter(given | helpers & stands)
    entry = {"agreement__log__on__lte": on, "agreement__log__undone": False}
    missed = rows.filter(agreement__log__event=Event.CHECK_IN_UNANSWERED, **entry)
    late = rows.exclude(stage=Stage.REPLACED).filter(step="check_in", step_due__lt=on)
    of_asked = {f"asked__{end}": Count(row, filter=ended) for end, ended in ends.items()}
    of_missed = {f"asked__{end}": Count("agreement__log", filter=ended) for end, ended in ends.items()}
    _add(
        tallies,
        asked.values(unit_key=F("unit")).annotate(
            asked__base=Count(row),
            asked__answered=Count(row, filter=answered),
            answers__people=Count("employee", distinct=True, filter=says),
            answers__base=Count(row, filter=says),
            answers__learns=Count(row, filter=says & Q(**{f"{row}__learns": True})),
            **of_asked,
        ),
    )
    _add(
        tallies,
        missed.values(unit_key=F("unit")).annotate(asked__base=Count("agreement__log"), **of_missed),
    )
    _add(tallies, late.values(unit_key=F("unit")).annotate(asked__base=Count("pk")))
    everybody = Q(pk__in=asked.values("pk")) | Q(pk__in=missed.values("pk")) | Q(pk__in=late.values("pk"))
    people = rows.filter(everybody).values(unit_key=F("unit"))
    _add(tallies, people.annotate(asked__people=Count("employee", distinct=True)))
