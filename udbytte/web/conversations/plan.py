"""My plan: goals, agreements, and the year as a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from udbytte.access.conversations import plans_seen_by
from udbytte.models import DevelopmentPlan, Employment
from udbytte.models.agreements import Agreement
from udbytte.models.formatting import day
from udbytte.runtime.clock import today
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import person_of

LEFT, WIDTH = 20, 680


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop on the line of the year; `x` in the picture's own units."""

    x: float
    y: int
    label: str
    day: str
    ahead: bool


def year_line(agreements: list[Agreement], plan: DevelopmentPlan | None, on: date) -> dict[str, object]:
    """The stops of half a year back and half a year ahead, with today's place."""
    start, end = on - timedelta(days=183), on + timedelta(days=183)
    dated = [(a.step_due, f"{a.title}: {a.get_step_display()}") for a in agreements if a.step_due]
    dated += [(a.starts_on, a.title) for a in agreements if a.starts_on]
    dated += [(a.closed_on, f"{a.title}: {a.get_stage_display()}") for a in agreements if a.closed_on]
    if plan is not None and plan.conversation.held_on:
        dated.append((plan.conversation.held_on, plan.conversation.get_kind_display()))
    shown = sorted((when, what) for when, what in dated if start <= when <= end)

    def place(when: date) -> float:
        return round(LEFT + WIDTH * (when - start).days / (end - start).days, 1)

    stops = [
        Stop(place(when), 34 + 14 * (i % 3), what, day(when, on), when > on) for i, (when, what) in enumerate(shown)
    ]
    months = [date(start.year + (start.month + i) // 12, (start.month + i) % 12 + 1, 1) for i in range(12)]
    return {"stops": stops, "today": place(on), "months": [(place(m), m) for m in months if start <= m <= end]}


def plan(request: HttpRequest, employment: int | None = None) -> HttpResponse:
    """The person's own newest plan, or that of a direct report's employment."""
    person, on = person_of(request), today()
    plans = plans_seen_by(person, on).select_related("conversation__round").prefetch_related("goals")
    if employment is None:
        whose = person
        own = plans.filter(conversation__employment__person=person)
    else:
        whose = get_object_or_404(
            Employment.objects.select_related("person"), pk=employment, pk__in=_seen(request)
        ).person
        own = plans.filter(conversation__employment=employment)
    newest = list(own.order_by("-conversation__round__conversations_from", "-pk")[:5])
    agreed = Agreement.objects.filter(plan__in=newest).select_related("step_owner")
    agreements = list(agreed.order_by("closed_on", "step_due", "pk"))
    current = newest[0] if newest else None
    context = {
        "whose": whose,
        "own": whose == person,
        "plans": [
            {
                "plan": one,
                "goals": list(one.goals.all()),
                "rows": [row(a, on) for a in agreements if a.plan_id == one.pk],
            }
            for one in newest
        ],
        "line": year_line(agreements, current, on),
    }
    return render(request, "conversations/plans/plan.html", context)


def _seen(request: HttpRequest) -> list[int]:
    """The employments whose plans the person may read: own ones and those of present reports."""
    person, on = person_of(request), today()
    own = Employment.objects.filter(person=person).values_list("pk", flat=True)
    return [*own, *Employment.objects.on(on).filter(line_manager=person).values_list("pk", flat=True)]


urlpatterns = [path("plan/", plan, name="plan"), path("plan/<int:employment>/", plan, name="plan-of")]
