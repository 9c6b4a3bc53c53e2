"""Applications to funding sources: agreeing on one, and recording what became of it."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.access.agreements import agreements_readable_by, arranges_course
from udbytte.domain.numbers import int_from
from udbytte.models import FundingApplication, FundingSource
from udbytte.models.formatting import due
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.money.funding import (
    ANSWER_AFTER,
    correct_grant,
    decide_application,
    plan_application,
    send_application,
    wait_for_answer,
    withdraw_application,
)
from udbytte.web.agreements.page import show_failed
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission

from .forms import AnswerForm, WaitForm
from .funding import funding_of

# What a press without a form does, and what a press with the fund's answer does.
PRESSES = {"sent": send_application, "given-up": withdraw_application}
ANSWERS = {
    "granted": decide_application,
    "refused": decide_application,
    "corrected": correct_grant,
    "lost": correct_grant,
}


@require_POST
def plan_funding(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree that somebody applies to a funding source for the course of an agreement."""
    person, on = person_of(request), today()
    agreement = get_object_or_404(agreements_readable_by(person, on), pk=pk)
    chosen = request.POST.get("source", "")
    fund = get_object_or_404(FundingSource, pk=int_from(chosen) or 0)
    try:
        application = plan_application(agreement, fund, by=person, on=on)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        words = {
            "who": application.owner.name if application.owner else "",
            "due": due(application.due, on) if application.due else "",
        }
        messages.success(request, _("Agreed. %(who)s sends the application, %(due)s.") % words)
    return redirect("agreement", pk)


@require_POST
def update_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that an application is sent, answered or withdrawn."""
    person, on, what = person_of(request), today(), request.POST.get("what", "")
    rows = FundingApplication.objects.select_related("agreement__employment", "agreement__unit")
    application = get_object_or_404(rows, pk=pk)
    seen = agreements_readable_by(person, on).filter(pk=application.agreement_id).exists()
    arranges = seen and arranges_course(application.agreement, person, on)
    if application.owner_id != person.pk and not arranges:
        raise Http404
    if what == "waiting":
        return _wait(request, application, seen=seen)
    if what in ANSWERS and arranges:
        return _record_answer(request, application, what)
    if what not in PRESSES:
        raise Http404
    try:
        PRESSES[what](application, by=person, on=on)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("agreement", application.agreement_id) if seen else redirect("home")


def _wait(request: HttpRequest, application: FundingApplication, *, seen: bool) -> HttpResponse:
    """Record that the fund has not answered yet, and when to ask again."""
    form = WaitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day within the next %(days)s days.") % {"days": ANSWER_AFTER.days})
    else:
        try:
            wait_for_answer(application, until=form.cleaned_data["until"], by=person_of(request), on=today())
            messages.success(request, _("Saved."))
        except Refused as refused:
            messages.error(request, refused.message)
    return redirect("agreement", application.agreement_id) if seen else redirect("home")


def _record_answer(request: HttpRequest, application: FundingApplication, what: str) -> HttpResponse:
    """Record what the fund answered, or show the agreement's page with the answer as it was written."""
    by, on, agreement, yes = person_of(request), today(), application.agreement, what in ("granted", "corrected")
    form = AnswerForm(application, request.POST, yes=yes)
    if form.is_valid():
        granted, answer = form.cleaned_data["granted"] if yes else None, form.cleaned_data["answer"]
        with Submission(form):
            ANSWERS[what](application, granted=granted, answer=answer, by=by, on=on)
            messages.success(request, _("Saved."))
            return redirect("agreement", agreement.pk)
    rows = funding_of(agreement, by, on)["applications"]
    rows = [replace(row, form=form) if row.application.pk == application.pk else row for row in rows]
    return show_failed(request, agreement.pk, form, applications=rows)


urlpatterns = [
    path("aftaler/<int:pk>/tilskud/", plan_funding, name="plan-application"),
    path("ansoegninger/<int:pk>/", update_application, name="application"),
]
