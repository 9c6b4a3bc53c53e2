"""Joint needs: a coordinator confirms which agreements need the same course, and registers all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from udbytte.domain.numbers import int_from
from udbytte.models import Agreement, CourseRun, JointNeed
from udbytte.models.formatting import days
from udbytte.queries.courses.catalogue import courses_by_words, open_runs
from udbytte.queries.courses.joint_needs import (
    LikelyNeed,
    agreements_in_need,
    agreements_seeking_run,
    agreements_to_register,
    joint_needs_of,
    likely_needs_of,
)
from udbytte.queries.courses.suggestions import rate_runs, suggestions_for
from udbytte.runtime.clock import today
from udbytte.services.courses.joint_needs import (
    BatchResult,
    choose_run_for_need,
    close_joint_need,
    confirm_joint_need,
    leave_joint_need,
    plan_in_house_run,
    register_need_members,
)
from udbytte.services.errors import Refused
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import add_refusal

from .choose_run import run_choices
from .forms import InHouseForm, JointNeedForm, RunSearchForm

MOST_GROUPS = 20
MOST_RUNS = 8  # that are suggested


@dataclass(frozen=True, slots=True)
class ProposedGroup:
    """Agreements that seem to need the same course, as the page shows them."""

    group: LikelyNeed
    when: str
    rows: list[dict[str, Any]]


@only(lambda roles: roles.is_coordinator)
def joint_needs(request: HttpRequest) -> HttpResponse:
    """The confirmed joint needs and the proposed groups. A POST confirms one group."""
    person, on = person_of(request), today()
    if request.method == "POST":
        form = JointNeedForm(request.POST)
        try:
            if not form.is_valid():
                raise Refused(_("Choose at least two."))
            need = confirm_joint_need(by=person, on=on, **form.cleaned_data)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("joint")
        return redirect("joint-need", need.pk)
    groups = likely_needs_of(person, on)
    needs = list(joint_needs_of(person, on))
    context = {
        "groups": [_proposed_group(group, on) for group in groups[:MOST_GROUPS]],
        "more": len(groups) > MOST_GROUPS,
        "needs": needs,
    }
    return render(request, "courses/joint_needs/joint_needs.html", context)


def _proposed_group(group: LikelyNeed, on: date) -> ProposedGroup:
    when = days(group.first, group.last, on)
    return ProposedGroup(group, when, [_agreement_row(agreement, on) for agreement in group.agreements])


def _agreement_row(agreement: Agreement, on: date) -> dict[str, Any]:
    wished = days(agreement.planned_from, agreement.planned_to, on)
    return {"agreement": agreement, "wished": wished}


@only(lambda roles: roles.is_coordinator)
def joint_need(request: HttpRequest, pk: int) -> HttpResponse:
    """One joint need: its agreements, and what the coordinator can do for all of them at once."""
    person, on = person_of(request), today()
    need = get_object_or_404(joint_needs_of(person, on), pk=pk)
    members = agreements_in_need(need, person, on)
    own = InHouseForm(request.POST if request.POST.get("what") == "in-house" else None, initial={"title": need.title})
    if request.method == "POST":
        try:
            done = _act(request, need, own)
        except Refused as refused:
            if own.is_bound:
                add_refusal(own, refused)
            else:
                messages.error(request, refused.message)
        else:
            if done is not None:
                _report(request, done)
                return redirect("joint-need", pk)
    find = RunSearchForm(request.GET or None)
    words = find.cleaned_data["q"] if find.is_bound and find.is_valid() else ""
    waiting = agreements_seeking_run(members, need)
    context = {
        "need": need,
        "rows": [row(agreement, on) for agreement in members],
        "waiting": waiting.count(),
        "ready": agreements_to_register(members, need).count(),
        "runs": _runs(waiting, words, on),
        "find": find,
        "words": words,
        "own": own,
    }
    return render(request, "courses/joint_needs/joint_need.html", context, status=422 if own.errors else 200)


def _act(request: HttpRequest, need: JointNeed, own: InHouseForm) -> BatchResult | None:
    """Do what was pressed. Returns None if the form of an in-house course has errors. Raises Refused."""
    person, on, what = person_of(request), today(), request.POST.get("what")
    if what == "run":
        chosen = request.POST.get("run", "")
        run = open_runs(on).filter(pk=int_from(chosen) or 0).first()
        if run is None:
            raise Refused(_("Choose a date."))
        return choose_run_for_need(need, run, by=person, on=on)
    if what == "register":
        return register_need_members(need, by=person, on=on, reference=request.POST.get("reference", ""))
    if what == "in-house" and own.is_valid():
        return plan_in_house_run(need, by=person, on=on, **own.cleaned_data)
    return None


def _report(request: HttpRequest, done: BatchResult) -> None:
    count = len(done.agreements)
    words = ngettext("Saved for %(count)s person.", "Saved for %(count)s people.", count)
    messages.success(request, words % {"count": count})
    for agreement, reason in done.left:
        messages.error(request, f"{agreement.employee.name}: {reason}")


def _runs(waiting: QuerySet[Agreement], words: str, on: date) -> list[tuple[int, SafeString]]:
    """The course dates that match the words; without words, those that fit the first agreement that needs one."""
    first = waiting.first()
    if first is None:
        return []
    if words:
        pks = [course.pk for course in courses_by_words(on=on, words=words)[:MOST_RUNS]]
        runs: list[CourseRun] = list(open_runs(on).filter(course__in=pks).select_related("course")[: MOST_RUNS * 2])
        return run_choices(rate_runs(first, runs, on), on)
    return run_choices(suggestions_for(first, on, most=MOST_RUNS), on)


@only(lambda roles: roles.is_coordinator)
@require_POST
def leave_or_close_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an agreement out of the joint need, or close the need."""
    person, on = person_of(request), today()
    need = get_object_or_404(joint_needs_of(person, on), pk=pk)
    chosen = request.POST.get("agreement", "")
    try:
        if chosen:
            agreement = get_object_or_404(agreements_in_need(need, person, on), pk=int_from(chosen) or 0)
            leave_joint_need(need, agreement, by=person, on=on)
        else:
            close_joint_need(need, by=person, on=on)
    except Refused as refused:
        messages.error(request, refused.message)
    is_open = joint_needs_of(person, on).filter(pk=pk).exists()
    return redirect("joint-need", pk) if is_open else redirect("joint")


urlpatterns = [
    path("kursusopgaver/faelles/", joint_needs, name="joint"),
    path("kursusopgaver/faelles/<int:pk>/", joint_need, name="joint-need"),
    path("kursusopgaver/faelles/<int:pk>/fra/", leave_or_close_need, name="joint-leave"),
]
