"""The ground rules (published in versions, read, asked about, answered) and the kick-off meetings of units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.rounds import may_add_to_rules, participants_in
from udbytte.domain.lifecycle.reminders import NEXT_IN_LINE, OWNER_AGAIN, SOON
from udbytte.domain.notifications import (
    KickoffCancelled,
    KickoffPlanned,
    RulesChanged,
    RulesQuestionAnswered,
    RulesQuestionAsked,
    RulesQuestionWaits,
)
from udbytte.models import (
    Conversation,
    KickoffMeeting,
    Notification,
    Person,
    Round,
    RulesConfirmation,
    RulesQuestion,
    RulesRead,
    RulesVersion,
    Unit,
)
from udbytte.models.rules import LONGEST_ADDITION, LONGEST_ANSWER, LONGEST_QUESTION
from udbytte.queries.rounds.rules import ADDITION, PARTS, current_versions, versions_for
from udbytte.services.agreements.owners import manager_above
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, require_text_fits, save_row
from udbytte.services.locks import lock_row, lock_rows_in_order
from udbytte.services.notifications.notify import notify, notify_all

CHUNK = 2000
# The same reminders as for a step.
REMIND_AFTER, TELL_ABOVE_AFTER = timedelta(days=OWNER_AGAIN), timedelta(days=NEXT_IN_LINE)


def publish_rules(round_: Round, *, by: Person | None, on: date) -> RulesVersion | None:
    """Store a new version of the rules if they have changed since the last one. None: nothing is new.

    People who have read an earlier version are notified once of the new parts.
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
        _notify_of_changes(version, readers.values_list("person_id", flat=True), on)
    return version


@transaction.atomic
def add_to_rules(round_: Round, unit: Unit, text: str, *, by: Person, on: date) -> RulesVersion | None:
    """Add a unit's own rules to the round's, for the unit and all units below. An empty text removes them.

    The people there are notified once. Raises NotPermitted unless HR or the unit's manager, and NotPossible if the
    round is not open. None: nothing is new.
    """
    if not may_add_to_rules(unit, by, on):
        raise NotPermitted
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if not row.is_open or not set(row.units.values_list("pk", flat=True)) & set(unit.ancestor_ids):
        raise NotPossible
    text = require_text_fits(text.strip(), LONGEST_ADDITION, "text")
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
        _notify_of_changes(version, participants_in(unit, row).exclude(pk=by.pk).values_list("pk", flat=True), on)
    return version


def _notify_of_changes(version: RulesVersion, people: Iterable[int], on: date) -> None:
    facts = RulesChanged(
        round=version.round_id,
        name=version.round.name,
        parts=tuple(version.changed),
        unit=version.unit.name if version.unit is not None else "",
    )
    notify_all(Notification.of(person, facts, on=on, cause=f"rules:{version.pk}") for person in people)


@transaction.atomic
def confirm_rules(round_: Round, *, by: Person, on: date, seen: Iterable[int] | None = None) -> RulesConfirmation:
    """The person has read the round's ground rules. A second confirmation changes nothing.

    `seen`: the ids of the versions on the page. Raises NotPermitted outside the round, NotPossible unless it is open,
    and Refused if the rules have changed since the page was opened.
    """
    if not round_.conversations.filter(employment__person=by).exists():
        raise NotPermitted
    if not round_.is_open:
        raise NotPossible
    versions = versions_for(round_, by)
    if seen is not None and {version.pk for version in versions} - set(seen):
        raise Refused(_("The rules have been changed since you opened the page. Read what is new, and confirm then."))
    RulesRead.objects.bulk_create(
        (RulesRead(version=version, person=by, on=on) for version in versions), ignore_conflicts=True
    )
    return RulesConfirmation.objects.get_or_create(round=round_, person=by, defaults={"confirmed_on": on})[0]


@transaction.atomic
def ask_about_rules(round_: Round, text: str, *, by: Person, on: date) -> RulesQuestion:
    """Ask a question about the rules.

    The line manager is notified and answers for everybody. The same text is asked once. Raises NotPermitted outside the
    round, and NotPossible unless it is open.
    """
    talk = Conversation.objects.filter(round=round_, employment__person=by).select_related("employment").first()
    if talk is None:
        raise NotPermitted
    if not round_.is_open:
        raise NotPossible
    if not text.strip():
        raise MissingFact("text")
    text, job = require_text_fits(text.strip(), LONGEST_QUESTION, "text"), talk.employment
    lock_rows_in_order(Conversation, [talk.pk])  # of two equal questions at once, the second finds the first
    asked = RulesQuestion.objects.filter(round=round_, employment=job, text=text).order_by("pk").first()
    if asked is not None:
        return asked
    question = RulesQuestion.objects.create(round=round_, employment=job, text=text, unit_id=job.unit_id, asked_on=on)
    if job.line_manager is not None:
        facts = RulesQuestionAsked(by=by.name, text=question.text)
        notify(job.line_manager, facts, on=on, cause=f"rules-question:{question.pk}")
    return question


@transaction.atomic
def answer_rules_question(question: RulesQuestion, answer: str, *, by: Person, on: date) -> RulesQuestion:
    """Answer a question for everybody in the unit. A new answer replaces the old one. The person who asked is notified.

    Raises NotPermitted unless the person is the present line manager of the person who asked.
    """
    row = lock_row(RulesQuestion.objects.select_related("employment__person"), question.pk)
    if row.employment.line_manager_id != by.pk or not row.employment.holds_on(on):
        raise NotPermitted
    if not answer.strip():
        raise MissingFact("answer")
    answer = require_text_fits(answer.strip(), LONGEST_ANSWER, "answer")
    row.answer, row.answered_on, row.answered_by = answer, row.answered_on or on, by
    row.save()
    facts = RulesQuestionAnswered(round=row.round_id, by=by.name, answer=row.answer)
    notify(row.employment.person, facts, on=on, cause=f"rules-answer:{row.pk}:{on}")
    return row


@transaction.atomic
def plan_kickoff(
    round_: Round, unit: Unit, *, planned_at: datetime, minutes: int, place: str, agenda: str, by: Person, on: date
) -> KickoffMeeting:
    """Set when a unit has its kick-off meeting, or move it. Everybody in the unit gets an invitation.

    Raises NotPermitted unless HR or the unit's manager, NotPossible unless the round is open, and Refused for a past
    time or a held meeting.
    """
    if not may_add_to_rules(unit, by, on):
        raise NotPermitted
    if not round_.is_open or not set(round_.units.values_list("pk", flat=True)) & set(unit.ancestor_ids):
        raise NotPossible
    if planned_at.date() < on:
        raise Refused(_("That day has been."), "planned_at")
    meeting = KickoffMeeting.objects.select_for_update().filter(round=round_, unit=unit).first()
    if meeting is not None and meeting.held_on is not None:
        raise Refused(_("The meeting has been held already."))
    before = (meeting.planned_at, meeting.minutes, meeting.place) if meeting is not None else None
    meeting = meeting or KickoffMeeting(round=round_, unit=unit, planned_turn=-1)
    meeting.planned_at, meeting.minutes, meeting.place = planned_at, minutes, place.strip()
    meeting.agenda, meeting.by = agenda.strip(), by
    is_changed = before != (planned_at, minutes, meeting.place)
    meeting.planned_turn += is_changed
    save_row(meeting)
    if is_changed:
        _notify_unit(meeting, KickoffPlanned, moved=before is not None, on=on)
    return meeting


@transaction.atomic
def cancel_kickoff(meeting: KickoffMeeting, *, by: Person, on: date) -> None:
    """Cancel a kick-off meeting; the invitations are cancelled too. Refused if it was held."""
    row = KickoffMeeting.objects.select_for_update().get(pk=meeting.pk)
    if not may_add_to_rules(row.unit, by, on):
        raise NotPermitted
    if row.held_on is not None:
        raise Refused(_("The meeting has been held already."))
    row.planned_turn += 1
    _notify_unit(row, KickoffCancelled, moved=False, on=on)
    row.delete()


def _notify_unit(
    meeting: KickoffMeeting, says: type[KickoffPlanned | KickoffCancelled], *, moved: bool, on: date
) -> None:
    more = {"agenda": meeting.agenda} if says is KickoffPlanned else {}
    facts = says(
        kickoff=meeting.pk,
        turn=meeting.planned_turn,
        when=meeting.planned_at,
        minutes=meeting.minutes,
        place=meeting.place,
        round=meeting.round.name,
        other=meeting.unit.name,
        manager=meeting.by.name if meeting.by is not None else "",
        moved=moved,
        **more,
    )
    turn = f"{meeting.planned_turn}:{meeting.planned_at.isoformat()}"
    cause = f"{facts.kind}:{meeting.round_id}:{meeting.unit_id}:{turn}"
    soon = meeting.planned_at.date() - on <= SOON
    people = participants_in(meeting.unit, meeting.round)
    notify_all(Notification.of(person.pk, facts, on=on, cause=cause, urgent=soon) for person in people)


@transaction.atomic
def hold_kickoff(
    meeting: KickoffMeeting, *, held_on: date, present: Iterable[Person], clarified: str, by: Person, on: date
) -> KickoffMeeting:
    """Record the kick-off meeting: its day, who was present, and what was clarified.

    It can be changed until the round closes. Raises NotPermitted unless HR or the unit's manager, and Refused for a
    future day or a person from another unit.
    """
    row = KickoffMeeting.objects.select_for_update().get(pk=meeting.pk)
    if not may_add_to_rules(row.unit, by, on):
        raise NotPermitted
    if not row.round.is_open:
        raise NotPossible
    if held_on > on:
        raise Refused(_("That day has not come yet."), "held_on")
    known = set(participants_in(row.unit, row.round).values_list("pk", flat=True))
    there = [person.pk for person in present]
    if not set(there) <= known:
        raise Refused(_("Choose among the employees of the unit."), "present")
    row.held_on, row.clarified = held_on, clarified.strip()
    row.save(update_fields=["held_on", "clarified"])
    row.present.set(there)
    return row


def rules_question_notifications(on: date) -> Iterator[Notification]:
    """Unanswered questions about the rules: the manager is reminded after a week, their manager notified after two."""
    waiting = RulesQuestion.objects.filter(answered_on__isnull=True, round__closed_on__isnull=True)
    rows = waiting.filter(asked_on__lte=on - REMIND_AFTER, employment__person__is_active=True)
    for question in rows.select_related("employment__person", "employment__line_manager"):
        manager = question.employment.line_manager
        if manager is not None:
            asked = RulesQuestionAsked(by=question.employment.person.name, text=question.text)
            yield Notification.of(manager.pk, asked, on=on, cause=f"rules-question-late:{question.pk}", urgent=True)
        above = manager_above(manager.pk, on) if manager is not None else None
        if above is not None and question.asked_on <= on - TELL_ABOVE_AFTER:
            name = manager.name if manager is not None else ""
            waits = RulesQuestionWaits(manager=name, unit=question.employment.unit.name)
            yield Notification.of(above, waits, on=on, cause=f"rules-question-above:{question.pk}")
