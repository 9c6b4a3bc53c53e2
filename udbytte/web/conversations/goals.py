"""The goals of a conversation's page, each with its agreements and the form that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from udbytte.models import DevelopmentPlan, Goal
from udbytte.models.formatting import days
from udbytte.queries.agreements.lists import RELATED
from udbytte.queries.conversations.plan_load import may_be_changed, may_be_taken_back
from udbytte.web.agreements.rows import Row, row
from udbytte.web.practice.suggest import MethodProposal, proposals_for

from .autosave import AutosaveField
from .forms import AgreementForm


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An agreement of the plan. One that was added by mistake can be taken back."""

    row: Row
    planned: str
    can_be_taken_back: bool
    can_be_changed: bool
    form: AgreementForm | None = None  # while it is corrected


@dataclass(frozen=True, slots=True)
class GoalPart:
    """A goal with its fields, its agreements, and the form that adds one; without a goal: what belongs to none.

    The fields are None where the goal is only read.
    """

    goal: Goal | None
    text: AutosaveField | None
    sign: AutosaveField | None
    proposals: Sequence[MethodProposal]
    rows: Sequence[PlanRow]
    form: AgreementForm | None  # None where nothing is agreed any more
    is_added: bool  # the goal was added a moment ago, or an agreement to it

    @property
    def anchor(self) -> str:
        return anchor_of(self.goal.pk if self.goal is not None else None)

    @property
    def form_id(self) -> str:
        return form_id_of(self.goal.pk if self.goal is not None else None)

    @property
    def opens(self) -> bool:
        """Whether the form is unfolded."""
        return self.form is not None and (self.form.is_bound or self.is_added)


def anchor_of(goal: int | None) -> str:
    return f"goal-{goal}" if goal is not None else "loose"


def form_id_of(goal: int | None) -> str:
    """The id of the form that adds an agreement: what is typed in it is kept under this name."""
    return f"agree-{goal or 0}"


def goal_parts(
    plan: DevelopmentPlan | None,
    fields: dict[str, AutosaveField],
    on: date,
    *,
    is_open: bool,
    failed: AgreementForm | None = None,
    added_to: int | None = None,
    changed: int | None = None,
) -> list[GoalPart]:
    """Each goal of the plan, and at the end what belongs to none.

    `is_open`: something can be agreed. `failed` is a form that could not be saved; it stands where it was sent from.
    `added_to` is the goal to which something was added a moment ago, 0 for none. `changed` is the agreement that
    is being corrected.
    """
    goals: list[Goal | None] = [*plan.goals.all()] if plan is not None else []
    known = [goal for goal in goals if goal is not None]
    proposals = proposals_for(known) if plan is not None and plan.signed_text is None else {}
    correction = failed if failed is not None and failed.changes is not None else None
    failed = None if correction is not None else failed
    rows = _rows_by_goal(plan, on, changed=changed if is_open else None, correction=correction)
    sent = failed.data.get("goal", "") if failed is not None else ""
    place = next((goal.pk for goal in known if str(goal.pk) == sent), 0)
    methods: list[object] | None = None
    parts = []
    for goal in [*goals, None]:
        key = goal.pk if goal is not None else 0
        form = None
        if failed is not None and place == key:
            form = failed
        elif is_open:
            form = AgreementForm(plan, on=on, goal=goal, methods=methods)
            methods = form.methods
        parts.append(
            GoalPart(
                goal=goal,
                text=fields.get(f"goal-{key}-text"),
                sign=fields.get(f"goal-{key}-sign"),
                proposals=proposals.get(key, []),
                rows=rows.get(key, []),
                form=form,
                is_added=added_to == key,
            )
        )
    return parts


def _rows_by_goal(
    plan: DevelopmentPlan | None, on: date, *, changed: int | None, correction: AgreementForm | None
) -> dict[int, list[PlanRow]]:
    """The agreements by the goal's id; 0 for none. One has the form that corrects it: `correction` if that was sent."""
    rows: dict[int, list[PlanRow]] = {}
    if plan is None:
        return rows
    for agreement in plan.agreements.select_related(*RELATED).order_by("pk"):
        planned = days(agreement.planned_from, agreement.planned_to, on)
        may_change = may_be_changed(agreement)
        form = None
        if correction is not None and correction.changes == agreement:
            form = correction
        elif may_change and agreement.pk == changed:
            form = AgreementForm(plan, on=on, changes=agreement)
        plan_row = PlanRow(row(agreement, on), planned, may_be_taken_back(agreement, on), may_change, form)
        rows.setdefault(agreement.goal_id or 0, []).append(plan_row)
    return rows
