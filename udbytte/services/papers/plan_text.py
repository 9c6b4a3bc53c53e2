"""A development plan in words: each goal with its agreements, and the next step of each agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import Kind
from udbytte.models import DevelopmentPlan
from udbytte.models.formatting import ANOTHER_YEAR, day, days, kroner
from udbytte.models.labels import KIND_LABELS, STEP_LABELS
from udbytte.queries.conversations.texts import plan_contents_with_steps


@dataclass(frozen=True, slots=True)
class AgreementText:
    """An agreement in words. `next` is its next step with owner and date; empty if there is none."""

    title: str
    kind: str
    when: str
    lines: Sequence[str]
    next: str


@dataclass(slots=True)
class GoalText:
    text: str
    sign: str
    agreements: list[AgreementText] = field(default_factory=list)


@dataclass(slots=True)
class PlanText:
    """A plan in words. `loose` holds the agreements without a goal, `no_course` why no course is needed."""

    goals: list[GoalText]
    loose: list[AgreementText]
    no_course: str


def text_of_plan(plan: DevelopmentPlan) -> PlanText:
    """The plan as both have signed it, or else as it reads today. The year stands at every date."""
    stored: dict[str, Any] = plan.signed_text or plan_contents_with_steps(plan)
    goals = [GoalText(goal["text"], goal["sign"]) for goal in stored["goals"]]
    loose: list[AgreementText] = []
    for agreement in stored["agreements"]:
        of_goal = next((goal.agreements for goal in goals if goal.text == agreement.get("goal")), loose)
        of_goal.append(_agreement_text(agreement))
    return PlanText(goals, loose, stored["no_course_reason"])


def _agreement_text(agreement: dict[str, Any]) -> AgreementText:
    when = days(
        date.fromisoformat(agreement["planned_from"]), date.fromisoformat(agreement["planned_to"]), ANOTHER_YEAR
    )
    kind = Kind(agreement["kind"])
    return AgreementText(
        agreement["title"], str(KIND_LABELS[kind]), when, list(_detail_lines(agreement)), _next_step(agreement)
    )


def _detail_lines(agreement: dict[str, Any]) -> list[str]:
    """The other details that are filled in, one line each."""
    # Plans that were signed when the sentence was three texts have them still.
    before = ", ".join(filter(None, (agreement.get(name) for name in ("if_when", "if_where", "if_with"))))
    weeks = agreement.get("check_in_weeks")
    price = agreement["estimated_price"]
    lines = (
        (_("Way to learn"), agreement["way"] if agreement["way"] != agreement["title"] else ""),
        (_("What it is for"), agreement["purpose"]),
        (_("If-then plan"), agreement.get("if_then", "")),
        (_("When, where, with whom"), before),
        (_("First use"), agreement["first_use"]),
        (_("Estimated price"), kroner(price) if price is not None else ""),
        (_("Who decides it"), agreement.get("decided_by", "")),
        (_("How you see whether it worked"), agreement.get("checked_by", "")),
        (_("Who to turn to"), agreement.get("turn_to", "")),
        (_("Weeks between follow-ups"), str(weeks) if weeks else ""),
    )
    return [f"{label}: {value}" for label, value in lines if value]


def _next_step(agreement: dict[str, Any]) -> str:
    if not agreement.get("step_due"):
        return ""
    by = day(date.fromisoformat(agreement["step_due"]), ANOTHER_YEAR)
    step = str(STEP_LABELS[agreement["step"]])
    return _("%(step)s · %(owner)s · by %(day)s") % {"step": step, "owner": agreement["step_owner"], "day": by}
