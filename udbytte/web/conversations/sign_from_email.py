"""Sign a plan from an email, without logging in. A GET shows the plan and changes nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from udbytte.access.conversations import plans_seen_by
from udbytte.access.links import SignatureLink
from udbytte.models import DevelopmentPlan, Person
from udbytte.queries.conversations.texts import mark_of_plan
from udbytte.runtime.clock import today
from udbytte.services.conversations.plan import sign_plan
from udbytte.services.errors import Refused
from udbytte.services.papers.plan_text import text_of_plan
from udbytte.web.base.email_links import CHANGED, NOT_YOURS, USED, answered_from_email, answered_page, outcome_page

from .load import load_text
from .review import signed_message


@answered_from_email(SignatureLink)
def sign(request: HttpRequest, person: Person, link: SignatureLink) -> HttpResponse:
    """Show one plan as it is to be signed, or sign it."""
    on = today()
    plans = plans_seen_by(person, on).select_related("conversation__employment__person", "conversation__round")
    plan = plans.filter(pk=link.plan_id).first()
    if plan is None:
        return outcome_page(request, NOT_YOURS)
    if _signed_by(plan, person):
        return outcome_page(request, USED)
    if mark_of_plan(plan) != link.mark:
        return outcome_page(request, CHANGED)
    if request.method == "POST":
        try:
            sign_plan(plan, by=person, on=on, seen=link.mark)
        except Refused:
            return outcome_page(request, CHANGED)
        plan.refresh_from_db()
        return answered_page(request, person, link, next_step=signed_message(plan, person))
    employee = plan.conversation.employment.person
    context = {
        "person": person,
        "employee": employee,
        "plan": plan,
        "plan_text": text_of_plan(plan),
        "load": load_text(plan, person, on),
    }
    return render(request, "conversations/sign_from_email.html", context)


def _signed_by(plan: DevelopmentPlan, person: Person) -> bool:
    is_employee = plan.conversation.employment.person_id == person.pk
    return bool(plan.employee_signed_on if is_employee else plan.manager_signed_on)


urlpatterns = [path("underskriv/<str:token>/", sign, name="sign")]
