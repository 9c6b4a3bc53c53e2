"""A run seen from the course desk: who counts on it, and what to do when the provider moves or cancels it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.ground.clock import today

from ..access.agreements import course_agreements_served_by
from ..domain.lifecycle import WITH_A_RUN
from ..domain.reach import BEGUN, BEGUN_END
from ..models import CourseRun
from ..services.errors import Refused
from ..services.runs import agreements_on, cancel_run, move_run
from .fields import DayField, StyledForm
from .pages import only, person_of
from .words import day, row


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
            try:
                act(found, by=person, on=on, **form.cleaned_data)
            except Refused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            else:
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
    return render(request, "desk/run.html", context, status=422 if bound else 200)


def _now(found: CourseRun) -> dict[str, Any]:
    return {name: getattr(found, name) for name in MoveForm.base_fields}


urlpatterns = [path("kursusbordet/hold/<int:pk>/", run, name="run")]
