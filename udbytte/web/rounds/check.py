"""What a round lacks, the coordinators and budget owners of its units, and the lengths of its steps."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from udbytte.models import Round
from udbytte.models.formatting import kroner
from udbytte.queries.people.team import colleagues_named
from udbytte.queries.people.units import label_of, labels_of_units
from udbytte.queries.rounds.check import MOST_TALKS, Check, Staffing, check_of
from udbytte.runtime.clock import today
from udbytte.services.rounds.planning import note_discussion, set_step_days, stop_text
from udbytte.services.rounds.rounds import staff_unit as staff_unit_of
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .dates import date_warnings
from .forms import LengthsForm, StaffingForm

LACKING = "mangler"  # in the address: one unit after the other that lacks a course coordinator
MOST_UNITS_NAMED = 12  # in one line of what is lacking


@only(lambda roles: roles.is_hr)
def step_lengths(request: HttpRequest, pk: int) -> HttpResponse:
    """How many days each step may take in a round."""
    round_ = get_object_or_404(Round, pk=pk)
    form = LengthsForm(round_, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            set_step_days(round_, form.cleaned_data, by=person_of(request), on=today())
            messages.success(request, _("Saved."))
            return redirect("round", pk)
    return render(
        request, "rounds/step_lengths.html", {"round": round_, "form": form}, status=422 if form.is_bound else 200
    )


def _row(staffing: Staffing, labels: dict[int, str]) -> dict[str, Any]:
    return {
        "staffing": staffing,
        "place": label_of(staffing.unit, labels),
        "amount": kroner(staffing.budget.amount) if staffing.budget is not None else "",
    }


@only(lambda roles: roles.is_hr)
def staffing_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The units of a round with coordinator, budget owner and budget; units that lack something come first.

    With `?mangler` the page goes on to the first unit without a coordinator, as long as there is one.
    """
    round_ = get_object_or_404(Round, pk=pk)
    labels = labels_of_units(today())
    units = check_of(round_, on=today()).units
    ordered = sorted(units, key=lambda staffing: (not staffing.lacks, label_of(staffing.unit, labels)))
    lacking = next((staffing for staffing in ordered if staffing.coordinator is None), None)
    if LACKING in request.GET and lacking is not None and not round_.closed_on:
        return redirect(f"{reverse('round-staff-unit', args=[pk, lacking.unit.pk])}?{LACKING}=1")
    context = {"round": round_, "rows": [_row(staffing, labels) for staffing in ordered]}
    return render(request, "rounds/staffing.html", context)


@only(lambda roles: roles.is_hr)
def staff_unit(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Name the coordinator and the budget owner of a unit, and set its budget."""
    round_ = get_object_or_404(Round, pk=pk, closed_on__isnull=True)
    units = check_of(round_, on=today()).units
    found = next((staffing for staffing in units if staffing.unit.pk == unit), None)
    if found is None:
        raise Http404
    form = StaffingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            staff_unit_of(round_, found.unit, by=person_of(request), on=today(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            following = f"?{LACKING}=1" if LACKING in request.GET else ""
            return redirect(reverse("round-staffing", args=[pk]) + following)
    colleagues = colleagues_named("", person_of(request), today(), unit=found.unit)
    shown = _row(found, labels_of_units(today()))
    context = {"round": round_, "form": form, "colleagues": colleagues, "shown": shown, "place": shown["place"]}
    return render(request, "rounds/staff_unit.html", context, status=422 if form.is_bound else 200)


@only(lambda roles: roles.is_hr)
@require_POST
def discussed(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the works council has discussed what is measured, as of today."""
    note_discussion(get_object_or_404(Round, pk=pk), by=person_of(request), on=today())
    messages.success(request, _("Saved."))
    return redirect("round", pk)


def round_check(round_: Round) -> dict[str, Any]:
    """What a round lacks, in words: what prevents publishing, and what would be missed later, each with a link."""
    check = check_of(round_, on=today())
    edit, people = reverse("round-edit", args=[round_.pk]), reverse("organisation")
    places = {"NO_QUESTIONS": reverse("round-questions", args=[round_.pk]), "NO_HR": people}
    stops = [(stop_text(stop), places.get(stop.kind.name, edit)) for stop in check.stops]
    return {
        "stops": stops,
        "missing": _missing(round_, check),
        "is_discussed": check.is_discussed,
        "talks": check.talks,
    }


def _missing(round_: Round, check: Check) -> list[tuple[str, str, str]]:
    """What would be missed later: the sentence, the label of its button, and the address of the button."""
    here = reverse("round-staffing", args=[round_.pk])
    edit = reverse("round-edit", args=[round_.pk])
    units = check.units
    lacking = (
        (
            [unit for unit in units if unit.without_manager],
            _("Somebody has no manager to talk with in: %(units)s."),
            _("See the organisation"),
            reverse("organisation"),
        ),
        (
            [unit for unit in units if unit.coordinator is None],
            _("Nobody coordinates courses, so that each must find and book their own, in: %(units)s."),
            _("Name a coordinator"),
            here,
        ),
        (
            [unit for unit in units if unit.budget_owner is None],
            _("Nobody owns the budget, so that a nomination goes to the manager's manager, in: %(units)s."),
            _("Name a budget owner"),
            here,
        ),
        (
            [unit for unit in units if unit.budget is None],
            _("No money is set for: %(units)s."),
            _("Set the amount"),
            here,
        ),
    )
    missing = [(warning, _("Change the dates"), edit) for warning in date_warnings(round_, today())]
    missing += [(words % {"units": _names(units)}, button, url) for units, words, button, url in lacking if units]
    for person, count in check.busy:
        words = {"name": person.name, "count": count, "most": MOST_TALKS}
        text = _("%(name)s has %(count)s conversations; more than %(most)s is hard to hold well.") % words
        missing.append((text, _("See the organisation"), f"{reverse('organisation')}?q={person.family_name}"))
    if round_.kickoff_on is None:
        missing.append((_("No day is set by which the units have met about the rules."), _("Set the day"), edit))
    if not round_.follow_up_days.exists():
        missing.append((_("No follow-up days are set."), _("Set the days"), edit))
    return missing


def _names(units: list[Staffing]) -> str:
    """The units by name; those that are named alike by their path."""
    shown = [staffing.unit for staffing in units[:MOST_UNITS_NAMED]]
    often = Counter(unit.name for unit in shown)
    labels = labels_of_units(today()) if len(often) < len(shown) else {}
    names = ", ".join(label_of(unit, labels) if often[unit.name] > 1 else unit.name for unit in shown)
    more = len(units) - MOST_UNITS_NAMED
    return names + (ngettext(" and %(more)s more", " and %(more)s more", more) % {"more": more} if more > 0 else "")


urlpatterns = [
    path("runder/<int:pk>/frister/", step_lengths, name="round-lengths"),
    path("runder/<int:pk>/enheder/", staffing_page, name="round-staffing"),
    path("runder/<int:pk>/enheder/<int:unit>/", staff_unit, name="round-staff-unit"),
    path("runder/<int:pk>/droeftet/", discussed, name="round-discussed"),
]
