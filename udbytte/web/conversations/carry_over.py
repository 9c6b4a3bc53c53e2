"""Agreements that are open from an earlier round: in the next conversation each goes on, moves or is dropped.

What has lapsed twice is answered there as well: it is opened again, or stays lapsed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from udbytte.access.conversations import may_write_plan
from udbytte.domain.lifecycle import Stage
from udbytte.domain.numbers import int_from
from udbytte.models import Agreement, CarriedOn, Carrying, Conversation
from udbytte.queries.rounds.closing import agreements_to_answer
from udbytte.runtime.clock import today
from udbytte.services.conversations.carry_over import EVENTS, carry_over_agreement
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission

# What each event says about an open agreement.
CARRYING = {event.value: carrying for carrying, event in EVENTS.items() if carrying is not Carrying.REOPENED}
AT_ONCE = (Carrying.GOES_ON, Carrying.LATER, Carrying.REOPENED, Carrying.ENDED)


@dataclass(frozen=True, slots=True)
class OpenAgreement:
    """An agreement that is open from an earlier round, with what the two have decided about it.

    There are no forms while somebody proposes to drop it: that is answered on the agreement's own page. One that has
    lapsed twice has two buttons instead.
    """

    row: Row
    decision: CarriedOn | None
    move_form: EventForm | None
    drop_form: EventForm | None

    @property
    def anchor(self) -> str:
        return f"carry-{self.row.agreement.pk}"

    @property
    def has_lapsed(self) -> bool:
        return self.row.agreement.stage == Stage.LAPSED

    @property
    def is_undecided(self) -> bool:
        return self.decision is None and (self.has_lapsed or self.move_form is not None)


def open_agreements(conversation: Conversation, failed: EventForm | None = None) -> list[OpenAgreement]:
    """The agreements that are open from earlier rounds, undecided ones first. `failed` is shown as it was typed."""
    on, rows = today(), agreements_to_answer(conversation).select_related("step_owner", "employee", "round")
    decisions = {decision.agreement_id: decision for decision in conversation.carried_on.select_related("by")}
    agreements = []
    for agreement in rows:
        has_forms = agreement.is_open and not agreement.proposed_by
        move_form, drop_form = _forms(agreement, failed) if has_forms else (None, None)
        agreements.append(OpenAgreement(row(agreement, on), decisions.get(agreement.pk), move_form, drop_form))
    return sorted(agreements, key=lambda agreement: not agreement.is_undecided)


def _forms(agreement: Agreement, failed: EventForm | None) -> tuple[EventForm, EventForm]:
    """The form to move an agreement and the form to drop it. Each has its own ids; `failed` replaces its own form."""
    forms = []
    for event in (EVENTS[Carrying.MOVED], EVENTS[Carrying.DROPPED]):
        form = EventForm(agreement, event, today())
        form.auto_id = f"c{agreement.pk}_{event}_%s"
        if failed is not None and failed.auto_id == form.auto_id:
            form = failed
        forms.append(form)
    return forms[0], forms[1]


def save_carry_over(request: HttpRequest, conversation: Conversation) -> dict[str, Any] | None:
    """Save what the two decide about one agreement. Returns the page's context where the form could not be saved.

    Raises Refused where a decision without a form is not possible any more.
    """
    if not may_write_plan(conversation, person_of(request), today()):
        raise Http404
    number = int_from(request.POST.get("agreement", ""))
    found = get_object_or_404(agreements_to_answer(conversation), pk=number)
    by, on, how = person_of(request), today(), request.POST.get("how", "")
    if how in AT_ONCE:
        carry_over_agreement(conversation, found, Carrying(how), by=by, on=on)
        return None
    event = request.POST.get("event", "")
    if event not in CARRYING:
        raise Http404
    form = EventForm(found, EVENTS[CARRYING[event]], on, request.POST)
    form.auto_id = f"c{found.pk}_{event}_%s"
    if form.is_valid():
        with Submission(form):
            carry_over_agreement(
                conversation, found, CARRYING[event], by=by, on=on, turn=form.cleaned_data["turn"], **form.facts()
            )
            return None
    sent = request.POST.copy()
    sent["turn"] = str(found.turn)  # the page now shows what happened meanwhile, so the person may press again
    form.data = sent
    return {"open_agreements": open_agreements(conversation, form)}
