"""What a round lacks, who coordinates and owns the budget where, and how long each step may take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.domain.deadlines import DEFAULT_DAYS
from udbytte.models import Round
from udbytte.models.formatting import kroner
from udbytte.queries.people.team import colleagues_named
from udbytte.queries.people.units import label_of, labels_of_units
from udbytte.queries.rounds.check import MOST_TALKS, Check, Staffing, check_of
from udbytte.runtime.clock import today
from udbytte.services.rounds.planning import LONGEST, set_days, stop_words
from udbytte.services.rounds.rounds import staff_unit as staff_unit_of
from udbytte.web.base.fields import PersonField, StyledForm
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission
from udbytte.web.money.round_budgets import MOST

SHOWN = 12  # units named in one line of what is lacking

# How HR is asked for the length of each step, in the order in which the steps come.
LENGTHS = {
    "find": lazy("Find a course run"),
    "before_wished": lazy("Found so long before the wished time"),
    "settle": lazy("Settle the money"),
    "decide": lazy("Decide on a nomination"),
    "before_deadline": lazy("Money settled so long before the sign-up deadline"),
    "register": lazy("Register"),
    "just_before_deadline": lazy("Registered so many working days before the deadline"),
    "waitlist": lazy("Ask again about a place on a waitlist"),
    "doubt": lazy("Find out about a doubtful seat"),
    "attend": lazy("Ask whether somebody went, after the last day"),
    "use": lazy("Use it for the first time"),
    "outcome": lazy("Outcome of a course, after its last day"),
    "find_helper": lazy("Find someone who helps"),
    "answer": lazy("Answer whether one can help"),
    "start": lazy("Start, after the planned day"),
    "check_in": lazy("Between two check-ins"),
    "stuck": lazy("Talk about what gets in the way"),
    "done": lazy("Outcome of learning in practice, after its end"),
    "talk": lazy("Talk about what was learned"),
    "confirm_drop": lazy("Answer whether it is dropped"),
    "hand_over": lazy("Do a step that was handed over"),
}


class LengthsForm(StyledForm):
    """How long each step may take, in days."""

    def __init__(self, round_: Round, data: Any = None) -> None:
        super().__init__(data, auto_id="days_%s", initial=dict(DEFAULT_DAYS) | dict(round_.days))
        for name, label in LENGTHS.items():
            usual = ngettext("Usually %(days)s day", "Usually %(days)s days", DEFAULT_DAYS[name])
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=LONGEST,
                help_text=usual % {"days": DEFAULT_DAYS[name]},
                widget=forms.NumberInput(attrs={"class": "ds-input", "inputmode": "numeric"}),
            )


@only(lambda mine: mine.is_hr)
def lengths(request: HttpRequest, pk: int) -> HttpResponse:
    """The lengths of the steps in one round."""
    round_ = get_object_or_404(Round, pk=pk)
    form = LengthsForm(round_, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            set_days(round_, form.cleaned_data, by=person_of(request), on=today())
            messages.success(request, _("Saved."))
            return redirect("round", pk)
    return render(request, "rounds/lengths.html", {"round": round_, "form": form}, status=422 if form.is_bound else 200)


class StaffingForm(StyledForm):
    """Who sees to one unit, and its amount; what is left empty stays as it is."""

    coordinator = PersonField(
        label=lazy("Course coordinator"),
        required=False,
        help_text=lazy("A work e-mail, or a name. Also for all units below."),
        widget=forms.TextInput(attrs={"list": "colleagues", "autocomplete": "off"}),
    )
    budget_owner = PersonField(
        label=lazy("Budget owner"),
        required=False,
        help_text=lazy("A work e-mail, or a name. Also for all units below."),
        widget=forms.TextInput(attrs={"list": "colleagues", "autocomplete": "off"}),
    )
    amount = forms.IntegerField(label=lazy("Amount in kroner"), min_value=0, max_value=MOST, required=False)


def _row(one: Staffing, labels: dict[int, str]) -> dict[str, Any]:
    return {
        "staffing": one,
        "place": label_of(one.unit, labels),
        "amount": kroner(one.budget.amount) if one.budget is not None else "",
    }


@only(lambda mine: mine.is_hr)
def staffing(request: HttpRequest, pk: int) -> HttpResponse:
    """The round's units with who coordinates, who owns the budget and the amount; those that lack something first."""
    round_ = get_object_or_404(Round, pk=pk)
    labels = labels_of_units(today())
    rows = sorted(check_of(round_, on=today()).units, key=lambda one: (not one.lacks, label_of(one.unit, labels)))
    context = {"round": round_, "rows": [_row(one, labels) for one in rows]}
    return render(request, "rounds/staffing.html", context)


@only(lambda mine: mine.is_hr)
def staff_unit(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """One unit of the round: give it what it lacks."""
    round_ = get_object_or_404(Round, pk=pk, closed_on__isnull=True)
    found = next((one for one in check_of(round_, on=today()).units if one.unit.pk == unit), None)
    if found is None:
        raise Http404
    form = StaffingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            staff_unit_of(round_, found.unit, by=person_of(request), on=today(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("round-staffing", pk)
    near = colleagues_named("", person_of(request), today(), unit=found.unit)
    shown = _row(found, labels_of_units(today()))
    context = {"round": round_, "form": form, "colleagues": near, "shown": shown, "place": shown["place"]}
    return render(request, "rounds/staff_unit.html", context, status=422 if form.is_bound else 200)


def check_shown(round_: Round) -> dict[str, Any]:
    """What the round lacks, in words: what stops publishing, and what would be missed later, each with its link."""
    check = check_of(round_, on=today())
    edit, people = reverse("round-edit", args=[round_.pk]), reverse("organisation")
    places = {"NO_QUESTIONS": reverse("round-questions", args=[round_.pk]), "NO_HR": people}
    stops = [(stop_words(one), places.get(one.kind.name, edit)) for one in check.stops]
    return {"stops": stops, "missing": _missing(round_, check), "talks": check.talks}


def _missing(round_: Round, check: Check) -> list[tuple[str, str, str]]:
    """What would be missed later: the sentence, the words of its button, and where it leads."""
    here = reverse("round-staffing", args=[round_.pk])
    edit = reverse("round-edit", args=[round_.pk])
    units = check.units
    lacking = (
        (
            [one for one in units if one.without_manager],
            _("Somebody has no manager to talk with in: %(units)s."),
            _("See the organisation"),
            reverse("organisation"),
        ),
        (
            [one for one in units if one.coordinator is None],
            _("Nobody coordinates courses, so that each must find and book their own, in: %(units)s."),
            _("Name a coordinator"),
            here,
        ),
        (
            [one for one in units if one.budget_owner is None],
            _("Nobody owns the budget, so that a nomination goes to the manager's manager, in: %(units)s."),
            _("Name a budget owner"),
            here,
        ),
        ([one for one in units if one.budget is None], _("No money is set for: %(units)s."), _("Set the amount"), here),
    )
    said = [(words % {"units": _named(found)}, button, url) for found, words, button, url in lacking if found]
    for person, count in check.busy:
        words = {"name": person.name, "count": count, "most": MOST_TALKS}
        text = _("%(name)s has %(count)s conversations; more than %(most)s is hard to hold well.") % words
        said.append((text, _("See the organisation"), f"{reverse('organisation')}?q={person.family_name}"))
    if round_.kickoff_on is None:
        said.append((_("No day is set by which the units have met about the rules."), _("Set the day"), edit))
    if not round_.follow_up_days.exists():
        said.append((_("No follow-up days are set."), _("Set the days"), edit))
    return said


def _named(found: list[Staffing]) -> str:
    names = ", ".join(one.unit.name for one in found[:SHOWN])
    more = len(found) - SHOWN
    return names + (ngettext(" and %(more)s more", " and %(more)s more", more) % {"more": more} if more > 0 else "")


urlpatterns = [
    path("runder/<int:pk>/frister/", lengths, name="round-lengths"),
    path("runder/<int:pk>/enheder/", staffing, name="round-staffing"),
    path("runder/<int:pk>/enheder/<int:unit>/", staff_unit, name="round-staff-unit"),
]
