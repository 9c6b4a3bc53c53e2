"""Finding somebody who helps, and what one helps with oneself: questions, those one helps, one's own offers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from udbytte.access.agreements import agreements_helped_by, parties_of
from udbytte.access.practice import offers_of, practice_to_find_helpers_for, questions_to
from udbytte.domain.lifecycle import Event, allowed
from udbytte.domain.reach import END
from udbytte.models import CheckIn, HelperRole, HelpOffer, Person, PracticeMethod
from udbytte.models.formatting import days
from udbytte.queries.agreements import RELATED, check_ins_asked_of
from udbytte.queries.practice.helpers import candidates_for
from udbytte.runtime.clock import today
from udbytte.services.agreements.take_step import answer_as_helper
from udbytte.services.errors import Refused
from udbytte.services.practice.offers import offer_help, take_back_offer
from udbytte.web.agreements.buttons import helper_forms
from udbytte.web.agreements.rows import row
from udbytte.web.base.fields import YES_NO, DayField, StyledForm
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission


class HelperCheckInForm(forms.Form):
    happens = forms.ChoiceField(label=lazy("Does it happen?"), choices=YES_NO, widget=forms.RadioSelect)
    learns = forms.ChoiceField(
        label=lazy("Does your colleague learn something new from it?"), choices=YES_NO, widget=forms.RadioSelect
    )
    line = forms.CharField(label=lazy("A line about it, if you like"), max_length=300, required=False)


class OfferForm(StyledForm):
    """What one can help with, and how far."""

    what = forms.CharField(
        label=lazy("What can you help with?"),
        max_length=200,
        help_text=lazy('Everybody who works here can find it. For example: "be beside somebody in difficult talks".'),
    )
    method = forms.ModelChoiceField(
        PracticeMethod.objects.filter(hidden=False),
        label=lazy("In which way?"),
        required=False,
        empty_label=lazy("any"),
    )
    at_most = forms.IntegerField(label=lazy("How many at a time, at most?"), min_value=1, max_value=10, initial=1)
    until = DayField(label=lazy("Until which day? (empty: until you take it back)"), reach=END, required=False)


def _helping(
    request: HttpRequest,
    *,
    offer: OfferForm | None = None,
    check_in: tuple[CheckIn, HelperCheckInForm] | None = None,
) -> HttpResponse:
    person, on = person_of(request), today()
    helped = agreements_helped_by(person, on).filter(closed_on__isnull=True)
    mine = helped.filter(helpers__person=person, helpers__said_yes=True, helpers__ended_on__isnull=True)
    rows = mine.select_related(*RELATED).order_by("step_due", "pk").distinct()
    asked_about = list(check_ins_asked_of(person))
    answered = {check_in[0].pk: check_in[1]} if check_in else {}
    context = {
        "asked": _asked(person, on),
        "questions": [(one, answered.get(one.pk) or HelperCheckInForm(auto_id=f"c{one.pk}_%s")) for one in asked_about],
        "rows": [(row(one, on), days(one.planned_from, one.planned_to, on)) for one in rows],
        "offers": offers_of(person, on).select_related("method"),
        "offer": offer or OfferForm(auto_id="offer_%s"),
        "failed": bool(offer or check_in),
    }
    return render(request, "practice/helpers/helping.html", context, status=422 if offer or check_in else 200)


def _asked(person: Person, on: date) -> list[dict[str, Any]]:
    """What the person is asked, each with title, purpose, dates and hours, and the forms that answer."""
    asked = []
    related = (f"agreement__{name}" for name in (*RELATED, "method"))
    for question in questions_to(person).select_related(*related).order_by("asked_on", "pk"):
        agreement = question.agreement
        answers = helper_forms(agreement, on, person)
        for choice in answers:
            choice.form.auto_id = f"q{question.pk}_{choice.form.chosen}_%s"
        when = days(agreement.planned_from, agreement.planned_to, on)
        asked.append({"question": question, "agreement": agreement, "when": when, "forms": answers})
    return asked


@require_GET
def helping(request: HttpRequest) -> HttpResponse:
    """What waits for the person's answer, what they help with, and what they offer."""
    return _helping(request)


@require_POST
def helper_check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The helper's side of a check-in."""
    asked = get_object_or_404(CheckIn, pk=pk, by=person_of(request), by_helper=True)
    form = HelperCheckInForm(request.POST, auto_id=f"c{pk}_%s")
    if not form.is_valid():
        return _helping(request, check_in=(asked, form))
    said = form.cleaned_data
    yes = {name: said[name] == "yes" for name in ("happens", "learns")}
    try:
        answer_as_helper(asked, by=person_of(request), on=today(), line=said["line"], **yes)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Thank you. The answer is saved."))
    return redirect("helping")


@require_POST
def offer(request: HttpRequest) -> HttpResponse:
    """Offer to help with something."""
    form = OfferForm(request.POST, auto_id="offer_%s")
    if form.is_valid():
        with Submission(form):
            offer_help(by=person_of(request), on=today(), **form.cleaned_data)
            messages.success(request, _("Your offer can be found now."))
            return redirect("helping")
    return _helping(request, offer=form)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an offer of one's own back."""
    person = person_of(request)
    found = get_object_or_404(HelpOffer, pk=pk, person=person)
    try:
        take_back_offer(found, by=person, on=today())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The offer is taken back. Those you help already are helped on."))
    return redirect("helping")


@require_GET
def find_helper(request: HttpRequest, pk: int) -> HttpResponse:
    """Find somebody to ask: by what they offer, by name, and who is near."""
    person, on = person_of(request), today()
    seen = practice_to_find_helpers_for(person, on).select_related(*RELATED, "method")
    agreement = get_object_or_404(seen, pk=pk)
    parties = parties_of(agreement, person, on)
    event = next((one for one in (Event.ASK, Event.ASK_ANOTHER) if allowed(agreement.state, one, parties)), None)
    if event is None:
        messages.info(request, _("Nobody can be asked where the agreement stands now."))
        return redirect("agreement", pk)
    query, method = request.GET.get("q", "").strip()[:100], agreement.method
    found = candidates_for(agreement, query, on)
    context = {
        "agreement": agreement,
        "event": event,
        "query": query,
        "found": [(one, f"{one.person.name} #{one.person.pk}") for one in found],
        "role": method.role if method is not None else HelperRole.COLLEAGUE,
        "hours": (method.helper_hours or "") if method is not None else "",
    }
    return render(request, "practice/helpers/find_helper.html", context)


urlpatterns = [
    path("hjaelper/", helping, name="helping"),
    path("hjaelper/<int:pk>/", helper_check_in, name="helper-check-in"),
    path("hjaelper/tilbud/", offer, name="offer-help"),
    path("hjaelper/tilbud/<int:pk>/slut/", take_back, name="take-back-offer"),
    path("aftaler/<int:pk>/hjaelp/", find_helper, name="find-helper"),
]
