"""A plan as it is read back: each goal with its agreements, and of each the next step, whose it is and by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ..domain.lifecycle import Kind
from ..models import DevelopmentPlan
from ..models.agreements import KIND_LABELS, STEP_LABELS
from ..queries.writing import plan_with_steps
from .words import days, kroner


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
