"""From a goal to a way of learning in practice, and from a way to a ready agreement."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from udbytte.ground.clock import today

from ..access.conversations import (
    conversations_seen_by,
    conversations_to_write_in,
    conversations_written_by,
    plans_seen_by,
)
from ..domain.numbers import int_from
from ..models import Conversation, Goal, Person, PracticeMethod
from ..queries.way_suggestions import ways_for
from ..services.conversations import agree_in_plan, plan_of
from ..services.errors import Refused
from .conversation_forms import AgreementForm
from .pages import person_of
from .ready import ready_agreement
from .way_words import because, gives

CONVERSATION = ("round", "manager", "plan", "employment__person", "employment__line_manager")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A way as it is proposed for a goal: because of what, and what it gives for that."""

    way: PracticeMethod
    because: str
    gives: str


def proposed_for(goals: list[Goal]) -> dict[int, list[Proposed]]:
    """The ways proposed for each goal, by its id; those proposed for the same reason stand together."""
    said = {
        goal: [Proposed(one.way, because(one), gives(one)) for one in ways] for goal, ways in ways_for(goals).items()
    }
    for proposed in said.values():
        reasons = list(dict.fromkeys(one.because for one in proposed))
        proposed.sort(key=lambda one: reasons.index(one.because))
    return said


@require_GET
def goal_ways(request: HttpRequest, pk: int) -> HttpResponse:
    """How a goal can be learned in practice, for those who may read its plan."""
    person, on = person_of(request), today()
    goal = get_object_or_404(
        Goal.objects.filter(plan__in=plans_seen_by(person, on)).select_related("plan__conversation"), pk=pk
    )
    conversation = goal.plan.conversation
    context = {
        "goal": goal,
        "conversation": conversation,
        "proposed": proposed_for([goal])[goal.pk],
        "open": goal.plan.signed_text is None,
        "back": back_to_plan(conversation, person),
    }
    return render(request, "conversations/goal_ways.html", context)


def back_to_plan(conversation: Conversation, person: Person) -> str:
    """The conversation's page, or the plan's where a new line manager does not see the conversation."""
    if conversations_seen_by(person, today()).filter(pk=conversation.pk).exists():
        return f"{reverse('conversation', args=[conversation.pk])}#agree"
    return reverse("plan-of", args=[conversation.employment_id])


def _number(request: HttpRequest, name: str) -> int | None:
    """A number in the address; what is none there is a page that does not exist."""
    said = request.GET.get(name, "")
    number = int_from(said)
    if said and number is None:
        raise Http404
    return number


@require_http_methods(["GET", "POST"])
def take_way(request: HttpRequest, pk: int) -> HttpResponse:
    """A ready agreement about a way (`?way=`), for a goal of the plan (`&goal=`) or none in particular."""
    person, on = person_of(request), today()
    found = conversations_written_by(person, on).select_related(*CONVERSATION)
    conversation = get_object_or_404(found, pk=pk)
    way = get_object_or_404(PracticeMethod, pk=_number(request, "way") or 0, hidden=False)
    plan, number = getattr(conversation, "plan", None), _number(request, "goal")
    goal = get_object_or_404(Goal, plan=plan, pk=number) if number is not None else None
    form = AgreementForm(plan, request.POST or None, ready=ready_agreement(way, goal, conversation, on))
    back = back_to_plan(conversation, person)
    context = {"form": form, "conversation": conversation, "way": way, "goal": goal, "back": back}
    context["open"] = plan is None or plan.signed_text is None
    if request.method == "POST" and form.is_valid():
        try:
            plan = plan_of(conversation, by=None)
            agreed = agree_in_plan(plan, by=person, on=on, **form.facts())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Agreed: %(title)s.") % {"title": agreed.title})
            return redirect(back)
    return render(request, "conversations/take_way.html", context, status=422 if form.is_bound else 200)


@require_GET
def choose_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Into whose plan a way of the catalogue is taken: straight on where there is only one plan to write in."""
    person = person_of(request)
    way = get_object_or_404(PracticeMethod, pk=pk, hidden=False)
    found = conversations_to_write_in(person, today()).select_related("employment__person", "round")
    plans = [
        (one.employment.person, f"{reverse('take-way', args=[one.pk])}?way={way.pk}")
        for one in found.order_by("employment__person__given_name", "employment__person__family_name", "pk")
    ]
    if len(plans) == 1:
        return redirect(plans[0][1])
    plans.sort(key=lambda one: one[0] != person)
    return render(request, "conversations/choose_plan.html", {"way": way, "plans": plans})


urlpatterns = [
    path("maader/<int:pk>/tag/", choose_plan, name="choose-plan"),
    path("maal/<int:pk>/maader/", goal_ways, name="goal-ways"),
    path("samtaler/<int:pk>/ny-aftale/", take_way, name="take-way"),
]
