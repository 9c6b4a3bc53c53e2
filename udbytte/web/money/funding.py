"""External funding: the funding sources, which HR maintains, and the applications of an agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from udbytte.access.agreements import arranges_course
from udbytte.models import (
    Agreement,
    Applicant,
    ApplicationState,
    CourseKind,
    FundingApplication,
    FundingSource,
    Person,
)
from udbytte.models.formatting import day, due, kroner, percent
from udbytte.models.labels import SECTOR_LABELS
from udbytte.queries.money.funding import SourceFit, applications_of, fitting_sources, offered_sources
from udbytte.runtime.clock import today
from udbytte.services.money.funding import (
    can_still_be_answered,
    may_answer_application,
    save_funding_source,
)
from udbytte.web.base.request import only, person_of, roles
from udbytte.web.base.submit import Submission

from .forms import AnswerForm, SourceForm


@dataclass(frozen=True, slots=True)
class FittingSource:
    """A funding source that may fit, with its amount and days in words."""

    fit: SourceFit
    amount: str
    limit: str
    own_share: str
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application as the agreement's page shows it. `answers`, `corrects`: what the person may do."""

    application: FundingApplication
    amount: str
    granted: str
    due: str
    late: bool
    answers: bool
    corrects: bool
    form: AnswerForm


def funding_of(agreement: Agreement, person: Person, on: date) -> dict[str, Any]:
    """The context of external funding on the agreement's page; empty for those who do not arrange the course."""
    if not arranges_course(agreement, person, on):
        return {}
    applications = list(applications_of(agreement))
    return {
        "applications": [_application_row(application, person, on) for application in applications],
        "fits": [_fitting_source(fit, on) for fit in fitting_sources(agreement, on)] if agreement.is_open else [],
        "no_from_outside": any(application.state == ApplicationState.REFUSED for application in applications),
    }


def _application_row(application: FundingApplication, person: Person, on: date) -> ApplicationRow:
    granted = application.state == ApplicationState.GRANTED and application.agreement.is_open
    is_late_answer = can_still_be_answered(application)
    answers = (application.is_open or granted or is_late_answer) and may_answer_application(application, person, on)
    return ApplicationRow(
        application,
        amount=kroner(application.amount),
        granted=kroner(application.granted_amount) if application.granted_amount is not None else "",
        due=due(application.due, on) if application.due is not None else "",
        late=application.due is not None and application.due < on,
        answers=answers and (application.is_open or is_late_answer),
        corrects=answers and granted,
        form=AnswerForm(application),
    )


def _fitting_source(fit: SourceFit, on: date) -> FittingSource:
    opens = day(fit.opens, on) if fit.opens is not None else ""
    limit = kroner(fit.source.limit) if fit.source.limit is not None else ""
    closes = day(fit.closes, on) if fit.closes is not None else ""
    return FittingSource(fit, kroner(fit.amount), limit, percent(fit.source.own_share), opens, closes)


def funding_sources(request: HttpRequest) -> HttpResponse:
    """The funding sources that are offered, for everybody; HR sees the hidden ones and those of other sectors too."""
    on, mine = today(), roles(request)
    maintains, has_budget = mine.is_hr, mine.is_manager or mine.is_budget_owner
    sources = list(FundingSource.objects.all()) if maintains else offered_sources()
    kinds = dict(CourseKind.choices)
    shown = [
        {
            "source": source,
            "limit": kroner(source.limit) if source.limit is not None else "",
            "kinds": [str(kinds[kind]) for kind in source.kinds if kind in kinds],
            "sectors": [str(label) for sector, label in SECTOR_LABELS.items() if sector in source.sectors],
            "own_share": percent(source.own_share) if source.own_share else "",
            "not_offered": source.hidden or not source.is_for(settings.SECTOR),
            "old": source.is_old_on(on),
            "checked": day(source.checked_on, on) if source.checked_on else "",
            "school": source.applicant == Applicant.SCHOOL,
        }
        for source in sources
    ]
    return render(
        request, "money/funding/sources.html", {"rows": shown, "maintains": maintains, "has_budget": has_budget}
    )


@only(lambda roles: roles.is_hr)
def edit_funding_source(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Correct or add a funding source. Saving it also marks its facts as checked today."""
    found = get_object_or_404(FundingSource, pk=pk) if pk is not None else FundingSource()
    form = SourceForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            save_funding_source(found, form.cleaned_data, by=person_of(request), on=today())
            messages.success(request, _("Saved. The facts count as checked today."))
            return redirect("funding-sources")
    return render(
        request, "money/funding/source.html", {"form": form, "new": pk is None}, status=422 if form.is_bound else 200
    )


urlpatterns = [
    path("tilskud/", funding_sources, name="funding-sources"),
    path("tilskud/ny/", edit_funding_source, name="new-funding-source"),
    path("tilskud/<int:pk>/", edit_funding_source, name="funding-source"),
]
