"""The development plan as a document: as it was signed, or as it reads today."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from udbytte.models import DevelopmentPlan
from udbytte.models.formatting import ANOTHER_YEAR, day

from .pdf import render_pdf
from .plan_text import text_of_plan

PAPER_RELATED = (
    *("conversation__round", "conversation__manager", "conversation__employment__person"),
    *("conversation__employment__line_manager", "conversation__employment__unit", "manager_signed_by"),
)


def plan_paper(plan: DevelopmentPlan, *, language: str) -> bytes:
    """The plan as a PDF of A4 pages; `language` is that of the document and must be the active one."""
    return render_pdf("plan", _facts(plan), language=language)


def _facts(plan: DevelopmentPlan) -> dict[str, Any]:
    """What the paper template `plan` reads, in the active language."""
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
