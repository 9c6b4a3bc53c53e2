"""The ground rules: published in versions, read, asked about and answered. Changed rules ask again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ..access.rules import may_add_to_rules, people_of
from ..domain.notifications import RulesChanged, RulesQuestionAnswered, RulesQuestionAsked
from ..models import (
    Conversation,
    Notice,
    Person,
    Round,
    RulesConfirmation,
    RulesQuestion,
    RulesRead,
    RulesVersion,
    Unit,
)
from ..models.rules import LONGEST_ADDITION, LONGEST_ANSWER, LONGEST_QUESTION
from ..queries.rules import ADDITION, PARTS, current_versions, versions_for
from .errors import MissingFact, NotPermitted, NotPossible, Refused, require_room
from .locks import lock_in_order, locked_row
from .notices import notify, notify_all

CHUNK = 2000


def publish_rules(round_: Round, *, by: Person | None, on: date) -> RulesVersion | None:
    """Number the rules as they read now, when the round is published or they have been changed since.

    Who has read an earlier version is told once which parts are new, and asked to read them. None: nothing is new.
    """
    texts = {name: getattr(round_, name) for name in PARTS}
    last = current_versions(round_).get(None)
    changed = [name for name in PARTS if last is None or last.texts.get(name) != texts[name]]
    if not changed:
        return None
    version = RulesVersion.objects.create(
        round=round_, number=last.number + 1 if last else 1, texts=texts, changed=changed, published_on=on, by=by
    )
    if last is not None:
        readers = RulesConfirmation.objects.filter(round=round_, person__is_active=True)
        _tell_changed(version, readers.values_list("person_id", flat=True), on)
    return version


@transaction.atomic
def add_to_rules(round_: Round, unit: Unit, text: str, *, by: Person, on: date) -> RulesVersion | None:
    """Add to the rules what counts in a unit and all below it; an empty text takes it back. Those there are told once.

    Raises NotPermitted unless HR or who manages the unit, NotPossible when the round is not open. None: nothing is new.
    """
    if not may_add_to_rules(unit, by, on):
        raise NotPermitted
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if not row.is_open or not set(row.units.values_list("pk", flat=True)) & set(unit.ancestor_ids):
        raise NotPossible
    text = require_room(text.strip(), LONGEST_ADDITION, "text")
    last = current_versions(row).get(unit.pk)
    if text == (last.texts[ADDITION] if last is not None else ""):
        return None
    version = RulesVersion.objects.create(
        round=row,
        unit=unit,
        number=last.number + 1 if last else 1,
        texts={ADDITION: text},
        changed=[ADDITION],
        published_on=on,
        by=by,
    )
    if text:
        _tell_changed(version, people_of(unit, row).exclude(pk=by.pk).values_list("pk", flat=True), on)
    return version


def _tell_changed(version: RulesVersion, people: Iterable[int], on: date) -> None:
    facts = RulesChanged(
        round=version.round_id,
        name=version.round.name,
        parts=tuple(version.changed),
        unit=version.unit.name if version.unit is not None else "",
    )
    notify_all(Notice.of(person, facts, on=on, cause=f"rules:{version.pk}") for person in people)


@transaction.atomic
def confirm_rules(round_: Round, *, by: Person, on: date, seen: Iterable[int] | None = None) -> RulesConfirmation:
    """The person has read the round's ground rules as they stand. A second time changes nothing.

    `seen`: the ids of the versions that were on the page. Raises NotPermitted outside the round, NotPossible unless it
    is open, Refused when the rules have been changed since the page was opened.
    """
    if not round_.conversations.filter(employment__person=by).exists():
        raise NotPermitted
    if not round_.is_open:
        raise NotPossible
    versions = versions_for(round_, by)
    if seen is not None and {one.pk for one in versions} - set(seen):
        raise Refused(_("The rules have been changed since you opened the page. Read what is new, and confirm then."))
    RulesRead.objects.bulk_create((RulesRead(version=one, person=by, on=on) for one in versions), ignore_conflicts=True)
    return RulesConfirmation.objects.get_or_create(round=round_, person=by, defaults={"confirmed_on": on})[0]


@transaction.atomic
def ask_about_rules(round_: Round, text: str, *, by: Person, on: date) -> RulesQuestion:
    """Ask about the rules. The line manager is told, and answers for everybody; the same text is asked once.

    Raises NotPermitted outside the round, NotPossible unless it is open.
    """
    talk = Conversation.objects.filter(round=round_, employment__person=by).select_related("employment").first()
    if talk is None:
        raise NotPermitted
    if not round_.is_open:
        raise NotPossible
    if not text.strip():
        raise MissingFact("text")
    text, job = require_room(text.strip(), LONGEST_QUESTION, "text"), talk.employment
    lock_in_order(Conversation, [talk.pk])  # of two equal questions at once, the second finds the first
    asked = RulesQuestion.objects.filter(round=round_, employment=job, text=text).order_by("pk").first()
    if asked is not None:
        return asked
    question = RulesQuestion.objects.create(round=round_, employment=job, text=text, unit_id=job.unit_id, asked_on=on)
    if job.line_manager is not None:
        facts = RulesQuestionAsked(by=by.name, text=question.text)
        notify(job.line_manager, facts, on=on, cause=f"rules-question:{question.pk}")
    return question


@transaction.atomic
def answer_about_rules(question: RulesQuestion, answer: str, *, by: Person, on: date) -> RulesQuestion:
    """Answer for everybody in the unit; a new answer takes the place of the old one. The one who asked is told.

    Raises NotPermitted unless the asker's present line manager.
    """
    row = locked_row(RulesQuestion.objects.select_related("employment__person"), question.pk)
    if row.employment.line_manager_id != by.pk or not row.employment.holds_on(on):
        raise NotPermitted
    if not answer.strip():
        raise MissingFact("answer")
    answer = require_room(answer.strip(), LONGEST_ANSWER, "answer")
    row.answer, row.answered_on, row.answered_by = answer, row.answered_on or on, by
    row.save()
    facts = RulesQuestionAnswered(round=row.round_id, by=by.name, answer=row.answer)
    notify(row.employment.person, facts, on=on, cause=f"rules-answer:{row.pk}:{on}")
    return row
