"""The catalogue of courses: search, filters, and courses side by side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from udbytte.domain.numbers import int_from
from udbytte.models import Course, CourseRun
from udbytte.models.formatting import deadline, kroner
from udbytte.queries.courses import catalogue
from udbytte.queries.courses.catalogue import CourseFilter, Found
from udbytte.runtime.clock import today
from udbytte.web.base.addresses import page_address
from udbytte.web.base.request import roles

from .course_page import course_page, edit_course_page, edit_run_page, new_course
from .facts import Fact, course_facts, dates_of, place_of, run_facts, seats_of, summary_of
from .forms import SearchForm

PAGE_SIZE = 20
MOST_COMPARED = 4  # courses side by side


def _chosen(request: HttpRequest) -> list[int]:
    """The ids of the courses that are chosen for comparison, without duplicates."""
    pks = [pk for value in request.GET.getlist("c") if (pk := int_from(value)) is not None]
    return list(dict.fromkeys(pks))


def _wanted(form: SearchForm) -> CourseFilter:
    """What the form searches for; its field `q` holds the words."""
    criteria = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    if "q" in criteria:
        criteria["words"] = criteria.pop("q")
    return CourseFilter(**criteria)


def _set_filters(form: SearchForm) -> list[str]:
    """The filters that are set, in words."""
    filters = []
    for bound in form.filters:
        value = form.cleaned_data.get(bound.name)
        if value in (None, "", False):
            continue
        choices = dict(getattr(bound.field, "choices", ()))
        if value is True:
            filters.append(str(bound.label))
        else:
            shown = kroner(value) if bound.name == "price_to" else choices.get(value) or bound.value()
            filters.append(f"{bound.label}: {shown}")
    return filters


def _row(course: Course, runs: list[CourseRun], chosen: list[int]) -> dict[str, Any]:
    """A course as a row of the list, with its lowest price and the next of its course dates."""
    on = today()
    least = catalogue.least_cost_of(course, runs)
    coming: list[str] = []
    for run in runs[:1]:
        closes = _("sign up by %(day)s") % {"day": deadline(run.signup_deadline, on)} if run.signup_deadline else ""
        coming = [fact for fact in (dates_of(run, on), place_of(run), closes, seats_of(run)) if fact]
    return {
        "course": course,
        "url": page_address("course", course.pk),
        "price": "" if least is None else kroner(least) if least else _("free of charge"),
        "about": summary_of(course),
        "coming": " · ".join(coming),
        "compare": _("Compare %(title)s") % {"title": course.title},
        "chosen": course.pk in chosen,
    }


def _page(wanted: CourseFilter, number: str | None) -> tuple[Page[Course], Found]:
    """A page of the courses found; past the last page, and for a number that is none, what Django's paginator says."""
    chosen = int_from(number or "1") or 0
    skip = (chosen - 1) * PAGE_SIZE
    found = catalogue.find_courses(wanted, on=today(), skip=max(skip, 0), size=PAGE_SIZE)
    paginator = Paginator(found.courses, PAGE_SIZE)
    paginator.count = found.total
    if skip < 0 or (skip and not found.courses):
        return _page(wanted, str(paginator.get_page(number).number))
    return Page(found.courses, chosen, paginator), found


def _options(values: list[str]) -> SafeString:
    """The values as options to choose from; there can be a thousand, and a template takes long for so many."""
    options = SafeString(escape("\n".join(values)).replace("\n", '"></option>\n<option value="'))
    return format_html('<option value="{}"></option>', options) if values else SafeString("")


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """The catalogue, a page at a time; for htmx the list alone."""
    form = SearchForm(request.GET)
    form.is_valid()
    wanted, chosen = _wanted(form), _chosen(request)
    page, found = _page(wanted, request.GET.get("page"))
    runs = catalogue.runs_of(page, wanted, on=today())
    query = [(name, value) for name, values in request.GET.lists() for value in values if value and name != "page"]
    part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    on_page = {course.pk for course in page}
    context = {
        "part": part,
        "form": form,
        "filters": _set_filters(form),
        "wrong": any(field.errors for field in form.filters),
        "rows": [_row(course, runs.get(course.pk, []), chosen) for course in page],
        "page": page,
        "kept": urlencode(query),
        "searched": any(request.GET.get(name) for name in form.fields),
        "words": wanted.words,
        "instead": found.corrected,
        "wider": found.wider,
        "chosen": chosen,
        "elsewhere": Course.objects.filter(pk__in=[pk for pk in chosen if pk not in on_page]) if chosen else [],
    }
    context["providers"] = "" if part else _options(catalogue.values_in_field("provider"))
    mine = roles(request)
    context["may_import"] = not part and mine.may_import_courses
    context["enters"] = not part and (mine.is_coordinator or mine.is_hr)
    response = render(request, "courses/found_courses.html" if part else "courses/courses.html", context)
    if part:
        response["HX-Replace-Url"] = f"{request.path}?{context['kept']}"
    patch_vary_headers(response, ("HX-Request",))
    return response


def _columns(courses: list[Course]) -> list[dict[str, Fact]]:
    """The facts about each course and its next date, by label."""
    on = today()
    runs = catalogue.next_runs(courses, CourseFilter(), on=on)
    columns = []
    for course in courses:
        facts = {fact.label: fact for fact in course_facts(course)}
        if course.pk in runs:
            facts_of_run = run_facts(runs[course.pk], on)
            facts |= {fact.label: fact for fact in facts_of_run if fact.value or fact.label not in facts}
        columns.append(facts | {_("What it is about"): Fact("", course.description)})
    return columns


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four courses side by side, each with its next date. A fact that no course has is left out."""
    chosen = _chosen(request)
    by_key = Course.objects.in_bulk(chosen[:MOST_COMPARED])
    compared = [by_key[pk] for pk in chosen[:MOST_COMPARED] if pk in by_key]
    columns = _columns(compared)
    labels = dict.fromkeys(label for facts in columns for label in facts)
    rows = [(label, [facts.get(label) for facts in columns]) for label in labels]
    query = "&".join(f"c={course.pk}" for course in compared)
    context = {
        "courses": compared,
        "rows": [row for row in rows if any(fact and fact.value for fact in row[1])],
        "kept": query,
        "too_many": len(chosen) > MOST_COMPARED,
    }
    return render(request, "courses/compare.html", context)


urlpatterns = [
    path("kurser/", courses, name="courses"),
    path("kurser/nyt/", new_course, name="new-course"),
    path("kurser/sammenlign/", compare, name="compare-courses"),
    path("kurser/<int:pk>/", course_page, name="course"),
    path("kurser/<int:pk>/ret/", edit_course_page, name="edit-course"),
    path("kurser/hold/<int:pk>/ret/", edit_run_page, name="edit-run"),
]
