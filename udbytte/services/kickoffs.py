"""Kick-off meetings: a unit meets about the round, everybody in it is told once, and what was clarified is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ..access.rules import may_add_to_rules, people_of
from ..domain.followup import NEXT_IN_LINE, OWNER_AGAIN, SOON
from ..domain.notifications import KickoffCancelled, KickoffPlanned, RulesQuestionAsked, RulesQuestionWaits
from ..models import KickoffMeeting, Notice, Person, Round, RulesQuestion, Unit
from .errors import NotPermitted, NotPossible, Refused
from .notices import notify_all
from .owners import manager_above
from .saving import save

# Of a question, as of every step.
REMIND_AFTER, TELL_ABOVE_AFTER = timedelta(days=OWNER_AGAIN), timedelta(days=NEXT_IN_LINE)


@transaction.atomic
def plan_kickoff(
    round_: Round, unit: Unit, *, planned_at: datetime, minutes: int, place: str, agenda: str, by: Person, on: date
) -> KickoffMeeting:
    """Set when a unit meets about the round, or move it; everybody in the unit is told, with an invitation.

    Raises NotPermitted unless HR or who manages the unit, NotPossible unless the round is open, Refused for a
    time that has been and for a meeting that is held.
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
    told = before != (planned_at, minutes, meeting.place)
    meeting.planned_turn += told
    save(meeting)
    if told:
        _notify_all(meeting, KickoffPlanned, moved=before is not None, on=on)
    return meeting


@transaction.atomic
def cancel_kickoff(meeting: KickoffMeeting, *, by: Person, on: date) -> None:
    """Give up a meeting; the invitations disappear. Refused when it has been held."""
    row = KickoffMeeting.objects.select_for_update().get(pk=meeting.pk)
    if not may_add_to_rules(row.unit, by, on):
        raise NotPermitted
    if row.held_on is not None:
        raise Refused(_("The meeting has been held already."))
    row.planned_turn += 1
    _notify_all(row, KickoffCancelled, moved=False, on=on)
    row.delete()


def _notify_all(
    meeting: KickoffMeeting, says: type[KickoffPlanned | KickoffCancelled], *, moved: bool, on: date
) -> None:
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
    )
    turn = f"{meeting.planned_turn}:{meeting.planned_at.isoformat()}"
    cause = f"{facts.kind}:{meeting.round_id}:{meeting.unit_id}:{turn}"
    soon = meeting.planned_at.date() - on <= SOON
    people = people_of(meeting.unit, meeting.round)
    notify_all(Notice.of(person.pk, facts, on=on, cause=cause, urgent=soon) for person in people)


@transaction.atomic
def hold_kickoff(
    meeting: KickoffMeeting, *, held_on: date, present: Iterable[Person], clarified: str, by: Person, on: date
) -> KickoffMeeting:
    """The unit has met: on which day, who was there, what was clarified. It can be written anew until the round closes.

    Raises NotPermitted unless HR or who manages the unit, Refused for a day to come or somebody who is not of the unit.
    """
    row = KickoffMeeting.objects.select_for_update().get(pk=meeting.pk)
    if not may_add_to_rules(row.unit, by, on):
        raise NotPermitted
    if not row.round.is_open:
        raise NotPossible
    if held_on > on:
        raise Refused(_("That day has not come yet."), "held_on")
    known = set(people_of(row.unit, row.round).values_list("pk", flat=True))
    there = [person.pk for person in present]
    if not set(there) <= known:
        raise Refused(_("Choose among the people of the unit."), "present")
    row.held_on, row.clarified = held_on, clarified.strip()
    row.save(update_fields=["held_on", "clarified"])
    row.present.set(there)
    return row


def rules_question_notices(on: date) -> Iterator[Notice]:
    """Questions about the rules that wait: told to the manager again after a week, to the one above after two."""
    waiting = RulesQuestion.objects.filter(answered_on__isnull=True, round__closed_on__isnull=True)
    rows = waiting.filter(asked_on__lte=on - REMIND_AFTER, employment__person__is_active=True)
    for one in rows.select_related("employment__person", "employment__line_manager"):
        manager = one.employment.line_manager
        if manager is not None:
            asked = RulesQuestionAsked(by=one.employment.person.name, text=one.text)
            yield Notice.of(manager.pk, asked, on=on, cause=f"rules-question-late:{one.pk}", urgent=True)
        above = manager_above(manager.pk, on) if manager is not None else None
        if above is not None and one.asked_on <= on - TELL_ABOVE_AFTER:
            name = manager.name if manager is not None else ""
            waits = RulesQuestionWaits(manager=name, unit=one.employment.unit.name)
            yield Notice.of(above, waits, on=on, cause=f"rules-question-above:{one.pk}")
