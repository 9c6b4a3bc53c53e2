"""The catalogue of courses: search, a course with its runs, and entering one by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.ground.clock import today

from ..models import Course, CourseKind, CourseRun, Mode
from ..queries import courses as catalogue
from ..services.courses import add_run, enter_course
from ..services.errors import Refused
from .forms import DayInput
from .pages import person_of
from .words import day, kroner

A_PAGE = 25
MOST = 10_000_000


def _dress(form: forms.Form) -> None:
    for field in form.fields.values():
        if not isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
            field.widget.attrs["class"] = "ds-input"


class SearchForm(forms.Form):
    """What to look for in the catalogue."""

    q = forms.CharField(label=lazy("Words"), required=False, max_length=100)
    kind = forms.ChoiceField(label=lazy("Kind"), required=False, choices=[("", lazy("all")), *CourseKind.choices])
    begins_from = forms.DateField(label=lazy("Begins from"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "search_%s"} | kwargs))
        _dress(self)


class RunForm(forms.Form):
    """When and where a course is held."""

    starts_on = forms.DateField(label=lazy("First day"), widget=DayInput())
    ends_on = forms.DateField(label=lazy("Last day"), widget=DayInput())
    signup_deadline = forms.DateField(label=lazy("Sign-up deadline"), widget=DayInput(), required=False)
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)
    mode = forms.ChoiceField(label=lazy("Where it is held"), choices=Mode.choices, widget=forms.RadioSelect)
    price = forms.IntegerField(label=lazy("Price in kroner, ex VAT"), min_value=0, max_value=MOST, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "run_%s", "initial": {"mode": Mode.ON_SITE}} | kwargs))
        _dress(self)


class CourseForm(RunForm):
    """A course that is not in the catalogue yet, with its first run."""

    title = forms.CharField(label=lazy("Title"), max_length=250)
    url = forms.URLField(
        label=lazy("Link to the course"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=lazy("Paste the address of the course's page at the provider."),
    )
    provider = forms.CharField(label=lazy("Provider"), max_length=200, required=False)
    kind = forms.ChoiceField(label=lazy("Kind"), choices=CourseKind.choices, initial=CourseKind.PRIVATE)
    field_order = (
        "url",
        "title",
        "provider",
        "kind",
        "price",
        "starts_on",
        "ends_on",
        "signup_deadline",
        "place",
        "mode",
    )


def _refuse(form: forms.Form, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


def courses(request: HttpRequest) -> HttpResponse:
    """The catalogue as a plain list, a page at a time."""
    on = today()
    form = SearchForm(request.GET or None)
    wanted: dict[str, Any] = {}
    if form.is_bound:
        form.is_valid()
        said = form.cleaned_data
        wanted = {"words": said.get("q", ""), "kind": said.get("kind", ""), "begins_from": said.get("begins_from")}
    page = Paginator(catalogue.courses(on=on, **wanted), A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    rows = [
        {
            "course": course,
            "price": kroner(course.price) if course.price is not None else "",
            "next": day(course.next_start, on) if course.next_start else "",  # type: ignore[attr-defined]
        }
        for course in page
    ]
    context = {"form": form, "rows": rows, "page": page, "kept": kept.urlencode(), "searched": bool(kept)}
    return render(request, "courses/courses.html", context)


def course(request: HttpRequest, pk: int) -> HttpResponse:
    """One course with its runs, those that can still be joined first; a POST adds a run."""
    on = today()
    found = get_object_or_404(Course, pk=pk)
    form = RunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_run(found, by=person_of(request), on=on, **form.cleaned_data)
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("The run is in the catalogue."))
            return redirect("course", pk)
    ahead = list(catalogue.open_runs(on).filter(course=found))
    past = found.runs.exclude(pk__in=[run.pk for run in ahead]).order_by("-starts_on")[:20]
    context = {
        "course": found,
        "price": kroner(found.price) if found.price is not None else "",
        "ahead": [_run(run) for run in ahead],
        "past": [_run(run) for run in past],
        "form": form,
    }
    return render(request, "courses/course.html", context, status=422 if form.is_bound else 200)


def _run(run: CourseRun) -> dict[str, Any]:
    on = today()
    cost = run.price if run.price is not None else None
    return {
        "run": run,
        "days": f"{day(run.starts_on, on)} - {day(run.ends_on, on)}",
        "deadline": day(run.signup_deadline, on) if run.signup_deadline else "",
        "price": kroner(cost) if cost is not None else "",
    }


def new_course(request: HttpRequest) -> HttpResponse:
    """Enter a course from its page in a minute; it stays in the catalogue."""
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = enter_course(by=person_of(request), on=today(), **form.cleaned_data)
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("The course is in the catalogue."))
            return redirect("course", run.course_id)
    return render(request, "courses/new.html", {"form": form}, status=422 if form.is_bound else 200)


urlpatterns = [
    path("kurser/", courses, name="courses"),
    path("kurser/nyt/", new_course, name="new-course"),
    path("kurser/<int:pk>/", course, name="course"),
]
