"""Common goals of a group: written once, and copied to each member's plan as long as that plan is not signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.models import Conversation, DevelopmentPlan, Goal, GroupConversation, GroupGoal, Person
from udbytte.services.conversations.plan import clean_goal_texts
from udbytte.services.errors import NotPermitted, Refused


def copy_goals_to_plans(group: GroupConversation, talks: Iterable[Conversation], *, on: date) -> None:
    """Copy the group's goals to the plans that do not have them. Signed plans do not change."""
    goals = list(group.goals.all())
    for talk in talks if goals else ():
        plan = _open_plan(talk)
        if plan is not None:
            for goal in goals:
                Goal.objects.get_or_create(plan=plan, common=goal, defaults={"text": goal.text, "sign": goal.sign})


def _open_plan(talk: Conversation) -> DevelopmentPlan | None:
    """A member's plan, created if there is none; None if both have signed. A single signature is removed."""
    plan, _made = DevelopmentPlan.objects.select_for_update(of=("self",)).get_or_create(conversation=talk)
    if plan.signed_text is not None:
        return None
    if plan.employee_signed_on is not None or plan.manager_signed_on is not None:
        plan.employee_signed_on = plan.manager_signed_on = plan.manager_signed_by = None
        plan.save(update_fields=["employee_signed_on", "manager_signed_on", "manager_signed_by"])
    return plan


def detach_group_goals(talk: Conversation) -> None:
    """Somebody leaves the group: the goals stay in the plan as their own, to change or remove."""
    Goal.objects.filter(plan__conversation=talk, common__isnull=False).update(common=None)


@transaction.atomic
def add_group_goal(group: GroupConversation, *, text: str, sign: str = "", by: Person, on: date) -> GroupGoal:
    """Add a common goal, by the manager or a member; it is in everybody's plan at once.

    The same text gives one goal.
    """
    words = clean_goal_texts(text, sign)
    row = _locked(group, by)
    goal = _same(row, words["text"]) or GroupGoal.objects.create(group=row, **words)
    copy_goals_to_plans(row, row.members.order_by("pk"), on=on)
    return goal


def _same(group: GroupConversation, text: str) -> GroupGoal | None:
    """The goal of the group with that text. The group's row is locked, so that there is never a second one."""
    return next((goal for goal in group.goals.all() if goal.text == text), None)


def _locked(group: GroupConversation, by: Person) -> GroupConversation:
    row = GroupConversation.objects.select_for_update().get(pk=group.pk)
    if by.pk != row.manager_id and not row.members.filter(employment__person=by).exists():
        raise NotPermitted
    return row


@transaction.atomic
def change_group_goal(goal: GroupGoal, *, text: str, sign: str = "", by: Person, on: date) -> None:
    """Change the words of a common goal. Plans that both have signed do not change.

    Raises Refused if the group has another goal with that text.
    """
    words = clean_goal_texts(text, sign)
    same = _same(_locked(goal.group, by), words["text"])
    if same is not None and same.pk != goal.pk:
        raise Refused(_("The group has this goal already."), "text")
    goal.text, goal.sign = words["text"], words["sign"]
    goal.save(update_fields=["text", "sign"])
    for copy in goal.copies.select_related("plan__conversation").order_by("plan"):
        if _open_plan(copy.plan.conversation) is not None:
            copy.text, copy.sign = goal.text, goal.sign
            copy.save(update_fields=["text", "sign"])


@transaction.atomic
def remove_group_goal(goal: GroupGoal, *, by: Person, on: date) -> None:
    """Remove a common goal, also from plans that are not signed by both. Agreements stay."""
    _locked(goal.group, by)
    for copy in goal.copies.select_related("plan__conversation").order_by("plan"):
        if _open_plan(copy.plan.conversation) is not None:
            copy.delete()
    goal.delete()
