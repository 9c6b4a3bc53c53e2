"""The question whether somebody wants a partner for the first use of a course: on the agreement's page, by email."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.access.agreements import own_agreements_of
from udbytte.access.links import PartnerLink
from udbytte.access.practice import is_asked_for_partner, partners_of
from udbytte.models import Agreement, Person
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.practice.course_partners import answer_partner_question
from udbytte.web.base.email_links import NOT_YOURS, USED, answered_from_email, answered_page, outcome_page
from udbytte.web.base.request import person_of


@dataclass(frozen=True, slots=True)
class PartnerQuestion:
    """The employee's answer (None: not answered yet), and those who want a partner too."""

    wants: bool | None
    partners: Sequence[Person]


def partner_question_of(agreement: Agreement, person: Person) -> dict[str, PartnerQuestion]:
    """The context of the question on an agreement's page. It is empty for everybody but the employee."""
    if agreement.employee_id != person.pk or not is_asked_for_partner(agreement):
        return {}
    wish = getattr(agreement, "partner_wish", None)
    partners = [other.employee for other in partners_of(agreement)]
    return {"partner_question": PartnerQuestion(wish.wants if wish is not None else None, partners)}


@require_POST
def answer_partner(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer on the agreement's page."""
    person = person_of(request)
    agreement = get_object_or_404(own_agreements_of(person), pk=pk)
    try:
        _answer(request, agreement, person)
        messages.success(request, _("Saved."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("agreement", agreement.pk)


@answered_from_email(PartnerLink)
def answer_partner_from_email(request: HttpRequest, person: Person, link: PartnerLink) -> HttpResponse:
    """Answer from the email about the course. A GET shows the question and changes nothing."""
    agreement = own_agreements_of(person).filter(pk=link.agreement_id).first()
    if agreement is None or not is_asked_for_partner(agreement):
        return outcome_page(request, NOT_YOURS)
    if hasattr(agreement, "partner_wish"):
        return outcome_page(request, USED)
    if request.method == "POST":
        try:
            _answer(request, agreement, person)
        except Refused:
            return outcome_page(request, NOT_YOURS)
        return answered_page(request, person, link)
    return render(request, "agreements/partner_from_email.html", {"person": person, "agreement": agreement})


def _answer(request: HttpRequest, agreement: Agreement, person: Person) -> None:
    answer_partner_question(agreement, wants=request.POST.get("wants") == "yes", by=person, on=today())


urlpatterns = [
    path("aftaler/<int:pk>/makker/", answer_partner, name="partner"),
    path("svar/makker/<str:token>/", answer_partner_from_email, name="answer-partner"),
]
