"""Money from outside: the sources for everybody to read and HR to keep, and an agreement's applications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from udbytte.access.agreements import agreement_view, arranges_course
from udbytte.domain.numbers import int_from
from udbytte.models import Agreement, Applicant, ApplicationState, CourseKind, FundingApplication, FundingSource, Person
from udbytte.models.formatting import day, due, kroner
from udbytte.models.money import LONGEST_FUND_ANSWER
from udbytte.queries.money.funding import Fit, applications_of, fitting
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.money.funding import (
    correct_grant,
    decide_application,
    may_answer,
    plan_application,
    save_source,
    send_application,
    withdraw_application,
)
from udbytte.web.base.fields import dress
from udbytte.web.base.request import only, person_of, roles
from udbytte.web.base.submit import Submission

MOST = 10_000_000


class SourceForm(forms.ModelForm[FundingSource]):
    """A source's facts, as HR keeps them."""

    kinds = forms.MultipleChoiceField(
        label=lazy("For which courses"), choices=CourseKind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    url = forms.URLField(label=lazy("Link"), max_length=500, required=False, assume_scheme="https")

    class Meta:
        model = FundingSource
        fields = (
            *("name", "limit", "limit_per_da", "limit_per_en", "applicant", "kinds", "pays_wages", "least_price"),
            *("earliest_days", "latest_days", "conditions_da", "conditions_en", "url", "source", "facts_of", "hidden"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3

    def _post_clean(self) -> None:
        """What the model says is asked by the service, which says it in the same words."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A source that may fit, with its amount and days in words."""

    fit: Fit
    amount: str
    limit: str
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Applied:
    """An application as its agreement's page shows it. `answers`, `corrects`: what the person may write."""

    application: FundingApplication
    amount: str
    granted: str
    due: str
    late: bool
    answers: bool
    corrects: bool


class AnswerForm(forms.Form):
    """What a source answered."""

    granted = forms.IntegerField(
        label=lazy("Granted, in kroner"),
        min_value=1,
        max_value=MOST,
        required=False,
        widget=forms.NumberInput(attrs={"class": "ds-input"}),
    )
    answer = forms.CharField(
        label=lazy("What they answered"),
        max_length=LONGEST_FUND_ANSWER,
        required=False,
        widget=forms.TextInput(attrs={"class": "ds-input"}),
    )


def funding_of(agreement: Agreement, person: Person, on: date) -> dict[str, Any]:
    """What the agreement's page shows of money from outside; nothing to who does not arrange it."""
    if not arranges_course(agreement, person, on):
        return {}
    rows = list(applications_of(agreement))
    return {
        "applications": [_applied(one, person, on) for one in rows],
        "fits": [_fitting(fit, on) for fit in fitting(agreement, on)] if agreement.is_open else [],
        "no_from_outside": any(one.state == ApplicationState.REFUSED for one in rows),
    }


def _applied(one: FundingApplication, person: Person, on: date) -> Applied:
    granted = one.state == ApplicationState.GRANTED and one.agreement.is_open
    answers = (one.is_open or granted) and may_answer(one, person, on)
    return Applied(
        one,
        amount=kroner(one.amount),
        granted=kroner(one.granted_amount) if one.granted_amount is not None else "",
        due=due(one.due, on) if one.due is not None else "",
        late=one.due is not None and one.due < on,
        answers=answers and one.is_open,
        corrects=answers and granted,
    )


def _fitting(fit: Fit, on: date) -> Fitting:
    opens = day(fit.opens, on) if fit.opens is not None else ""
    limit = kroner(fit.source.limit) if fit.source.limit is not None else ""
    return Fitting(fit, kroner(fit.amount), limit, opens, day(fit.closes, on) if fit.closes is not None else "")


def sources(request: HttpRequest) -> HttpResponse:
    """All sources that are offered, for everybody; HR sees the hidden ones too."""
    on, keeps = today(), roles(request).is_hr
    rows = FundingSource.objects.all() if keeps else FundingSource.objects.filter(hidden=False)
    kinds = dict(CourseKind.choices)
    shown = [
        {
            "source": one,
            "limit": kroner(one.limit) if one.limit is not None else "",
            "kinds": [str(kinds[kind]) for kind in one.kinds if kind in kinds],
            "old": one.is_old_on(on),
            "checked": day(one.checked_on, on) if one.checked_on else "",
            "school": one.applicant == Applicant.SCHOOL,
        }
        for one in rows
    ]
    return render(request, "money/funding/sources.html", {"rows": shown, "keeps": keeps})


@only(lambda mine: mine.is_hr)
def source(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Correct a source, or write a new one; saving it says that its facts are checked."""
    found = get_object_or_404(FundingSource, pk=pk) if pk is not None else FundingSource()
    form = SourceForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            save_source(found, form.cleaned_data, by=person_of(request), on=today())
            messages.success(request, _("Saved. The facts count as checked today."))
            return redirect("funding-sources")
    return render(
        request, "money/funding/source.html", {"form": form, "new": pk is None}, status=422 if form.is_bound else 200
    )


@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to apply to a source for an agreement."""
    person, on = person_of(request), today()
    found = get_object_or_404(agreement_view(person, on), pk=pk)
    chosen = request.POST.get("source", "")
    fund = get_object_or_404(FundingSource, pk=int_from(chosen) or 0)
    try:
        made = plan_application(found, fund, by=person, on=on)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        words = {"who": made.owner.name if made.owner else "", "due": due(made.due, on) if made.due else ""}
        messages.success(request, _("Agreed. %(who)s sends the application, %(due)s.") % words)
    return redirect("agreement", pk)


@require_POST
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to an application: sent, answered or given up."""
    person, on = person_of(request), today()
    rows = FundingApplication.objects.select_related("agreement__employment", "agreement__unit")
    found = get_object_or_404(rows, pk=pk)
    seen = agreement_view(person, on).filter(pk=found.agreement_id).exists()
    if found.owner_id != person.pk and not (seen and arranges_course(found.agreement, person, on)):
        raise Http404
    try:
        _happen(request, found, person, on)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("agreement", found.agreement_id) if seen else redirect("home")


def _happen(request: HttpRequest, found: FundingApplication, person: Person, on: date) -> None:
    """Let happen what was pressed. Raises Refused where it cannot."""
    what = request.POST.get("what")
    if what == "sent":
        send_application(found, by=person, on=on)
    elif what == "given-up":
        withdraw_application(found, by=person, on=on)
    elif what in ("granted", "refused", "corrected", "lost"):
        form, yes = AnswerForm(request.POST), what in ("granted", "corrected")
        for message in form.errors.get("answer", []):
            raise Refused(str(message), "answer")
        if not form.is_valid() or (yes and form.cleaned_data["granted"] is None):
            raise Refused(_("Write how much was granted, in whole kroner."))
        granted = form.cleaned_data["granted"] if yes else None
        act = decide_application if what in ("granted", "refused") else correct_grant
        act(found, granted=granted, answer=form.cleaned_data["answer"], by=person, on=on)


urlpatterns = [
    path("tilskud/", sources, name="funding-sources"),
    path("tilskud/ny/", source, name="new-funding-source"),
    path("tilskud/<int:pk>/", source, name="funding-source"),
    path("aftaler/<int:pk>/tilskud/", plan, name="plan-application"),
    path("ansoegninger/<int:pk>/", application, name="application"),
]
