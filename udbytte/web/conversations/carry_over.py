"""What is open from an earlier round, on the page of the next conversation: it goes on, moves, or is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from udbytte.access.conversations import writes_plan
from udbytte.domain.numbers import int_from
from udbytte.models import Agreement, CarriedOn, Carrying, Conversation
from udbytte.queries.rounds.closing import open_from_before
from udbytte.runtime.clock import today
from udbytte.services.conversations.carry_over import EVENTS, take_up
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission

HOW = {event.value: how for how, event in EVENTS.items()}


@dataclass(frozen=True, slots=True)
class Carried:
    """An agreement that is open from an earlier round: what was said of it here, and the forms to say it by.

    Without forms while a drop is proposed: that has an answer of its own.
    """

    row: Row
    said: CarriedOn | None
    move: EventForm | None
    drop: EventForm | None

    @property
    def waits(self) -> bool:
        return self.said is None and self.move is not None


def carried(conversation: Conversation, failed: EventForm | None = None) -> list[Carried]:
    """What the two still have to say of the rounds before; those that are not answered come first."""
    on, rows = today(), open_from_before(conversation).select_related("step_owner", "employee", "round")
    said = {one.agreement_id: one for one in conversation.carried_on.select_related("by")}
    shown = []
    for agreement in rows:
        moves, drops = (None, None) if agreement.dropping else _forms(agreement, failed)
        shown.append(Carried(row(agreement, on), said.get(agreement.pk), moves, drops))
    return sorted(shown, key=lambda one: not one.waits)


def _forms(agreement: Agreement, failed: EventForm | None) -> tuple[EventForm, EventForm]:
    """The two forms, each with ids of its own, and the one that failed as it was typed."""
    made = []
    for event in (EVENTS[Carrying.MOVED], EVENTS[Carrying.DROPPED]):
        form = EventForm(agreement, event, today())
        form.auto_id = f"c{agreement.pk}_{event}_%s"
        if failed is not None and failed.auto_id == form.auto_id:
            form = failed
        made.append(form)
    return made[0], made[1]


def carry(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    """Save what the two say of one agreement; what could not be saved is shown as it was typed."""
    if not writes_plan(conversation, person_of(request), today()):
        raise Http404
    number = int_from(request.POST.get("agreement", ""))
    found = get_object_or_404(open_from_before(conversation), pk=number)
    by, on, how = person_of(request), today(), request.POST.get("how", "")
    if how in (Carrying.GOES_ON, Carrying.LATER):
        take_up(conversation, found, Carrying(how), by=by, on=on)
        return None
    event = request.POST.get("event", "")
    if event not in HOW:
        raise Http404
    form = EventForm(found, EVENTS[HOW[event]], on, request.POST)
    form.auto_id = f"c{found.pk}_{event}_%s"
    if form.is_valid():
        with Submission(form):
            take_up(conversation, found, HOW[event], by=by, on=on, turn=form.cleaned_data["turn"], **form.facts())
            return None
    sent = request.POST.copy()
    sent["turn"] = str(found.turn)  # who has now seen what happened meanwhile can press once more
    form.data = sent
    return {"carried": carried(conversation, form)}
