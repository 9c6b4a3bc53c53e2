"""The page of a course with its dates, and the pages on which courses and course dates are entered and corrected."""

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
from udbytte.access.courses import may_correct_courses, open_run_questions_for
from udbytte.domain.lifecycle import Kind, Stage
from udbytte.models import Agreement, Course, CourseRun
from udbytte.queries.courses.catalogue import open_runs
from udbytte.queries.practice.outcomes import outcomes_of_course
from udbytte.runtime.clock import today
from udbytte.services.courses.catalogue import add_run, edit_course, edit_run, enter_course
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.practice.outcome_text import learned_much, would_recommend

from .facts import course_facts, dates_of, known_facts, place_of, run_facts, seats_of, summary_of, why_closed
from .forms import CourseForm, EditCourseForm, EditRunForm, RunForm

MOST_CLOSED_RUNS = 50  # that can no longer be joined


def _done(form: forms.Form, act: Callable[..., Any]) -> Any:
    """Call the service with the form's data. Returns its answer; None if the form or the service refuses."""
    if not form.is_bound or not form.is_valid():
        return None
    with Submission(form):
        return act(**form.cleaned_data)
    return None


def _run(run: CourseRun) -> dict[str, Any]:
    on = today()
    return {
        "run": run,
        "days": dates_of(run, on),
        "brief": " · ".join(fact for fact in (place_of(run), seats_of(run)) if fact),
        "facts": known_facts(run_facts(run, on))[1:],  # without the days, which the page shows in the heading
    }


def _waiting_agreements(request: HttpRequest, course: Course) -> list[Agreement]:
    """The person's own agreements without a course date: those about this course, or else three without a course."""
    own = own_agreements_of(person_of(request)).filter(kind=Kind.COURSE, stage=Stage.AGREED)
    waiting = list(own.order_by("planned_from", "pk")[:20])
    about_this_course = [agreement for agreement in waiting if agreement.course_id == course.pk]
    return about_this_course or [agreement for agreement in waiting if not agreement.course_id][:3]


@require_http_methods(["GET", "HEAD", "POST"])
def course_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A course with its dates, the open ones first. A POST adds a date."""
    on, person = today(), person_of(request)
    course = get_object_or_404(Course, pk=pk)
    form = RunForm(request.POST or None)
    if _done(form, lambda **facts: add_run(course, by=person, on=on, **facts)):
        messages.success(request, _("The course date is in the catalogue."))
        return redirect("course", pk)
    ahead = list(open_runs(on).filter(course=course).select_related("course"))
    before = course.runs.exclude(pk__in=[run.pk for run in ahead]).select_related("course").order_by("-starts_on", "pk")
    account = outcomes_of_course(course, on)
    context = {
        "course": course,
        "about": summary_of(course),
        "facts": known_facts(course_facts(course)),
        "ahead": [_run(run) for run in ahead],
        "before": [_run(run) | {"why": why_closed(run, on)} for run in before[:MOST_CLOSED_RUNS]],
        "agreements": _waiting_agreements(request, course),
        "account": account,
        "gave": learned_much(account.given),
        "recommended": would_recommend(account.given),
        "corrects": may_correct_courses(person, on),
        "form": form,
    }
    return render(request, "courses/course.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new_course(request: HttpRequest) -> HttpResponse:
    """Enter a course with its first date."""
    form = CourseForm(request.POST or None)
    if not may_correct_courses(person_of(request), today()):
        del form.fields["signup_email"]
    run = _done(form, lambda **facts: enter_course(by=person_of(request), on=today(), **facts))
    if run:
        messages.success(request, _("The course is in the catalogue."))
        return redirect("course", run.course_id)
    return render(request, "courses/new_course.html", {"form": form}, status=422 if form.is_bound else 200)


def _require_right_to_correct(request: HttpRequest) -> None:
    """Raises Http404 for those who may not correct courses."""
    if not may_correct_courses(person_of(request), today()):
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def edit_course_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a course, for HR and coordinators."""
    _require_right_to_correct(request)
    course = get_object_or_404(Course, pk=pk)
    form = EditCourseForm(request.POST or None, about=[course], auto_id="course_%s")
    if _done(form, lambda **facts: edit_course(course, by=person_of(request), on=today(), **facts)):
        messages.success(request, _("The course is corrected."))
        return redirect("course", pk)
    context = {"course": course, "form": form}
    return render(request, "courses/edit_course.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a course date or mark it as cancelled, for HR and coordinators."""
    _require_right_to_correct(request)
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    form = EditRunForm(request.POST or None, about=[run])
    form.initial["cancelled"] = run.cancelled_on is not None
    if _done(form, lambda **facts: edit_run(run, by=person_of(request), on=today(), **facts)):
        messages.success(request, _("The course date is corrected."))
        return redirect("course", run.course_id)
    question = open_run_questions_for(person_of(request), today()).filter(report__run=run).first()
    report = question.report if question is not None else None
    context = {"course": run.course, "days": dates_of(run, today()), "form": form, "report": report}
    return render(request, "courses/edit_run.html", context, status=422 if form.is_bound else 200)
