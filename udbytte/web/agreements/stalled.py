"""What stands still: the list for coordinators and HR, and giving a step to somebody who can take it on."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.people import units_served
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Role
from udbytte.models.labels import PARTIES
from udbytte.queries.people.team import stalled_for
from udbytte.runtime.clock import today
from udbytte.services.agreements.take_step import take_step
from udbytte.web.base.fields import PersonField
from udbytte.web.base.request import only, person_of, roles
from udbytte.web.base.submit import Submission

A_PAGE = 50


@only(lambda mine: mine.is_hr or mine.is_coordinator)
def stalled(request: HttpRequest) -> HttpResponse:
    """What nobody has moved for three weeks. HR reads unit, stage and days; a coordinator title and person too."""
    person, on = person_of(request), today()
    page = Paginator(stalled_for(person, on), A_PAGE).get_page(request.GET.get("page"))
    places = {agreement.unit_id for agreement in page}
    served = set(units_served(person, Role.COORDINATOR, on).filter(pk__in=places).values_list("pk", flat=True))
    cared = set(units_served(person, Role.HR, on).filter(pk__in=places).values_list("pk", flat=True))
    rows = [
        {
            "agreement": agreement,
            "days": max((on - agreement.step_due).days, 0) if agreement.step_due else 0,
            "whole": agreement.kind == Kind.COURSE and agreement.unit_id in served,
            "hands_over": agreement.unit_id in cared,
            "whose": _whose(agreement),
        }
        for agreement in page
    ]
    return render(request, "agreements/stalled.html", {"rows": rows, "page": page})


def _whose(agreement: Agreement) -> str:
    """With whom the step lies, as a part and not as a name: HR reads no person's plan."""
    step = agreement.state.step
    return str(PARTIES[step.owner]) if step is not None else ""


class HandOverForm(forms.Form):
    """To whom the step is given; `turn` tells a stale page from a fresh one."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    owner = PersonField(
        label=lazy("Who takes the step on?"),
        help_text=lazy("A work e-mail, or name with number."),
        widget=forms.TextInput(attrs={"class": "ds-input", "autocomplete": "off"}),
    )


@only(lambda mine: mine.is_hr)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one step to somebody: unit, stage and days are all that HR reads of it."""
    person, on = person_of(request), today()
    mine = stalled_for(person, on).filter(unit__in=units_served(person, Role.HR, on))
    found = get_object_or_404(mine, pk=pk)
    form = HandOverForm(request.POST or None, initial={"turn": found.turn})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with Submission(form):
            take_step(found, Event.HAND_OVER, by=person, on=on, turn=said["turn"], owner=said["owner"])
            messages.success(request, _("%(name)s has the step now, and is told.") % {"name": said["owner"].name})
            return redirect("stalled")
    context = {
        "agreement": found,
        "form": form,
        "whose": _whose(found),
        "names_coordinator": found.step in ("find_run", "register", "confirm_seat"),
        "mine": roles(request),
    }
    return render(request, "people/team/hand_over.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    path("staar-stille/", stalled, name="stalled"),
    path("staar-stille/<int:pk>/", hand_over, name="hand-over"),
]
