"""A run seen from the course desk: who counts on it, and what to do when the provider moves or cancels it.

Registering by mail: the letter to the provider, ready to be changed and sent.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.agreements import agreement_view, course_agreements_served_by, parties_of
from udbytte.domain.lifecycle import WITH_A_RUN, Event, allowed
from udbytte.domain.reach import BEGUN, BEGUN_END
from udbytte.models import CourseRun
from udbytte.models.formatting import day, due
from udbytte.queries.agreements import RELATED
from udbytte.runtime.clock import today
from udbytte.services.courses.registration import LONGEST, LONGEST_SUBJECT, template_for, write_to_provider
from udbytte.services.courses.runs import agreements_on, cancel_run, move_run
from udbytte.web.agreements.rows import row
from udbytte.web.base.fields import DayField, StyledForm
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission


class MoveForm(StyledForm):
    """The new days of a run."""

    starts_on = DayField(label=lazy("First day"), reach=BEGUN)
    ends_on = DayField(label=lazy("Last day"), reach=BEGUN_END)
    signup_deadline = DayField(label=lazy("Sign-up deadline"), reach=BEGUN, required=False)
    place = forms.CharField(label=lazy("Place"), max_length=200, required=False)
    hours = forms.CharField(label=lazy("From when to when on the day"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "move_%s"} | kwargs))


class CancelForm(forms.Form):
    why = forms.CharField(
        label=lazy("What the provider says"), max_length=300, widget=forms.TextInput(attrs={"class": "ds-input"})
    )


@only(lambda mine: mine.is_coordinator)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Those of the units served who count on the run, and two things the provider can do to it."""
    person, on = person_of(request), today()
    found = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    mine = course_agreements_served_by(person, on).filter(run=found, stage__in=WITH_A_RUN)
    rows = list(mine.select_related("employee", "step_owner", "unit").order_by("employee__given_name", "pk"))
    what = request.POST.get("what", "")
    move = MoveForm(request.POST if what == "move" else None, initial=_now(found))
    cancel = CancelForm(request.POST if what == "cancel" else None)
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
        "others": len(agreements_on(found)) - len(rows),
        "move": move,
        "cancel": cancel,
    }
    return render(request, "courses/board/run.html", context, status=422 if bound else 200)


def _now(found: CourseRun) -> dict[str, Any]:
    return {name: getattr(found, name) for name in MoveForm.base_fields}


class ProviderForm(forms.Form):
    """What is written to the provider, and where to."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.EmailField(label=lazy("The provider's e-mail"), widget=forms.EmailInput(attrs={"class": "ds-input"}))
    subject = forms.CharField(
        label=lazy("Subject"), max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs={"class": "ds-input"})
    )
    text = forms.CharField(
        label=lazy("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"class": "ds-input", "rows": 14})
    )


def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The registration as a mail in the person's own name; a POST sends it."""
    person, on = person_of(request), today()
    found = get_object_or_404(agreement_view(person, on).select_related(*RELATED), pk=pk)
    if found.run is None or not allowed(found.state, Event.WRITE_PROVIDER, parties_of(found, person, on)):
        return redirect("agreement", pk)
    subject, text = template_for(found, person)
    first = {"turn": found.turn, "to": found.run.course.signup_email, "subject": subject, "text": text}
    form = ProviderForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            after = write_to_provider(found, by=person, on=on, **form.cleaned_data)
            words = {"due": due(after.step_due, on) if after.step_due else ""}
            messages.success(request, _("It is sent. When the provider has answered, write it here: %(due)s.") % words)
            return redirect("agreement", pk)
    status = 422 if form.is_bound else 200
    return render(request, "agreements/write.html", {"agreement": found, "form": form}, status=status)


urlpatterns = [
    path("kursusbordet/hold/<int:pk>/", run, name="run"),
    path("aftaler/<int:pk>/tilmeld/", write, name="write-provider"),
]
