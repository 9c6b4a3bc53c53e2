"""One course with its runs, and entering and correcting both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from udbytte.access.agreements import own_agreements_of
from udbytte.access.courses import may_correct_courses
from udbytte.domain.lifecycle import Kind, Stage
from udbytte.models import Agreement, Course, CourseRun
from udbytte.queries.courses.catalogue import open_runs
from udbytte.queries.practice.outcomes import account_of_course
from udbytte.runtime.clock import today
from udbytte.services.courses.catalogue import add_run, edit_course, edit_run, enter_course
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.practice.catalogue import much_of, recommended

from .facts import about, course_facts, known, run_facts, seats_of, span, where, why_not
from .forms import CourseForm, EditCourseForm, EditRunForm, RunForm

BEFORE = 50  # runs that can no longer be joined


def _done(form: forms.Form, act: Callable[..., Any]) -> Any:
    """What the service answers to the facts of a valid form; None when it, or the form, says no."""
    if not form.is_bound or not form.is_valid():
        return None
    with Submission(form):
        return act(**form.cleaned_data)
    return None


def _run(run: CourseRun) -> dict[str, Any]:
    on = today()
    return {
        "run": run,
        "days": span(run, on),
        "brief": " · ".join(said for said in (where(run), seats_of(run)) if said),
        "facts": known(run_facts(run, on))[1:],  # its days stand above
    }


def _waiting_agreements(request: HttpRequest, found: Course) -> list[Agreement]:
    """The viewer's own agreements that still need a run: those on this course, or else those on no course yet."""
    own = own_agreements_of(person_of(request)).filter(kind=Kind.COURSE, stage=Stage.AGREED)
    waiting = list(own.order_by("planned_from", "pk")[:20])
    return [one for one in waiting if one.course_id == found.pk] or [one for one in waiting if not one.course_id][:3]


@require_http_methods(["GET", "HEAD", "POST"])
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """One course with its runs, those that can still be joined first; a POST adds a run."""
    on, person = today(), person_of(request)
    found = get_object_or_404(Course, pk=pk)
    form = RunForm(request.POST or None)
    if _done(form, lambda **facts: add_run(found, by=person, on=on, **facts)):
        messages.success(request, _("The run is in the catalogue."))
        return redirect("course", pk)
    ahead = list(open_runs(on).filter(course=found).select_related("course"))
    before = found.runs.exclude(pk__in=[run.pk for run in ahead]).select_related("course").order_by("-starts_on", "pk")
    context = {
        "course": found,
        "about": about(found),
        "facts": known(course_facts(found)),
        "ahead": [_run(run) for run in ahead],
        "before": [_run(run) | {"why": why_not(run, on)} for run in before[:BEFORE]],
        "agreements": _waiting_agreements(request, found),
        "account": (account := account_of_course(found)),
        "gave": much_of(account.given),
        "recommended": recommended(account.given),
        "corrects": may_correct_courses(person, on),
        "form": form,
    }
    return render(request, "courses/course.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new_course(request: HttpRequest) -> HttpResponse:
    """Enter a course from its page in a minute; it stays in the catalogue."""
    form = CourseForm(request.POST or None)
    run = _done(form, lambda **facts: enter_course(by=person_of(request), on=today(), **facts))
    if run:
        messages.success(request, _("The course is in the catalogue."))
        return redirect("course", run.course_id)
    return render(request, "courses/new.html", {"form": form}, status=422 if form.is_bound else 200)


def _only_who_corrects(request: HttpRequest) -> None:
    if not may_correct_courses(person_of(request), today()):
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def edit_course_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a course, for HR and coordinators."""
    _only_who_corrects(request)
    found = get_object_or_404(Course, pk=pk)
    form = EditCourseForm(request.POST or None, about=[found], auto_id="course_%s")
    if _done(form, lambda **facts: edit_course(found, by=person_of(request), on=today(), **facts)):
        messages.success(request, _("The course is corrected."))
        return redirect("course", pk)
    context = {"course": found, "form": form}
    return render(request, "courses/edit_course.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a run or say that it is cancelled, for HR and coordinators."""
    _only_who_corrects(request)
    found = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    form = EditRunForm(request.POST or None, about=[found])
    form.initial["cancelled"] = found.cancelled_on is not None
    if _done(form, lambda **facts: edit_run(found, by=person_of(request), on=today(), **facts)):
        messages.success(request, _("The run is corrected."))
        return redirect("course", found.course_id)
    context = {"course": found.course, "days": span(found, today()), "form": form}
    return render(request, "courses/edit_run.html", context, status=422 if form.is_bound else 200)
