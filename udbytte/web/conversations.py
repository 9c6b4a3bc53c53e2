"""The conversation on one page, for the two who talk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from udbytte.ground.clock import today

from ..access.agreements import agreements_seen_by
from ..access.conversations import conversations_seen_by
from ..domain.lifecycle import Kind
from ..models import Agreement, Asked, Conversation, Course, DevelopmentPlan, Goal, Preparation
from ..models.agreements import KIND_LABELS
from ..queries.courses import courses
from ..queries.steps import RELATED
from ..services import conversations as services
from ..services.errors import Refused
from .conversation_forms import AgreementForm, GoalForm, HeldForm, WhenForm
from .goal_ways import proposed_for
from .pages import person_of
from .twins import offered_twin
from .words import row

SUGGESTED = 30
# What could not be saved, by name in the page; None: all of it was saved.
Failed = dict[str, Any] | None


def _find(request: HttpRequest, pk: int) -> Conversation:
    seen = conversations_seen_by(person_of(request), today())
    related = ("round", "manager", "employment__person", "employment__unit", "plan")
    return get_object_or_404(seen.select_related(*related), pk=pk)


def _writes_plan(request: HttpRequest, conversation: Conversation) -> bool:
    """Whether the person may read the plan: the employee, and whoever is the line manager today."""
    person, employment = person_of(request), conversation.employment
    return person.pk == employment.person_id or (
        person.pk == employment.line_manager_id and employment.holds_on(today())
    )


def _preparation(
    conversation: Conversation, *, employee_side: bool, own: bool, typed: QueryDict
) -> list[dict[str, Any]]:
    """One side's questions with its answers; the other side's only when they are shared. What was typed goes first."""
    employee = conversation.employment.person_id
    author = employee if employee_side else conversation.manager_id
    prepared = Preparation.objects.filter(conversation=conversation, author=author).first() if author else None
    if not own and (prepared is None or prepared.shared_on is None):
        return []
    answers = dict(prepared.answers.values_list("question_id", "text")) if prepared else {}
    side = Asked.EMPLOYEE if employee_side else Asked.MANAGER
    questions = conversation.round.questions.filter(asked__in=(Asked.BOTH, side))
    shown = [
        {"question": one, "text": typed.get(f"q-{one.pk}", answers.get(one.pk, "")) if own else answers.get(one.pk, "")}
        for one in questions
    ]
    return shown if own else [item for item in shown if item["text"]]


def _context(request: HttpRequest, conversation: Conversation, failed: dict[str, Any]) -> dict[str, Any]:
    person, on = person_of(request), today()
    employee = conversation.employment.person
    is_employee = person.pk == employee.pk
    sees_plan = _writes_plan(request, conversation)
    plan = getattr(conversation, "plan", None) if sees_plan else None
    typed: QueryDict = failed.get("typed", QueryDict())
    notes = typed.get("notes", conversation.notes) if typed.get("do") == "notes" else conversation.notes
    before = Agreement.objects.none()
    if sees_plan:
        starts = conversation.round.conversations_from
        before = agreements_seen_by(person, on).filter(employee=employee, round__conversations_from__lt=starts)
    now = Agreement.objects.filter(plan=plan) if plan else Agreement.objects.none()
    goals = list(plan.goals.all()) if plan else []
    mine = Preparation.objects.filter(conversation=conversation, author=person).first()
    sides = {"typed": typed if typed.get("do") == "prepare" else QueryDict()}
    return {
        "conversation": conversation,
        "employee": employee,
        "other": conversation.manager if is_employee else employee,
        "is_employee": is_employee,
        "sees_plan": sees_plan,
        "plan": plan,
        "open": sees_plan and (plan is None or plan.signed_text is None),
        "own": _preparation(conversation, employee_side=is_employee, own=True, **sides),
        "theirs": _preparation(conversation, employee_side=not is_employee, own=False, **sides),
        "shared": mine is not None and mine.shared_on is not None,
        "last": [
            row(a, on)
            for a in before.select_related(*RELATED, "outcome")
            .prefetch_related("observations__by")
            .order_by("-agreed_on", "-pk")[:10]
        ],
        "goals": _goals(goals, plan),
        "offer": offered_twin(now, request.GET.get("agreed", "")),
        "rows": [row(a, on) for a in now.select_related(*RELATED).order_by("pk")],
        "when": WhenForm.of(conversation),
        "held": HeldForm(initial={"held_on": on}, auto_id="held_%s"),
        "goal_form": GoalForm(auto_id="goal_%s"),
        "agreement_form": AgreementForm(plan),
        "catalogue": Course.objects.only("title", "provider").order_by("title")[:SUGGESTED],
        "notes": notes,
        "seen": services.mark_of(conversation.notes),
        "reason": typed.get("reason", plan.no_course_reason if plan else ""),
        "kinds": KIND_LABELS,
        "signed_here": plan is not None and bool(plan.employee_signed_on if is_employee else plan.manager_signed_on),
    } | failed


def _goals(
    goals: list[Goal], plan: DevelopmentPlan | None, changed: Goal | None = None, form: GoalForm | None = None
) -> list[dict[str, Any]]:
    """Each goal with its form (`changed` with the one that was filled in), and ways to learn it while it is open."""
    proposed = proposed_for(goals) if plan is not None and plan.signed_text is None else {}
    return [
        {"goal": one, "form": form if one == changed else _goal_form(one), "proposed": proposed.get(one.pk, [])}
        for one in goals
    ]


def _goal_form(goal: Goal, data: QueryDict | None = None) -> GoalForm:
    return GoalForm(data, initial={"text": goal.text, "sign": goal.sign}, auto_id=f"goal{goal.pk}_%s")


def _plan_time(request: HttpRequest, conversation: Conversation) -> Failed:
    form = WhenForm(request.POST, auto_id="when_%s")
    if not form.is_valid():
        return {"when": form}
    services.plan_conversation(conversation, by=person_of(request), on=today(), **form.cleaned_data)
    return None


def _prepare(request: HttpRequest, conversation: Conversation) -> Failed:
    asked = [name for name in request.POST if name[:2] == "q-" and name[2:].isdigit()]
    answers = {int(name[2:]): request.POST.get(name, "") for name in asked}
    services.save_answers(conversation, answers, by=person_of(request), on=today())
    if "share" in request.POST:
        services.share_preparation(conversation, by=person_of(request), on=today())
    return None


def _note(request: HttpRequest, conversation: Conversation) -> Failed:
    notes, seen = request.POST.get("notes", ""), request.POST.get("seen")
    services.save_notes(conversation, notes, by=person_of(request), on=today(), seen=seen)
    return None


def _hold(request: HttpRequest, conversation: Conversation) -> Failed:
    form = HeldForm(request.POST, auto_id="held_%s")
    if not form.is_valid():
        return {"held": form}
    try:
        services.hold_conversation(conversation, by=person_of(request), on=today(), **form.cleaned_data)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return {"held": form}
    return None


def _plan(request: HttpRequest, conversation: Conversation) -> DevelopmentPlan:
    """The plan, for those who may write in it; it begins when it is first written in."""
    if not _writes_plan(request, conversation):
        raise Http404
    return services.plan_of(conversation, by=None)


def _goal(request: HttpRequest, conversation: Conversation) -> Failed:
    plan = _plan(request, conversation)
    number = request.POST.get("goal", "")
    goal = get_object_or_404(plan.goals, pk=int(number)) if number.isdigit() else None
    if goal is not None and "remove" in request.POST:
        services.remove_goal(goal, by=person_of(request), on=today())
        return None
    form = _goal_form(goal, request.POST) if goal else GoalForm(request.POST, auto_id="goal_%s")
    if not form.is_valid():
        if goal is None:
            return {"goal_form": form}
        return {"goals": _goals(list(plan.goals.all()), plan, goal, form)}
    if goal is None:
        services.add_goal(plan, by=person_of(request), on=today(), **form.cleaned_data)
    else:
        services.change_goal(goal, by=person_of(request), on=today(), **form.cleaned_data)
    return None


def _agree(request: HttpRequest, conversation: Conversation) -> Failed:
    plan = _plan(request, conversation)
    form = AgreementForm(plan, request.POST)
    if not form.is_valid():
        return {"agreement_form": form}
    try:
        services.agree_in_plan(plan, by=person_of(request), on=today(), **form.facts())
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return {"agreement_form": form}
    return None


def _no_course(request: HttpRequest, conversation: Conversation) -> Failed:
    plan = _plan(request, conversation)
    services.state_no_course(plan, request.POST.get("reason", "")[:300], by=person_of(request), on=today())
    return None


def _sign(request: HttpRequest, conversation: Conversation) -> Failed:
    services.sign_plan(_plan(request, conversation), by=person_of(request), on=today())
    return None


DOES: dict[str, Callable[[HttpRequest, Conversation], Failed]] = {
    "when": _plan_time,
    "prepare": _prepare,
    "notes": _note,
    "hold": _hold,
    "goal": _goal,
    "agree": _agree,
    "no-course": _no_course,
    "sign": _sign,
}


def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; a POST names in `do` which part is saved. Saving while typing is answered with the time."""
    found = _find(request, pk)
    if request.method != "POST":
        return render(request, "conversations/conversation.html", _context(request, found, {}))
    does = DOES.get(request.POST.get("do", ""))
    if does is None:
        raise Http404
    typing = request.headers.get("HX-Request") == "true"
    try:
        failed = does(request, found)
    except Refused as refused:
        if typing:
            return render(request, "conversations/saved.html", {"refused": refused.message})
        messages.error(request, refused.message)
        failed = {"typed": request.POST}
    found = _find(request, pk)
    if failed is not None:
        return render(request, "conversations/conversation.html", _context(request, found, failed), status=422)
    if typing:
        said = {"time": timezone.localtime().strftime("%H.%M")}
        seen = services.mark_of(found.notes) if request.POST["do"] == "notes" else ""
        return render(request, "conversations/saved.html", said | {"seen": seen})
    messages.success(request, _("Saved."))
    course = None
    if (request.POST["do"], request.POST.get("kind")) == ("agree", Kind.COURSE):
        course = found.plan.agreements.filter(kind=Kind.COURSE).order_by("pk").last()
    query = f"?agreed={course.pk}" if course is not None else ""
    return redirect(f"{request.path}{query}#{request.POST['do']}")


@require_GET
def suggest_courses(request: HttpRequest) -> HttpResponse:
    """Courses of the catalogue while a title is written, as options."""
    found = courses(on=today(), words=request.GET.get("course", "").split("#")[0][:100])
    return render(request, "conversations/options.html", {"catalogue": found[:SUGGESTED]})


urlpatterns = [
    path("samtaler/<int:pk>/", conversation, name="conversation"),
    path("kurser/forslag/", suggest_courses, name="suggest-courses"),
]
