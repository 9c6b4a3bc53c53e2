"""The page on which a plan is read through as the document will be, and signed."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from udbytte.access.conversations import may_write_plan
from udbytte.domain.numbers import int_from
from udbytte.models import Conversation, DevelopmentPlan, Person
from udbytte.queries.conversations.texts import mark_of_plan
from udbytte.queries.rounds.closing import agreements_to_carry_over
from udbytte.runtime.clock import today
from udbytte.services.conversations import plan as services
from udbytte.services.errors import Refused
from udbytte.services.papers.plan_text import PlanText, text_of_plan
from udbytte.web.base.context import as_context
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission

from .autosave import conversation_for, visible_plan
from .carry_over import save_carry_over
from .load import LoadText, StartLaterForm, load_text
from .signing import Signing, signing_of


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What the template reads. Without a plan there is nothing to review yet."""

    conversation: Conversation
    employee: Person
    other: Person | None  # whom the person talks with
    plan: DevelopmentPlan | None
    plan_text: PlanText | None
    plan_mark: str  # of the unsigned plan as the person reads it; empty once both have signed
    signing: Signing | None
    load: LoadText | None
    refused: str  # why it could not be signed


def review_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the plan as it is to be signed; a POST names in `do` what is done."""
    conversation, person = conversation_for(request, pk), person_of(request)
    if not may_write_plan(conversation, person, today()):
        raise Http404
    if request.method != "POST":
        return _show(request, conversation)
    do = request.POST.get("do", "")
    if do == "sign":
        return _sign(request, conversation)
    if do == "later":
        return _start_later(request, conversation)
    if do == "carry":
        return _take_later(request, conversation)
    raise Http404


def _show(
    request: HttpRequest, conversation: Conversation, *, refused: str = "", failed: StartLaterForm | None = None
) -> HttpResponse:
    person, on = person_of(request), today()
    employee, plan = conversation.employment.person, visible_plan(conversation, person)
    undecided = agreements_to_carry_over(conversation) if conversation.round.is_open else []
    page = ReviewPage(
        conversation=conversation,
        employee=employee,
        other=conversation.manager if person.pk == employee.pk else employee,
        plan=plan,
        plan_text=text_of_plan(plan) if plan is not None else None,
        plan_mark=mark_of_plan(plan) if plan is not None and plan.signed_text is None else "",
        signing=signing_of(conversation, plan, person, undecided) if plan is not None else None,
        load=load_text(plan, person, on, failed) if conversation.held_on is not None else None,
        refused=refused,
    )
    status = 422 if refused or failed is not None else 200
    return render(request, "conversations/review.html", as_context(page), status=status)


def _plan(conversation: Conversation) -> DevelopmentPlan:
    return services.begin_plan(conversation, by=None)


def _sign(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    person, seen = person_of(request), request.POST.get("seen")
    try:
        plan = services.sign_plan(_plan(conversation), by=person, on=today(), seen=seen)
    except Refused as refused:
        return _show(request, conversation_for(request, conversation.pk), refused=refused.message)
    messages.success(request, signed_message(plan, person))
    return redirect(request.path)


def signed_message(plan: DevelopmentPlan, person: Person) -> str:
    """Who signs next, or that the plan is signed by both."""
    if plan.employee_signed_on and plan.manager_signed_on:
        return _("The plan is signed by both. Each agreement goes on with its own next step.")
    conversation = plan.conversation
    other = conversation.employment.person
    if other.pk == person.pk:
        other = conversation.employment.line_manager or conversation.manager or other
    return _("You have signed. Next, %(who)s signs the plan, and gets an email about it.") % {"who": other.name}


def _take_later(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """What is open from last time is taken up later."""
    try:
        failed = save_carry_over(request, conversation)
    except Refused as refused:
        return _show(request, conversation, refused=refused.message)
    if failed is not None:
        raise Http404  # its form is on the conversation's page
    return redirect(f"{request.path}#sign")


def _start_later(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    form = StartLaterForm(request.POST)
    agreements = _plan(conversation).agreements
    agreement = get_object_or_404(agreements, pk=int_from(request.POST.get("agreement", "")) or 0)
    if form.is_valid():
        with Submission(form):
            services.start_later(agreement, form.cleaned_data["until"], by=person_of(request), on=today())
            messages.success(request, _("Saved."))
            return redirect(f"{request.path}#load")
    return _show(request, conversation, failed=form)


urlpatterns = [path("samtaler/<int:pk>/gennemse/", review_plan, name="review-plan")]
