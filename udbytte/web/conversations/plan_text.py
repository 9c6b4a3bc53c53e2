"""A plan as it is read back: each goal with its agreements, and of each the next step, whose it is and by when.

A plan on paper, for the two: an A4 document in the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from udbytte.access.conversations import plans_seen_by
from udbytte.domain.lifecycle import Kind
from udbytte.models import DevelopmentPlan
from udbytte.models.agreements import KIND_LABELS, STEP_LABELS
from udbytte.models.formatting import day, days, kroner
from udbytte.queries.conversations import plan_with_steps
from udbytte.runtime.clock import today
from udbytte.services.paper import pdf_of
from udbytte.web.base.request import person_of


@dataclass(frozen=True, slots=True)
class AgreementRead:
    """An agreement in words; `next` is its next step with owner and date, empty when there is none."""

    title: str
    kind: str
    when: str
    lines: Sequence[str]
    next: str


@dataclass(slots=True)
class GoalRead:
    text: str
    sign: str
    agreements: list[AgreementRead] = field(default_factory=list)


@dataclass(slots=True)
class PlanRead:
    """A plan in words: its goals, the agreements for none of them, and why no course is needed."""

    goals: list[GoalRead]
    loose: list[AgreementRead]
    no_course: str


def read_back(plan: DevelopmentPlan, on: date) -> PlanRead:
    """The plan as it was signed, or (before both have signed) as it reads today."""
    said: dict[str, Any] = plan.signed_text or plan_with_steps(plan)
    goals = [GoalRead(one["text"], one["sign"]) for one in said["goals"]]
    loose: list[AgreementRead] = []
    for one in said["agreements"]:
        place = next((goal.agreements for goal in goals if goal.text == one.get("goal")), loose)
        place.append(_agreement(one, on))
    return PlanRead(goals, loose, said["no_course_reason"])


def _agreement(said: dict[str, Any], on: date) -> AgreementRead:
    when = days(date.fromisoformat(said["planned_from"]), date.fromisoformat(said["planned_to"]), on)
    kind = Kind(said["kind"])
    return AgreementRead(said["title"], str(KIND_LABELS[kind]), when, list(_lines(said)), _next(said, on))


def _lines(said: dict[str, Any]) -> list[str]:
    """What else was agreed, one line each, and only what was said."""
    if_then = ", ".join(filter(None, (said["if_when"], said["if_where"], said["if_with"])))
    weeks = said.get("check_in_weeks")
    price = said["estimated_price"]
    lines = (
        (_("Way to learn"), said["way"] if said["way"] != said["title"] else ""),
        (_("What it is for"), said["purpose"]),
        (_("When, where, with whom"), if_then),
        (_("First use"), said["first_use"]),
        (_("Estimated price"), kroner(price) if price is not None else ""),
        (_("Who decides it"), said.get("decided_by", "")),
        (_("How you see whether it worked"), said.get("checked_by", "")),
        (_("Whom to turn to"), said.get("turn_to", "")),
        (_("Weeks between asking whether it happens"), str(weeks) if weeks else ""),
    )
    return [f"{label}: {value}" for label, value in lines if value]


def _next(said: dict[str, Any], on: date) -> str:
    if not said.get("step_due"):
        return ""
    by = days(date.fromisoformat(said["step_due"]), date.fromisoformat(said["step_due"]), on)
    step = str(STEP_LABELS[said["step"]])
    return _("%(step)s · %(owner)s · by %(day)s") % {"step": step, "owner": said["step_owner"], "day": by}


RELATED = (
    *("conversation__round", "conversation__manager", "conversation__employment__person"),
    *("conversation__employment__line_manager", "conversation__employment__unit", "manager_signed_by"),
)


@require_GET
@never_cache
def plan_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as a PDF, for those who may read it: as it was signed, or as it reads today."""
    plans = plans_seen_by(person_of(request), today()).select_related(*RELATED)
    plan = get_object_or_404(plans, pk=pk)
    language = (get_language() or "da")[:2]
    made = pdf_of("plan", _facts(plan), language=language)
    name = slugify(f"{_('plan')} {plan.conversation.employment.person.name} {plan.conversation.round.name}")
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _facts(plan: DevelopmentPlan) -> dict[str, Any]:
    """What the document says, each word in the language of the page."""
    on, talk = today(), plan.conversation
    employee, unit = talk.employment.person, talk.employment.unit
    manager = plan.manager_signed_by or talk.employment.line_manager or talk.manager
    read = read_back(plan, on)
    held = day(talk.held_on, on) if talk.held_on else ""
    status = _("signed by both") if plan.is_signed else _("draft, not signed by both yet")
    return {
        "title": _("The plan of %(name)s") % {"name": employee.name},
        "over": f"{talk.round.name} · {talk.get_kind_display()}",
        "under": " · ".join(filter(None, (unit.name, _("held %(day)s") % {"day": held} if held else "", status))),
        "foot": _("Read by %(employee)s and the manager") % {"employee": employee.name},
        "goal": _("Goal"),
        "sign": _("How you will both see it:"),
        "next": _("Next step:"),
        "nothing": _("Nothing is agreed for this goal."),
        "goals": [asdict(goal) for goal in read.goals],
        "loose": [asdict(one) for one in read.loose],
        "loose_title": _("For no goal in particular") if read.goals else _("Agreements"),
        "no_course": read.no_course,
        "no_course_title": _("No course is needed, because"),
        "signatures_title": _("Signatures"),
        "signatures": [
            _signature(plan.employee_signed_on, employee.name, _("the employee")),
            _signature(plan.manager_signed_on, manager.name if manager is not None else "", _("the manager")),
        ],
    }


def _signature(signed_on: Any, name: str, role: str) -> dict[str, str]:
    said = _("signed in Udbytte %(day)s") % {"day": day(signed_on, today())} if signed_on else ""
    return {"said": said, "name": name, "role": role}


urlpatterns = [
    path("plan/<int:pk>/plan.pdf", plan_paper, name="plan-paper"),
]
