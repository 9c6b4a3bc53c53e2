"""The coordinator's page of a course date, which can be moved or cancelled, and the registration email."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from udbytte.access.agreements import agreements_readable_by, course_agreements_served_by, parties_of
from udbytte.domain.lifecycle import WITH_A_RUN, Event, allowed
from udbytte.models import CourseRun
from udbytte.models.formatting import day, due
from udbytte.queries.agreements import RELATED
from udbytte.runtime.clock import today
from udbytte.services.courses.registration import email_provider, registration_template
from udbytte.services.courses.runs import agreements_with_run, cancel_run, move_run
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .forms import CancelRunForm, MoveRunForm, RegistrationEmailForm


@only(lambda roles: roles.is_coordinator)
def course_date(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreements with this date in the units that the coordinator serves. A POST moves or cancels it."""
    person, on = person_of(request), today()
    found = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    agreements = course_agreements_served_by(person, on).filter(run=found, stage__in=WITH_A_RUN)
    rows = list(agreements.select_related("employee", "step_owner", "unit").order_by("employee__given_name", "pk"))
    what = request.POST.get("what", "")
    move = MoveRunForm(request.POST if what == "move" else None, initial=_initial(found))
    cancel = CancelRunForm(request.POST if what == "cancel" else None)
    for form, act in ((move, move_run), (cancel, cancel_run)):
        if form.is_bound and form.is_valid():
            with Submission(form):
                act(found, by=person, on=on, **form.cleaned_data)
                messages.success(request, _("It is done, and everyone concerned is told."))
                return redirect("run", pk)
    bound = move.is_bound or cancel.is_bound
    context = {
        "run": found,
        "days": f"{day(found.starts_on, on)} - {day(found.ends_on, on)}",
        "rows": [row(agreement, on) for agreement in rows],
        "others": len(agreements_with_run(found)) - len(rows),
        "move": move,
        "cancel": cancel,
    }
    return render(request, "courses/board/run.html", context, status=422 if bound else 200)


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
    subject, text = registration_template(found, person)
    initial = {"turn": found.turn, "to": found.run.course.signup_email, "subject": subject, "text": text}
    form = RegistrationEmailForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            after = email_provider(found, by=person, on=on, **form.cleaned_data)
            words = {"due": due(after.step_due, on) if after.step_due else ""}
            messages.success(request, _("It is sent. When the provider has answered, write it here: %(due)s.") % words)
            return redirect("agreement", pk)
    status = 422 if form.is_bound else 200
    return render(request, "agreements/write.html", {"agreement": found, "form": form}, status=status)


urlpatterns = [
    path("kursusbordet/hold/<int:pk>/", course_date, name="run"),
    path("aftaler/<int:pk>/tilmeld/", write_registration_email, name="write-provider"),
]
