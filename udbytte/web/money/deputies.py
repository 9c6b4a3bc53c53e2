"""The page on which a person names a deputy who decides about money, and ends one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from udbytte.models import Deputy, Employment
from udbytte.models.formatting import day
from udbytte.queries.people.team import colleagues_named
from udbytte.runtime.clock import today
from udbytte.services.money.deputies import end_deputy, name_deputy
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .forms import DeputyForm


@only(lambda roles: roles.is_manager or roles.is_budget_owner)
def deputies(request: HttpRequest) -> HttpResponse:
    """The person's own deputies. A POST names one."""
    person, on = person_of(request), today()
    form = DeputyForm(request.POST or None, initial={"starts_on": on})
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            named = name_deputy(by=person, on=on, **form.cleaned_data)
            messages.success(request, _("%(name)s has been notified.") % {"name": named.deputy.name})
            return redirect("deputies")
    rows = Deputy.objects.filter(person=person, ends_on__gte=on).select_related("deputy")
    shown = [
        (deputy, f"{day(deputy.starts_on, on)}\N{EN DASH}{day(deputy.ends_on, on) if deputy.ends_on else ''}")
        for deputy in rows
    ]
    colleagues: list[Employment] = colleagues_named("", person, on)
    context = {"form": form, "rows": shown, "colleagues": colleagues}
    return render(request, "money/deputies.html", context, status=422 if form.is_bound else 200)


@only(lambda roles: roles.is_manager or roles.is_budget_owner)
@require_GET
def suggest_deputies(request: HttpRequest) -> HttpResponse:
    """Colleagues as suggestions, while a name is written."""
    words = request.GET.get("deputy", "")
    colleagues = colleagues_named(words, person_of(request), today())
    return render(request, "agreements/colleagues.html", {"colleagues": colleagues, "typed": words})


@only(lambda roles: roles.is_manager or roles.is_budget_owner)
@require_POST
def stop_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the person's own deputies."""
    deputy = get_object_or_404(Deputy, pk=pk, person=person_of(request))
    end_deputy(deputy, by=person_of(request), on=today())
    messages.success(request, _("You approve courses yourself again."))
    return redirect("deputies")


urlpatterns = [
    path("budget/mens-du-er-vaek/", deputies, name="deputies"),
    path("budget/mens-du-er-vaek/kolleger/", suggest_deputies, name="suggest-deputies"),
    path("budget/mens-du-er-vaek/<int:pk>/slut/", stop_deputy, name="end-deputy"),
]
