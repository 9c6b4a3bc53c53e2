"""The coordinator's page of a course date, which can be moved or cancelled, and the registration email."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from udbytte.access.agreements import agreements_readable_by, course_agreements_served_by, parties_of
from udbytte.access.courses import (
    agreements_spoken_for_by,
    may_correct_courses,
    open_run_questions,
    open_run_questions_for,
)
from udbytte.access.people import is_coordinated
from udbytte.domain.lifecycle import WITH_A_RUN, Event, Party, allowed
from udbytte.models import Agreement, CourseRun, RunAnswer, RunChange, RunQuestion, RunReport
from udbytte.models.formatting import days, deadline
from udbytte.queries.agreements.lists import RELATED
from udbytte.runtime.clock import today
from udbytte.services.agreements.owners import people_to_notify
from udbytte.services.courses.registration import email_provider, registration_template
from udbytte.services.courses.run_reports import answer_run_report
from udbytte.services.courses.runs import cancel_run, move_run
from udbytte.services.errors import Refused
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import only, person_of, roles
from udbytte.web.base.submit import Submission

from .forms import CancelRunForm, MoveRunForm, RegistrationEmailForm


@only(lambda roles: roles.is_coordinator)
def course_date(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreements with this date in the units that the coordinator serves. A POST moves or cancels it."""
    person, on = person_of(request), today()
    found = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    questions = open_run_questions().filter(report__run=found)
    chosen = Agreement.objects.filter(run=found, stage__in=WITH_A_RUN)
    agreements = course_agreements_served_by(person, on).filter(pk__in=chosen)
    rows = list(agreements.select_related("employee", "step_owner", "unit").order_by("employee__given_name", "pk"))
    what = request.POST.get("what", "")
    move = MoveRunForm(request.POST if what == "move" else None, initial=_initial(found))
    cancel = CancelRunForm(request.POST if what == "cancel" else None)
    for form, act in ((move, move_run), (cancel, cancel_run)):
        if form.is_bound and form.is_valid():
            with Submission(form):
                act(found, by=person, on=on, **form.cleaned_data)
                messages.success(
                    request,
                    _("Saved for the units you serve. The coordinators of the others are asked.")
                    if questions.exists()
                    else _("Saved. Everyone concerned has been notified."),
                )
                return redirect("run", pk)
    bound = move.is_bound or cancel.is_bound
    context = {
        "run": found,
        "days": days(found.starts_on, found.ends_on, on),
        "rows": [row(agreement, on) for agreement in rows],
        "others": chosen.exclude(pk__in=agreements_spoken_for_by(person, on)).exists(),
        "report": _open_report(questions),
        "move": move,
        "cancel": cancel,
    }
    return render(request, "courses/board/run.html", context, status=422 if bound else 200)


def _open_report(questions: QuerySet[RunQuestion]) -> RunReport | None:
    """The report about which the questions ask; None if nobody is asked."""
    question = questions.select_related("report__by").first()
    return question.report if question is not None else None


def run_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The question whether a course date is cancelled or moved, for those who speak for agreements with it."""
    person, on = person_of(request), today()
    report = get_object_or_404(RunReport.objects.select_related("by", "run__course"), pk=pk)
    spoken_for = agreements_spoken_for_by(person, on)
    own = list(report.questions.filter(agreement__in=spoken_for).select_related("answered_by"))
    if not own:
        raise Http404
    if request.method == "POST":
        try:
            answer_run_report(report, is_so=request.POST.get("answer") == RunAnswer.YES, by=person, on=on)
            messages.success(request, _("Thank you. It is answered."))
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect("run-report", pk)
    readable = agreements_readable_by(person, on).filter(pk__in=[question.agreement_id for question in own])
    rows = readable.select_related("employee", "step_owner", "unit").order_by("employee__given_name", "pk")
    run, before = report.run, report.before
    days_before = ""
    if before:
        first, last = (date.fromisoformat(before[name]) for name in ("starts_on", "ends_on"))
        days_before = days(first, last, on)
    context = {
        "report": report,
        "coordinates": roles(request).is_coordinator,
        "is_cancelled": report.change == RunChange.CANCELLED,
        "days": days(run.starts_on, run.ends_on, on),
        "days_before": days_before,
        "rows": [row(agreement, on) for agreement in rows],
        "waits": open_run_questions_for(person, on).filter(report=report).exists(),
        "answers": [question for question in own if question.answered_by is not None],
    }
    return render(request, "courses/board/run_report.html", context)


def _initial(run: CourseRun) -> dict[str, Any]:
    return {name: getattr(run, name) for name in MoveRunForm.base_fields}


def write_registration_email(request: HttpRequest, pk: int) -> HttpResponse:
    """The registration email in the person's own name. A POST sends it."""
    person, on = person_of(request), today()
    found = get_object_or_404(agreements_readable_by(person, on).select_related(*RELATED), pk=pk)
    if found.run is None or not allowed(
        found.state, Event.WRITE_PROVIDER, parties_of(found, person, on, Event.WRITE_PROVIDER)
    ):
        return redirect("agreement", pk)
    enters_address, course = may_correct_courses(person, on), found.run.course
    address = course.signup_email if enters_address else course.confirmed_signup_email
    if not address and not enters_address:
        coordinators = people_to_notify(found, Party.COORDINATOR, on=on) if is_coordinated(found.unit, on) else []
        context = {"agreement": found, "course": course, "coordinators": coordinators}
        return render(request, "agreements/no_address.html", context, status=422 if request.method == "POST" else 200)
    subject, text = registration_template(found, person)
    initial = {"turn": found.turn, "to": address, "subject": subject, "text": text}
    form = RegistrationEmailForm(request.POST or None, initial=initial, enters_address=enters_address)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            after = email_provider(found, by=person, on=on, **form.cleaned_data)
            words = {"due": deadline(after.step_due, on) if after.step_due else ""}
            messages.success(
                request, _("The email is sent. Write here when the provider has answered, %(due)s.") % words
            )
            return redirect("agreement", pk)
    status = 422 if form.is_bound else 200
    return render(request, "agreements/write.html", {"agreement": found, "form": form}, status=status)


urlpatterns = [
    path("kursusopgaver/hold/<int:pk>/", course_date, name="run"),
    path("kursusopgaver/melding/<int:pk>/", run_report, name="run-report"),
    path("aftaler/<int:pk>/tilmeld/", write_registration_email, name="write-provider"),
]
