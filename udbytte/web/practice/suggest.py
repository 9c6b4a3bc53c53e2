"""From a goal to a way of learning in practice, and from a way to a ready agreement.

Why a way of learning in practice is proposed, in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.methods import About
from udbytte.queries.practice.methods import MethodSuggestion

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
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
from udbytte.services.conversations.plan import agree_in_plan, plan_of
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.conversations.forms import AgreementForm

from .ready_agreements import ready_agreement

ABOUT: dict[About, _StrPromise] = {
    About.TALKS: lazy("talks with others"),
    About.CONFLICTS: lazy("conflicts"),
    About.WRITING: lazy("writing and documenting"),
    About.LEADING: lazy("leading others"),
    About.MEETINGS: lazy("meetings"),
    About.TEACHING: lazy("guiding and training others"),
    About.DIGITAL: lazy("digital tools"),
    About.FIGURES: lazy("money and figures"),
    About.CASES: lazy("cases and rules"),
    About.CARE: lazy("care and treatment"),
    About.CHILDREN: lazy("children and young people"),
    About.CRAFT: lazy("practical, technical work"),
    About.KITCHEN: lazy("food and kitchen"),
    About.TOGETHER: lazy("working together across units"),
    About.PLANNING: lazy("planning and what comes first"),
    About.CONFIDENCE: lazy("confidence and limits"),
    About.CHANGE: lazy("projects and new ways of doing things"),
    About.ROLE: lazy("a larger role"),
    About.PRESENTING: lazy("communicating to many"),
    About.LANGUAGE: lazy("language and culture"),
    About.SERVICE: lazy("welcoming those who come"),
    About.SAFETY: lazy("safety and the working environment"),
    About.QUALITY: lazy("quality and fewer mistakes"),
    About.GREEN: lazy("sustainability"),
}

# What a way gives, whatever the goal is about.
GIVES: dict[str, _StrPromise] = {
    "side_by_side": lazy("it is learned by doing it beside somebody who can"),
    "mentor": lazy("somebody experienced shares what works, and helps over the hard places"),
    "supervision": lazy("a trained supervisor helps to look at the situations from outside"),
    "peer_supervision": lazy("colleagues turn real situations over together and find new answers"),
    "coaching": lazy("good questions help to find a way of one's own, and to see whether it works"),
    "partnership": lazy("two who practise the same keep each other going and give each other honest answers"),
    "new_hires": lazy("new eyes see what everybody else has stopped seeing"),
    "new_tasks": lazy("it is learned in earnest, in a task a little larger than usual"),
    "responsibility": lazy("it sticks when the responsibility is real, and somebody is there to back it up"),
    "rotation": lazy("the same work in another place shows other ways of doing it"),
    "shadowing": lazy("seeing how others do it gives something to take home"),
    "relations": lazy("a shared task teaches more about the others than talking about them"),
    "closer_follow_up": lazy("short, fixed talks with the manager keep it going when the weeks are busy"),
    "placement": lazy("close to those who can, there is something to hear and see every day"),
    "technology": lazy("trying it in the daily work, and showing it to others, makes it stay"),
    "action_learning": lazy("small attempts in the daily work show what helps"),
}
# What it gives for this in particular, where more can be said.
GIVES_HERE: dict[tuple[About, str], _StrPromise] = {
    (About.TALKS, "shadowing"): lazy("sitting in on the talks of somebody experienced shows how they do it"),
    (About.TALKS, "action_learning"): lazy("a new question is tried in the next talk, and the group hears what it did"),
    (About.TALKS, "partnership"): lazy("two go through the talk before it, and again after it"),
    (About.CONFLICTS, "peer_supervision"): lazy(
        "what happened is turned over with colleagues who know such situations"
    ),
    (About.CONFLICTS, "action_learning"): lazy(
        "one thing is tried the next time it begins, and talked about afterwards"
    ),
    (About.WRITING, "partnership"): lazy("two read each other's texts before they are sent"),
    (About.WRITING, "side_by_side"): lazy("the text is written together with somebody who does it well"),
    (About.WRITING, "responsibility"): lazy(
        "taking over the templates that everybody uses teaches what good looks like"
    ),
    (About.WRITING, "technology"): lazy("a tool makes the draft, and the eye for what to change is trained"),
    (About.LEADING, "mentor"): lazy("another leader has stood in the same place and can be asked about anything"),
    (About.LEADING, "shadowing"): lazy("a day with another leader shows what they do, and what they leave be"),
    (About.LEADING, "responsibility"): lazy("decisions are made within a frame, and talked over afterwards"),
    (About.MEETINGS, "responsibility"): lazy("a fixed meeting is taken over, with an honest answer after each one"),
    (About.MEETINGS, "shadowing"): lazy("visits to other meetings give one thing each to take home"),
    (About.TEACHING, "responsibility"): lazy("the next person who begins becomes a real task, with somebody to ask"),
    (About.TEACHING, "new_hires"): lazy("those who have just begun know best what they lacked"),
    (About.TEACHING, "side_by_side"): lazy("the next newcomer is guided together with a colleague who does it well"),
    (About.DIGITAL, "technology"): lazy("it is tried on a real task, and shown to the others when it works"),
    (About.DIGITAL, "side_by_side"): lazy("a colleague who knows it sits beside, and lets the learner's hands do it"),
    (About.DIGITAL, "responsibility"): lazy("being the person the others come to with it teaches the last part"),
    (About.FIGURES, "closer_follow_up"): lazy("the figures are laid before the manager at fixed times"),
    (About.FIGURES, "side_by_side"): lazy("the month's figures are gone through with somebody who does it every month"),
    (About.FIGURES, "placement"): lazy("some days a month with those who do the accounts answer many questions"),
    (About.CASES, "side_by_side"): lazy("the next cases are done together with somebody experienced"),
    (About.CASES, "peer_supervision"): lazy("real cases are turned over with colleagues, and the grounds grow clearer"),
    (About.CARE, "side_by_side"): lazy("it is learned with the hands, beside a colleague who can"),
    (About.CARE, "supervision"): lazy(
        "a supervisor helps to look at what happens between the citizen and the one who helps"
    ),
    (About.CARE, "responsibility"): lazy("it grows by being the person the others ask, with somebody to back it up"),
    (About.CHILDREN, "action_learning"): lazy(
        "one thing is tried with the children, looked at, and adjusted with the others"
    ),
    (About.CHILDREN, "shadowing"): lazy("a colleague's practice with the children gives new eyes on one's own"),
    (About.CRAFT, "side_by_side"): lazy("hands learn from hands: together first, then alone"),
    (About.CRAFT, "new_hires"): lazy("those who come from other places bring other methods and tools"),
    (About.KITCHEN, "shadowing"): lazy("a day in another kitchen gives recipes and methods to bring home"),
    (About.KITCHEN, "new_tasks"): lazy("a part of the menu to work with makes it real"),
    (About.TOGETHER, "relations"): lazy("it is learned with the others, in a task that is both sides' own"),
    (About.TOGETHER, "shadowing"): lazy("a day with the others shows what it looks like from their side"),
    (About.PLANNING, "closer_follow_up"): lazy("a quarter of an hour a week with the manager sorts what comes first"),
    (About.PLANNING, "side_by_side"): lazy("the next plan is made together with somebody who usually makes it"),
    (About.ROLE, "responsibility"): lazy("the role grows by having the area, with somebody to back it up"),
    (About.PRESENTING, "new_tasks"): lazy("first a small occasion, then a larger one"),
    (About.PRESENTING, "partnership"): lazy("two rehearse for each other, and say what came across"),
    (About.LANGUAGE, "partnership"): lazy("a fixed half hour with a colleague, in that language alone"),
    (About.SERVICE, "shadowing"): lazy("following a colleague, or those who come, shows where it pinches"),
    (About.SAFETY, "responsibility"): lazy("one danger is taken on and followed until it is mended"),
    (About.QUALITY, "action_learning"): lazy("one step is changed, counted for some weeks, and looked at together"),
    (About.GREEN, "new_tasks"): lazy("one thing is made greener, with a figure to follow"),
}


def because(one: MethodSuggestion) -> str:
    """Why it is proposed, in a few words: what the goal is about."""
    if one.about is not None:
        return _("Because the goal is about %(about)s") % {"about": ABOUT[one.about]}
    if one.words:
        return _("Because both the goal and the way speak of %(words)s") % {"words": _(" and ").join(one.words)}
    return _("Fits most goals")


def gives(one: MethodSuggestion) -> str:
    """What the way gives for that, in one sentence; of an organisation's own way, what it is."""
    here = GIVES_HERE.get((one.about, one.method.key)) if one.about is not None else None
    said = str(here or GIVES.get(one.method.key) or "")
    return f"{said[:1].upper()}{said[1:]}." if said else one.method.summary


CONVERSATION = ("round", "manager", "plan", "employment__person", "employment__line_manager")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A way as it is proposed for a goal: because of what, and what it gives for that."""

    method: PracticeMethod
    because: str
    gives: str


def proposed_for(goals: list[Goal]) -> dict[int, list[Proposed]]:
    """The ways proposed for each goal, by its id; those proposed for the same reason stand together."""
    said = {
        goal: [Proposed(one.method, because(one), gives(one)) for one in methods]
        for goal, methods in methods_for(goals).items()
    }
    for proposed in said.values():
        reasons = list(dict.fromkeys(one.because for one in proposed))
        proposed.sort(key=lambda one: reasons.index(one.because))
    return said


@require_GET
def goal_methods(request: HttpRequest, pk: int) -> HttpResponse:
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
def take_method(request: HttpRequest, pk: int) -> HttpResponse:
    """A ready agreement about a way (`?way=`), for a goal of the plan (`&goal=`) or none in particular."""
    person, on = person_of(request), today()
    found = conversations_written_by(person, on).select_related(*CONVERSATION)
    conversation = get_object_or_404(found, pk=pk)
    method = get_object_or_404(PracticeMethod, pk=_number(request, "method") or 0, hidden=False)
    plan, number = getattr(conversation, "plan", None), _number(request, "goal")
    goal = get_object_or_404(Goal, plan=plan, pk=number) if number is not None else None
    form = AgreementForm(plan, request.POST or None, ready=ready_agreement(method, goal, conversation, on))
    back = back_to_plan(conversation, person)
    context = {"form": form, "conversation": conversation, "method": method, "goal": goal, "back": back}
    context["open"] = plan is None or plan.signed_text is None
    if request.method == "POST" and form.is_valid():
        with Submission(form):
            plan = plan_of(conversation, by=None)
            agreed = agree_in_plan(plan, by=person, on=on, **form.facts())
            messages.success(request, _("Agreed: %(title)s.") % {"title": agreed.title})
            return redirect(back)
    return render(request, "conversations/take_way.html", context, status=422 if form.is_bound else 200)


@require_GET
def choose_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Into whose plan a way of the catalogue is taken: straight on where there is only one plan to write in."""
    person = person_of(request)
    method = get_object_or_404(PracticeMethod, pk=pk, hidden=False)
    found = conversations_to_write_in(person, today()).select_related("employment__person", "round")
    plans = [
        (one.employment.person, f"{reverse('take-method', args=[one.pk])}?way={method.pk}")
        for one in found.order_by("employment__person__given_name", "employment__person__family_name", "pk")
    ]
    if len(plans) == 1:
        return redirect(plans[0][1])
    plans.sort(key=lambda one: one[0] != person)
    return render(request, "conversations/choose_plan.html", {"method": method, "plans": plans})


urlpatterns = [
    path("maader/<int:pk>/tag/", choose_plan, name="choose-plan"),
    path("maal/<int:pk>/maader/", goal_methods, name="goal-methods"),
    path("samtaler/<int:pk>/ny-aftale/", take_method, name="take-method"),
]
