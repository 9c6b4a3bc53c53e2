"""HR closes a round; managers say afterwards why a conversation was not held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from udbytte.domain.numbers import int_from
from udbytte.models import Conversation, Round, WhyNotHeld
from udbytte.models.formatting import day
from udbytte.queries.rounds.closing import closing_of, leftover_agreements_of, unexplained_conversations_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds.closing import confirm_conversation_held, explain_conversation_not_held
from udbytte.services.rounds.rounds import close_round
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission
from udbytte.web.meetings.forms import HeldForm

from .forms import WhyNotHeldForm
from .unit_tables import closing_table


@only(lambda roles: roles.is_hr)
def close_round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The counts of what is still open in a round. A POST closes it."""
    round_, on = get_object_or_404(Round, pk=pk, published_on__isnull=False), today()
    if request.method == "POST":
        try:
            close_round(round_, by=person_of(request), on=on)
        except Refused as refused:
            round_.refresh_from_db()
            if round_.is_open:
                messages.error(request, refused.message)
                return redirect("round", pk)
        else:
            messages.success(request, _("The round is closed. This is its report."))
        return redirect("report", pk)
    if not round_.is_open:
        return redirect("report", pk)
    closing = closing_of(round_, on=on)
    context = {
        "round": round_,
        "closing": closing,
        "table": closing_table(closing),
        "early": on < round_.closes_on,
        "closes": day(round_.closes_on, on),
    }
    return render(request, "rounds/close_round.html", context)


@dataclass(frozen=True, slots=True)
class NotHeld:
    """A conversation that was not held, with the forms of the two possible answers."""

    conversation: Conversation
    held: HeldForm
    why: WhyNotHeldForm


@only(lambda roles: roles.is_manager)
def not_held_page(request: HttpRequest) -> HttpResponse:
    """The manager's conversations of closed rounds that were not held. A POST says when they were held, or why not."""
    person, on = person_of(request), today()
    rows = unexplained_conversations_of(person, on)
    failed: HeldForm | WhyNotHeldForm | None = None
    if request.method == "POST":
        number = request.POST.get("conversation", "")
        conversation = get_object_or_404(rows, pk=int_from(number) or 0)
        failed = _answer(request, conversation)
        if failed is None:
            messages.success(request, _("Saved."))
            return redirect("not-held")
    conversations = [_not_held(conversation, failed) for conversation in rows]
    left = leftover_agreements_of(person, on).select_related("employee", "step_owner").order_by("pk")
    context = {"conversations": conversations, "left": [row(agreement, on) for agreement in left]}
    return render(request, "rounds/not_held.html", context, status=422 if failed else 200)


def _answer(request: HttpRequest, found: Conversation) -> HeldForm | WhyNotHeldForm | None:
    """Save the answer. Returns the form with its errors if it could not be saved."""
    facts: dict[str, Any] = {"by": person_of(request), "on": today()}
    form: HeldForm | WhyNotHeldForm
    if "held" in request.POST:
        form = HeldForm(request.POST, auto_id=f"held{found.pk}_%s")
    else:
        form = WhyNotHeldForm(request.POST, auto_id=f"why{found.pk}_%s")
    if not form.is_valid():
        return form
    with Submission(form):
        if isinstance(form, HeldForm):
            confirm_conversation_held(found, held_on=form.cleaned_data["held_on"], **facts)
        else:
            explain_conversation_not_held(found, WhyNotHeld(form.cleaned_data["reason"]), **facts)
        return None
    return form


def _not_held(conversation: Conversation, failed: HeldForm | WhyNotHeldForm | None) -> NotHeld:
    held, why = HeldForm(auto_id=f"held{conversation.pk}_%s"), WhyNotHeldForm(auto_id=f"why{conversation.pk}_%s")
    if failed is not None and failed.auto_id == held.auto_id and isinstance(failed, HeldForm):
        held = failed
    if failed is not None and failed.auto_id == why.auto_id and isinstance(failed, WhyNotHeldForm):
        why = failed
    return NotHeld(conversation, held, why)


urlpatterns = [
    path("runder/<int:pk>/luk/", close_round_page, name="close-round"),
    path("medarbejdere/fra-forrige-runde/", not_held_page, name="not-held"),
]
