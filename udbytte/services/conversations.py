"""The conversation and its plan: prepared, planned, held, written down, signed by both."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Agreement, Answer, Asked, Conversation, DevelopmentPlan, Goal, Person, Preparation, Question
from .agreements import agree_activity
from .errors import MissingFact, NotPermitted, Refused
from .notices import tell


def _require_one_of_two(conversation: Conversation, by: Person | None) -> None:
    if by is not None and by.pk not in (conversation.employment.person_id, conversation.manager_id):
        raise NotPermitted


def _require_writable(plan: DevelopmentPlan) -> None:
    if plan.signed_text is not None:
        raise Refused(_("The plan is signed by both and stays as it reads. Change an agreement on its own page."))


def _write_in(plan: DevelopmentPlan, by: Person | None) -> DevelopmentPlan:
    """The plan, locked, for the employee or the present line manager to write in.

    What only one of the two has signed is signed again, as it no longer reads as it did.
    """
    row = DevelopmentPlan.objects.select_for_update().get(pk=plan.pk)
    employment = row.conversation.employment
    if by is not None and by.pk not in (employment.person_id, employment.line_manager_id):
        raise NotPermitted
    _require_writable(row)
    if row.employee_signed_on is not None or row.manager_signed_on is not None:
        row.employee_signed_on = row.manager_signed_on = row.manager_signed_by = None
        row.save(update_fields=["employee_signed_on", "manager_signed_on", "manager_signed_by"])
    return row


@transaction.atomic
def plan_conversation(
    conversation: Conversation, *, planned_at: datetime | None, place: str, by: Person | None, on: date
) -> None:
    """Set when and where the two meet; the other one is told. Only before it is held."""
    _require_one_of_two(conversation, by)
    if conversation.held_on is not None:
        raise Refused(_("The conversation is already held."))
    conversation.planned_at, conversation.place = planned_at, place
    conversation.save(update_fields=["planned_at", "place"])
    employee = conversation.employment.person
    other = employee if by is None or by.pk != employee.pk else conversation.manager
    if planned_at is not None and other is not None:
        when = planned_at.isoformat()
        cause = f"conversation:{conversation.pk}:{when}"
        tell(other, kind="conversation", on=on, cause=cause, facts={"when": when, "place": place})


@transaction.atomic
def save_answers(conversation: Conversation, answers: dict[int, str], *, by: Person, on: date) -> Preparation:
    """Save one's own preparation, by question id; it stays one's own until it is shared."""
    _require_one_of_two(conversation, by)
    preparation, _made = Preparation.objects.get_or_create(conversation=conversation, author=by)
    side = Asked.EMPLOYEE if by.pk == conversation.employment.person_id else Asked.MANAGER
    questions = Question.objects.filter(round=conversation.round_id, pk__in=answers, asked__in=(Asked.BOTH, side))
    for question in questions:
        Answer.objects.update_or_create(
            preparation=preparation, question=question, defaults={"text": answers[question.pk]}
        )
    return preparation


@transaction.atomic
def share_preparation(conversation: Conversation, *, by: Person, on: date) -> None:
    """Let the other one read one's preparation."""
    preparation = save_answers(conversation, {}, by=by, on=on)
    preparation.shared_on = preparation.shared_on or on
    preparation.save(update_fields=["shared_on"])


def mark_of(text: str) -> str:
    """A short mark of a text, by which a page can say which text it was shown."""
    return sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def save_notes(
    conversation: Conversation, notes: str, *, by: Person | None, on: date, seen: str | None = None
) -> Conversation:
    """Save the notes that the two share. `seen`: the mark (`mark_of`) of the notes that were written on.

    Refused when the other one has written meanwhile: nobody's words are overwritten unseen.
    """
    _require_one_of_two(conversation, by)
    row = Conversation.objects.select_for_update().get(pk=conversation.pk)
    notes = notes.replace("\r\n", "\n")
    if seen is not None and row.notes != notes and mark_of(row.notes) != seen:
        raise Refused(
            _("The notes have been changed from another page since you opened this one. Yours stand below, not saved."),
            "notes",
        )
    row.notes = notes
    row.save(update_fields=["notes"])
    return row


@transaction.atomic
def plan_of(conversation: Conversation, *, by: Person | None) -> DevelopmentPlan:
    """The conversation's plan, begun when it is first written in."""
    _require_one_of_two(conversation, by)
    plan, _made = DevelopmentPlan.objects.get_or_create(conversation=conversation)
    return plan


@transaction.atomic
def hold_conversation(conversation: Conversation, *, by: Person | None, on: date, held_on: date | None = None) -> None:
    """The conversation was held, today or on a day that has been."""
    _require_one_of_two(conversation, by)
    day = held_on or on
    if day > on:
        raise Refused(_("That day has not come yet."), "held_on")
    if conversation.held_on is None:
        conversation.held_on = day
        conversation.save(update_fields=["held_on"])
    plan_of(conversation, by=by)


@transaction.atomic
def add_goal(plan: DevelopmentPlan, *, text: str, sign: str = "", by: Person | None, on: date) -> Goal:
    """Add a goal: what should become possible, and how both will see it. The same text twice is one goal."""
    if not text.strip():
        raise MissingFact("text")
    row = _write_in(plan, by)
    goal, _made = Goal.objects.get_or_create(plan=row, text=text.strip(), defaults={"sign": sign.strip()})
    return goal


@transaction.atomic
def change_goal(goal: Goal, *, text: str, sign: str = "", by: Person | None, on: date) -> Goal:
    """Word a goal anew, in a plan that is not signed by both."""
    if not text.strip():
        raise MissingFact("text")
    _write_in(goal.plan, by)
    goal.text, goal.sign = text.strip(), sign.strip()
    goal.save(update_fields=["text", "sign"])
    return goal


@transaction.atomic
def remove_goal(goal: Goal, *, by: Person | None, on: date) -> None:
    """Take a goal out of a plan that is not signed by both; its agreements stay."""
    _write_in(goal.plan, by)
    goal.delete()


@transaction.atomic
def agree_in_plan(plan: DevelopmentPlan, *, by: Person | None, on: date, **facts: Any) -> Agreement:
    """Write an agreement into a plan that is not signed by both; `facts` as for `agree_activity`.

    The same agreement twice (kind, title, planned time) is one: a second press returns the first. The plan's row is
    locked meanwhile, so that this holds for two at once as well.
    """
    row = _write_in(plan, by)
    same = row.agreements.filter(
        kind=facts["kind"],
        title=facts["title"].strip(),
        planned_from=facts["planned_from"],
        planned_to=facts["planned_to"],
        closed_on__isnull=True,
    ).first()
    return same or agree_activity(plan=row, by=by, on=on, **facts)


@transaction.atomic
def state_no_course(plan: DevelopmentPlan, reason: str, *, by: Person | None, on: date) -> None:
    """State that no course is needed, and why; an empty reason takes it back."""
    row = _write_in(plan, by)
    row.no_course_reason = reason.strip()
    row.save(update_fields=["no_course_reason"])


def _as_signed(plan: DevelopmentPlan) -> dict[str, Any]:
    """The plan as it reads today, for the record that no later change rewrites."""
    agreements = plan.agreements.select_related("method").order_by("pk")
    fields = (
        *("title", "purpose", "if_when", "if_where", "if_with", "first_use", "estimated_price"),
        *("checked_by", "turn_to", "decided_by", "check_in_weeks"),
    )
    return {
        "goals": [{"text": goal.text, "sign": goal.sign} for goal in plan.goals.all()],
        "no_course_reason": plan.no_course_reason,
        "agreements": [
            {name: getattr(agreement, name) for name in fields}
            | {
                "kind": agreement.kind,
                "way": str(agreement.method or ""),
                "planned_from": agreement.planned_from.isoformat(),
                "planned_to": agreement.planned_to.isoformat(),
            }
            for agreement in agreements
        ],
    }


@transaction.atomic
def sign_plan(plan: DevelopmentPlan, *, by: Person, on: date) -> DevelopmentPlan:
    """Sign for one's side. When both have signed, the plan is frozen as it reads; the other is asked to sign."""
    row = DevelopmentPlan.objects.select_for_update().get(pk=plan.pk)
    conversation = row.conversation
    employment = conversation.employment
    if conversation.held_on is None:
        raise Refused(_("Mark the conversation as held before you sign."))
    other: Person | None
    if by.pk == employment.person_id:
        row.employee_signed_on = row.employee_signed_on or on
        other = employment.line_manager or conversation.manager
        waiting = row.manager_signed_on is None
    elif by.pk == employment.line_manager_id:
        row.manager_signed_on, row.manager_signed_by = row.manager_signed_on or on, row.manager_signed_by or by
        other, waiting = employment.person, row.employee_signed_on is None
    else:
        raise NotPermitted
    if row.is_signed and row.signed_text is None:
        row.signed_text = _as_signed(row)
    row.save()
    if other is not None and waiting:
        tell(
            other,
            kind="sign",
            on=on,
            cause=f"sign:{row.pk}:{on.isoformat()}",
            facts={"conversation": conversation.pk, "by": by.name},
        )
    return row
