"""Saving a conversation's page field by field. Two people may write at the same time; no text is overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from udbytte.access.conversations import (
    earlier_texts_of,
    is_frozen,
    is_one_of_the_two,
    is_shared,
    may_write_plan,
    may_write_texts,
)
from udbytte.domain.numbers import int_from
from udbytte.domain.texts import plain_text
from udbytte.models import Answer, Conversation, DevelopmentPlan, EarlierText, Goal, Person, Preparation, SetAside
from udbytte.models.conversations import LONGEST_NO_COURSE, LONGEST_NOTES
from udbytte.models.groups import LONGEST_GOAL
from udbytte.queries.conversations.texts import (
    GOAL_PARTS,
    NO_COURSE,
    NOTES,
    OWN,
    mark_of,
    preparation_questions_for,
    set_aside_texts_for,
)
from udbytte.services.errors import NotPermitted, NotPossible, require_text_fits

from .plan import change_goal, lock_conversation, state_no_course

SITTING = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class SavedText:
    """The result of a save. `mark` identifies the text that is stored now.

    `theirs` is that text, where it was not overwritten because somebody else had changed it.
    """

    mark: str
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a field's text is stored: the present text, how to store another, and whose field it is (None: of both).

    `put` returns the text as it is stored. `most` is the number of characters there is room for. `keeps_earlier`: the
    text is frozen, so it stays to be read when another replaces it.
    """

    text: str
    put: Callable[[str], str]
    owner: Person | None = None
    most: int = LONGEST_NOTES
    keeps_earlier: bool = False


@transaction.atomic
def save_field(
    conversation: Conversation,
    field: str,
    text: str,
    *,
    by: Person,
    on: date,
    at: datetime,
    seen: str,
    over: bool = False,
) -> SavedText:
    """Save a text in one field of the conversation's page (`queries.conversations.texts` has the field names).

    1. The conversation's row is locked, so that two saves of the same field come one after the other.
    2. A text that is longer than the field has room for is refused. Nothing is cut.
    3. `seen` is the mark of the text that the writer started from. If another text is stored by now, it stays. The new
       text is set aside, and the stored text is returned in `theirs`.
    4. `over`: the writer has seen the stored text (`seen` is its mark) and replaces it. The replaced text is set aside.
    5. When both have signed or the round is closed, the replaced text of the notes or of a shared answer stays as an
       earlier text that the two can read.

    Raises NotPermitted, NotPossible for an unknown field, TooLong, and Refused if the plan is signed or a goal has no
    text.
    """
    if not is_one_of_the_two(conversation, by):
        raise NotPermitted
    locked = lock_conversation(conversation)
    text, place = plain_text(text), _place(locked, field, by, on)
    if text == place.text:
        return SavedText(mark_of(text))
    require_text_fits(text.strip(), place.most, "text")
    aside = SetAside.objects.filter(conversation=locked, field=field, owner=place.owner)
    if mark_of(place.text) != seen:
        _set_aside(locked, field, place.owner, text, at)
        return SavedText(mark_of(place.text), theirs=place.text)
    if place.keeps_earlier:
        replaced = EarlierText(conversation=locked, field=field, owner=place.owner, text=place.text, by=by, at=at)
        keep_earlier_text(replaced, among=earlier_texts_of(locked), always=over)
    elif over:
        _set_aside(locked, field, place.owner, place.text, at)
        aside.filter(pk__in=[each.pk for each in aside if each.text == text]).delete()
    return SavedText(mark_of(place.put(text)))


def keep_earlier_text(text: EarlierText, *, among: QuerySet[EarlierText], always: bool = False) -> None:
    """Store the text that is being replaced. Nothing that is stored already is changed or deleted.

    `among` are those that are stored. While one person writes on for `SITTING`, only the first text is stored, unless
    `always`: a field is saved every few seconds, and what nobody else has changed in between is one change.
    """
    newest = among.filter(field=text.field, owner=text.owner).first()
    if always or newest is None or newest.by_id != text.by_id or text.at - newest.at >= SITTING:
        text.save()


def _set_aside(conversation: Conversation, field: str, owner: Person | None, text: str, at: datetime) -> None:
    """Set the text aside, if it is not there yet. The conversation is locked."""
    known = SetAside.objects.filter(conversation=conversation, field=field, owner=owner)
    if text.strip() and text not in [each.text for each in known]:
        SetAside.objects.create(conversation=conversation, field=field, owner=owner, text=text, at=at)


@transaction.atomic
def discard_set_aside_text(conversation: Conversation, pk: int, *, by: Person, on: date) -> None:
    """Delete a text that was set aside. It is no error if it is deleted already.

    Raises NotPermitted for outsiders, and NotPossible for a text of both that is frozen.
    """
    if not is_one_of_the_two(conversation, by):
        raise NotPermitted
    texts = set_aside_texts_for(conversation, by).filter(pk=pk)
    if is_frozen(lock_conversation(conversation)) and texts.filter(owner=None).exists():
        raise NotPossible
    texts.delete()


def _place(conversation: Conversation, field: str, by: Person, on: date) -> _Place:
    name, _dash, rest = field.partition("-")
    if field == OWN:
        own = Preparation.objects.get_or_create(conversation=conversation, author=by)[0]
        return _Place(own.notes, lambda text: _put(own, "notes", text), by)
    if not may_write_texts(conversation, by, on):
        raise NotPermitted
    if field == NOTES:
        frozen = is_frozen(conversation)
        return _Place(conversation.notes, lambda text: _put(conversation, "notes", text), keeps_earlier=frozen)
    if name == "q":
        return _answer(conversation, int_from(rest) or 0, by)
    if not may_write_plan(conversation, by, on):
        raise NotPermitted
    if field == NO_COURSE:
        plan = DevelopmentPlan.objects.get_or_create(conversation=conversation)[0]
        return _Place(
            plan.no_course_reason, lambda text: state_no_course(plan, text, by=by, on=on), most=LONGEST_NO_COURSE
        )
    number, _dash, part = rest.partition("-")
    goal = Goal.objects.filter(plan__conversation=conversation, pk=int_from(number) or 0).first()
    if name != "goal" or goal is None or part not in GOAL_PARTS:
        raise NotPossible
    return _Place(getattr(goal, part), lambda text: _word_goal(goal, part, text, by, on), most=LONGEST_GOAL)


def _put(row: Conversation | Preparation | Answer, name: str, text: str) -> str:
    setattr(row, name, text)
    row.save(update_fields=[name])
    return text


def _answer(conversation: Conversation, question: int, by: Person) -> _Place:
    question_row = preparation_questions_for(conversation, by).filter(pk=question).first()
    if question_row is None:
        raise NotPossible
    own = Preparation.objects.get_or_create(conversation=conversation, author=by)[0]
    answer = Answer.objects.get_or_create(preparation=own, question=question_row)[0]
    keeps_earlier = is_frozen(conversation) and is_shared(own)
    return _Place(answer.text, lambda text: _put(answer, "text", text), by, keeps_earlier=keeps_earlier)


def _word_goal(goal: Goal, part: str, text: str, by: Person, on: date) -> str:
    words = {"text": goal.text, "sign": goal.sign, part: text}
    changed = change_goal(goal, by=by, on=on, **words)
    return str(getattr(changed, part))
