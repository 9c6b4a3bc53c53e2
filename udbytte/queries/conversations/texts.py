"""Conversations of one person, and the texts of a conversation's page: field by field, and as a plan to sign."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from udbytte.access.conversations import earlier_texts_of, own_conversations_of
from udbytte.models import (
    Answer,
    Asked,
    Conversation,
    DevelopmentPlan,
    Person,
    Preparation,
    PreparationQuestion,
    SetAside,
)
from udbytte.models.conversations import LONGEST_NO_COURSE, LONGEST_NOTES
from udbytte.models.groups import LONGEST_GOAL

NOTES, OWN, NO_COURSE = "notes", "own", "no-course"
GOAL_PARTS = ("text", "sign")
# Out of 90 columns: reading them all takes longer than showing the rows.
SHOWN = (
    *("kind", "planned_at", "held_on", "declined_on", "rests_until", "missed_on", "due_on"),
    *("manager__given_name", "manager__family_name"),
    *("round__name", "round__conversations_from", "round__procedure", "round__criteria"),
    *("employment__unit__path",),
)


def open_conversations(person: Person) -> QuerySet[Conversation, Conversation]:
    """The person's own conversations of open rounds, with what the first page shows of them."""
    own = own_conversations_of(person).filter(round__closed_on__isnull=True)
    return own.select_related("round", "employment__unit", "manager").only(*SHOWN).order_by("planned_at", "pk")


def page_state_of(conversation: Conversation, person: Person, plan: DevelopmentPlan | None) -> str:
    """Everything on the conversation's page that the person does not write themself, as one line to compare by."""
    shared = Answer.objects.filter(preparation__conversation=conversation, preparation__shared_on__isnull=False)
    theirs = shared.exclude(preparation__author=person).order_by("pk").values_list("pk", "text")
    facts: list[object] = [conversation.planned_at, conversation.held_on, *theirs]
    facts += [plan.employee_signed_on, plan.manager_signed_on] if plan is not None else [None, None]
    if plan is not None:
        facts += plan.goals.values_list("pk", flat=True)
        facts += plan.agreements.order_by("pk").values_list("pk", "turn", "planned_from", "paused_until")
    facts += conversation.carried_on.order_by("pk").values_list("pk", "how")
    facts += earlier_texts_of(conversation).exclude(by=person).values_list("pk", flat=True)
    return repr(facts)


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field's text. `mark` identifies it, so that a later save can tell whether this text was the one seen.

    `most` is the number of characters there is room for.
    """

    text: str
    most: int = LONGEST_NOTES

    @property
    def mark(self) -> str:
        return mark_of(self.text)


def mark_of(text: str) -> str:
    """A short mark of a text, by which a page says which text it was shown."""
    return sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:16]


def preparation_questions_for(conversation: Conversation, person: Person) -> QuerySet[PreparationQuestion]:
    """The questions for the person: those for both, and those for their own side."""
    side = Asked.EMPLOYEE if person.pk == conversation.employment.person_id else Asked.MANAGER
    return preparation_questions_of(conversation).filter(asked__in=(Asked.BOTH, side))


def preparation_questions_of(conversation: Conversation) -> QuerySet[PreparationQuestion]:
    """The questions of the conversation: those for everybody, and those for the employee's job title."""
    title = " ".join(conversation.employment.title.lower().split())
    asked = Q(titles=[]) | Q(titles__contains=[title])
    return PreparationQuestion.objects.filter(asked, round=conversation.round_id)


def field_texts_of(
    conversation: Conversation,
    person: Person,
    plan: DevelopmentPlan | None,
    *,
    begins: bool = False,
    only_own_notes: bool = False,
) -> dict[str, FieldText]:
    """Every field that the person may write in, by its name.

    `plan` is given if they may write in it. `begins`: there is no plan yet, and they may begin it. `only_own_notes`:
    everything else is only read by now.
    """
    own = Preparation.objects.filter(conversation=conversation, author=person).first()
    own_notes = FieldText(own.notes if own is not None else "")
    if only_own_notes:
        return {OWN: own_notes}
    answers = dict(own.answers.values_list("question_id", "text")) if own is not None else {}
    texts = {
        f"q-{question.pk}": FieldText(answers.get(question.pk, ""))
        for question in preparation_questions_for(conversation, person)
    }
    texts |= {NOTES: FieldText(conversation.notes), OWN: own_notes}
    if begins or (plan is not None and plan.signed_text is None):
        texts[NO_COURSE] = FieldText(plan.no_course_reason if plan is not None else "", LONGEST_NO_COURSE)
    if plan is not None and plan.signed_text is None:
        for goal in plan.goals.filter(common__isnull=True):  # common goals are edited on the group's page
            texts |= {f"goal-{goal.pk}-{part}": FieldText(getattr(goal, part), LONGEST_GOAL) for part in GOAL_PARTS}
    return texts


def set_aside_texts_for(conversation: Conversation, person: Person) -> QuerySet[SetAside]:
    """The set-aside texts that the person may read: from the fields of both, and from their own."""
    return SetAside.objects.filter(Q(owner=None) | Q(owner=person), conversation=conversation)


def plan_contents(plan: DevelopmentPlan) -> dict[str, Any]:
    """Goals and agreements of a plan as they are today: what the two sign."""
    fields = (
        *("title", "purpose", "if_then", "first_use", "estimated_price"),
        *("checked_by", "turn_to", "decided_by", "check_in_weeks"),
    )
    agreements = plan.agreements.select_related("method", "goal").order_by("pk")
    return {
        "goals": [{"text": goal.text, "sign": goal.sign} for goal in plan.goals.all()],
        "no_course_reason": plan.no_course_reason,
        "agreements": [
            {name: getattr(agreement, name) for name in fields}
            | {
                "kind": agreement.kind,
                "goal": agreement.goal.text if agreement.goal is not None else "",
                "way": str(agreement.method or ""),
                "planned_from": agreement.planned_from.isoformat(),
                "planned_to": agreement.planned_to.isoformat(),
            }
            for agreement in agreements
        ],
    }


def plan_contents_with_steps(plan: DevelopmentPlan) -> dict[str, Any]:
    """The plan as it is today, each agreement with its next step, its owner and due date."""
    contents = plan_contents(plan)
    agreements = plan.agreements.select_related("step_owner").order_by("pk")
    for row, agreement in zip(contents["agreements"], agreements, strict=True):
        owner, due = agreement.step_owner, agreement.step_due
        row |= {"step": agreement.step, "step_owner": owner.name if owner is not None else ""}
        row["step_due"] = due.isoformat() if due is not None else ""
    return contents


def mark_of_plan(plan: DevelopmentPlan) -> str:
    """A mark of what is signed. It changes if the plan changes."""
    return mark_of(json.dumps(plan_contents(plan), sort_keys=True, default=str))
