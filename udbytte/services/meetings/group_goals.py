"""Common goals: written once, standing in each member's plan, and following while that plan is not signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from udbytte.models import Conversation, DevelopmentPlan, Goal, GroupConversation, GroupGoal, Person
from udbytte.services.conversations.plan import clean_goal_texts
from udbytte.services.errors import NotPermitted


def _locked(group: GroupConversation, by: Person) -> GroupConversation:
    row = GroupConversation.objects.select_for_update().get(pk=group.pk)
    if by.pk != row.manager_id and not row.members.filter(employment__person=by).exists():
        raise NotPermitted
    return row


def _open_plan(talk: Conversation) -> DevelopmentPlan | None:
    """A member's plan, begun where there is none; None when both have signed. What one has signed is signed again."""
    plan, _made = DevelopmentPlan.objects.select_for_update(of=("self",)).get_or_create(conversation=talk)
    if plan.signed_text is not None:
        return None
    if plan.employee_signed_on is not None or plan.manager_signed_on is not None:
        plan.employee_signed_on = plan.manager_signed_on = plan.manager_signed_by = None
        plan.save(update_fields=["employee_signed_on", "manager_signed_on", "manager_signed_by"])
    return plan


def copy_goals_to_plans(group: GroupConversation, talks: Iterable[Conversation], *, on: date) -> None:
    """Write the group's goals into plans that have them not; signed plans stay as signed."""
    goals = list(group.goals.all())
    for talk in talks if goals else ():
        plan = _open_plan(talk)
        if plan is not None:
            for goal in goals:
                Goal.objects.get_or_create(plan=plan, common=goal, defaults={"text": goal.text, "sign": goal.sign})


def detach_group_goals(talk: Conversation) -> None:
    """Who leaves the group keeps its goals in the plan, as goals of their own to change or remove."""
    Goal.objects.filter(plan__conversation=talk, common__isnull=False).update(common=None)


@transaction.atomic
def add_group_goal(group: GroupConversation, *, text: str, sign: str = "", by: Person, on: date) -> GroupGoal:
    """Add a common goal, by the manager or a member; it stands in everyone's plan at once. The same twice is one."""
    words = clean_goal_texts(text, sign)
    row = _locked(group, by)
    goal, _made = GroupGoal.objects.get_or_create(group=row, text=words["text"], defaults=words)
    copy_goals_to_plans(row, row.members.order_by("pk"), on=on)
    return goal


@transaction.atomic
def change_group_goal(goal: GroupGoal, *, text: str, sign: str = "", by: Person, on: date) -> None:
    """Word a common goal anew; in plans that are signed by both it stays as it was signed."""
    words = clean_goal_texts(text, sign)
    _locked(goal.group, by)
    goal.text, goal.sign = words["text"], words["sign"]
    goal.save(update_fields=["text", "sign"])
    for copy in goal.copies.select_related("plan__conversation").order_by("plan"):
        if _open_plan(copy.plan.conversation) is not None:
            copy.text, copy.sign = goal.text, goal.sign
            copy.save(update_fields=["text", "sign"])


@transaction.atomic
def remove_group_goal(goal: GroupGoal, *, by: Person, on: date) -> None:
    """Take a common goal away, also out of the plans that are not signed by both; agreements stay."""
    _locked(goal.group, by)
    for copy in goal.copies.select_related("plan__conversation").order_by("plan"):
        if _open_plan(copy.plan.conversation) is not None:
            copy.delete()
    goal.delete()
