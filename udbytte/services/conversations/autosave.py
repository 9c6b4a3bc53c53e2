"""Writing on a conversation's page, field by field: two may write at once, and no text is overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from udbytte.access.conversations import is_one_of_the_two, may_write_plan
from udbytte.domain.numbers import int_from
from udbytte.domain.texts import plain_text
from udbytte.models import Answer, Conversation, DevelopmentPlan, Goal, Person, Preparation, SetAside
from udbytte.models.conversations import LONGEST_NO_COURSE, LONGEST_NOTES
from udbytte.models.groups import LONGEST_GOAL
from udbytte.queries.conversations import GOAL_PARTS, NO_COURSE, NOTES, OWN, mark_of, questions_for, set_aside_for
from udbytte.services.errors import NotPermitted, NotPossible, require_room

from .plan import change_goal, state_no_course


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a text. `mark`: of the text that stands now. `theirs`: that text, where it was not overwritten."""

    mark: str
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a field's text is kept: what stands there, how another is put (and then reads), and whose own it is.

    `most`: how many characters there is room for.
    """

    text: str
    put: Callable[[str], str]
    owner: Person | None = None
    most: int = LONGEST_NOTES


@transaction.atomic
def write(
    conversation: Conversation,
    field: str,
    text: str,
    *,
    by: Person,
    on: date,
    at: datetime,
    seen: str | None = None,
    over: bool = False,
) -> Written:
    """Put a text in one field of the conversation's page (`queries.writing` has their names).

    1. The conversation's row is locked, so that two saves of the same field come one after the other.
    2. A text that is longer than the field has room for is refused, whatever stands there: nothing is cut.
    3. `seen` is the mark of the text that was written on. Where another text stands by now, it stays; the one sent is
       set aside, and what it would have overwritten is returned in `theirs`.
    4. `over`: the writer has seen the text that stands (`seen` is its mark) and puts theirs in its place; it is set
       aside.

    Raises NotPermitted, NotPossible for an unknown field, TooLong, and Refused where the plan is signed or a goal has
    no text.
    """
    if not is_one_of_the_two(conversation, by):
        raise NotPermitted
    locked = Conversation.objects.select_for_update().select_related("employment").get(pk=conversation.pk)
    text, place = plain_text(text), _place(locked, field, by, on)
    if text == place.text:
        return Written(mark_of(text))
    require_room(text.strip(), place.most, "text")
    aside = SetAside.objects.filter(conversation=locked, field=field, owner=place.owner)
    if seen is not None and mark_of(place.text) != seen:
        _set_aside(locked, field, place.owner, text, at)
        return Written(mark_of(place.text), theirs=place.text)
    if over:
        _set_aside(locked, field, place.owner, place.text, at)
        aside.filter(text=text).delete()
    return Written(mark_of(place.put(text)))


def _set_aside(conversation: Conversation, field: str, owner: Person | None, text: str, at: datetime) -> None:
    if text.strip():
        SetAside.objects.get_or_create(
            conversation=conversation, field=field, owner=owner, text=text, defaults={"at": at}
        )


@transaction.atomic
def throw_away(conversation: Conversation, pk: int, *, by: Person, on: date) -> None:
    """Throw away a text that was set aside, for who may read it. One that is gone already is no error."""
    if not is_one_of_the_two(conversation, by):
        raise NotPermitted
    set_aside_for(conversation, by).filter(pk=pk).delete()


def _place(conversation: Conversation, field: str, by: Person, on: date) -> _Place:
    name, _dash, rest = field.partition("-")
    if field == NOTES:
        return _Place(conversation.notes, lambda text: _put(conversation, "notes", text))
    if field == OWN:
        own = Preparation.objects.get_or_create(conversation=conversation, author=by)[0]
        return _Place(own.notes, lambda text: _put(own, "notes", text), by)
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
    asked = questions_for(conversation, by).filter(pk=question).first()
    if asked is None:
        raise NotPossible
    own = Preparation.objects.get_or_create(conversation=conversation, author=by)[0]
    answer = Answer.objects.get_or_create(preparation=own, question=asked)[0]
    return _Place(answer.text, lambda text: _put(answer, "text", text), by)


def _word_goal(goal: Goal, part: str, text: str, by: Person, on: date) -> str:
    words = {"text": goal.text, "sign": goal.sign, part: text}
    changed = change_goal(goal, by=by, on=on, **words)
    return str(getattr(changed, part))
