"""The page of a helper (questions, agreements helped with, offers), and the page on which a helper is found."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from udbytte.access.agreements import agreements_helped_by, events_open_to
from udbytte.access.practice import offers_of, practice_to_find_helpers_for, questions_to
from udbytte.domain.lifecycle import Event
from udbytte.models import CheckIn, HelperRole, HelpOffer, Person
from udbytte.models.formatting import days
from udbytte.queries.agreements.lists import RELATED, open_check_ins_of
from udbytte.queries.practice.helpers import candidates_for
from udbytte.runtime.clock import today
from udbytte.services.agreements.take_step import answer_as_helper
from udbytte.services.errors import Refused
from udbytte.services.practice.offers import offer_help, take_back_offer
from udbytte.web.agreements.buttons import helper_forms
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission

from .forms import HelperCheckInForm, OfferForm


def _render_helper_page(
    request: HttpRequest,
    *,
    offer: OfferForm | None = None,
    check_in: tuple[CheckIn, HelperCheckInForm] | None = None,
) -> HttpResponse:
    person, on = person_of(request), today()
    helped = agreements_helped_by(person, on).filter(closed_on__isnull=True)
    accepted = helped.filter(helpers__person=person, helpers__said_yes=True, helpers__ended_on__isnull=True)
    rows = accepted.select_related(*RELATED).order_by("step_due", "pk").distinct()
    failed_forms = {check_in[0].pk: check_in[1]} if check_in else {}
    check_ins = list(open_check_ins_of(person))
    if check_in is not None and check_in[0] not in check_ins:
        check_ins.append(check_in[0])  # it was answered meanwhile, and what was written now is not lost
    context = {
        "questions": _questions(person, on),
        "check_ins": [
            (each, failed_forms.get(each.pk) or HelperCheckInForm(auto_id=f"c{each.pk}_%s")) for each in check_ins
        ],
        "rows": [(row(each, on), days(each.planned_from, each.planned_to, on)) for each in rows],
        "offers": offers_of(person, on).select_related("method"),
        "offer": offer or OfferForm(auto_id="offer_%s"),
        "failed": bool(offer or check_in),
    }
    return render(request, "practice/helpers/helping.html", context, status=422 if offer or check_in else 200)


def _questions(person: Person, on: date) -> list[dict[str, Any]]:
    """The agreements that the person is asked to help with, each with the forms to answer."""
    questions = []
    related = (f"agreement__{name}" for name in (*RELATED, "method"))
    for question in questions_to(person).select_related(*related).order_by("asked_on", "pk"):
        agreement = question.agreement
        answers = helper_forms(agreement, on, person)
        for choice in answers:
            choice.form.auto_id = f"q{question.pk}_{choice.form.chosen}_%s"
        when = days(agreement.planned_from, agreement.planned_to, on)
        questions.append({"question": question, "agreement": agreement, "when": when, "forms": answers})
    return questions


@require_GET
def helper_page(request: HttpRequest) -> HttpResponse:
    """The questions that wait for the person's answer, the agreements they help with, and their offers."""
    return _render_helper_page(request)


@require_POST
def answer_helper_check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a check-in as the helper."""
    check_in = get_object_or_404(CheckIn, pk=pk, by=person_of(request), by_helper=True)
    form = HelperCheckInForm(request.POST, auto_id=f"c{pk}_%s")
    if form.is_valid():
        with Submission(form):
            answer_as_helper(check_in, by=person_of(request), on=today(), **form.answers())
            messages.success(request, _("Thank you. The answer is saved."))
            return redirect("helping")
    return _render_helper_page(request, check_in=(check_in, form))


@require_POST
def add_offer(request: HttpRequest) -> HttpResponse:
    """Add an offer of help."""
    form = OfferForm(request.POST, auto_id="offer_%s")
    if form.is_valid():
        with Submission(form):
            offer_help(by=person_of(request), on=today(), **form.cleaned_data)
            messages.success(request, _("Your offer can be found now."))
            return redirect("helping")
    return _render_helper_page(request, offer=form)


@require_POST
def remove_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one of the person's own offers."""
    person = person_of(request)
    offer = get_object_or_404(HelpOffer, pk=pk, person=person)
    try:
        take_back_offer(offer, by=person, on=today())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The offer is taken back. Those you help already are helped on."))
    return redirect("helping")


@require_GET
def find_helper(request: HttpRequest, pk: int) -> HttpResponse:
    """Find somebody to ask: by offers, by name, and among the colleagues nearby."""
    person, on = person_of(request), today()
    seen = practice_to_find_helpers_for(person, on).select_related(*RELATED, "method")
    agreement = get_object_or_404(seen, pk=pk)
    open_events = events_open_to(agreement, person, on)
    event = next((event for event in (Event.ASK, Event.ASK_ANOTHER) if event in open_events), None)
    if event is None:
        messages.info(request, _("The agreement has moved on, so nobody can be asked now."))
        return redirect("agreement", pk)
    query, method = request.GET.get("q", "").strip()[:100], agreement.method
    candidates = candidates_for(agreement, query, on)
    context = {
        "agreement": agreement,
        "event": event,
        "query": query,
        "candidates": [(candidate, f"{candidate.person.name} #{candidate.person.pk}") for candidate in candidates],
        "role": method.role if method is not None else HelperRole.COLLEAGUE,
        "hours": (method.helper_hours or "") if method is not None else "",
    }
    return render(request, "practice/helpers/find_helper.html", context)


urlpatterns = [
    path("hjaelper/", helper_page, name="helping"),
    path("hjaelper/<int:pk>/", answer_helper_check_in, name="helper-check-in"),
    path("hjaelper/tilbud/", add_offer, name="offer-help"),
    path("hjaelper/tilbud/<int:pk>/slut/", remove_offer, name="take-back-offer"),
    path("aftaler/<int:pk>/hjaelp/", find_helper, name="find-helper"),
]
