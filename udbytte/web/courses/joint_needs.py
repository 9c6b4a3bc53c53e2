"""Joint needs on the course desk: what seems to be the same, confirmed, and booked for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from udbytte.domain.numbers import int_from
from udbytte.domain.reach import BEGUN, BEGUN_END
from udbytte.models import Agreement, CourseRun, JointNeed
from udbytte.models.courses import LONGEST_TITLE
from udbytte.models.formatting import day
from udbytte.queries.courses.catalogue import courses, open_runs
from udbytte.queries.courses.joint_needs import Group, groups_for, looking, members_of, needs_of, ready
from udbytte.queries.courses.suggestions import rated, suggestions_for
from udbytte.runtime.clock import today
from udbytte.services.courses.joint_needs import (
    Done,
    book_run,
    close_need,
    confirm_need,
    leave_need,
    plan_in_house,
    register_all,
)
from udbytte.services.errors import Refused
from udbytte.web.agreements.rows import row
from udbytte.web.base.fields import DayField, StyledForm
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import add_refusal

from .choose_run import FindForm, run_choices

GROUPS = 20
RUNS = 8


class NeedForm(forms.Form):
    """Which agreements mean the same, and what it is called."""

    title = forms.CharField(max_length=LONGEST_TITLE)
    agreements = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        sent = [pk for pk in data.getlist("agreements") if int_from(pk) is not None]
        self.fields["agreements"].choices = [(pk, pk) for pk in sent]  # type: ignore[attr-defined]


class InHouseForm(StyledForm):
    """A run of our own for all of them."""

    title = forms.CharField(label=lazy("Title"), max_length=250)
    provider = forms.CharField(label=lazy("Who teaches"), max_length=200, required=False)
    starts_on = DayField(label=lazy("First day"), reach=BEGUN)
    ends_on = DayField(label=lazy("Last day"), reach=BEGUN_END)
    hours = forms.CharField(label=lazy("From when to when on the day"), max_length=100, required=False)
    place = forms.CharField(label=lazy("Place"), max_length=200)
    seats = forms.IntegerField(label=lazy("Seats"), min_value=1, max_value=10_000)
    price = forms.IntegerField(label=lazy("Price for each, in kroner"), min_value=0, max_value=10_000_000, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "own_%s"} | kwargs))


@dataclass(frozen=True, slots=True)
class Shown:
    """A group that seems to mean the same, as the page shows it."""

    group: Group
    when: str
    rows: list[dict[str, Any]]


@only(lambda mine: mine.is_coordinator)
def joint(request: HttpRequest) -> HttpResponse:
    """What is confirmed, and what seems to be the same; a POST confirms one group."""
    person, on = person_of(request), today()
    if request.method == "POST":
        form = NeedForm(request.POST)
        try:
            if not form.is_valid():
                raise Refused(_("Choose at least two: one alone is no joint need."))
            need = confirm_need(by=person, on=on, **form.cleaned_data)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("joint")
        return redirect("joint-need", need.pk)
    groups = groups_for(person, on)
    needs = list(needs_of(person, on))
    context = {
        "groups": [_shown(group, on) for group in groups[:GROUPS]],
        "more": len(groups) > GROUPS,
        "needs": needs,
    }
    return render(request, "courses/joint_needs/joint_needs.html", context)


def _shown(group: Group, on: date) -> Shown:
    when = f"{day(group.first, on)} - {day(group.last, on)}"
    return Shown(group, when, [_wish(agreement, on) for agreement in group.agreements])


def _wish(agreement: Agreement, on: date) -> dict[str, Any]:
    wished = f"{day(agreement.planned_from, on)} - {day(agreement.planned_to, on)}"
    return {"agreement": agreement, "wished": wished}


@only(lambda mine: mine.is_coordinator)
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """One joint need: who, where they stand, and what can be done for all of them at once."""
    person, on = person_of(request), today()
    found = get_object_or_404(needs_of(person, on), pk=pk)
    members = members_of(found, person, on)
    own = InHouseForm(request.POST if request.POST.get("what") == "in-house" else None, initial={"title": found.title})
    if request.method == "POST":
        try:
            done = _act(request, found, own)
        except Refused as refused:
            if own.is_bound:
                add_refusal(own, refused)
            else:
                messages.error(request, refused.message)
        else:
            if done is not None:
                _tell(request, done)
                return redirect("joint-need", pk)
    find = FindForm(request.GET or None)
    words = find.cleaned_data["q"] if find.is_bound and find.is_valid() else ""
    waiting = looking(members, found)
    context = {
        "need": found,
        "rows": [row(agreement, on) for agreement in members],
        "waiting": waiting.count(),
        "ready": ready(members, found).count(),
        "runs": _runs(waiting, words, on),
        "find": find,
        "words": words,
        "own": own,
    }
    return render(request, "courses/joint_needs/need.html", context, status=422 if own.errors else 200)


def _act(request: HttpRequest, found: JointNeed, own: InHouseForm) -> Done | None:
    """Do what was pressed; None when the form of an own run is not filled in right."""
    person, on, what = person_of(request), today(), request.POST.get("what")
    if what == "run":
        chosen = request.POST.get("run", "")
        run = open_runs(on).filter(pk=int_from(chosen) or 0).first()
        if run is None:
            raise Refused(_("Choose a run."))
        return book_run(found, run, by=person, on=on)
    if what == "register":
        return register_all(found, by=person, on=on, reference=request.POST.get("reference", ""))
    if what == "in-house" and own.is_valid():
        return plan_in_house(found, by=person, on=on, **own.cleaned_data)
    return None


def _tell(request: HttpRequest, done: Done) -> None:
    count = len(done.agreements)
    said = ngettext("It is done for %(count)s person.", "It is done for %(count)s people.", count) % {"count": count}
    messages.success(request, said)
    for agreement, why in done.left:
        messages.error(request, f"{agreement.employee.name}: {why}")


def _runs(waiting: QuerySet[Agreement], words: str, on: date) -> list[tuple[int, SafeString]]:
    """The runs that fit the one who wishes first, or those that were searched for."""
    first = waiting.first()
    if first is None:
        return []
    if words:
        pks = [course.pk for course in courses(on=on, words=words)[:RUNS]]
        runs: list[CourseRun] = list(open_runs(on).filter(course__in=pks).select_related("course")[: RUNS * 2])
        return run_choices(rated(first, runs, on), on)
    return run_choices(suggestions_for(first, on, most=RUNS), on)


@only(lambda mine: mine.is_coordinator)
@require_POST
def need_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one out of the need, or close it."""
    person, on = person_of(request), today()
    found = get_object_or_404(needs_of(person, on), pk=pk)
    chosen = request.POST.get("agreement", "")
    try:
        if chosen:
            one = get_object_or_404(members_of(found, person, on), pk=int_from(chosen) or 0)
            leave_need(found, one, by=person, on=on)
        else:
            close_need(found, by=person, on=on)
    except Refused as refused:
        messages.error(request, refused.message)
    still = needs_of(person, on).filter(pk=pk).exists()
    return redirect("joint-need", pk) if still else redirect("joint")


urlpatterns = [
    path("kursusbordet/faelles/", joint, name="joint"),
    path("kursusbordet/faelles/<int:pk>/", need, name="joint-need"),
    path("kursusbordet/faelles/<int:pk>/fra/", need_leave, name="joint-leave"),
]
