"""Naming a deputy for the money, and ending one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from udbytte.domain.reach import END, START
from udbytte.models import Deputy, Employment
from udbytte.models.formatting import day
from udbytte.queries.people.team import colleagues_named
from udbytte.runtime.clock import today
from udbytte.services.money.deputies import end_deputy, name_deputy
from udbytte.web.base.fields import DayField, PersonField, StyledForm
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission


class DeputyForm(StyledForm):
    """Who, and from when to when."""

    deputy = PersonField(label=lazy("Who settles the money in your place"), help_text=lazy("Write a name and choose."))
    starts_on = DayField(label=lazy("First day"), reach=START)
    ends_on = DayField(label=lazy("Last day"), reach=END)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].widget.attrs |= {"list": "colleagues", "autocomplete": "off"}


@only(lambda mine: mine.is_manager or mine.is_budget_owner)
def deputies(request: HttpRequest) -> HttpResponse:
    """The person's own deputies, and a form to name one."""
    person, on = person_of(request), today()
    form = DeputyForm(request.POST or None, initial={"starts_on": on})
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            named = name_deputy(by=person, on=on, **form.cleaned_data)
            messages.success(request, _("%(name)s is told.") % {"name": named.deputy.name})
            return redirect("deputies")
    rows = Deputy.objects.filter(person=person, ends_on__gte=on).select_related("deputy")
    shown = [(one, f"{day(one.starts_on, on)} - {day(one.ends_on, on) if one.ends_on else ''}") for one in rows]
    near: list[Employment] = colleagues_named("", person, on)
    context = {"form": form, "rows": shown, "colleagues": near}
    return render(request, "money/deputies.html", context, status=422 if form.is_bound else 200)


@only(lambda mine: mine.is_manager or mine.is_budget_owner)
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Colleagues while a name is written."""
    found = colleagues_named(request.GET.get("deputy", ""), person_of(request), today())
    return render(request, "agreements/colleagues.html", {"colleagues": found})


@only(lambda mine: mine.is_manager or mine.is_budget_owner)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a deputy of one's own."""
    found = get_object_or_404(Deputy, pk=pk, person=person_of(request))
    end_deputy(found, by=person_of(request), on=today())
    messages.success(request, _("You settle the money yourself again."))
    return redirect("deputies")


urlpatterns = [
    path("budget/stedfortraeder/", deputies, name="deputies"),
    path("budget/stedfortraeder/kolleger/", suggest, name="suggest-deputies"),
    path("budget/stedfortraeder/<int:pk>/slut/", end, name="end-deputy"),
]
