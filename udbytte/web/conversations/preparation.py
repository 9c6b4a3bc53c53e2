"""The preparation questions of a conversation's page, with the answers that the person may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from udbytte.access.conversations import is_frozen
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
    read_on: date | None  # when the other first opened it
    may_stop: bool  # the person can stop sharing
    they_shared: bool
    is_first_reading: bool  # the other's, by the person


def preparation_part(
    conversation: Conversation,
    person: Person,
    fields: dict[str, AutosaveField],
    earlier: dict[tuple[str, int | None], list[EarlierText]],
) -> PreparationPart:
    """The questions that the person answers, or that one of the two has answered."""
    employee = conversation.employment.person_id
    other = conversation.manager_id if person.pk == employee else employee
    own, own_answers = _answers(conversation, person.pk)
    theirs, other_answers = _answers(conversation, other)
    shared, they_shared = _is_shared(own), _is_shared(theirs)
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
        read_on=own.read_on if own is not None else None,
        may_stop=shared and bool(fields) and conversation.held_on is None and not is_frozen(conversation),
        they_shared=they_shared,
        is_first_reading=they_shared and theirs is not None and theirs.read_on is None,
    )


def _answers(conversation: Conversation, author: int | None) -> tuple[Preparation | None, dict[int, str]]:
    """The author's preparation, if there is one, and its answers by question."""
    preparation = Preparation.objects.filter(conversation=conversation, author=author).first()
    if preparation is None:
        return None, {}
    return preparation, dict(preparation.answers.values_list("question_id", "text"))


def _is_shared(preparation: Preparation | None) -> bool:
    return preparation is not None and preparation.shared_on is not None
