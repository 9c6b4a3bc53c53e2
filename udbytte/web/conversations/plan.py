"""The pages of a development plan: on screen, and as a PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from udbytte.access.conversations import plans_seen_by
from udbytte.models import DevelopmentPlan, Employment, Goal
from udbytte.models.agreements import Agreement
from udbytte.models.formatting import ANOTHER_YEAR, day, days
from udbytte.runtime.clock import today
from udbytte.services.papers.pdf import render_pdf
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.request import person_of

from .plan_text import text_of_plan

PAPER_RELATED = (
    *("conversation__round", "conversation__manager", "conversation__employment__person"),
    *("conversation__employment__line_manager", "conversation__employment__unit", "manager_signed_by"),
)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An agreement of a plan, and when it is: the days of its course date, else as planned."""

    row: Row
    when: str


@dataclass(frozen=True, slots=True)
class GoalLines:
    """A goal with its agreements; without a goal: those that belong to none."""

    goal: Goal | None
    lines: Sequence[PlanLine]


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan of the page."""

    plan: DevelopmentPlan
    goals: Sequence[GoalLines]


def plan_page(request: HttpRequest, employment: int | None = None) -> HttpResponse:
    """The person's own plans, or those of a direct report's employment; the newest first."""
    person, on = person_of(request), today()
    plans = (
        plans_seen_by(person, on)
        .select_related("conversation__round")
        .prefetch_related("goals", "correction_notes__by")
    )
    if employment is None:
        employee = person
        plans = plans.filter(conversation__employment__person=person)
    else:
        employments = Employment.objects.select_related("person").filter(pk__in=_readable_employments(request))
        employee = get_object_or_404(employments, pk=employment).person
        plans = plans.filter(conversation__employment=employment)
    newest_plans = list(plans.order_by("-conversation__round__conversations_from", "-pk")[:5])
    agreements_of_plans = Agreement.objects.filter(plan__in=newest_plans).select_related("step_owner")
    agreements = list(agreements_of_plans.order_by("closed_on", "step_due", "pk"))
    current = newest_plans[0] if newest_plans else None
    context = {
        "employee": employee,
        "own": employee == person,
        "follow_up": employment or (current.conversation.employment_id if current is not None else None),
        "plans": [
            _card(plan, [agreement for agreement in agreements if agreement.plan_id == plan.pk], on)
            for plan in newest_plans
        ],
    }
    return render(request, "conversations/plans/plan.html", context)


def _card(plan: DevelopmentPlan, agreements: Iterable[Agreement], on: date) -> PlanCard:
    lines: dict[int, list[PlanLine]] = defaultdict(list)
    goals: list[Goal | None] = [*plan.goals.all()]
    known = {goal.pk for goal in goals if goal is not None}
    for agreement in agreements:
        begins, ends = agreement.starts_on or agreement.planned_from, agreement.ends_on or agreement.planned_to
        line = PlanLine(row(agreement, on), days(begins, max(begins, ends), on))
        lines[agreement.goal_id if agreement.goal_id in known else 0].append(line)
    places = [GoalLines(goal, lines[goal.pk if goal is not None else 0]) for goal in [*goals, None]]
    return PlanCard(plan, [place for place in places if place.goal is not None or place.lines])


def _readable_employments(request: HttpRequest) -> list[int]:
    """The employments whose plans the person may read: own ones and those of present reports."""
    person, on = person_of(request), today()
    own = Employment.objects.filter(person=person).values_list("pk", flat=True)
    return [*own, *Employment.objects.on(on).filter(line_manager=person).values_list("pk", flat=True)]


@require_GET
@never_cache
def plan_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as a PDF of A4 pages in the reader's language: as it was signed, or as it reads today."""
    plans = plans_seen_by(person_of(request), today()).select_related(*PAPER_RELATED)
    plan = get_object_or_404(plans, pk=pk)
    language = (get_language() or "da")[:2]
    pdf = render_pdf("plan", paper_facts(plan), language=language)
    word = _("plan")
    name = slugify(f"{word} {plan.conversation.employment.person.name} {plan.conversation.round.name}")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def paper_facts(plan: DevelopmentPlan) -> dict[str, Any]:
    """What the paper template `plan` reads, in the language of the page."""
    conversation = plan.conversation
    employee, unit = conversation.employment.person, conversation.employment.unit
    manager = plan.manager_signed_by or conversation.employment.line_manager or conversation.manager
    plan_text = text_of_plan(plan)
    held = day(conversation.held_on, ANOTHER_YEAR) if conversation.held_on else ""
    status = _("signed by both") if plan.is_signed else _("draft, not signed by both yet")
    return {
        "title": _("The plan of %(name)s") % {"name": employee.name},
        "over": f"{conversation.round.name} · {conversation.get_kind_display()}",
        "under": " · ".join(filter(None, (unit.name, _("held %(day)s") % {"day": held} if held else "", status))),
        "foot": _("Read by %(employee)s and the manager") % {"employee": employee.name},
        "goal": _("Goal"),
        "sign": _("How you will both know:"),
        "next": _("Next step:"),
        "nothing": _("Nothing is agreed for this goal."),
        "goals": [asdict(goal) for goal in plan_text.goals],
        "loose": [asdict(agreement) for agreement in plan_text.loose],
        "loose_title": _("Agreements without a goal") if plan_text.goals else _("Agreements"),
        "no_course": plan_text.no_course,
        "no_course_title": _("No course is needed, because"),
        "notes_title": _("Notes beside the signed plan"),
        "notes": [
            {"said": row.text, "by": f"{row.by.name}, {day(row.on, ANOTHER_YEAR)}"}
            for row in plan.correction_notes.select_related("by")
        ],
        "signatures_title": _("Signatures"),
        "signatures": [
            _signature(plan.employee_signed_on, employee.name, _("the employee")),
            _signature(plan.manager_signed_on, manager.name if manager is not None else "", _("the manager")),
        ],
    }


def _signature(signed_on: date | None, name: str, role: str) -> dict[str, str]:
    signed = _("signed in Udbytte %(day)s") % {"day": day(signed_on, ANOTHER_YEAR)} if signed_on else ""
    return {"said": signed, "name": name, "role": role}


urlpatterns = [
    path("plan/", plan_page, name="plan"),
    path("plan/<int:employment>/", plan_page, name="plan-of"),
    path("plan/<int:pk>/plan.pdf", plan_pdf, name="plan-paper"),
]
