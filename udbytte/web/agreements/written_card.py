"""What a manager has written down of an answer, as pages show it, and the forms to write one down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.agreements import written_answers_to_confirm
from udbytte.domain.lifecycle import WRITTEN_ANSWERS, Event
from udbytte.emails.written import answer_lines, asks_whether_right, question_of
from udbytte.models import Agreement, Person, WrittenAnswer
from udbytte.models.agreements import WRITTEN_BY

from .buttons import NOT_BEFORE_END, Choice
from .event_forms import YES_OR_NO, EventForm

# Money and files are not talked about here; whether others may read an outcome is the employee's to say.
LEFT_OUT = ("actual_price", "cost", "from_outside", "file", "shared")
LABELS = {
    Event.GO: lazy("Write down that %(who)s went"),
    Event.NOT_GONE: lazy("Write down that %(who)s did not go"),
    Event.MIDWAY: lazy("Write down whether the course goes on"),
    Event.USE: lazy("Write down that %(who)s has used it"),
    Event.NOT_USED: lazy("Write down that %(who)s has not used it yet"),
    Event.REPORT_OUTCOME: lazy("Write down what %(who)s learned"),
    Event.CHECK_IN: lazy("Write down whether it happens"),
}


@dataclass(frozen=True, slots=True)
class WrittenCard:
    """What was written down: the question, the answer in lines, and where the employee answers otherwise."""

    written: WrittenAnswer
    asks: str
    question: str
    lines: list[str]

    @property
    def agreement(self) -> Agreement:
        return self.written.agreement

    @property
    def own_answer(self) -> str:
        """The agreement's page with the form open, filled with what was written."""
        return f"{reverse('agreement', args=[self.written.agreement_id])}?event={self.written.event}#next"


def card_of(written: WrittenAnswer) -> WrittenCard:
    question = question_of(written.kind)
    return WrittenCard(written, asks_whether_right(written.by.name), question, answer_lines(written))


def cards_to_confirm(person: Person, most: int) -> list[WrittenCard]:
    """What the person is asked to say yes or no to."""
    rows = written_answers_to_confirm(person).select_related("agreement", "by").order_by("pk")
    return [card_of(written) for written in rows[:most]]


def initial_of(agreement: Agreement, event: Event, person: Person) -> dict[str, Any]:
    """What the employee's own form begins with: what was written down and is not answered."""
    written = written_answers_to_confirm(person).filter(agreement=agreement, event=event).first()
    if written is None:
        return {}
    facts = dict(written.facts)
    for name in YES_OR_NO:
        if name in facts:
            facts[name] = "yes" if facts[name] else "no"
    return facts


class WrittenForm(EventForm):
    """The facts of one event of the employee, as the manager writes them down."""

    def __init__(self, agreement: Agreement, event: Event, on: date, data: Any = None) -> None:
        super().__init__(agreement, event, on, data, by=agreement.employee)
        self.auto_id = f"written_{event.value}_%s"
        for name in LEFT_OUT:
            self.fields.pop(name, None)
        if event is Event.GO:
            self.fields["went"].label = _("Did %(who)s take part?") % {"who": agreement.employee.short_name}
        if event is Event.USE:
            self.fields["line"].label = _("What was it used for?")


def written_context(agreement: Agreement, person: Person, open_events: frozenset[Event], on: date) -> dict[str, Any]:
    """The parts of the agreement's page about what is written down; `agreement` is one that the person reads whole."""
    rows = agreement.written_answers.select_related("by").filter(withdrawn_on__isnull=True)
    newest = rows.first() if agreement.is_open else None
    is_own = agreement.employee_id == person.pk
    context: dict[str, Any] = {"outcome_written": _outcome_written(agreement)}
    if newest is not None and newest.is_open:
        context["to_confirm" if is_own else "waits_for_yes"] = card_of(newest)
    elif newest is not None and newest.declined_on is not None and not is_own and agreement.is_still_at(newest.turn):
        context["not_right"] = card_of(newest)
    if Event.WRITE_DOWN in open_events and not is_own:
        context["write_forms"] = write_forms(agreement, on)
        context["opens_written"] = agreement.step_owner_id == person.pk
    return context


def write_forms(agreement: Agreement, on: date, data: QueryDict | None = None) -> list[Choice]:
    """A form for each answer that the manager can write down now."""
    events = WRITTEN_ANSWERS.get(agreement.step, ())
    if agreement.ends_on is not None and on < agreement.ends_on:
        events = tuple(event for event in events if event not in NOT_BEFORE_END)
    who = {"who": agreement.employee.short_name}
    return [
        Choice(WrittenForm(agreement, event, on), str(LABELS[event]) % who, secondary=len(events) > 1)
        for event in events
    ]


def written_by_text(by: Person, employee: Person) -> str:
    """The mark of an answer that was written down and confirmed."""
    return _("written by %(by)s in a talk with %(who)s") % {"by": by.short_name, "who": employee.short_name}


def _outcome_written(agreement: Agreement) -> str:
    """The mark of the outcome; empty when the employee wrote it."""
    entry = agreement.log.filter(event=Event.REPORT_OUTCOME).order_by("-number").first()
    by = Person.objects.filter(pk=entry.facts[WRITTEN_BY]).first() if entry and WRITTEN_BY in entry.facts else None
    return written_by_text(by, agreement.employee) if by is not None else ""
