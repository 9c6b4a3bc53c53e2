"""The conversation on one page, for the two who talk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from udbytte.access.agreements import agreements_seen_by
from udbytte.access.conversations import writes_plan
from udbytte.domain.lifecycle import Kind
from udbytte.domain.numbers import int_from
from udbytte.domain.texts import plain_text
from udbytte.models import Agreement, Conversation, Course, DevelopmentPlan, Goal, Person, PracticeMethod, Preparation
from udbytte.queries.agreements import RELATED
from udbytte.queries.conversations import NO_COURSE, NOTES, OWN, mark_of_plan, questions_of
from udbytte.queries.courses.catalogue import courses
from udbytte.runtime.clock import today
from udbytte.services.conversations import plan as services
from udbytte.services.conversations.autosave import throw_away
from udbytte.services.errors import Refused
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import person_of
from udbytte.web.base.submit import Submission
from udbytte.web.meetings.page import meeting_context
from udbytte.web.practice.suggest import proposed_for
from udbytte.web.practice.transfer import offered_transfer

from .autosave import Field, fields_of, find, plan_seen, state_mark, write_all
from .carry_over import carried, carry
from .forms import AgreementForm, GoalForm
from .plan_text import read_back

SUGGESTED = 30
ADDS = frozenset({"goal", "agree"})
# What could not be saved, by name in the page; None: all of it was saved.
Failed = dict[str, Any] | None


def _questions(
    conversation: Conversation, person: Person, fields: dict[str, Field], theirs: dict[int, str]
) -> list[dict[str, Any]]:
    """The questions to prepare by, each with one's own field and what the other one has shared; either may be none."""
    return [
        {"question": one, "field": fields.get(f"q-{one.pk}"), "theirs": theirs.get(one.pk, "")}
        for one in questions_of(conversation)
        if f"q-{one.pk}" in fields or theirs.get(one.pk)
    ]


def _shared_by(conversation: Conversation, author: int | None) -> dict[int, str] | None:
    """What somebody has shared of their preparation, by question; None when they have not shared it."""
    prepared = Preparation.objects.filter(conversation=conversation, author=author, shared_on__isnull=False).first()
    return None if prepared is None else dict(prepared.answers.values_list("question_id", "text"))


def _last(conversation: Conversation, person: Person) -> QuerySet[Agreement]:
    """What was agreed in the rounds before, for those who may read the plan."""
    starts, employee = conversation.round.conversations_from, conversation.employment.person
    before = agreements_seen_by(person, today()).filter(employee=employee, round__conversations_from__lt=starts)
    return before.select_related(*RELATED, "outcome").prefetch_related("observations__by").order_by("-agreed_on", "-pk")


def _context(request: HttpRequest, conversation: Conversation, failed: dict[str, Any]) -> dict[str, Any]:
    person, on = person_of(request), today()
    employee = conversation.employment.person
    is_employee = person.pk == employee.pk
    sees_plan = writes_plan(conversation, person, on)
    plan = plan_seen(conversation, person)
    fields = fields_of(conversation, person, typed=request.POST, failed=failed.get("fields"))
    shared = _shared_by(conversation, person.pk)
    theirs = _shared_by(conversation, conversation.manager_id if is_employee else employee.pk)
    now = Agreement.objects.filter(plan=plan) if plan else Agreement.objects.none()
    goals = list(plan.goals.all()) if plan else []
    rows = [row(a, on) for a in now.select_related(*RELATED, "goal").order_by("pk")]
    open_still = carried(conversation) if sees_plan and conversation.round.is_open else []
    waits = [one for one in open_still if one.waits]
    return {
        "conversation": conversation,
        "employee": employee,
        "other": conversation.manager if is_employee else employee,
        "is_employee": is_employee,
        "sees_plan": sees_plan,
        "plan": plan,
        "open": NO_COURSE in fields,
        "questions": _questions(conversation, person, fields, theirs or {}),
        "asked_about_last": questions_of(conversation).filter(about_last=True).exists(),
        "prepares_now": bool(failed.get("fields")),
        "shared": shared is not None,
        "they_shared": theirs is not None,
        "last": [row(a, on) for a in _last(conversation, person)[:10]] if sees_plan else [],
        "carried": open_still,
        "carries_now": "carried" in failed or (waits and (_meets_by(conversation, on) or len(waits) < len(open_still))),
        "carries_none": all(one.said for one in open_still),
        "goals": _goals(goals, plan, fields),
        "offer": offered_transfer(now, request.GET.get("agreed", "")),
        "rows": rows,
        **meeting_context(request, conversation),
        "goal_form": GoalForm(auto_id="goal_%s"),
        "agreement_form": AgreementForm(plan, on=on),
        "catalogue": Course.objects.only("title", "provider").order_by("title")[:SUGGESTED],
        "methods": PracticeMethod.objects.filter(hidden=False),
        "notes": fields[NOTES],
        "own": fields[OWN],
        "no_course": fields.get(NO_COURSE),
        "state": state_mark(conversation, person),
        "added": request.GET.get("added", ""),
        "signed_here": plan is not None and bool(plan.employee_signed_on if is_employee else plan.manager_signed_on),
        "reads": read_back(plan, on) if plan is not None else None,
        "signs_for_manager": conversation.employment.line_manager,
        "seen": mark_of_plan(plan) if plan is not None and plan.signed_text is None else "",
    } | {name: said for name, said in failed.items() if name != "fields"}


def _meets_by(conversation: Conversation, on: date) -> bool:
    """Whether the day of the conversation has come."""
    return conversation.held_on is not None or (conversation.planned_on is not None and conversation.planned_on <= on)


def _goals(goals: list[Goal], plan: DevelopmentPlan | None, fields: dict[str, Field]) -> list[dict[str, Any]]:
    """Each goal with its fields, and with ways to learn it while the plan is open."""
    proposed = proposed_for(goals) if plan is not None and plan.signed_text is None else {}
    return [
        {
            "goal": one,
            "text": fields.get(f"goal-{one.pk}-text"),
            "sign": fields.get(f"goal-{one.pk}-sign"),
            "proposed": proposed.get(one.pk, []),
        }
        for one in goals
    ]


def _write(request: HttpRequest, conversation: Conversation) -> Failed:
    """Save the fields that were sent, and share one's preparation where that was pressed."""
    failed = write_all(request, conversation)
    if "share" in request.POST and not failed:
        services.share_preparation(conversation, by=person_of(request), on=today())
    return {"fields": failed} if failed else None


def _forget(request: HttpRequest, conversation: Conversation) -> Failed:
    number = int_from(request.POST.get("aside", ""))
    if number is not None:
        throw_away(conversation, number, by=person_of(request), on=today())
    return None


def _plan(request: HttpRequest, conversation: Conversation) -> DevelopmentPlan:
    """The plan, for those who may write in it; it begins when it is first written in."""
    if not writes_plan(conversation, person_of(request), today()):
        raise Http404
    return services.plan_of(conversation, by=None)


def _goal(request: HttpRequest, conversation: Conversation) -> Failed:
    plan = _plan(request, conversation)
    if "remove" in request.POST:
        goal = get_object_or_404(plan.goals, pk=int_from(request.POST["remove"]))
        services.remove_goal(goal, by=person_of(request), on=today())
        return None
    form = GoalForm(request.POST, auto_id="goal_%s")
    if not form.is_valid():
        return {"goal_form": form}
    services.add_goal(plan, by=person_of(request), on=today(), **form.cleaned_data)
    return None


def _agree(request: HttpRequest, conversation: Conversation) -> Failed | Agreement:
    plan = _plan(request, conversation)
    form = AgreementForm(plan, request.POST, on=today())
    if not form.is_valid():
        return {"agreement_form": form}
    with Submission(form):
        return services.agree_in_plan(plan, by=person_of(request), on=today(), **form.facts())
    return {"agreement_form": form}


def _sign(request: HttpRequest, conversation: Conversation) -> Failed:
    seen = request.POST.get("seen")
    services.sign_plan(_plan(request, conversation), by=person_of(request), on=today(), seen=seen)
    return None


# Each returns what failed, else nothing or the agreement that was made.
DOES: dict[str, Callable[[HttpRequest, Conversation], Failed | Agreement]] = {
    "write": _write,
    "forget": _forget,
    "goal": _goal,
    "agree": _agree,
    "carry": carry,
    "sign": _sign,
}


def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; a POST names in `do` which part is saved. What is saved while typing goes to `writing.write_field`."""
    found = find(request, pk)
    if request.method != "POST":
        return render(request, "conversations/conversation.html", _context(request, found, {}))
    do = request.POST.get("do", "")
    does = DOES.get(do)
    if does is None:
        raise Http404
    done: Failed | Agreement
    try:
        done = does(request, found)
    except Refused as refused:
        messages.error(request, refused.message)
        done = {}
    if isinstance(done, dict):
        found = find(request, pk)
        return render(request, "conversations/conversation.html", _context(request, found, done), status=422)
    messages.success(request, _("Saved."))
    query = {"added": do} if do in ADDS else {}
    if done is not None and done.kind == Kind.COURSE:
        query |= {"agreed": str(done.pk)}
    part = request.POST.get("part", do)
    return redirect(f"{request.path}{'?' if query else ''}{urlencode(query)}#{part}")


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Courses and ways of learning in practice while a title is written, as options."""
    words = plain_text(request.GET.get("title", request.GET.get("course", "")))
    found = courses(on=today(), words=words.split("#")[0][:100])
    context = {"catalogue": found[:SUGGESTED], "methods": PracticeMethod.objects.filter(hidden=False)}
    return render(request, "conversations/options.html", context)


urlpatterns = [
    path("samtaler/<int:pk>/", conversation, name="conversation"),
    path("kurser/forslag/", suggest, name="suggest-courses"),
]
