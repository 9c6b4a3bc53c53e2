"""Choosing a course date for an agreement: suggestions with their reasons, and a search of the whole catalogue."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.agreements import agreements_readable_by, parties_of
from udbytte.domain.lifecycle import Event, allowed
from udbytte.models import Agreement, CourseRun
from udbytte.models.formatting import days, kroner, short_day
from udbytte.queries.agreements.lists import RELATED
from udbytte.queries.courses.catalogue import courses_by_words, open_runs
from udbytte.queries.courses.suggestions import Suggestion, rate_runs, suggestions_for
from udbytte.runtime.clock import today
from udbytte.web.base.request import person_of

from .forms import RunSearchForm

MOST_COURSES = 10  # of a search
MOST_RUNS = 30
NEAR_DEADLINE = 7  # days


class RunField(forms.ModelChoiceField[CourseRun]):
    """A course date that is still open, as radio buttons that say what speaks for and against each."""

    def __init__(self, suggestions: list[Suggestion], on: date) -> None:
        runs = open_runs(on).select_related("course")
        super().__init__(runs, label=_("Course date"), widget=forms.RadioSelect, empty_label=None)
        self.choices = run_choices(suggestions, on)
        self.error_messages["required"] = _("Choose a date.")


def run_choices(suggestions: list[Suggestion], on: date) -> list[tuple[int, SafeString]]:
    """The ids of the course dates with their labels."""
    return [(suggestion.run.pk, run_label(suggestion, on)) for suggestion in suggestions]


def run_label(suggestion: Suggestion, on: date) -> SafeString:
    """A course date as a radio button says it: when and where, of which course, and what speaks for and against it."""
    run = suggestion.run
    when = f"{days(run.starts_on, run.ends_on, on)}, {run.place or run.get_mode_display()}"
    what = ", ".join(filter(None, (run.course.title, run.course.provider)))
    arguments = format_html_join(" · ", '<span class="{}">{}</span>', _arguments(suggestion, on))
    return format_html(
        '<strong>{}</strong><span class="quiet small">{}</span><span class="small">{}</span>',
        when,
        what,
        arguments,
    )


def _arguments(suggestion: Suggestion, on: date) -> list[tuple[str, str]]:
    """What speaks for ("for") and against ("late") a course date, in a few words each; "quiet" is neither."""
    arguments: list[tuple[str, str]] = []
    if suggestion.agreed_course:
        arguments.append(("for", _("the course that was agreed")))
    arguments.append(("for", _("in the wished time")) if suggestion.in_time else ("late", _("outside the wished time")))
    if suggestion.near:
        arguments.append(("for", _("in %(place)s, as agreed") % {"place": suggestion.run.place}))
    price = kroner(suggestion.run.cost) if suggestion.run.cost is not None else _("price not known")
    if suggestion.affordable is False:
        arguments.append(("late", _("%(price)s, more than can still be granted") % {"price": price}))
    else:
        arguments.append(("for" if suggestion.affordable else "quiet", price))
    if suggestion.refused:
        arguments.append(("late", _("no cheaper than what was refused")))
    if suggestion.deadline_in == 0:
        arguments.append(("late", _("sign up today")))
    elif suggestion.deadline_in is not None and suggestion.run.signup_deadline is not None:
        closes = _("sign up by %(day)s") % {"day": short_day(suggestion.run.signup_deadline, on)}
        arguments.append(("late" if suggestion.deadline_in < NEAR_DEADLINE else "quiet", closes))
    if suggestion.free_seats is not None:
        seats = ngettext("%(count)s free place", "%(count)s free places", suggestion.free_seats) % {
            "count": suggestion.free_seats
        }
        arguments.append(("late" if suggestion.free_seats == 0 else "for", seats))
    return arguments


def find_run(request: HttpRequest, pk: int) -> HttpResponse:
    """The open course dates that match the words; without words, those that fit best."""
    person, on = person_of(request), today()
    agreement = get_object_or_404(agreements_readable_by(person, on).select_related(*RELATED), pk=pk)
    if not allowed(agreement.state, Event.CHOOSE_RUN, parties_of(agreement, person, on, Event.CHOOSE_RUN)):
        return redirect("agreement", pk)
    form = RunSearchForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    rows = _search(agreement, words, on) if words else suggestions_for(agreement, on, most=MOST_RUNS)
    context = {
        "agreement": agreement,
        "form": form,
        "words": words,
        "rows": run_choices(rows, on),
        "more": len(rows) == MOST_RUNS,
    }
    return render(request, "agreements/find.html", context)


def _search(agreement: Agreement, words: str, on: date) -> list[Suggestion]:
    pks = [course.pk for course in courses_by_words(on=on, words=words)[:MOST_COURSES]]
    runs = list(open_runs(on).filter(course__in=pks).select_related("course").order_by("starts_on", "pk"))
    place = {pk: number for number, pk in enumerate(pks)}
    runs.sort(key=lambda run: place[run.course_id])
    return rate_runs(agreement, runs[:MOST_RUNS], on)


urlpatterns = [path("aftaler/<int:pk>/find/", find_run, name="find-run")]
