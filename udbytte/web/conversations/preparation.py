"""The preparation questions of a conversation's page, with the answers that the person may read."""

from __future__ import annotations

from dataclasses import dataclass

from udbytte.models import Conversation, EarlierText, Person, Preparation, PreparationQuestion
from udbytte.queries.conversations.texts import preparation_questions_of

from .autosave import AutosaveField


@dataclass(frozen=True, slots=True)
class Question:
    """A preparation question as the page shows it. The other's answer is empty until the other has shared it."""

    question: PreparationQuestion
    field: AutosaveField | None  # the person's own answer; None if the person writes here no more
    own_answer: str
    own_earlier: list[EarlierText]
    other_answer: str
    other_earlier: list[EarlierText]

    @property
    def has_two_sides(self) -> bool:
        """Whether both have something to show, so that they stand beside each other."""
        return bool((self.field or self.own_answer) and (self.other_answer or self.other_earlier))


@dataclass(frozen=True, slots=True)
class PreparationPart:
    """What each of the two has prepared. `about_last` are the questions about what was agreed last time."""

    about_last: list[Question]
    others: list[Question]
    shared: bool  # the person's own is shared
    they_shared: bool


def preparation_part(
    conversation: Conversation,
    person: Person,
    fields: dict[str, AutosaveField],
    earlier: dict[tuple[str, int | None], list[EarlierText]],
) -> PreparationPart:
    """The questions that the person answers, or that one of the two has answered."""
    employee = conversation.employment.person_id
    other = conversation.manager_id if person.pk == employee else employee
    own_answers, shared = _answers(conversation, person.pk)
    other_answers, they_shared = _answers(conversation, other)
    if not they_shared:
        other_answers = {}
    questions = []
    for question in preparation_questions_of(conversation):
        name = f"q-{question.pk}"
        shown = Question(
            question,
            fields.get(name),
            own_answers.get(question.pk, ""),
            earlier.get((name, person.pk), []),
            other_answers.get(question.pk, ""),
            earlier.get((name, other), []),
        )
        if shown.field or shown.own_answer or shown.other_answer or shown.other_earlier:
            questions.append(shown)
    return PreparationPart(
        about_last=[question for question in questions if question.question.about_last],
        others=[question for question in questions if not question.question.about_last],
        shared=shared,
        they_shared=they_shared,
    )


def _answers(conversation: Conversation, author: int | None) -> tuple[dict[int, str], bool]:
    """The answers of the author's preparation by question, and whether it is shared."""
    preparation = Preparation.objects.filter(conversation=conversation, author=author).first()
    if preparation is None:
        return {}, False
    return dict(preparation.answers.values_list("question_id", "text")), preparation.shared_on is not None
