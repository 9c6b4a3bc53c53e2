"""Kick-off meetings: planned from a template, held, and what was clarified."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.rounds import kickoffs_seen_by, may_add_to_rules, people_of, units_to_add_for
from udbytte.domain.reach import START
from udbytte.models import KickoffMeeting, Person, Round
from udbytte.models.formatting import day
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.rounds.rules import cancel_kickoff, hold_kickoff, plan_kickoff
from udbytte.web.base.fields import DayField, MomentField, StyledForm
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission, add_refusal

# Our own template of an agenda; the unit changes it as it likes.
AGENDA = lazy(
    "1. What are the conversations for, here with us?\n"
    "2. The ground rules: what do we go by, and what is possible this year?\n"
    "3. The money: how much is there, and who decides?\n"
    "4. What does the unit need to become better at?\n"
    "5. Learning at work: which ways have we tried, and who can help others?\n"
    "6. What came of what we agreed last time?\n"
    "7. What is still unclear, and who answers it by when?"
)


class KickoffForm(StyledForm):
    """When and where a unit meets, and about what."""

    planned_at = MomentField(label=lazy("When"), reach=START)
    minutes = forms.IntegerField(label=lazy("Minutes"), min_value=10, max_value=600, initial=60)
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)
    agenda = forms.CharField(
        label=lazy("Agenda"), max_length=8000, initial=AGENDA, widget=forms.Textarea(attrs={"rows": 9})
    )


class HeldForm(StyledForm):
    """That the unit has met: when, who was there, what was clarified."""

    held_on = DayField(label=lazy("The day you met"), reach=START)
    present = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=lazy("Who was there?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    clarified = forms.CharField(
        label=lazy("What was clarified?"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=lazy("Read by everybody in the unit."),
    )

    def __init__(self, meeting: KickoffMeeting, data: Any = None) -> None:
        there = meeting.present.all() if meeting.held_on else people_of(meeting.unit, meeting.round)
        begun = {
            "held_on": meeting.held_on or timezone.localdate(meeting.planned_at),
            "present": list(there),
            "clarified": meeting.clarified,
        }
        super().__init__(data, auto_id="held_%s", initial=begun)
        choices = cast("forms.ModelMultipleChoiceField[Person]", self.fields["present"])
        choices.queryset = people_of(meeting.unit, meeting.round)


@only(lambda mine: mine.is_manager or mine.manages_units or mine.is_hr)
def plan(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Call a unit's meeting, or move it."""
    person, on = person_of(request), today()
    round_ = get_object_or_404(Round, pk=pk, published_on__isnull=False, closed_on__isnull=True)
    found = get_object_or_404(units_to_add_for(round_, person, on), pk=unit)
    meeting = KickoffMeeting.objects.filter(round=round_, unit=found).first()
    begun = {}
    if meeting is not None:
        begun = {name: getattr(meeting, name) for name in ("minutes", "place", "agenda")}
        begun["planned_at"] = timezone.localtime(meeting.planned_at)
    form = KickoffForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            made = plan_kickoff(round_, found, by=person, on=on, **form.cleaned_data)
            messages.success(request, _("Everybody in the unit is told, with an invitation to their calendar."))
            return redirect("kickoff", made.pk)
    context = {"round": round_, "unit": found, "form": form, "meeting": meeting}
    return render(request, "rounds/rules/plan_kickoff.html", context, status=422 if form.is_bound else 200)


def kickoff(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting, for those of the unit; who leads it says who was there and what was clarified."""
    person, on = person_of(request), today()
    seen = kickoffs_seen_by(person, on).select_related("unit", "round", "by")
    meeting = get_object_or_404(seen, pk=pk)
    leads = may_add_to_rules(meeting.unit, person, on)
    form = HeldForm(meeting, request.POST if request.POST.get("do") == "held" else None) if leads else None
    if request.method == "POST" and form is not None:
        try:
            if request.POST.get("do") == "cancel":
                cancel_kickoff(meeting, by=person, on=on)
                messages.success(request, _("The meeting is given up, and everybody is told."))
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
        "when": f"{day(at.date(), on)} {at:%H.%M}",
        "held": day(meeting.held_on, on) if meeting.held_on else "",
        "present": meeting.present.all(),
        "leads": leads and meeting.round.is_open,
        "to_tell": meeting.held_on is None and at.date() <= on,
        "form": form,
    }
    return render(
        request, "rounds/rules/kickoff.html", context, status=422 if form is not None and form.is_bound else 200
    )


urlpatterns = [
    path("runder/<int:pk>/opstart/<int:unit>/", plan, name="plan-kickoff"),
    path("opstart/<int:pk>/", kickoff, name="kickoff"),
]
