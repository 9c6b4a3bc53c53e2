"""The catalogue of courses: searched, filtered, and some of them side by side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from udbytte.domain.numbers import int_from
from udbytte.models import Course, CourseRun
from udbytte.models.formatting import due, kroner
from udbytte.queries.courses import catalogue
from udbytte.queries.courses.catalogue import Wanted
from udbytte.runtime.clock import today
from udbytte.web.base.addresses import page_address
from udbytte.web.base.request import roles

from .course_page import course, edit_course_page, edit_run_page, new_course
from .facts import Fact, about, course_facts, run_facts, seats_of, span, where
from .forms import SearchForm

A_PAGE = 20
AT_ONCE = 4  # courses side by side


def _chosen(request: HttpRequest) -> list[int]:
    """The courses that are chosen to be compared, each once."""
    asked = [pk for value in request.GET.getlist("c") if (pk := int_from(value)) is not None]
    return list(dict.fromkeys(asked))


def _wanted(form: SearchForm) -> Wanted:
    said = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    if "q" in said:
        said["words"] = said.pop("q")
    return Wanted(**said)


def _set_filters(form: SearchForm) -> list[str]:
    """The filters that are set, in words."""
    said = []
    for bound in form.filters:
        value = form.cleaned_data.get(bound.name)
        if value in (None, "", False):
            continue
        choices = dict(getattr(bound.field, "choices", ()))
        if value is True:
            said.append(str(bound.label))
        else:
            shown = kroner(value) if bound.name == "price_to" else choices.get(value) or bound.value()
            said.append(f"{bound.label}: {shown}")
    return said


def _row(one: Course, run: CourseRun | None, chosen: list[int]) -> dict[str, Any]:
    """What a list says of a course: what it is, what it costs from, and its next run."""
    on = today()
    least: int | None = one.least_cost  # type: ignore[attr-defined]
    coming: list[str] = []
    if run is not None:
        closes = _("sign up by %(day)s") % {"day": due(run.signup_deadline, on)} if run.signup_deadline else ""
        coming = [said for said in (span(run, on), where(run), closes, seats_of(run)) if said]
    return {
        "course": one,
        "url": page_address("course", one.pk),
        "price": "" if least is None else kroner(least) if least else _("free of charge"),
        "about": about(one),
        "coming": " · ".join(coming),
        "compare": _("Compare %(title)s") % {"title": one.title},
        "chosen": one.pk in chosen,
    }


def _found(wanted: Wanted, number: str | None) -> tuple[Page[Course], str]:
    """A page of what was found; where nothing was, of what was meant, with the words that were looked for instead."""
    on = today()
    page = Paginator(catalogue.found_courses(wanted, on=on), A_PAGE).get_page(number)
    if page.paginator.count or not (instead := catalogue.corrected(wanted.words)):
        return page, ""
    meant = Wanted(**{name: getattr(wanted, name) for name in Wanted.__slots__} | {"words": instead})
    return Paginator(catalogue.found_courses(meant, on=on), A_PAGE).get_page(number), instead


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """The catalogue, a page at a time; for htmx the list alone."""
    form = SearchForm(request.GET)
    form.is_valid()
    wanted, chosen = _wanted(form), _chosen(request)
    page, instead = _found(wanted, request.GET.get("page"))
    runs = catalogue.next_runs(page, wanted, on=today())
    kept = [(name, said) for name, some in request.GET.lists() for said in some if said and name != "page"]
    part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    shown = {one.pk for one in page}
    context = {
        "part": part,
        "form": form,
        "filters": _set_filters(form),
        "wrong": any(field.errors for field in form.filters),
        "rows": [_row(one, runs.get(one.pk), chosen) for one in page],
        "page": page,
        "kept": urlencode(kept),
        "searched": any(request.GET.get(name) for name in form.fields),
        "words": wanted.words,
        "instead": instead,
        "chosen": chosen,
        "elsewhere": Course.objects.filter(pk__in=[pk for pk in chosen if pk not in shown]) if chosen else [],
    }
    context["providers"] = [] if part else catalogue.said_in("provider")
    context["may_import"] = not part and roles(request).may_import_courses
    response = render(request, "courses/found.html" if part else "courses/courses.html", context)
    if part:
        response["HX-Replace-Url"] = f"{request.path}?{context['kept']}"
    patch_vary_headers(response, ("HX-Request",))
    return response


def _columns(found: list[Course]) -> list[dict[str, Fact]]:
    """For each course what is known of it and of its next run, by the name of the fact."""
    on = today()
    runs = catalogue.next_runs(found, Wanted(), on=on)
    columns = []
    for one in found:
        facts = {fact.label: fact for fact in course_facts(one)}
        if one.pk in runs:
            told = run_facts(runs[one.pk], on)
            facts |= {fact.label: fact for fact in told if fact.value or fact.label not in facts}
        columns.append(facts | {_("What it is about"): Fact("", one.description)})
    return columns


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four courses side by side, each with its next run: all that is known of any of them."""
    chosen = _chosen(request)
    by_key = Course.objects.in_bulk(chosen[:AT_ONCE])
    found = [by_key[pk] for pk in chosen[:AT_ONCE] if pk in by_key]
    columns = _columns(found)
    labels = dict.fromkeys(label for facts in columns for label in facts)
    rows = [(label, [facts.get(label) for facts in columns]) for label in labels]
    kept = "&".join(f"c={one.pk}" for one in found)
    context = {
        "courses": found,
        "rows": [row for row in rows if any(fact and fact.value for fact in row[1])],
        "kept": kept,
        "too_many": len(chosen) > AT_ONCE,
    }
    return render(request, "courses/compare.html", context)


urlpatterns = [
    path("kurser/", courses, name="courses"),
    path("kurser/nyt/", new_course, name="new-course"),
    path("kurser/sammenlign/", compare, name="compare-courses"),
    path("kurser/<int:pk>/", course, name="course"),
    path("kurser/<int:pk>/ret/", edit_course_page, name="edit-course"),
    path("kurser/hold/<int:pk>/ret/", edit_run_page, name="edit-run"),
]
