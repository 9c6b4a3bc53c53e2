"""Closing a round: its report is stored, and managers are asked about conversations that were not held."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from udbytte.access.figures import report_units
from udbytte.domain.notifications import ConversationsNotHeld
from udbytte.models import Conversation, NotHeld, Person, Round, RoundReport, UnitTally, WhyNotHeld, valid_on
from udbytte.queries.figures.report import common_unit_of, live_report, report_facts
from udbytte.queries.rounds.closing import unexplained_conversations_of
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.meetings.times import hold_conversation
from udbytte.services.notifications.notify import notify


def store_reports(round_: Round, *, on: date) -> None:
    """Store the report of a round on the day: of the whole round, and of each unit with HR or a works council.

    A unit's report is stored only if people of the round are counted there.
    """
    UnitTally.objects.filter(round=round_).delete()  # small units are counted for the last day now
    place = common_unit_of(round_)
    top = place.path if place is not None else ""
    units = [unit for unit in report_units(on) if unit.path.startswith(top) and unit != place]
    for unit in (place, *units):
        report = live_report(round_, unit, on=on)
        if unit == place or report.figures.people:
            stored = {"on": on, "facts": report_facts(report)}
            RoundReport.objects.update_or_create(round=round_, unit=unit, defaults=stored)


def ask_about_conversations_not_held(round_: Round, *, on: date) -> int:
    """Ask each manager once a round why conversations were not held. Returns the number of managers."""
    rows = Conversation.objects.filter(valid_on(on, "employment__"), round=round_, held_on__isnull=True)
    unsaid = rows.filter(not_held__isnull=True, declined_on__isnull=True, employment__line_manager__is_active=True)
    asked = unsaid.exclude(employment__person=F("employment__line_manager")).order_by()
    counts = asked.values_list("employment__line_manager").annotate(number=Count("pk"))
    numbers = {manager: number for manager, number in counts if manager is not None}
    for person in Person.objects.filter(pk__in=numbers).order_by("pk"):
        facts = ConversationsNotHeld(name=round_.name, count=numbers[person.pk])
        notify(person, facts, on=on, cause=f"not_held:{round_.pk}")
    return len(numbers)


@transaction.atomic
def confirm_conversation_held(conversation: Conversation, *, held_on: date, by: Person, on: date) -> None:
    """The conversation was held after all, on a day of its round. NotPermitted unless the person is asked about it."""
    _require_asked(conversation, by, on)
    if held_on < conversation.round.announced_on:
        raise Refused(_("That is before the round began."), "held_on")
    hold_conversation(conversation, by=None, on=on, held_on=held_on)


def _require_asked(conversation: Conversation, by: Person, on: date) -> None:
    if not unexplained_conversations_of(by, on).filter(pk=conversation.pk).exists():
        raise NotPermitted


@transaction.atomic
def explain_conversation_not_held(conversation: Conversation, reason: WhyNotHeld, *, by: Person, on: date) -> NotHeld:
    """Record why the conversation was not held. NotPermitted unless the person is asked about it."""
    _require_asked(conversation, by, on)
    return NotHeld.objects.create(conversation=conversation, reason=reason, by=by, on=on)
