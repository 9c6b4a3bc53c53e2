"""Conversations and rounds, as lists for one person.

What is written on a conversation's page, field by field: the text that stands, and a mark to know it by.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from udbytte.access.conversations import own_conversations_of
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

# Out of 90 columns: reading them all takes longer than showing the rows.
SHOWN = (
    *("kind", "planned_at", "held_on", "declined_on", "rests_until", "manager__given_name", "manager__family_name"),
    *("round__name", "round__conversations_from", "round__procedure", "round__criteria"),
    *("employment__unit__path",),
)


def open_conversations(person: Person) -> QuerySet[Conversation, Conversation]:
    """The person's own conversations of open rounds, with what the first page shows of them."""
    own = own_conversations_of(person).filter(round__closed_on__isnull=True)
    return own.select_related("round", "employment__unit", "manager").only(*SHOWN).order_by("planned_at", "pk")


def state_of(conversation: Conversation, person: Person, plan: DevelopmentPlan | None) -> str:
    """What stands on the conversation's page besides the fields the person writes in, as one line to compare by."""
    shared = Answer.objects.filter(preparation__conversation=conversation, preparation__shared_on__isnull=False)
    theirs = shared.exclude(preparation__author=person).order_by("pk").values_list("pk", "text")
    facts: list[object] = [conversation.planned_at, conversation.held_on, *theirs]
    facts += [plan.employee_signed_on, plan.manager_signed_on] if plan is not None else [None, None]
    if plan is not None:
        facts += plan.goals.values_list("pk", flat=True)
        facts += plan.agreements.order_by("pk").values_list("pk", "turn")
    facts += conversation.carried_on.order_by("pk").values_list("pk", "how")
    return repr(facts)


NOTES, OWN, NO_COURSE = "notes", "own", "no-course"
GOAL_PARTS = ("text", "sign")


@dataclass(frozen=True, slots=True)
class Text:
    """A field's text; `mark` says which text it is, so that a later save can tell whether it was the one seen.

    `most`: how many characters there is room for.
    """

    text: str
    most: int = LONGEST_NOTES

    @property
    def mark(self) -> str:
        return mark_of(self.text)


def mark_of(text: str) -> str:
    """A short mark of a text, by which a page can say which text it was shown."""
    return sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:16]


def questions_for(conversation: Conversation, person: Person) -> QuerySet[PreparationQuestion]:
    """What the person is asked to prepare: the questions of both, and those of their own side."""
    side = Asked.EMPLOYEE if person.pk == conversation.employment.person_id else Asked.MANAGER
    return questions_of(conversation).filter(asked__in=(Asked.BOTH, side))


def questions_of(conversation: Conversation) -> QuerySet[PreparationQuestion]:
    """The questions of the conversation: those asked of all, and those asked of the employee's job title."""
    title = " ".join(conversation.employment.title.lower().split())
    asked = Q(titles=[]) | Q(titles__contains=[title])
    return PreparationQuestion.objects.filter(asked, round=conversation.round_id)


def texts_of(
    conversation: Conversation, person: Person, plan: DevelopmentPlan | None, *, begins: bool = False
) -> dict[str, Text]:
    """Every field that the person may write in, by its name.

    `plan`: where they may write in that as well. `begins`: there is none yet, and they may begin it.
    """
    own = Preparation.objects.filter(conversation=conversation, author=person).first()
    answers = dict(own.answers.values_list("question_id", "text")) if own is not None else {}
    texts = {f"q-{one.pk}": Text(answers.get(one.pk, "")) for one in questions_for(conversation, person)}
    texts |= {NOTES: Text(conversation.notes), OWN: Text(own.notes if own is not None else "")}
    if begins or (plan is not None and plan.signed_text is None):
        texts[NO_COURSE] = Text(plan.no_course_reason if plan is not None else "", LONGEST_NO_COURSE)
    if plan is not None and plan.signed_text is None:
        for goal in plan.goals.filter(common__isnull=True):  # what a group has in common is written on its page
            texts |= {f"goal-{goal.pk}-{part}": Text(getattr(goal, part), LONGEST_GOAL) for part in GOAL_PARTS}
    return texts


def set_aside_for(conversation: Conversation, person: Person) -> QuerySet[SetAside]:
    """The texts that gave way, which the person may read: in the fields of both, and in their own."""
    return SetAside.objects.filter(Q(owner=None) | Q(owner=person), conversation=conversation)


def plan_as_it_reads(plan: DevelopmentPlan) -> dict[str, Any]:
    """Goals and agreements of a plan as they read today: what the two sign."""
    fields = (
        *("title", "purpose", "if_when", "if_where", "if_with", "first_use", "estimated_price"),
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


def plan_with_steps(plan: DevelopmentPlan) -> dict[str, Any]:
    """The plan as it reads today, each agreement with its next step, whose it is and by when."""
    said = plan_as_it_reads(plan)
    agreements = plan.agreements.select_related("step_owner").order_by("pk")
    for one, agreement in zip(said["agreements"], agreements, strict=True):
        owner, due = agreement.step_owner, agreement.step_due
        one |= {"step": agreement.step, "step_owner": owner.name if owner is not None else ""}
        one["step_due"] = due.isoformat() if due is not None else ""
    return said


def mark_of_plan(plan: DevelopmentPlan) -> str:
    """A mark of what is signed: it changes when the plan reads otherwise."""
    return mark_of(json.dumps(plan_as_it_reads(plan), sort_keys=True, default=str))
