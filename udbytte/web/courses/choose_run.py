"""Choosing a run for an agreement: what fits with what speaks for it, and a search of the whole catalogue."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.agreements import agreement_view, parties_of
from udbytte.domain.lifecycle import Event, allowed
from udbytte.models import Agreement, CourseRun
from udbytte.models.formatting import days, kroner
from udbytte.queries.agreements import RELATED
from udbytte.queries.courses.catalogue import courses, open_runs
from udbytte.queries.courses.suggestions import Suggestion, rated, suggestions_for
from udbytte.runtime.clock import today
from udbytte.web.base.request import person_of

FOUND_COURSES = 10
FOUND_RUNS = 30
NEAR_DEADLINE = 7


class RunField(forms.ModelChoiceField[CourseRun]):
    """One of the runs that can still be joined, as radio buttons that say what speaks for each."""

    def __init__(self, suggestions: list[Suggestion], on: date) -> None:
        runs = open_runs(on).select_related("course")
        super().__init__(runs, label=_("Course run"), widget=forms.RadioSelect, empty_label=None)
        self.choices = run_choices(suggestions, on)
        self.error_messages["required"] = _("Choose a run.")


def run_choices(found: list[Suggestion], on: date) -> list[tuple[int, SafeString]]:
    """Runs to choose from, each by its id and as it is said."""
    return [(one.run.pk, run_label(one, on)) for one in found]


def run_label(one: Suggestion, on: date) -> SafeString:
    """A run as a radio button says it: what, when and where, and what speaks for and against it."""
    run = one.run
    when = days(run.starts_on, run.ends_on, on)
    facts = ", ".join(filter(None, (when, run.place or str(run.get_mode_display()), run.course.provider)))
    said = format_html_join(" · ", '<span class="{}">{}</span>', _speaks(one))
    return format_html(
        '<strong>{}</strong><span class="quiet small">{}</span><span class="small">{}</span>',
        run.course.title,
        facts,
        said,
    )


def _speaks(one: Suggestion) -> list[tuple[str, str]]:
    """What speaks for ("for") and against ("late") a run, in a few words each."""
    said: list[tuple[str, str]] = []
    if one.agreed_course:
        said.append(("for", _("the course that was agreed")))
    said.append(("for", _("in the wished time")) if one.in_time else ("late", _("outside the wished time")))
    if one.near:
        said.append(("for", _("in %(place)s, as agreed") % {"place": one.run.place}))
    price = kroner(one.run.cost) if one.run.cost is not None else _("price not known")
    if one.affordable is False:
        said.append(("late", _("%(price)s, more than is left in the budget") % {"price": price}))
    else:
        said.append(("for" if one.affordable else "quiet", price))
    if one.refused:
        said.append(("late", _("no cheaper than what was refused")))
    if one.deadline_in == 0:
        said.append(("late", _("sign up today")))
    elif one.deadline_in is not None:
        left = ngettext("sign up within %(days)s day", "sign up within %(days)s days", one.deadline_in)
        said.append(("late" if one.deadline_in < NEAR_DEADLINE else "quiet", left % {"days": one.deadline_in}))
    if one.free_seats is not None:
        seats = ngettext("%(count)s free seat", "%(count)s free seats", one.free_seats) % {"count": one.free_seats}
        said.append(("late" if one.free_seats == 0 else "for", seats))
    return said


class FindForm(forms.Form):
    q = forms.CharField(
        label=lazy("Words, provider or course code"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "ds-input", "type": "search"}),
    )


def find_run(request: HttpRequest, pk: int) -> HttpResponse:
    """All runs that can be joined, by what is searched for; without words those that fit best. A GET writes nothing."""
    person, on = person_of(request), today()
    seen = agreement_view(person, on).select_related(*RELATED)
    found = get_object_or_404(seen, pk=pk)
    if not allowed(found.state, Event.CHOOSE_RUN, parties_of(found, person, on, Event.CHOOSE_RUN)):
        return redirect("agreement", pk)
    form = FindForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    rows = _searched(found, words, on) if words else suggestions_for(found, on, most=FOUND_RUNS)
    context = {
        "agreement": found,
        "form": form,
        "words": words,
        "rows": run_choices(rows, on),
        "more": len(rows) == FOUND_RUNS,
    }
    return render(request, "agreements/find.html", context)


def _searched(agreement: Agreement, words: str, on: date) -> list[Suggestion]:
    pks = [course.pk for course in courses(on=on, words=words)[:FOUND_COURSES]]
    runs = list(open_runs(on).filter(course__in=pks).select_related("course").order_by("starts_on", "pk"))
    place = {pk: number for number, pk in enumerate(pks)}
    runs.sort(key=lambda run: place[run.course_id])
    return rated(agreement, runs[:FOUND_RUNS], on)


urlpatterns = [path("aftaler/<int:pk>/find/", find_run, name="find-run")]
