"""Closing a round: what is still open stands on a page of its own first; and managers say why a talk was not held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.numbers import int_from
from udbytte.models import Conversation, Round, WhyNotHeld
from udbytte.models.formatting import day
from udbytte.queries.rounds.closing import closing_of, left_behind_of, not_held_by
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds.closing import say_held, say_not_held
from udbytte.services.rounds.rounds import close_round
from udbytte.web.agreements.rows import row
from udbytte.web.base.fields import StyledForm
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission
from udbytte.web.meetings.forms import HeldForm


@only(lambda mine: mine.is_hr)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """What is still open in a round, as counts; one press closes it."""
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
            messages.success(request, _("The round is closed. Here is its report, as it stays."))
        return redirect("report", pk)
    if not round_.is_open:
        return redirect("report", pk)
    context = {"round": round_, "closing": closing_of(round_, on=on), "early": on < round_.closes_on}
    return render(request, "rounds/close.html", context | {"closes": day(round_.closes_on, on)})


class WhyForm(StyledForm):
    """Why a conversation was not held."""

    reason = forms.ChoiceField(label=lazy("Why was it not held?"), choices=WhyNotHeld.choices)


@dataclass(frozen=True, slots=True)
class Asked:
    """A conversation that was not held, with the two answers to choose from."""

    conversation: Conversation
    held: HeldForm
    why: WhyForm


@only(lambda mine: mine.is_manager)
def not_held(request: HttpRequest) -> HttpResponse:
    """The manager's conversations of closed rounds that were not held: on which day they were, or why not."""
    person, on = person_of(request), today()
    rows = not_held_by(person, on)
    failed: HeldForm | WhyForm | None = None
    if request.method == "POST":
        number = request.POST.get("conversation", "")
        found = get_object_or_404(rows, pk=int_from(number) or 0)
        failed = _answer(request, found)
        if failed is None:
            messages.success(request, _("Saved."))
            return redirect("not-held")
    asked = [_asked(one, failed) for one in rows]
    left = [row(one, on) for one in left_behind_of(person, on).select_related("employee", "step_owner").order_by("pk")]
    return render(request, "rounds/not_held.html", {"asked": asked, "left": left}, status=422 if failed else 200)


def _answer(request: HttpRequest, found: Conversation) -> HeldForm | WhyForm | None:
    """Save the answer; the form that could not be saved, with what is wrong."""
    facts: dict[str, Any] = {"by": person_of(request), "on": today()}
    form: HeldForm | WhyForm
    if "held" in request.POST:
        form = HeldForm(request.POST, auto_id=f"held{found.pk}_%s")
    else:
        form = WhyForm(request.POST, auto_id=f"why{found.pk}_%s")
    if not form.is_valid():
        return form
    with Submission(form):
        if isinstance(form, HeldForm):
            say_held(found, held_on=form.cleaned_data["held_on"], **facts)
        else:
            say_not_held(found, WhyNotHeld(form.cleaned_data["reason"]), **facts)
        return None
    return form


def _asked(one: Conversation, failed: HeldForm | WhyForm | None) -> Asked:
    held, why = HeldForm(auto_id=f"held{one.pk}_%s"), WhyForm(auto_id=f"why{one.pk}_%s")
    if failed is not None and failed.auto_id == held.auto_id and isinstance(failed, HeldForm):
        held = failed
    if failed is not None and failed.auto_id == why.auto_id and isinstance(failed, WhyForm):
        why = failed
    return Asked(one, held, why)


urlpatterns = [
    path("runder/<int:pk>/luk/", close, name="close-round"),
    path("hold/fra-sidste-runde/", not_held, name="not-held"),
]
