"""A plan on paper, for the two: an A4 document in the reader's language."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from udbytte.ground.clock import today

from ..access.conversations import plans_seen_by
from ..formats.paper import pdf_of
from ..models import DevelopmentPlan
from .pages import person_of
from .reads import read_back
from .words import day

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


urlpatterns = [path("plan/<int:pk>/plan.pdf", plan_paper, name="plan-paper")]
