"""Ready agreements, which people change before they save them: about a practice method, and about using a course."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import Kind
from udbytte.domain.lifecycle.deadlines import DEFAULT_DAYS
from udbytte.domain.reach import START
from udbytte.domain.working_days import working_day_from
from udbytte.models import Agreement, Conversation, Goal, PracticeMethod
from udbytte.models.agreements import LONGEST_IF_THEN, LONGEST_PURPOSE
from udbytte.models.courses import LONGEST_TITLE

TRANSFER_WEEKS = 8


def ready_agreement(method: PracticeMethod, goal: Goal | None, conversation: Conversation, on: date) -> dict[str, Any]:
    """The initial values of an agreement about a practice method.

    It begins next Monday, or on the first working day after. Where the method has no text of its own, its name and
    summary, the sign of the goal and the name of the manager are used. The text of the goal is not copied into the
    purpose, because helpers read the purpose.
    """
    begins = working_day_from(on + timedelta(days=7 - on.weekday()))
    return {
        "kind": Kind.PRACTICE,
        "method": method.pk,
        "goal": goal.pk if goal is not None else None,
        "title": method.localised("ready_title") or str(method),
        "purpose": method.localised("ready_purpose") or _if_it_fits(method.summary, LONGEST_PURPOSE),
        "if_then": method.localised("ready_if_then"),
        "checked_by": method.localised("ready_check") or _checked(goal),
        "turn_to": method.localised("ready_turn_to") or _manager(conversation),
        "check_in_weeks": method.check_in_weeks or _rhythm(conversation, method.weeks),
        "decided_by": _manager(conversation) if method.changes_environment else "",
    } | _period(begins, method.weeks)


def ready_transfer(course: Agreement, on: date) -> dict[str, Any]:
    """The initial values of an agreement about using a course at work: the eight weeks after its last day.

    If the course ends very late, it begins on the latest day on which an agreement may begin.
    """
    begins = working_day_from(max(course.ends_on or course.planned_to, on) + timedelta(days=1))
    return {
        "kind": Kind.PRACTICE,
        "goal": course.goal_id,
        "title": _if_it_fits(_("Using the course: %(course)s") % {"course": course.title}, LONGEST_TITLE)
        or course.title,
        "purpose": course.first_use or course.purpose,
        "if_then": _if_it_fits(course.if_then, LONGEST_IF_THEN),
        "checked_by": _checked(course.goal),
        "turn_to": _manager(course.plan.conversation),
        "check_in_weeks": _rhythm(course.plan.conversation, TRANSFER_WEEKS),
    } | _period(min(begins, START.last(on)), TRANSFER_WEEKS)


def _if_it_fits(text: str, most: int) -> str:
    """The text, or nothing if it is too long: a part of it could be misunderstood."""
    return text if len(text) <= most else ""


def _period(begins: date, weeks: int) -> dict[str, date]:
    """The first and last day of so many weeks. A period that begins on a Monday ends on a Friday."""
    return {"planned_from": begins, "planned_to": begins + timedelta(days=7 * weeks - 3)}


def _rhythm(conversation: Conversation, weeks: int) -> int:
    """Weeks between check-ins: as in the round, but with at least one check-in before the end."""
    return max(1, min(round_rhythm(conversation), weeks // 2))


def round_rhythm(conversation: Conversation) -> int:
    """Weeks between check-ins of the round, for agreements that do not say otherwise."""
    days: int = conversation.round.days.get("check_in", DEFAULT_DAYS["check_in"])
    return max(1, days // 7)


def _checked(goal: Goal | None) -> str:
    return (goal.sign if goal is not None else "") or _("We look at it together when the time is over.")


def _manager(conversation: Conversation) -> str:
    manager = conversation.employment.line_manager or conversation.manager
    return manager.name if manager is not None else _("the manager")
