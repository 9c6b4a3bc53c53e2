"""Signing a plan from a letter: it is read back and signed without logging in. A GET shows it and changes nothing."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from udbytte.access.conversations import plans_seen_by
from udbytte.access.links import BadToken, ExpiredToken, SignatureLink, read_signing_token
from udbytte.models import DevelopmentPlan, Person
from udbytte.queries.conversations import mark_of_plan
from udbytte.runtime.clock import today
from udbytte.services.conversations.plan import sign_plan
from udbytte.services.errors import Refused
from udbytte.web.agreements.answer_from_email import said

from .plan_text import text_of_plan


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """Show one plan as it is to be signed, or sign it."""
    try:
        asked = read_signing_token(token, today())
    except BadToken:
        return said(request, "bad", 404)
    except ExpiredToken:
        return said(request, "expired", 410)
    person = Person.objects.filter(pk=asked.person_id, is_active=True).first()
    if person is None:
        return said(request, "bad", 404)
    with override(person.language):
        request.LANGUAGE_CODE = person.language
        return _sign(request, person, asked)


def _sign(request: HttpRequest, person: Person, asked: SignatureLink) -> HttpResponse:
    on = today()
    plans = plans_seen_by(person, on).select_related("conversation__employment__person", "conversation__round")
    plan = plans.filter(pk=asked.plan_id).first()
    if plan is None:
        return said(request, "not_yours", 410)
    if _signed_by(plan, person):
        return said(request, "used", 410)
    if mark_of_plan(plan) != asked.mark:
        return said(request, "changed", 410)
    if request.method == "POST":
        try:
            sign_plan(plan, by=person, on=on, seen=asked.mark)
        except Refused:
            return said(request, "changed", 410)
        return said(request, "sent", 200)
    employee = plan.conversation.employment.person
    context = {"person": person, "employee": employee, "plan": plan, "plan_text": text_of_plan(plan, on)}
    return render(request, "conversations/sign_from_email.html", context)


def _signed_by(plan: DevelopmentPlan, person: Person) -> bool:
    is_employee = plan.conversation.employment.person_id == person.pk
    return bool(plan.employee_signed_on if is_employee else plan.manager_signed_on)


urlpatterns = [path("underskriv/<str:token>/", sign, name="sign")]
