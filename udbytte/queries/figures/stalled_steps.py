"""What stood still, by step: how many agreements lapsed, missed their deadline, moved along the line, or are late.

The numbers are in the measure FLOW, named by kind and step: "lapsed_at.decide" and "late.decide.12" (12 days late).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet

from udbytte.domain.figures import STEP_ROLES, Measure
from udbytte.domain.lifecycle import LAPSES, STEPS, Event, Kind, Stage
from udbytte.models import CountedAgreement

LAPSED_AT, MISSED_AT, MOVED_AT, LATE = "lapsed_at", "missed_at", "moved_at", "late"


def count_stalled_steps(
    tallies: Mapping[int, Mapping[Measure, Counter[str]]], rows: QuerySet[CountedAgreement], on: date
) -> None:
    """Add what stood still among `rows`, the agreements as they were counted on the day."""
    lapsed = rows.filter(stage=Stage.LAPSED).values_list("unit", "kind", "lost_from")
    for unit, kind, stage, number in lapsed.annotate(n=Count("pk")):
        if (kind, stage) in LAPSES:
            tallies[unit][Measure.FLOW][f"{LAPSED_AT}.{STEPS[Kind(kind), Stage(stage)].name}"] += number
    missed = rows.filter(agreement__log__event=Event.MISS_DEADLINE, agreement__log__on__lte=on)
    by_stage = missed.values_list("unit", "agreement__log__from_stage").annotate(n=Count("agreement__log"))
    for unit, stage, number in by_stage:
        tallies[unit][Measure.FLOW][f"{MISSED_AT}.{STEPS[Kind.COURSE, Stage(stage)].name}"] += number
    # A step that moves because its owner is away has not stood still.
    moved = rows.filter(
        agreement__log__event=Event.MOVE_ON, agreement__log__on__lte=on, agreement__log__facts__away=None
    )
    by_step = moved.values_list("unit", "agreement__log__step").annotate(n=Count("agreement__log"))
    for unit, step, number in by_step:
        tallies[unit][Measure.FLOW][f"{MOVED_AT}.{step}"] += number
    open_ = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    late = rows.filter(open_, step_due__lt=on, step__in=STEP_ROLES).values_list("unit", "step", "step_due")
    for unit, step, due, number in late.annotate(n=Count("pk")):
        if due is not None:
            tallies[unit][Measure.FLOW][f"{LATE}.{step}.{(on - due).days}"] += number
