"""Kick-off meetings of a unit: planning one, and the page on which it is held."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from udbytte.access.rounds import kickoffs_seen_by, may_add_to_rules, units_to_add_for
from udbytte.models import KickoffMeeting, Round
from udbytte.models.formatting import day, day_and_time
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds.rules import cancel_kickoff, hold_kickoff, plan_kickoff
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission, add_refusal

from .forms import KickoffForm, KickoffHeldForm
from .sheet import TO_BRING


@only(lambda roles: roles.is_manager or roles.manages_units or roles.is_hr)
def plan_kickoff_page(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Plan the kick-off meeting of a unit, or move it."""
    person, on = person_of(request), today()
    round_ = get_object_or_404(Round, pk=pk, published_on__isnull=False, closed_on__isnull=True)
    found = get_object_or_404(units_to_add_for(round_, person, on), pk=unit)
    meeting = KickoffMeeting.objects.filter(round=round_, unit=found).first()
    initial = {}
    if meeting is not None:
        initial = {name: getattr(meeting, name) for name in ("minutes", "place", "agenda")}
        initial["planned_at"] = timezone.localtime(meeting.planned_at)
    form = KickoffForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            made = plan_kickoff(round_, found, by=person, on=on, **form.cleaned_data)
            messages.success(
                request, _("Everybody in the unit gets an email with an invitation, the agenda and the sheet.")
            )
            return redirect("kickoff", made.pk)
    context = {"round": round_, "unit": found, "form": form, "meeting": meeting}
    return render(request, "rounds/rules/plan_kickoff.html", context, status=422 if form.is_bound else 200)


def kickoff_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A kick-off meeting, for the people of the unit. Its leader says who was there and what was clarified."""
    person, on = person_of(request), today()
    meetings = kickoffs_seen_by(person, on).select_related("unit", "round", "by")
    meeting = get_object_or_404(meetings, pk=pk)
    leads = may_add_to_rules(meeting.unit, person, on)
    form = KickoffHeldForm(meeting, request.POST if request.POST.get("do") == "held" else None) if leads else None
    if request.method == "POST" and form is not None:
        try:
            if request.POST.get("do") == "cancel":
                cancel_kickoff(meeting, by=person, on=on)
                messages.success(request, _("The meeting is cancelled, and everybody has been notified."))
                return redirect("team-rules")
            if form.is_valid():
                hold_kickoff(meeting, by=person, on=on, **form.cleaned_data)
                messages.success(request, _("Saved."))
                return redirect("kickoff", pk)
        except Refused as refused:
            if not form.is_bound:  # giving up has no fields
                messages.error(request, refused.message)
                return redirect("kickoff", pk)
            add_refusal(form, refused)
    at = timezone.localtime(meeting.planned_at)
    context = {
        "meeting": meeting,
        "when": day_and_time(meeting.planned_at, on),
        "held": day(meeting.held_on, on) if meeting.held_on else "",
        "present": meeting.present.all(),
        "to_bring": TO_BRING,
        "leads": leads and meeting.round.is_open,
        "asks_if_held": meeting.held_on is None and at.date() <= on,
        "form": form,
    }
    return render(
        request, "rounds/rules/kickoff.html", context, status=422 if form is not None and form.is_bound else 200
    )


urlpatterns = [
    path("runder/<int:pk>/opstart/<int:unit>/", plan_kickoff_page, name="plan-kickoff"),
    path("opstart/<int:pk>/", kickoff_page, name="kickoff"),
]
