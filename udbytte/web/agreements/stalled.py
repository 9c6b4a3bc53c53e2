"""Stalled agreements: the list for coordinators and HR, and a page to give a step to somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.people import units_served
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Role
from udbytte.models.labels import PARTIES
from udbytte.queries.people.team import stalled_for
from udbytte.runtime.clock import today
from udbytte.services.agreements.take_step import take_step
from udbytte.web.base.addresses import page_address
from udbytte.web.base.fields import PersonField
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class StalledRow:
    """One stalled agreement; without addresses where the reader may not open it, or not hand it over."""

    title: str
    url: str
    late: str
    details: str
    hand_over_url: str


@only(lambda mine: mine.is_hr or mine.is_coordinator)
def stalled(request: HttpRequest) -> HttpResponse:
    """Agreements that nobody has moved for three weeks. HR reads unit, stage and days; a coordinator more."""
    person, on = person_of(request), today()
    page = Paginator(stalled_for(person, on), A_PAGE).get_page(request.GET.get("page"))
    places = {agreement.unit_id for agreement in page}
    units_as_coordinator, units_as_hr = (
        set(units_served(person, role, on).filter(pk__in=places).values_list("pk", flat=True))
        for role in (Role.COORDINATOR, Role.HR)
    )
    rows = [
        _row(
            agreement,
            on,
            whole=agreement.kind == Kind.COURSE and agreement.unit_id in units_as_coordinator,
            hands_over=agreement.unit_id in units_as_hr,
        )
        for agreement in page
    ]
    return render(request, "agreements/stalled.html", {"rows": rows, "page": page})


def _row(agreement: Agreement, on: date, *, whole: bool, hands_over: bool) -> StalledRow:
    """One row, with title and names only where the reader reads the `whole` agreement."""
    days = max((on - agreement.step_due).days, 0) if agreement.step_due else 0
    late = ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}
    owner = agreement.step_owner.name if whole and agreement.step_owner is not None else _step_party(agreement)
    state = f"{agreement.get_stage_display()} · {agreement.get_step_display()} ({owner})"
    return StalledRow(
        title=agreement.title if whole else str(agreement.unit),
        url=page_address("agreement", agreement.pk) if whole else "",
        late=_("has no owner") if agreement.stray else late,
        details=f"{agreement.employee.name}, {agreement.unit} · {state}" if whole else state,
        hand_over_url=page_address("hand-over", agreement.pk) if hands_over else "",
    )


def _step_party(agreement: Agreement) -> str:
    """The role that has the step, not the person: HR reads no person's plan."""
    step = agreement.state.step
    return str(PARTIES[step.owner]) if step is not None else ""


class HandOverForm(forms.Form):
    """Who gets the step. `turn` shows whether the page was stale when it was sent."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    owner = PersonField(
        label=lazy("Who takes the step on?"),
        help_text=lazy("A work e-mail, or name with number."),
        widget=forms.TextInput(attrs={"class": "ds-input", "autocomplete": "off"}),
    )


@only(lambda mine: mine.is_hr)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one step to somebody. HR reads only its unit, stage and days."""
    person, on = person_of(request), today()
    stalled_in_units = stalled_for(person, on).filter(unit__in=units_served(person, Role.HR, on))
    agreement = get_object_or_404(stalled_in_units, pk=pk)
    form = HandOverForm(request.POST or None, initial={"turn": agreement.turn})
    if request.method == "POST" and form.is_valid():
        owner, turn = form.cleaned_data["owner"], form.cleaned_data["turn"]
        with Submission(form):
            take_step(agreement, Event.HAND_OVER, by=person, on=on, turn=turn, owner=owner)
            messages.success(request, _("%(name)s has the step now, and is told.") % {"name": owner.name})
            return redirect("stalled")
    context = {
        "agreement": agreement,
        "form": form,
        "whose": _step_party(agreement),
        "names_coordinator": agreement.step in ("find_run", "register", "confirm_seat"),
    }
    return render(request, "people/team/hand_over.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    path("staar-stille/", stalled, name="stalled"),
    path("staar-stille/<int:pk>/", hand_over, name="hand-over"),
]
