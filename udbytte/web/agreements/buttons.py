"""Which buttons a person gets for an agreement, and what pressing one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.lifecycle import HELPER_ANSWERS, Event, Kind, Party, Stage, allowed, page_answers
from udbytte.models import Agreement, Person, Press
from udbytte.models.labels import BUTTONS, HAPPENED
from udbytte.queries.money.budgets import agreements_to_nominate
from udbytte.services.agreements.attachments import take_step_with_file
from udbytte.services.agreements.take_step import replace_agreement
from udbytte.services.agreements.undo import with_undo
from udbytte.services.errors import Refused, StaleStep
from udbytte.services.practice.helping import is_asked
from udbytte.services.practice.learning_partners import accept_help_request
from udbytte.web.base.submit import add_refusal

from .event_forms import EventForm
from .what_follows import what_follows

# These answers are not asked for before the last day of the course.
NOT_BEFORE_END = frozenset({Event.GO, Event.NOT_GONE})


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done: its form, the label of its button, `opens`, the words that unfold it, and `follows`,
    what it leads to."""

    form: EventForm
    label: str
    secondary: bool = False
    opens: str = ""
    opened: bool = False  # an email leads to it
    follows: str = ""

    @property
    def folded(self) -> bool:
        """Whether the form is folded: a second choice with fields is, so that the first choice stands alone."""
        if self.opened or self.form.is_bound:
            return False
        return self.secondary and bool(self.form.visible_fields())


def _choice(
    agreement: Agreement, event: Event, on: date, data: QueryDict | None, secondary: bool, by: Person | None
) -> Choice:
    sent = data if data is not None and data.get("event") == event else None
    form = EventForm(agreement, event, on, sent, by=by)
    return Choice(form, button_text(agreement, event, by), secondary, follows=what_follows(agreement, event, by, on=on))


# The buttons about what the employee alone can know, for anybody else who answers them.
OF_SOMEBODY_ELSE = {
    Event.GO: lazy("%(who)s attended"),
    Event.NOT_GONE: lazy("%(who)s did not attend"),
    Event.USE: lazy("%(who)s has used it"),
    Event.NOT_USED: lazy("%(who)s has not used it yet"),
}


def button_text(agreement: Agreement, event: Event, by: Person | None) -> str:
    """What the button says: to the employee "Yes, I went", to anybody else that the employee attended."""
    if by is None or by.pk == agreement.employee_id or event not in OF_SOMEBODY_ELSE:
        return str(BUTTONS[event])
    return str(OF_SOMEBODY_ELSE[event]) % {"who": agreement.employee.short_name}


# In the heading of the fold that holds the other choices.
IN_FOLD = {
    Event.POSTPONE: lazy("postpone"),
    Event.PAUSE: lazy("pause"),
    Event.PROPOSE_DROP: lazy("drop"),
    Event.PROPOSE_REPLACE: lazy("replace"),
    Event.CHOOSE_RUN: lazy("choose another date"),
    Event.CANCEL_SEAT: lazy("cancel the place"),
    Event.LOSE_RUN: lazy("report a cancelled date"),
    Event.WITHDRAW: lazy("withdraw the nomination"),
    Event.ASK_ANOTHER: lazy("ask one more"),
    Event.PRICE: lazy("write the cost"),
    Event.HAND_OVER: lazy("hand it over"),
}
MOST_IN_HEADING = 3


def fold_heading(choices: Sequence[Choice]) -> str:
    """What the fold with these choices holds: "Postpone, pause, drop or something else"."""
    offered = {choice.form.chosen for choice in choices}
    words = [str(word) for event, word in IN_FOLD.items() if event in offered][:MOST_IN_HEADING]
    if not words:
        return _("Something else")
    if len(offered) > len(words):
        words.append(_("something else"))
    *before, last = words
    listed = _("%(words)s or %(last)s") % {"words": ", ".join(before), "last": last} if before else last
    return capfirst(listed)


def primary_forms(
    agreement: Agreement,
    open_events: frozenset[Event],
    on: date,
    data: QueryDict | None = None,
    *,
    asks: bool | None = None,
    by: Person | None = None,
) -> list[Choice]:
    """The forms that answer the next step, the expected one first.

    `open_events` are the events that the person may let happen (`access.agreements.events_open_to`). `by` is the person
    who answers; some fields depend on it. `asks` says that the manager cannot settle the money alone
    and must ask the budget owner; with None it is looked up.
    """
    events = [event for event in page_answers(agreement.step) if event in open_events]
    if Event.FUND in events and (bool(agreements_to_nominate([agreement])) if asks is None else asks):
        events.remove(Event.FUND)
    if agreement.step != "answer" and _asked_beside(agreement, by):
        events = [event for event in HELPER_ANSWERS if event in open_events] + events
    if agreement.ends_on is not None and on < agreement.ends_on:
        events = [event for event in events if event not in NOT_BEFORE_END]
    return [_choice(agreement, event, on, data, index > 0, by) for index, event in enumerate(events)]


def helper_forms(agreement: Agreement, on: date, by: Person) -> list[Choice]:
    """The forms by which somebody who is asked to help answers."""
    helper = frozenset({Party.HELPER})
    events = [event for event in HELPER_ANSWERS if allowed(agreement.state, event, helper)]
    return [_choice(agreement, event, on, None, index > 0, by) for index, event in enumerate(events)]


def _asked_beside(agreement: Agreement, by: Person | None) -> bool:
    """Whether the person is asked to help while the agreement has another next step."""
    return agreement.kind == Kind.PRACTICE and by is not None and is_asked(agreement, by)


def other_forms(
    agreement: Agreement,
    open_events: frozenset[Event],
    on: date,
    data: QueryDict | None = None,
    *,
    by: Person | None = None,
) -> list[Choice]:
    """Everything else the person may do now: postpone, pause, drop, replace and the rest."""
    first = (*page_answers(agreement.step), *HELPER_ANSWERS, Event.WRITE_DOWN)  # writing down has forms of its own
    events = [event for event in BUTTONS if event not in first and event in open_events]
    if agreement.stage == Stage.AGREED and Event.PRICE in events and not agreement.unused_seats.exists():
        events.remove(Event.PRICE)  # nothing has cost anything yet
    if Event.LOSE_HELPER in events and not agreement.helpers.filter(ended_on__isnull=True).exists():
        events.remove(Event.LOSE_HELPER)  # nobody helps
    return [_choice(agreement, event, on, data, True, by) for event in events]


# The three answers before an agreement lapses, side by side.
BEFORE_LAPSE = {
    Event.KEEP_OPEN: lazy("Keep it"),
    Event.PROPOSE_REPLACE: lazy("Another way"),
    Event.PROPOSE_DROP: lazy("Let it go"),
}


def reopen_form(agreement: Agreement, open_events: frozenset[Event], on: date, by: Person) -> Choice | None:
    """The form that opens a lapsed agreement again, if the person may."""
    return _choice(agreement, Event.REOPEN, on, None, True, by) if Event.REOPEN in open_events else None


def lapse_forms(others: list[Choice], *, kept_once: bool) -> tuple[list[Choice], list[Choice]]:
    """The other choices in two lists: the answers before the agreement lapses, and the rest."""
    known = {choice.form.chosen: choice for choice in others}
    offered = [event for event in BEFORE_LAPSE if event in known and not (event is Event.KEEP_OPEN and kept_once)]
    answers = [replace(known[event], opens=str(BEFORE_LAPSE[event])) for event in offered]
    return answers, [choice for choice in others if choice.form.chosen not in BEFORE_LAPSE]


@dataclass(frozen=True, slots=True)
class Pressed:
    """The agreement after a press, and what can be undone of it."""

    agreement: Agreement
    undo: Press | None = None


def press(agreement: Agreement, form: EventForm, *, by: Person, on: date) -> Pressed | None:
    """Let the event of the form happen. None when it was refused: the form then says why, beside the field."""
    if not form.is_valid():
        return None
    facts: dict[str, Any] = form.facts()
    turn, file = form.cleaned_data["turn"], form.uploaded_file()

    def act() -> Agreement:
        if form.chosen in (Event.ACCEPT, Event.ACCEPT_LATER):
            return accept_help_request(agreement, by=by, on=on, turn=turn, **facts)
        if form.chosen is Event.REPLACE:
            return replace_agreement(agreement, by=by, on=on, turn=turn)
        return take_step_with_file(agreement, form.chosen, file=file, by=by, on=on, turn=turn, facts=facts)

    try:
        return Pressed(*with_undo(agreement, act, by=by, on=on, now=timezone.now()))
    except StaleStep as stale:
        form.add_error(None, stale.message)
        if stale.entry is not None and stale.entry.by is not None:
            form.add_error(None, f"{stale.entry.by.name} {HAPPENED[Event(stale.entry.event)]}.")
        return None
    except Refused as refused:
        add_refusal(form, refused)
        return None
