"""Practice methods for a goal: the proposals, and the page on which a ready agreement about a method is agreed."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from udbytte.access.conversations import (
    conversations_seen_by,
    conversations_to_write_in,
    conversations_written_by,
    plans_seen_by,
)
from udbytte.domain.numbers import int_from
from udbytte.models import Conversation, Goal, Person, PracticeMethod
from udbytte.queries.practice.methods import methods_for
from udbytte.runtime.clock import today
from udbytte.services.conversations.plan import add_agreement_to_plan, begin_plan
from udbytte.web.agreements.rows import agreed_message
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.conversations.forms import AgreementForm

from .ready_agreements import ready_agreement
from .suggestion_text import benefit_of, reason_for

RELATED = ("round", "manager", "plan", "employment__person", "employment__line_manager")


@dataclass(frozen=True, slots=True)
class MethodProposal:
    """A practice method that is proposed for a goal, with the reason and the benefit in words."""

    method: PracticeMethod
    reason: str
    benefit: str


def proposals_for(goals: list[Goal]) -> dict[int, list[MethodProposal]]:
    """The proposed methods of each goal, by the goal's id. Methods with the same reason stand together."""
    proposals = {
        goal: [
            MethodProposal(suggestion.method, reason_for(suggestion), benefit_of(suggestion))
            for suggestion in suggestions
        ]
        for goal, suggestions in methods_for(goals).items()
    }
    for of_goal in proposals.values():
        reasons = list(dict.fromkeys(proposal.reason for proposal in of_goal))
        of_goal.sort(key=lambda proposal: reasons.index(proposal.reason))
    return proposals


@require_GET
def goal_methods(request: HttpRequest, pk: int) -> HttpResponse:
    """The methods that are proposed for a goal, for those who may read its plan."""
    person, on = person_of(request), today()
    goal = get_object_or_404(
        Goal.objects.filter(plan__in=plans_seen_by(person, on)).select_related("plan__conversation"), pk=pk
    )
    conversation = goal.plan.conversation
    context = {
        "goal": goal,
        "conversation": conversation,
        "proposals": proposals_for([goal])[goal.pk],
        "plan_is_open": goal.plan.signed_text is None,
        "back": back_to_plan(conversation, person),
    }
    return render(request, "practice/goal_methods.html", context)


def back_to_plan(conversation: Conversation, person: Person) -> str:
    """The address of the conversation's page, or of the plan's page for those who do not see the conversation."""
    if conversations_seen_by(person, today()).filter(pk=conversation.pk).exists():
        return f"{reverse('conversation', args=[conversation.pk])}#agree"
    return reverse("plan-of", args=[conversation.employment_id])


def _number(request: HttpRequest, name: str) -> int | None:
    """A number from the query string; None if it is missing. Raises Http404 if it is no number."""
    value = request.GET.get(name, "")
    number = int_from(value)
    if value and number is None:
        raise Http404
    return number


@require_http_methods(["GET", "POST"])
def agree_method(request: HttpRequest, pk: int) -> HttpResponse:
    """A ready agreement about a method (`?method=`), for a goal of the plan (`&goal=`) or for none in particular."""
    person, on = person_of(request), today()
    conversations = conversations_written_by(person, on).select_related(*RELATED)
    conversation = get_object_or_404(conversations, pk=pk)
    method = get_object_or_404(PracticeMethod, pk=_number(request, "method") or 0, hidden=False)
    plan, number = getattr(conversation, "plan", None), _number(request, "goal")
    goal = get_object_or_404(Goal, plan=plan, pk=number) if number is not None else None
    form = AgreementForm(plan, request.POST or None, ready=ready_agreement(method, goal, conversation, on))
    back = back_to_plan(conversation, person)
    context = {"form": form, "conversation": conversation, "method": method, "goal": goal, "back": back}
    context["plan_is_open"] = plan is None or plan.signed_text is None
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            plan = begin_plan(conversation, by=None)
            agreed = add_agreement_to_plan(plan, by=person, on=on, **form.facts())
            messages.success(request, agreed_message(agreed))
            return redirect(back)
    return render(request, "practice/agree_method.html", context, status=422 if form.is_bound else 200)


@require_GET
def choose_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the plan that a method is taken into. If there is only one plan, the page is skipped."""
    person = person_of(request)
    method = get_object_or_404(PracticeMethod, pk=pk, hidden=False)
    conversations = conversations_to_write_in(person, today()).select_related("employment__person", "round")
    ordered = conversations.order_by("employment__person__given_name", "employment__person__family_name", "pk")
    plans = [
        (conversation.employment.person, f"{reverse('take-method', args=[conversation.pk])}?method={method.pk}")
        for conversation in ordered
    ]
    if len(plans) == 1:
        return redirect(plans[0][1])
    plans.sort(key=lambda plan: plan[0] != person)  # the person's own plan first
    return render(request, "practice/choose_plan.html", {"method": method, "plans": plans})


urlpatterns = [
    path("maader/<int:pk>/tag/", choose_plan, name="choose-plan"),
    path("maal/<int:pk>/maader/", goal_methods, name="goal-methods"),
    path("samtaler/<int:pk>/ny-aftale/", agree_method, name="take-method"),
]
